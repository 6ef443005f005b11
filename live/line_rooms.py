"""What the verbs of watched rooms do: one more, one less, and the list; their news come by a topic."""

from collections.abc import Callable, Mapping
from typing import Any

from live.line_calling import Call, require_person
from live.line_taking import rooms_called
from rooms import operations
from rooms.models import Room
from rooms.queries.rights import terms_seen
from rooms.queries.watching import begun_by, told_of, watches_of
from rooms.views.asking import LARGEST_ID, invalid, venue_called


def watch_room(call: Call) -> dict[str, Any]:
    """Hear of what happens in a room from now on."""
    require_person(call)
    begun = operations.watch(_room(call).pk, by=call.user, by_mail=call.params.get("by_mail"))
    return told_of(begun_by(call.user, begun))


def unwatch_room(call: Call) -> dict[str, Any]:
    """Hear no more of a room."""
    require_person(call)
    named = call.params["room"]
    # By its id also where it is archived or hidden by now: the list of watches names it by that alone.
    room = min(named, LARGEST_ID) if isinstance(named, int) else _room(call).pk
    return {"room": room, "watched": operations.unwatch(room, by=call.user)}


def watched_rooms(call: Call) -> list[dict[str, Any]]:
    """List the rooms that one watches, the newest first; there are few."""
    require_person(call)
    return [told_of(one) for one in watches_of(call.user)]


def _room(call: Call) -> Room:
    if "venue" not in call.params:
        raise invalid("venue", "A room's name is one of a venue: say which.")
    venue = venue_called(call.params["venue"], call.user)
    [room] = rooms_called([call.params["room"]], venue, terms_seen(venue, call.user))
    return room


METHODS: Mapping[str, Callable[[Call], Any]] = {
    "watch_room": watch_room,
    "unwatch_room": unwatch_room,
    "watched_rooms": watched_rooms,
}
