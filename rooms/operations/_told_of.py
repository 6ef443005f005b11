"""The room of which a Change tells that says something of a booking as a whole: what was paid, or written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Value, When

from rooms.models import Allocation, Booking
from rooms.operations._writing import Happening, Locked, LockMore, lock, record


@dataclass(frozen=True, slots=True)
class Told:
    """A booking under the lock of the room by which others hear of it, with the time."""

    booking: Booking
    room: int
    locked: Locked
    now: datetime

    def tell(self, kind: str, after: Mapping[str, Any], by: Any) -> None:
        """Write one Change about the booking; `after` says what it came to."""
        happening = Happening(self.room, kind, booking=self.booking, after=dict(after))
        record([happening], locked=self.locked, by=by, now=self.now)


def told_of(booking: int, also: frozenset[int], now: datetime | None) -> Told:
    """Lock the room of which to tell, as `lock_room_of` does, and read the booking as it is then."""
    room, locked = lock_room_of(booking, also)
    fresh = Booking.objects.select_related("venue", "guest").get(pk=booking)
    return Told(fresh, room, locked, now or locked.now)


def lock_room_of(booking: int, also: frozenset[int]) -> tuple[int, Locked]:
    """Lock the room of which to tell, and what else is asked for.

    :raises LockMore: if it became another one during the wait: the departure got another vehicle
    """
    locked = lock({_room_of(booking), *also})
    room = _room_of(booking)
    if room not in locked.revisions:
        raise LockMore({room})
    return room, locked


def _room_of(booking: int) -> int:
    """Return the room of which the booking's own venue hears best: still taken, and still on its board.

    A seat that was given back stays where it was when its departure gets a vehicle of another venue.
    """
    elsewhere = Case(When(room__venue=F("booking__venue"), then=Value(0)), default=Value(1))
    rows = Allocation.objects.filter(booking=booking)
    order = (elsewhere, "-active", F("room__archived_at").asc(nulls_first=True), "room_id")
    return rows.order_by(*order).values_list("room_id", flat=True)[:1].get()
