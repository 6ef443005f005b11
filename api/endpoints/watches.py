"""Watch rooms: the list, one more, one less; what happens there comes by the topic `watching`."""

from typing import Any

from api import cursors
from api.queries import after
from api.routing import Call, Reply, endpoint
from api.shapes_watches import Watching, WatchPage, WatchQuery, WatchWanted
from reservations import NotFound
from rooms import operations
from rooms.models import Watch
from rooms.queries.watching import begun_by, told_of, watches_of


@endpoint(
    "POST",
    "watches",
    body=WatchWanted,
    answer=Watching,
    status=201,
    refuses=["not_found", "policy_violation"],
)
def watch_room(call: Call) -> Reply:
    """Watch a room: hear of what others book, move or cancel there, as far as one may see it.

    Asked for twice it is one watch. At most 50 rooms (`rule` is `watches`); seats are not watched one by one.
    """
    wanted: WatchWanted = call.body
    by_mail = wanted.by_mail if isinstance(wanted.by_mail, bool) else None
    begun = operations.watch(wanted.room, by=call.person, by_mail=by_mail)
    return Reply(_watching(begun_by(call.person, begun)), 201)


@endpoint("GET", "watches", query=WatchQuery, answer=WatchPage)
def list_watches(call: Call) -> Any:
    """List the rooms that one watches, the newest first."""
    asked: WatchQuery = call.query
    of = ("watches", call.caller.pk)
    own = watches_of(call.person)
    if asked.cursor:
        own = own.filter(pk__lt=cursors.place(asked.cursor, of=of)[0])
    page, last = after(list(own[: asked.limit + 1]), asked.limit)
    return WatchPage([_watching(one) for one in page], cursors.cursor([last.pk], of=of) if last else None)


@endpoint("DELETE", "watches/{room}", refuses=["not_found"])
def unwatch_room(call: Call) -> None:
    """Watch a room no more."""
    number = call.path["room"]
    is_number = number.isascii() and number.isdecimal() and len(number) <= 18
    if not (is_number and operations.unwatch(int(number), by=call.person)):
        raise NotFound("You do not watch that room.")


def _watching(one: Watch) -> Watching:
    return Watching(**told_of(one), created_at=one.created_at)
