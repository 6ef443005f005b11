"""What live does when something changed: it rings, so that every process looks at the tables."""

from typing import Any

from live.doorbell import doorbell
from rooms import events


def ring(sender: object, change: events.Changed, **kwargs: Any) -> None:
    """Announce a change that was just committed."""
    doorbell.ring(change)


def connect() -> None:
    """Listen to the one signal that tells of changes."""
    events.changed.connect(ring, dispatch_uid="live.ring")
