"""The priced lines of a booking, as its row keeps them."""

from collections.abc import Iterable
from typing import Any

from reservations import Line, Span, pricing
from rooms.queries.terms import RoomTerms, VenueTerms


def lines_of_room(own: RoomTerms, lines: Iterable[Line], **more: Any) -> list[dict[str, Any]]:
    """Return the lines of a room: each with its id, and with what it is called now, which may change."""
    return [line.as_json(room=own.name, room_id=own.id, **more) for line in lines]


def lines_of_span(terms: VenueTerms, rooms: Iterable[int], span: Span, **more: Any) -> list[dict[str, Any]]:
    """Return what the span costs in these rooms, room after room."""
    return [
        line
        for own in (terms.rooms[room] for room in rooms)
        for line in lines_of_room(
            own, pricing.quote(span, own.rates, terms.zone, terms.currency).lines, **more
        )
    ]
