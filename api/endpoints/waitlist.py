"""Wait for what is taken: rooms over a span, or seats of a full departure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import UNSET

from api import cursors
from api.endpoints.bookings import any_of, rooms_of
from api.endpoints.journeys import run_called, travelers
from api.queries import after, venue_called
from api.reading import refused
from api.routing import Call, Reply, endpoint
from api.shapes_waitlist import Waiting, WaitlistPage, WaitlistQuery, WaitlistWanted
from reservations import NotFound, Span
from rooms import operations
from rooms.models import Room, WaitlistEntry
from rooms.operations import AnyOf, Details, Ride
from rooms.queries.terms import VenueTerms
from rooms.queries.waiting import ahead_of, places
from rooms.views.asking_journeys import class_called, way_called

OF_ROOMS = ("venue", "rooms", "start", "end", "title", "party")
OF_SEATS = ("from_stop", "to_stop", "passengers")


@endpoint(
    "POST",
    "waitlist",
    body=WaitlistWanted,
    answer=Waiting,
    status=201,
    refuses=["not_found", "policy_violation"],
)
def join_waitlist(call: Call) -> Reply:
    """Wait for rooms that are taken, or for seats of a full departure: once free, they are held for you.

    Nobody else can have what is offered; who lets the hold run out leaves it to the next. What is free now is
    refused (`rule` is `free`): it is to be booked. So is what one holds oneself (`rule` is `waitlist`).
    """
    wanted: WaitlistWanted = call.body
    entry = _for_rooms(call, wanted) if wanted.departure is None else _for_seats(call, wanted)
    return Reply(_waiting(entry, ahead_of([entry])), 201)


def _for_rooms(call: Call, wanted: WaitlistWanted) -> WaitlistEntry:
    _require_without(wanted, OF_SEATS, "Only who waits for a departure says this.")
    if not isinstance(wanted.venue, str) or not wanted.venue:
        raise refused("venue", "Give a venue, or a departure.")
    if not isinstance(wanted.start, datetime):
        raise refused("start", "This is needed.")
    if not isinstance(wanted.end, datetime):
        raise refused("end", "This is needed.")
    what = _what(wanted, venue_called(wanted.venue, call.user))
    said = {name: getattr(wanted, name) for name in ("title", "party")}
    details = Details(**{name: value for name, value in said.items() if value is not UNSET})
    return operations.wait(what, Span(wanted.start, wanted.end), by=call.person, details=details)


def _what(wanted: WaitlistWanted, terms: VenueTerms) -> list[Room] | AnyOf:
    if wanted.rooms is None:
        if wanted.room_type is None:
            raise refused("rooms", "Give either rooms, or a room_type and how many of it.")
        return any_of(wanted.room_type, _count(wanted), terms)
    if wanted.room_type is not None:
        raise refused("rooms", "Give either rooms, or a room_type and how many of it.")
    if isinstance(wanted.count, int) and wanted.count != len(wanted.rooms):
        raise refused("count", "Rooms that are named are as many as they are.")
    return rooms_of(wanted.rooms, terms)


def _for_seats(call: Call, wanted: WaitlistWanted) -> WaitlistEntry:
    _require_without(wanted, OF_ROOMS, "Who waits for a departure does not say this.")
    if wanted.room_type is None:
        raise refused("room_type", "This is needed.")
    run = run_called(str(wanted.departure), call.user)
    way = way_called(run, wanted.from_stop, wanted.to_stop)
    seats = AnyOf(class_called(run, wanted.room_type), _count(wanted))
    ride = Ride(run.departure.pk, way.first, way.last, seats, travelers(wanted.passengers))
    return operations.join_waitlist(ride, by=call.person)


def _require_without(wanted: WaitlistWanted, names: tuple[str, ...], sentence: str) -> None:
    """Refuse a field that nobody would read."""
    for name in names:
        if getattr(wanted, name) not in (UNSET, None, []):
            raise refused(name, sentence)


def _count(wanted: WaitlistWanted) -> int:
    return wanted.count if isinstance(wanted.count, int) else 1


@endpoint("GET", "waitlist", query=WaitlistQuery, answer=WaitlistPage)
def list_waitlist(call: Call) -> Any:
    """List one's own places in queues, the newest first."""
    asked: WaitlistQuery = call.query
    of = ("waitlist", call.caller.pk)
    mine = places(call.person)
    if asked.cursor:
        mine = mine.filter(pk__lt=cursors.place(asked.cursor, of=of)[0])
    page, last = after(list(mine[: asked.limit + 1]), asked.limit)
    ahead = ahead_of(page)
    following = cursors.cursor([last.pk], of=of) if last else None
    return WaitlistPage([_waiting(one, ahead) for one in page], following)


@endpoint("DELETE", "waitlist/{id}", refuses=["not_found"])
def leave_waitlist(call: Call) -> None:
    """Give up a place in a queue; a hold that was offered already stays what it is."""
    number = call.path["id"]
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise NotFound("There is no such place in a queue.")
    entry = WaitlistEntry.objects.filter(pk=int(number), guest=call.person).first()
    if entry is None:
        raise NotFound("There is no such place in a queue.")
    operations.leave_waitlist(entry, by=call.person)


def _waiting(entry: WaitlistEntry, ahead: Mapping[int, int]) -> Waiting:
    return Waiting(
        id=entry.pk,
        venue=entry.venue.slug,
        start=entry.starts_at,
        end=entry.ends_at,
        rooms=entry.rooms,
        title=entry.title,
        party=entry.party,
        departure=entry.departure_id,
        room_type=entry.type_id,
        from_stop=entry.first,
        to_stop=entry.last,
        count=entry.count,
        state=entry.state,  # type: ignore[arg-type]
        detail=entry.word,
        ahead=ahead.get(entry.pk, 0),
        booking=entry.booking.reference if entry.booking else None,
        created_at=entry.created_at,
    )
