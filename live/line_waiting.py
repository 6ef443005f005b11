"""What the verbs of waiting do: stand in line, tell where one stands, and leave."""

from collections.abc import Callable, Mapping
from typing import Any

from live.line_calling import Call, require_person
from live.line_taking import rooms_called, span_of, types_called
from reservations import NotFound, Span, iso
from rooms import operations
from rooms.models import Room, WaitlistEntry
from rooms.operations import AnyOf, Details, Ride
from rooms.queries.rights import terms_seen
from rooms.queries.waiting import ahead_of, places
from rooms.views.asking import invalid, venue_called
from rooms.views.asking_journeys import class_called, departure_called, way_called
from rooms.wishes import MAX_ROOMS

MOST_LISTED = 200
OF_ROOMS = ("venue", "rooms", "start", "end", "title", "party")
WHICH = "Say which rooms, or of which type any so many will do."


def wait(call: Call) -> dict[str, Any]:
    """Stand in line for rooms over a span, or for seats of a departure."""
    require_person(call)
    entry = _for_seats(call) if "departure" in call.params else _for_rooms(call)
    return _told(entry, ahead_of([entry]))


def _for_rooms(call: Call) -> WaitlistEntry:
    for name in ("from_stop", "to_stop"):
        if name in call.params:
            raise invalid(name, "Only who waits for a departure says this.")
    for name in ("venue", "start", "end"):
        if name not in call.params:
            raise invalid(name, "This is needed.")
    what, span = _what(call)
    said = {name: call.params[name] for name in ("title", "party") if name in call.params}
    return operations.wait(what, span, by=call.user, details=Details(**said))


def _what(call: Call) -> tuple[list[Room] | AnyOf, Span]:
    venue = venue_called(call.params["venue"], call.user)
    terms, named, kind = terms_seen(venue, call.user), call.params.get("rooms"), call.params.get("type")
    if (named is None) == (kind is None) or (named is not None and "count" in call.params):
        raise invalid("rooms", WHICH)
    if named is not None:
        rooms = rooms_called(named, venue, terms)
        return rooms, span_of(call.params, terms, of=rooms[0].type_id if rooms else None)
    found = types_called(kind, venue, terms)[0]
    return AnyOf(found, _count(call)), span_of(call.params, terms, of=found.pk)


def _for_seats(call: Call) -> WaitlistEntry:
    for name in OF_ROOMS:
        if name in call.params:
            raise invalid(name, "Who waits for a departure does not say this.")
    run = departure_called(call.params["departure"], call.user)
    way = way_called(run, call.params.get("from_stop"), call.params.get("to_stop"))
    seats = AnyOf(class_called(run, call.params.get("type", "")), _count(call))
    return operations.join_waitlist(Ride(run.departure.pk, way.first, way.last, seats), by=call.user)


def _count(call: Call) -> int:
    count: int = call.params.get("count", 1)
    if not 1 <= count <= MAX_ROOMS:
        raise invalid("count", f"Wait for 1 to {MAX_ROOMS}.")
    return count


def waitlist(call: Call) -> list[dict[str, Any]]:
    """List one's own places in queues, the newest first."""
    require_person(call)
    found = list(places(call.user)[:MOST_LISTED])
    ahead = ahead_of(found)
    return [_told(entry, ahead) for entry in found]


def leave_waitlist(call: Call) -> dict[str, Any]:
    """Give up a place in a queue."""
    require_person(call)
    entry = places(call.user).filter(pk=call.params["id"]).first()
    if entry is None:
        raise NotFound("There is no such place in a queue.")
    return _told(operations.leave_waitlist(entry, by=call.user), {})


METHODS: Mapping[str, Callable[[Call], Any]] = {
    "wait": wait,
    "waitlist": waitlist,
    "leave_waitlist": leave_waitlist,
}


def _told(entry: WaitlistEntry, ahead: Mapping[int, int]) -> dict[str, Any]:
    of_journey = {"departure": entry.departure_id, "from_stop": entry.first, "to_stop": entry.last}
    return {
        "id": entry.pk,
        "state": entry.state,
        "venue": entry.venue.slug,
        "timezone": entry.venue.timezone,
        "start": iso(entry.starts_at),
        "end": iso(entry.ends_at),
        "rooms": entry.rooms,
        "type": entry.type_id,
        "count": entry.count,
        "title": entry.title,
        "party": entry.party,
        "ahead": ahead.get(entry.pk, 0),
        "booking": entry.booking.reference if entry.booking else None,
        "detail": entry.word,
        **(of_journey if entry.departure_id else {}),
    }
