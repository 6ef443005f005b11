"""Let a hold say of itself what its guest typed, before it becomes a booking."""

from datetime import datetime
from typing import Any

from reservations import lifecycle
from rooms.models import Booking
from rooms.operations._writing import writes
from rooms.operations.changing import open_case, require_not_run_out, said_of
from rooms.wishes import Details, clean


@writes
def describe(
    also: frozenset[int], booking: Booking, details: Details, *, by: Any, now: datetime | None = None
) -> Booking:
    """Let a hold say of itself what its guest typed, before it is paid for.

    :raises HoldExpired: if it ran out already
    """
    checked = clean(details)
    case = open_case(also, booking, by=by, now=now)
    require_not_run_out(case)
    lifecycle.advance(case.booking.state, "renew")  # only of a hold: what is booked was agreed on
    said = said_of(case, checked, by, complete=False)
    if all(getattr(case.booking, name) == value for name, value in said.items()):
        return case.booking
    return case.finish(lifecycle.HELD, "described", by, **said)
