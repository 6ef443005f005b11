"""Where a booking is to go, as a page says it: a room, and for what is metered until when it lasts there."""

from typing import Any

from reservations import Span
from rooms.models import Booking, Room
from rooms.queries.rights import seen_from
from rooms.views import asking


def hidden_from(found: Booking, user: Any) -> frozenset[int]:
    """Return the rooms that answer like none to who moves the booking: the hidden ones but its own."""
    return seen_from(found, user).hidden


def place_chosen(found: Booking, user: Any, fields: asking.Asked) -> tuple[list[Room], Span | None]:
    """Return the room that was chosen with until when it lasts, as the choice said: 17@2026-11-29T14:00Z."""
    room, _, until = str(fields.one("to")).partition("@")
    rooms = asking.rooms_named(asking.Asked({}, {"room": [room]}), found.venue, hidden_from(found, user))
    if not found.metered:
        return rooms, None
    end = asking.moment(until, "to", found.venue.zone) if until else None
    return rooms, Span(found.starts_at, end)
