"""What the verbs for single dates of a series do: leave one out, move it, or take it back."""

from collections.abc import Callable, Mapping
from typing import Any

from live.line_calling import Call, booking_of, told
from live.line_taking import rooms_called
from reservations import Span
from rooms import operations
from rooms.models import Booking
from rooms.queries.rights import seen_from
from rooms.queries.series import Date, date_of
from rooms.queries.terms import VenueTerms, terms_of_venue
from rooms.views.asking import invalid, moment


def skip(call: Call) -> dict[str, Any]:
    """Leave one date of a series out; leaving out the only one cancels the booking."""
    booking, date = _date(call)
    return told(operations.skip(booking, date.number, by=call.user), call.user)


def move_date(call: Call) -> dict[str, Any]:
    """Move one date of a series, or take it back; the other dates stay."""
    booking, date = _date(call)
    terms = terms_of_venue(booking.venue)
    rooms = (
        rooms_called(call.params["rooms"], booking.venue, seen_from(booking, call.user))
        if "rooms" in call.params
        else None
    )
    span = _span(call.params, date, terms)
    if rooms is None and span is None and date.active:
        raise invalid("start", "Say where to, or when to.")
    return told(operations.move_date(booking, date.number, by=call.user, span=span, rooms=rooms), call.user)


METHODS: Mapping[str, Callable[[Call], Any]] = {"skip": skip, "move_date": move_date}


def _date(call: Call) -> tuple[Booking, Date]:
    booking = booking_of(call)
    return booking, date_of(booking, call.params["number"])


def _span(params: Mapping[str, Any], date: Date, terms: VenueTerms) -> Span | None:
    """Return when the date is to be: a start alone keeps its length, an end alone its start."""
    if "start" not in params and "end" not in params:
        return None
    start = moment(params["start"], "start", terms.zone) if "start" in params else date.span.start
    if "end" in params:
        return Span(start, moment(params["end"], "end", terms.zone))
    return date.span.shift(start - date.span.start)
