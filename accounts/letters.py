"""Letters of accounts: said here, and owed, sent and forgotten by the floor above that has the mail.

Each says until when it is of any use: a code of five minutes that comes an hour later only confuses.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from accounts import events

USUAL = timedelta(days=3)  # as long as mail servers themselves try


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
    events.owed.send(sender=None, letter=letter)
