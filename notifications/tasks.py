"""What the clock does for webhooks, letters and calendars, once a second: each returns soon."""

import time

from notifications import operations
from notifications.crew import Crew
from notifications.incoming.carrying import CALENDARS
from notifications.mail import operations as mail
from notifications.mail.carrying import LETTERS
from notifications.operations.upkeep import BATCH

FORGET_EVERY = 3_600.0  # seconds
FAREWELL = 1.5  # seconds that a clock which stops leaves to what is under way

crew = Crew()
postmen = Crew(4, LETTERS)
readers = Crew(2, CALENDARS)
_forgot_at = float("-inf")


def deliver() -> None:
    """Make deliveries of what changed, and have them carried."""
    operations.spread()
    crew.wake()


def send() -> None:
    """Have the letters sent that are due."""
    postmen.wake()


def read_calendars() -> None:
    """Have the outside calendars read that are due."""
    readers.wake()


def remind() -> int:
    """Owe a batch of the reminders that are due, and return how many bookings were decided on."""
    return mail.owe_reminders()


def forget() -> None:
    """Delete, now and then, deliveries and notices of long ago."""
    global _forgot_at
    if time.monotonic() - _forgot_at >= FORGET_EVERY and max(operations.forget(), mail.forget()) < BATCH:
        _forgot_at = time.monotonic()


def finish() -> None:
    """Let what is under way arrive, for a moment: whatever does not is sent again, with the same id."""
    readers.finish(0)
    postmen.finish(FAREWELL / 2)
    crew.finish(FAREWELL / 2)
