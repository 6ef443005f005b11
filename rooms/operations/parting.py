"""Let some of a booking's passengers stay at home: their seats are free at once, the others travel on."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from reservations import NotFound, cancellation, lifecycle
from rooms import permissions
from rooms.models import Allocation, Booking, Passenger
from rooms.operations._writing import Happening, picture, record, writes
from rooms.operations.changing import Case, cancel, open_case, span_of


def cancel_passengers(
    booking: Booking, passengers: Iterable[int], *, by: Any, now: datetime | None = None
) -> Booking:
    """Give back the seats of these passengers; what of their tickets stays owed is the terms' by now.

    :raises NotFound: if one of them does not travel with this booking, or not any more
    :raises PolicyViolation: if it is too late by the terms
    """
    permissions.require_own(by, booking)
    wanted = frozenset(passengers)
    traveling = Passenger.objects.filter(journey=booking.pk, allocation__active=True)
    if wanted == set(traveling.values_list("pk", flat=True)):
        return cancel(booking, by=by, now=now)
    return _cancel(booking, wanted, by=by, now=now)


@writes
def _cancel(
    also: frozenset[int], booking: Booking, wanted: Collection[int], *, by: Any, now: datetime | None
) -> Booking:
    case = open_case(also, booking, by=by, now=now)
    cancellation.require_cancellable(
        case.booking.state,
        span_of(case.booking),
        case.policies,
        staff=permissions.is_staff(by, case.terms.id),
        now=case.now,
        zone=case.terms.zone,
    )
    active = [row.pk for row in case.allocations]
    leaving = list(Passenger.objects.filter(pk__in=wanted, journey=booking.pk, allocation__in=active))
    if not leaving or len(leaving) != len(wanted) or len(leaving) == len(active):
        raise NotFound("There is no such passenger in this booking.")
    return _part(case, leaving, by)


def _part(case: Case, leaving: list[Passenger], by: Any) -> Booking:
    booking = case.booking
    for passenger in leaving:
        passenger.kept = cancellation.kept_from(
            booking.state, passenger.price, span_of(booking), case.policies, now=case.now
        )
        booking.lines[passenger.order] = _given_up(booking.lines[passenger.order], passenger.kept)
    Passenger.objects.bulk_update(leaving, ["kept"])
    booking.price = sum(line["amount"] for line in booking.lines)
    booking.party -= len(leaving)
    booking.save(update_fields=["lines", "price", "party"])

    free = {passenger.allocation_id for passenger in leaving}
    before = {row.room_id: picture(row) for row in case.allocations}
    Allocation.objects.filter(pk__in=free).update(state=lifecycle.CANCELLED, active=False)
    happenings = [
        Happening(
            row.room_id,
            "moved",
            booking=booking,
            before=before[row.room_id],
            after={} if row.pk in free else before[row.room_id],
        )
        for row in case.allocations
    ]
    record(happenings, locked=case.locked, by=by, now=case.now)
    return booking


def _given_up(line: dict[str, Any], kept: int) -> dict[str, Any]:
    return {**line, "text": f"{line['text']}, cancelled", "unit_amount": kept, "amount": kept}
