"""Let a booking say of itself what its guest, or the staff, have to say: title, people, note and answers."""

from datetime import datetime
from typing import Any

from reservations import Invalid, PolicyViolation, lifecycle
from rooms.models import Booking, VenueKind
from rooms.operations._writing import writes
from rooms.operations.changing import Case, open_case, require_not_run_out, said_of
from rooms.wishes import Details, clean


@writes
def describe(
    also: frozenset[int], booking: Booking, details: Details, *, by: Any, now: datetime | None = None
) -> Booking:
    """Let the booking say this of itself from now on; where, when and for how much it is stays as it was.

    A hold may leave open what has to be answered until it is confirmed. Whoever answers afterwards leaves
    nothing of that open.

    :raises HoldExpired: if it is a hold that ran out
    :raises PolicyViolation: if its time is over, or its rooms hold fewer people
    """
    checked = clean(details)
    case = open_case(also, booking, by=by, now=now)
    require_not_run_out(case)
    state = lifecycle.advance(case.booking.state, "describe")
    _require_to_come(case)
    _require_same_travelers(case, checked)
    answers_now = state != lifecycle.HELD and bool(checked.answers)
    said = said_of(case, checked, by, complete=answers_now)
    if all(getattr(case.booking, name) == value for name, value in said.items()):
        return case.booking
    return case.finish(state, "described", by, **said)


def _require_to_come(case: Case) -> None:
    ends = case.booking.ends_at
    if ends is not None and ends <= case.now:
        raise PolicyViolation("This booking is over.", rule="ended")


def _require_same_travelers(case: Case, details: Details) -> None:
    """Refuse another number of people where each of them has a seat and a ticket."""
    if case.terms.kind == VenueKind.VEHICLE and details.party != case.booking.party:
        sentence = "Who travels is on the tickets: give seats back, or book others."
        raise Invalid(sentence, field_errors={"party": [sentence]})
