"""Number plates: note which car it is, and seal every plate anew when a key is replaced."""

from datetime import datetime
from typing import Any

from django.db import transaction

from reservations import PolicyViolation, lifecycle, plates
from rooms import sealing
from rooms.models import Booking
from rooms.models.bookings import kept_plate
from rooms.operations._writing import writes
from rooms.operations.changing import open_case, require_not_run_out

BATCH = 500


@writes
def note_plate(
    also: frozenset[int], booking: Booking, *, by: Any, plate: str, now: datetime | None = None
) -> Booking:
    """Note which car the booking is for; its history says that it was noted, and never what.

    :raises PolicyViolation: if the booking is over
    """
    written = plates.written(plate)
    case = open_case(also, booking, by=by, now=now)
    require_not_run_out(case)
    if case.booking.state not in lifecycle.KEEPS_ROOM:
        raise PolicyViolation("This booking is over.", rule="ended")
    return case.finish(case.booking.state, "plate_noted", by, **kept_plate(written))


def seal_plates() -> int:
    """Seal every plate with the newest key, or open all where there is none; return how many changed."""
    changed, last = 0, 0
    while True:
        with transaction.atomic():
            rows = Booking.objects.exclude(plate_sealed="").filter(pk__gt=last).order_by("pk")
            batch = list(rows.select_for_update(of=("self",))[:BATCH])
            changed += sum(map(_sealed_anew, batch))
        if not batch:
            return changed
        last = batch[-1].pk


def _sealed_anew(booking: Booking) -> bool:
    if not booking.plate or sealing.is_newest(booking.plate_sealed):
        return False  # what no key opens stays as it is: its key may come back
    Booking.objects.filter(pk=booking.pk).update(**kept_plate(booking.plate))
    return True
