"""The room of which a Change tells that says something of a booking as a whole: what was paid, or written."""

from django.db.models import Case, F, Value, When

from rooms.models import Allocation, Booking
from rooms.operations._writing import Locked, LockMore, lock


def lock_room_of(booking: Booking, also: frozenset[int]) -> tuple[int, Locked]:
    """Lock the room of which to tell, and what else is asked for.

    :raises LockMore: if it became another one during the wait: the departure got another vehicle
    """
    locked = lock({_room_of(booking), *also})
    room = _room_of(booking)
    if room not in locked.revisions:
        raise LockMore({room})
    return room, locked


def _room_of(booking: Booking) -> int:
    """Return the room of which the booking's own venue hears best: still taken, and still on its board.

    A seat that was given back stays where it was when its departure gets a vehicle of another venue.
    """
    elsewhere = Case(When(room__venue=F("booking__venue"), then=Value(0)), default=Value(1))
    rows = Allocation.objects.filter(booking=booking.pk)
    order = (elsewhere, "-active", F("room__archived_at").asc(nulls_first=True), "room_id")
    return rows.order_by(*order).values_list("room_id", flat=True)[:1].get()
