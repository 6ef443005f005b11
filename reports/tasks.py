"""What the clock does for reports."""

from reports import operations


def write_mails() -> int:
    """Write some of the report mails that are due, and return how many."""
    return operations.write_due()
