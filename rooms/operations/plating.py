"""Number plates: note which car it is, and seal every one anew when a key is replaced."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from reservations import PolicyViolation, lifecycle, plates
from rooms import sealing
from rooms.models import Booking, IdempotencyKey
from rooms.models.bookings import kept_plate
from rooms.operations import remembering
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
    """Seal every plate with the newest key, or open all where there is none; return how many texts changed.

    Kept answers to idempotency keys may name a plate: they are sealed alike.
    """
    plated, answered = Booking.objects.exclude(plate_sealed=""), IdempotencyKey.objects.exclude(answer=None)
    return _each(plated, _plate_sealed_anew) + _each(answered, _answer_sealed_anew)


def _each(rows: QuerySet[Any], seal: Callable[[Any], bool]) -> int:
    """Seal each of the rows, some at a time, and return how many changed."""
    changed, last = 0, 0
    while True:
        with transaction.atomic():
            batch = list(rows.filter(pk__gt=last).order_by("pk").select_for_update(of=("self",))[:BATCH])
            changed += sum(map(seal, batch))
        if not batch:
            return changed
        last = batch[-1].pk


def _plate_sealed_anew(booking: Booking) -> bool:
    if not booking.plate or sealing.is_newest(booking.plate_sealed):
        return False  # what no key opens stays as it is: its key may come back
    Booking.objects.filter(pk=booking.pk).update(**kept_plate(booking.plate))
    return True


def _answer_sealed_anew(kept: IdempotencyKey) -> bool:
    sealed = bytes(kept.answer or b"")
    answer = remembering.opened(sealed)
    if not answer or sealing.is_newest(sealed.decode()):
        return False
    IdempotencyKey.objects.filter(pk=kept.pk).update(answer=remembering.sealed(answer))
    return True
