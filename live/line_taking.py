"""What a line asks for, as operations take it: rooms by id or name, or any n of a venue.

`AnyOf` chooses among the rooms of one type, under that type's lock. On a line one may leave the type open:
then one type that has enough is asked first, and only if none has, rooms of several are taken by name.
"""

from collections.abc import Callable, Iterable
from typing import Any

from reservations import NotFound, Span, Unavailable, Unready
from rooms.models import Booking, Room, RoomType, Venue
from rooms.queries.availability import Free, free_rooms
from rooms.queries.rights import terms_seen
from rooms.queries.stays import span_of_dates
from rooms.queries.terms import VenueTerms
from rooms.views.asking import invalid, moment
from rooms.wishes import MAX_ROOMS, AnyOf, Details, Repeated

TAKES = Callable[..., Booking]
ATTEMPTS = 10  # each is lost only to somebody who won, and there are so many who can
WHICH = "Say which rooms, or how many, or how many of which types."
OF_A_SERIES = "A series says which rooms, or which type of room."
WITH_A_KEY = "A request with a key says which type of room, for the same key must mean the same rooms."


def span_of(params: dict[str, Any], terms: VenueTerms, *, of: int | None = None) -> Span:
    """Return the span from `start` to `end`; without an end it lasts until it is released.

    Of a hotel, two dates are the nights between them, by the hours of the type that is asked for.
    """
    end = params.get("end")
    stay = span_of_dates(terms, params["start"], end, of=of)
    if stay is not None:
        return stay
    start = moment(params["start"], "start", terms.zone)
    return Span(start, None if end is None else moment(end, "end", terms.zone))


def when_of(params: dict[str, Any], span: Span) -> Span | Repeated:
    """Return the span, or the series whose first date it is."""
    return Repeated(span, params["recurrence"]) if "recurrence" in params else span


def details_of(params: dict[str, Any]) -> Details:
    """Return what the booking says of itself."""
    told = {name: params[name] for name in ("title", "party", "note", "plate", "answers") if name in params}
    return Details(**told)


def take(operation: TAKES, venue: Venue, params: dict[str, Any], by: Any) -> Booking:
    """Hold or book what the params ask for: exactly that, or nothing.

    :raises Unavailable: with how many are free, if that is fewer than asked for
    """
    terms = terms_seen(venue, by)
    asked = {"by": by, "details": details_of(params), "key": params.get("key", "")}
    if sum(name in params for name in ("rooms", "count", "types")) != 1:
        raise invalid("rooms", WHICH)
    if "rooms" in params:
        rooms = rooms_called(params["rooms"], venue, terms)
        span = span_of(params, terms, of=rooms[0].type_id if rooms else None)
        return operation(rooms, when_of(params, span), **asked)
    if "types" in params:
        any_of = _of_types(params["types"], venue, terms)
        span = span_of(params, terms, of=any_of[0].type.pk if any_of else None)
        return operation(any_of, when_of(params, span), **asked)
    if not 1 <= params["count"] <= MAX_ROOMS:
        raise invalid("count", f"Ask for 1 to {MAX_ROOMS} rooms.")
    types = types_called(params.get("type"), venue, terms)
    span = span_of(params, terms, of=types[0].pk if len(types) == 1 else None)
    if len(types) == 1:
        return operation(AnyOf(types[0], params["count"]), when_of(params, span), **asked)
    if "recurrence" in params:
        raise invalid("type", OF_A_SERIES)
    if asked["key"]:
        raise invalid("type", WITH_A_KEY)
    return _of_any_type(operation, types, params["count"], span, terms, asked)


def rooms_called(named: Iterable[int | str], venue: Venue, terms: VenueTerms) -> list[Room]:
    """Return the rooms of these ids or names.

    :raises NotFound: if the venue has one of them not
    :raises Invalid: if one is named twice
    """
    named = list(named)
    by_name = {room.name.casefold(): room.id for room in terms.rooms.values()}
    ids = {one if isinstance(one, int) else by_name.get(one.strip().casefold(), -1) for one in named}
    found = list(Room.objects.filter(venue=venue, pk__in=ids - terms.hidden, archived_at=None))
    if len(found) != len(ids):
        known = {room.pk for room in found}
        first = next(
            one
            for one in named
            if (one if isinstance(one, int) else by_name.get(one.strip().casefold())) not in known
        )
        raise NotFound(f"There is no room {str(first)[:80]} at {terms.name}.")
    if len(ids) != len(named):
        raise invalid("rooms", "A room is named twice.")
    return found


def types_called(named: int | str | None, venue: Venue, terms: VenueTerms) -> list[RoomType]:
    """Return the type of that id or name, or all that the venue has; one whose rooms are hidden is none.

    :raises NotFound: if there is none
    """
    shown = {room.type_id for room in terms.rooms.values()}
    types = venue.types.filter(pk__in=shown).order_by("pk")
    if isinstance(named, int):
        types = types.filter(pk=named)
    elif named is not None:
        types = types.filter(name__iexact=named.strip())
    found = list(types)
    if not found:
        raise NotFound("There is no such type of room here.")
    return found


def _of_types(wanted: Iterable[dict[str, Any]], venue: Venue, terms: VenueTerms) -> list[AnyOf]:
    return [AnyOf(types_called(one["type"], venue, terms)[0], one.get("count", 1)) for one in wanted]


def _of_any_type(
    operation: TAKES, types: list[RoomType], count: int, span: Span, terms: VenueTerms, asked: dict[str, Any]
) -> Booking:
    for _ in range(ATTEMPTS):
        free = _apart(free_rooms(terms, span, reader=asked["by"]), terms)
        best = _enough_of_one(types, free, count)
        try:
            if best is None and len(free) >= count:
                chosen = Room.objects.filter(pk__in=[one.room.id for one in free[:count]])
                return operation(list(chosen), span, **asked)
            # With too few of every type, the type that has any tells why, and what to have instead.
            return operation(AnyOf(best or _first(types, free), count), span, **asked)
        except Unavailable as refusal:
            if len(free) < count:
                raise _too_few(len(free), refusal) from None
            # Somebody was faster; what is left may still be enough.
    raise Unready("Too many people want the same rooms right now. Please try again in a moment.")


def _first(types: list[RoomType], free: list[Free]) -> RoomType:
    known = {kind.pk: kind for kind in types}
    return next((known[one.room.type_id] for one in free if one.room.type_id in known), types[0])


def _too_few(number: int, refusal: Unavailable) -> Unavailable:
    told = "None are free." if not number else f"Only {number} {'is' if number == 1 else 'are'} free."
    return Unavailable(told, alternatives=refusal.alternatives, free=number)


def _apart(free: list[Free], terms: VenueTerms) -> list[Free]:
    """Return the free rooms of which none is a part of another: a hall and its half are not two rooms."""
    chosen: list[Free] = []
    taken: set[int] = set()
    for one in sorted(free, key=lambda one: len(one.room.parts)):
        own = terms.rooms[one.room.id]
        if not taken & {own.id, *own.parts, *own.wholes}:
            chosen.append(one)
            taken |= {own.id, *own.parts}
    return sorted(chosen, key=free.index)


def _enough_of_one(types: list[RoomType], free: list[Free], count: int) -> RoomType | None:
    """Return the type of the cheapest room that has enough free rooms, if any has."""
    by_type: dict[int, int] = {}
    for one in free:
        by_type[one.room.type_id] = by_type.get(one.room.type_id, 0) + 1
    known = {kind.pk: kind for kind in types}
    return next((known[kind] for kind, number in by_type.items() if number >= count and kind in known), None)
