"""What the clock does for webhooks, once a second: each returns soon, whatever receivers do."""

import time

from notifications import operations
from notifications.crew import Crew
from notifications.operations.upkeep import BATCH

FORGET_EVERY = 3_600.0  # seconds
FAREWELL = 1.5  # seconds that a clock which stops leaves to what is under way

crew = Crew()
_forgot_at = float("-inf")


def deliver() -> None:
    """Make deliveries of what changed, and have them carried."""
    operations.spread()
    crew.wake()


def forget() -> None:
    """Delete, now and then, deliveries of long ago."""
    global _forgot_at
    if time.monotonic() - _forgot_at >= FORGET_EVERY and operations.forget() < BATCH:
        _forgot_at = time.monotonic()


def finish() -> None:
    """Let what is under way arrive, for a moment: whatever does not is sent again, with the same id."""
    crew.finish(FAREWELL)
