"""Report what others did because of a booking, so that its history, webhooks, boards and mail hear of it.

Payments and mail live on floors of their own: what they did is a Change like any other, of one of the
booking's rooms. It says nothing of the room itself, which is as it was.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from reservations import Invalid
from rooms.models import Booking
from rooms.models.changes import REPORTS
from rooms.operations._told_of import Told, lock_room_of
from rooms.operations._writing import writes


@writes
def report(
    also: frozenset[int],
    booking: Booking,
    kind: str,
    *,
    after: Mapping[str, Any],
    by: Any,
    now: datetime | None = None,
) -> None:
    """Write one Change about the booking, also when it has ended; `after` says what it came to.

    :param kind: one of `rooms.models.changes.REPORTS`, whose `after` has an `amount` in minor units
    """
    if kind not in REPORTS:
        raise Invalid(f"A report is one of: {', '.join(REPORTS)}.")
    room, locked = lock_room_of(booking.pk, also)
    Told(booking, room, locked, now or locked.now).tell(kind, after, by)
