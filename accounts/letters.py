"""Letters of accounts: said here, and owed, sent and forgotten by the floor above that has the mail.

Each says until when it is of any use: a code of five minutes that comes an hour later only confuses.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.dispatch import Signal

USUAL = timedelta(days=3)  # as long as mail servers themselves try

# Sent with `letter: Letter`: a receiver writes down that it is owed, in the transaction of whoever says it,
# and does nothing else.
owed = Signal()


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written to an address, with an account or without one."""

    to: str
    subject: str
    text: str
    until: datetime


def owe(to: str, subject: str, text: str, *, until: datetime | None = None) -> None:
    """Have the letter sent soon, or as soon as the mail server is back; never after `until`."""
    letter = Letter(to, subject, text, until or datetime.now(UTC) + USUAL)
    owed.send(sender=None, letter=letter)
