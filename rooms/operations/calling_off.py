"""Call a departure off: every booking of it is cancelled, and all that was paid comes back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Sum

from reservations import PolicyViolation, lifecycle
from rooms import permissions
from rooms.models import Allocation, Booking, Departure, Passenger
from rooms.operations._writing import Locked, lock, writes
from rooms.operations.changing import Case
from rooms.queries.terms import VenueTerms, terms_of, terms_of_venue
from rooms.wishes import line


@writes
def call_off(
    also: frozenset[int], departure: Departure, *, note: str = "", by: Any, now: datetime | None = None
) -> Departure:
    """Cancel the departure and every booking of it at once, and tell every passenger why.

    Nothing of a ticket stays owed, whatever its terms say: it is not the passenger who stays at home.

    :raises PolicyViolation: if it is over, or somebody is aboard already
    """
    permissions.require_staff(by, departure.vehicle_id, "cancel a departure")
    note = line(note, "note", 200)
    # All of them: whoever takes a seat meanwhile waits, and then reads that there is none to be had.
    locked = lock({*terms_of_venue(departure.vehicle).rooms, *also})
    fresh = Departure.objects.select_related("vehicle").get(pk=departure.pk)
    if fresh.state == Departure.State.CANCELLED:
        return fresh
    moment = now or locked.now
    rows = _rows_of(fresh)
    _require_can(fresh, rows, moment)
    fresh.state, fresh.delay_minutes, fresh.delay_note = Departure.State.CANCELLED, 0, note
    fresh.save(update_fields=["state", "delay_minutes", "delay_note"])
    terms = terms_of(fresh.vehicle_id, locked.stamps.get(fresh.vehicle_id))
    _cancel_all(rows, terms, locked, by=by, now=moment)
    return fresh


def _rows_of(departure: Departure) -> Sequence[Allocation]:
    rows = Allocation.objects.filter(booking__journey__departure=departure, active=True)
    return list(rows.select_related("booking__journey").order_by("booking_id", "room_id"))


def _require_can(departure: Departure, rows: Sequence[Allocation], now: datetime) -> None:
    if departure.ends_at <= now:
        raise PolicyViolation("This departure is over.", rule="departure")
    if any(row.booking is not None and row.booking.state == lifecycle.CHECKED_IN for row in rows):
        raise PolicyViolation(
            "Somebody is aboard already. Check them out first, or say that it is late.", rule="departure"
        )


def _cancel_all(
    rows: Sequence[Allocation], terms: VenueTerms, locked: Locked, *, by: Any, now: datetime
) -> None:
    owed = _owed_already(rows)
    own: dict[int, tuple[Booking, list[Allocation]]] = {}
    for row in rows:
        if row.booking is not None:
            own.setdefault(row.booking.pk, (row.booking, []))[1].append(row)
    for booking, allocations in own.values():
        state, kept = lifecycle.advance(booking.state, "cancel"), owed.get(booking.pk, 0)
        Case(booking, allocations, terms, locked, now).finish(state, "cancelled", by, kept=kept)


def _owed_already(rows: Sequence[Allocation]) -> dict[int, int]:
    """Return what of each booking's price is of passengers who stayed at home on their own."""
    left = Passenger.objects.filter(journey__in={row.booking_id for row in rows}, kept__isnull=False)
    return dict(left.values_list("journey").annotate(Sum("kept")).values_list("journey", "kept__sum"))
