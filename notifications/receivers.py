"""What follows from what happened to rooms and accounts: the letters it owes, written where it is told."""

from collections.abc import Sequence
from typing import Any

from accounts import events as accounts
from accounts import letters
from notifications.mail import operations
from rooms import events
from rooms.models import Change


def connect() -> None:
    """Listen to what is told."""
    events.told.connect(owe, dispatch_uid="letters are owed")
    accounts.owed.connect(owe_account, dispatch_uid="letters of accounts are owed")


def owe(sender: Any, changes: Sequence[Change], **kwargs: Any) -> None:
    """Write down which letters these changes owe."""
    operations.owe(changes)
    operations.owe_watchers(changes)
    operations.owe_participants(changes)


def owe_account(sender: Any, letter: letters.Letter, **kwargs: Any) -> None:
    """Write down a letter that an account owes."""
    operations.owe_account(letter)
