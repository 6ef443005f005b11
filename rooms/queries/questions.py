"""What a venue asks of whoever books which of its rooms."""

from collections.abc import Iterable

from reservations.questions import Question, asked_of
from rooms.models import Booking
from rooms.queries.terms import VenueTerms


def asked_of_rooms(terms: VenueTerms, rooms: Iterable[int]) -> list[Question]:
    """Return what is asked of the rooms."""
    return asked_of(terms.questions, {terms.rooms[room].type_id for room in rooms if room in terms.rooms})


def asked_here(terms: VenueTerms) -> list[Question]:
    """Return all that may be asked of somebody who sees these rooms."""
    return asked_of_rooms(terms, terms.rooms)


def asked_of_booking(booking: Booking, terms: VenueTerms) -> list[Question]:
    """Return what is asked of the rooms that a booking has; nothing is read where nothing is asked."""
    if not terms.questions:
        return []
    return asked_of_rooms(terms, [row.room_id for row in booking.allocations.all() if row.active])
