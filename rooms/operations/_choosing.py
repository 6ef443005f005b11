"""Any n rooms of one type or of several, or nothing: which ones, decided under the locks of the types."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from reservations import Forbidden, NotFound, PolicyViolation, Unavailable, allocation, policies
from reservations.allocation import Candidate
from reservations.hours import Hours
from reservations.rights import SEE
from rooms import permissions
from rooms.models import RoomType
from rooms.operations import _series
from rooms.operations._writing import Locked, LockMore, lock
from rooms.queries.availability import free_candidates, free_for_all
from rooms.queries.breaking import violations
from rooms.queries.rights import RULE
from rooms.queries.terms import RoomTerms, VenueTerms, terms_of_venue, with_parts
from rooms.sql import database_now
from rooms.wishes import AnyOf, Wish

Pools = dict[int, list[Candidate]]
"""What can be had of each type that is asked for."""


def lock_types(any_of: Sequence[AnyOf]) -> VenueTerms:
    """Make requests for any rooms of these types queue, so that each chooses from what the last one left.

    Locked before any room, and in id order: types first, then rooms, is the order that cannot deadlock.
    """
    types = RoomType.objects.select_related("venue").select_for_update(no_key=True, of=("self",))
    found = list(types.filter(pk__in=[one.type.pk for one in any_of]).order_by("pk"))
    if len(found) < len(any_of):
        raise NotFound("There is no such type of room.")
    return terms_of_venue(found[0].venue)


def choose_rooms(
    asked: Wish, terms: VenueTerms, now: datetime | None, *, also: Iterable[int] = ()
) -> tuple[int, ...]:
    """Return the rooms of the types that may be had, are free and fit best.

    :param also: what to lock before looking, because without that a rival came in between
    :raises Unavailable: with how many are free, if that is fewer than asked for
    :raises PolicyViolation: if the terms leave too few, whoever is there
    """
    of_types = [(one, _open(one, asked, terms)) for one in asked.any_of]
    if also:
        lock({*everything(asked, terms), *also})
    moment = now or database_now()
    allowed = {one.type.pk: _allowed(one, asked, terms, rooms, moment) for one, rooms in of_types}
    _require_seats(asked, terms, allowed)
    free = {key: _free(asked, terms, rooms, moment) for key, rooms in allowed.items()}
    return tuple(_best(free, asked, terms))


def _free(asked: Wish, terms: VenueTerms, rooms: Sequence[RoomTerms], now: datetime) -> list[Candidate]:
    """Return those of the rooms that are free; for a series, on all of its dates."""
    ids = [room.id for room in rooms]
    if asked.series:
        return free_for_all(terms, ids, asked.spans, now=now)
    return free_candidates(terms, ids, policies.blocked(asked.span, rooms[0].policy), now=now)


def keep_choosing(asked: Wish, terms: VenueTerms, locked: Locked) -> None:
    """Start over with every room of the type locked, if a chosen one was lost to a rival who named it.

    Otherwise a guest would be refused while other rooms of the type are free.
    """
    if asked.any_of and not everything(asked, terms) <= set(locked.revisions):
        raise LockMore(everything(asked, terms))


def everything(asked: Wish, terms: VenueTerms) -> set[int]:
    """Return every room whose board a booking of these types could change."""
    taken = with_parts(terms, [room.id for one in asked.any_of for room in _of_type(one, terms)])
    return {*taken, *(whole for room in taken for whole in terms.rooms[room].wholes)}


def _of_type(one: AnyOf, terms: VenueTerms) -> list[RoomTerms]:
    of_type = [room for room in terms.rooms.values() if room.type_id == one.type.pk]
    if not of_type:
        raise NotFound("There is no room of that type here.")
    return of_type


def _open(one: AnyOf, asked: Wish, terms: VenueTerms) -> list[RoomTerms]:
    """Return the rooms of the type that may be chosen for whoever asks: those that they could name."""
    of_type = _of_type(one, terms)
    closed = permissions.rooms_closed(permissions.takes_by(asked), terms, permissions.verb_of(asked))
    found = [room for room in of_type if room.id not in closed] if closed else of_type
    if not found:
        hidden = permissions.rooms_closed(permissions.takes_by(asked), terms, SEE)
        if all(room.id in hidden for room in of_type):
            raise NotFound("There is no such type of room here.")
        raise Forbidden(
            f"You may not book a room of the type {of_type[0].type_name}. Ask the venue.", rule=RULE
        )
    return found


def _allowed(
    one: AnyOf, asked: Wish, terms: VenueTerms, of_type: Sequence[RoomTerms], now: datetime
) -> Sequence[RoomTerms]:
    """Return the rooms whose terms the span keeps to; rooms of one type differ in their hours alone."""
    broken: dict[Hours, list[PolicyViolation]] = {}
    for room in of_type:
        if room.hours not in broken:
            broken[room.hours] = _violations(asked, terms, room, now)
    allowed = [room for room in of_type if not broken[room.hours]]
    if len(allowed) < min(one.count, len(of_type)):
        raise next(found[0] for found in broken.values() if found)
    return allowed


def _violations(asked: Wish, terms: VenueTerms, room: RoomTerms, now: datetime) -> list[PolicyViolation]:
    """Return the terms that are not kept to; of a series, those of the first date that does not."""
    for span in asked.spans:
        if found := violations(room, terms, span, now=now):
            return [_series.dated(found[0], span, terms)] if asked.series else found
    return []


def _require_seats(asked: Wish, terms: VenueTerms, allowed: Mapping[int, Sequence[RoomTerms]]) -> None:
    """Refuse a party that the largest rooms of the types could not hold, were they all free."""
    if any(one.count > len(allowed[one.type.pk]) for one in asked.any_of):
        return  # There are too few whoever comes, which is another refusal.
    sizes = {key: sorted((room.capacity for room in rooms), reverse=True) for key, rooms in allowed.items()}
    seats = sum(sum(sizes[one.type.pk][: one.count]) for one in asked.any_of)
    if asked.details.party > seats:
        raise PolicyViolation(
            f"There is room for {seats} at {terms.name}, not for {asked.details.party}.", rule="capacity"
        )


def _best(free: Pools, asked: Wish, terms: VenueTerms) -> list[int]:
    """Choose among rooms of which none is a part of another: the small ones, or else the large ones."""
    small, large = {}, {}
    for key, pool in free.items():
        known = {one.id: terms.rooms[one.id] for one in pool}
        small[key] = [one for one in pool if not known.keys() & set(known[one.id].parts)]
        large[key] = [one for one in pool if not known.keys() & set(known[one.id].wholes)]
    try:
        return _choose(small, asked, terms)
    except Unavailable:
        if small == large:
            raise
        return _choose(large, asked, terms)


def _choose(pools: Pools, asked: Wish, terms: VenueTerms) -> list[int]:
    """Choose of each type; a room of one that is a part of a chosen one of another is given up."""
    # Wholes first: two parts may lie in two halls, and one hall is enough to spoil.
    order = sorted(
        asked.any_of, key=lambda one: not any(terms.rooms[at.id].parts for at in pools[one.type.pk])
    )
    while True:
        _require_enough(pools, asked, terms)
        wanted = [(pools[one.type.pk], one.count) for one in order]
        chosen = allocation.choose_each(wanted, asked.details.party)
        taken: set[int] = set()
        clashes = set()
        for rooms in chosen:
            clashes |= taken & set(rooms)
            taken |= {
                near for room in rooms for near in (*terms.rooms[room].parts, *terms.rooms[room].wholes)
            }
        if not clashes:
            return sorted(room for rooms in chosen for room in rooms)
        pools = {key: [one for one in pool if one.id not in clashes] for key, pool in pools.items()}


def _require_enough(pools: Pools, asked: Wish, terms: VenueTerms) -> None:
    """Refuse with how many of which type are free, if one of several types has too few."""
    left = {one.type.pk: len(pools[one.type.pk]) for one in asked.any_of}
    few = {one.type.pk: left[one.type.pk] for one in asked.any_of if left[one.type.pk] < one.count}
    if not few or len(asked.any_of) == 1:
        return  # Of one type, the library says it.
    names = {room.type_id: room.type_name for room in terms.rooms.values()}
    told = [f"only {few[key]} of {names[key]}" if few[key] else f"no {names[key]}" for key in sorted(few)]
    sentence = f"{' and '.join(told)} {'are' if max(few.values()) > 1 else 'is'} free."
    raise Unavailable(f"{sentence[0].upper()}{sentence[1:]}", free=sum(few.values()))
