"""What follows from what happened: the letters it owes, written where it is told."""

from collections.abc import Sequence
from typing import Any

from notifications.mail import operations
from rooms import events
from rooms.models import Change


def connect() -> None:
    """Listen to what is told."""
    events.told.connect(owe, dispatch_uid="letters are owed")


def owe(sender: Any, changes: Sequence[Change], **kwargs: Any) -> None:
    """Write down which letters these changes owe."""
    operations.owe(changes)
    operations.owe_watchers(changes)
    operations.owe_participants(changes)
