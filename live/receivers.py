"""What live does when something changed: it rings, so that every process looks at the tables."""

from live.doorbell import doorbell
from rooms import events


def ring(change: events.Changed) -> None:
    """Announce a change that was just committed."""
    doorbell.ring(change)


def connect() -> None:
    """Listen to what tells of changes."""
    events.changed.connect(ring)
