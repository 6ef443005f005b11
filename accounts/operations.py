"""Everything that is done to a person's account from more than one place."""

from accounts.models import User, fresh_stamp


def log_out_everywhere(user: User) -> None:
    """End every session, token and socket of the person, on every device, this one too."""
    user.login_stamp = fresh_stamp()
    user.save(update_fields=["login_stamp"])
