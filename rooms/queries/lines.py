"""The priced lines of a booking, as its row keeps them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reservations import Line, Span, pricing
from rooms.queries.terms import RoomTerms, VenueTerms

OWED = "Stays owed by the terms of cancellation"


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


def kept_whatever_follows(lines: Iterable[Mapping[str, Any]], number: int | None = None) -> int:
    """Return what stays owed at least of a booking, or of one date of a series, since it was moved."""
    return sum(int(line.get("kept", 0)) for line in lines if number in (None, line.get("occurrence")))


def keeping(lines: Sequence[dict[str, Any]], least: int, **more: Any) -> list[dict[str, Any]]:
    """Return the lines of what was moved, of which so much stays owed at least: they come to no less.

    Else whoever must pay for cancelling would move it to a day far ahead, or cut it short, and pay nothing.
    """
    found = list(lines)
    lacking = least - sum(line["amount"] for line in lines)
    if lacking > 0:
        place = {name: lines[0][name] for name in ("on", "room", "room_id")} if lines else {"on": None}
        found.append({"text": OWED, "units": 1, "unit_amount": lacking, "amount": lacking} | place | more)
    return [{**found[0], "kept": least}, *found[1:]] if least > 0 else found
