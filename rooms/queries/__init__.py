"""Everything one can ask; pages, programs and sockets read through these and nothing else."""

from rooms.queries.availability import Free, Wants, free_rooms, next_free, why
from rooms.queries.guests import my_bookings
from rooms.queries.offers import alternatives_to
from rooms.queries.terms import terms_of, terms_of_venue
from rooms.queries.timeline import timeline

__all__ = [
    "Free",
    "Wants",
    "alternatives_to",
    "free_rooms",
    "my_bookings",
    "next_free",
    "terms_of",
    "terms_of_venue",
    "timeline",
    "why",
]
