"""The span that a program asks for: between two instants or, at a hotel, between two dates."""

from api.reading import instant
from reservations import Span
from rooms.queries.stays import span_of_dates
from rooms.queries.terms import VenueTerms


def span_between(start: str, end: str | None, terms: VenueTerms, *, of: int | None) -> Span:
    """Return the span; of two dates it is the stay between them, from check-in to check-out.

    :param of: the type of room whose hours count; without one, the hotel's first
    :raises Invalid: if these are no instants, and no dates of a hotel's calendar
    """
    stay = span_of_dates(terms, start, end, of=of)
    if stay is not None:
        return stay
    return Span(instant(start, "start"), None if end is None else instant(end, "end"))
