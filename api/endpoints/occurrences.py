"""Change single dates of a series; each is called by its number, which it keeps whatever becomes of it."""

from msgspec import UNSET

from api import answers
from api.endpoints.verbs import moved_rooms
from api.queries import booking_called
from api.reading import refused
from api.routing import Call, Nothing, endpoint
from api.shapes_bookings import Booking, Move
from reservations import Span
from reservations.recurrence import MOST
from rooms import models, operations, permissions
from rooms.queries.series import Date, date_of

REFUSES = ("not_found", "forbidden", "illegal_transition", "hold_expired", "policy_violation")


@endpoint(
    "POST", "bookings/{reference}/occurrences/{number}/skip",
    answer=Booking, body=Nothing, body_required=False, refuses=REFUSES,
)  # fmt: skip
def skip_occurrence(call: Call) -> Booking:
    """Leave one date of a series out; its rooms are free then, and what of its price is kept the terms say.

    Leaving out the only date that is left cancels the booking.
    """
    found = booking_called(call.path["reference"], call.person, permissions.require_to_see)
    changed = operations.skip(found, _date(call, found).number, by=call.user)
    return _told(call, found, changed)


@endpoint(
    "POST", "bookings/{reference}/occurrences/{number}/move",
    answer=Booking, body=Move, refuses=[*REFUSES, "unavailable"],
)  # fmt: skip
def move_occurrence(call: Call) -> Booking:
    """Move one date of a series to another time, other rooms, or both; the other dates stay.

    A start without an end keeps the length. A date that was left out is taken back so: with `{}` then and
    where it was.
    """
    wanted: Move = call.body
    found = booking_called(call.path["reference"], call.person, permissions.require_to_see)
    date = _date(call, found)
    span, rooms = _span(wanted, date), moved_rooms(wanted, found, call.user)
    if span is None and rooms is None and date.active:
        raise refused("start", "Say where to, or when to.")
    changed = operations.move_date(found, date.number, by=call.user, span=span, rooms=rooms)
    return _told(call, found, changed)


def _date(call: Call, found: models.Booking) -> Date:
    called = call.path["number"]
    number = int(called) if called.isascii() and called.isdecimal() and len(called) < 5 else 0
    return date_of(found, number if number <= MOST else 0)


def _span(wanted: Move, date: Date) -> Span | None:
    if wanted.start is UNSET and wanted.end is UNSET:
        return None
    start = date.span.start if wanted.start is UNSET else wanted.start
    if wanted.end is not UNSET:
        return Span(start, wanted.end)
    return date.span.shift(start - date.span.start)


def _told(call: Call, found: models.Booking, changed: models.Booking) -> Booking:
    changed.venue, changed.guest = found.venue, found.guest
    return answers.booking(changed, call.user)
