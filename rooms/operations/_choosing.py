"""Any n rooms of a type, or nothing: which ones, decided under the type's lock."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from reservations import NotFound, PolicyViolation, Unavailable, allocation, policies
from reservations.allocation import Candidate
from reservations.hours import Hours
from rooms.models import RoomType
from rooms.operations._writing import Locked, LockMore, lock
from rooms.queries.availability import free_candidates, violations
from rooms.queries.terms import RoomTerms, VenueTerms, terms_of_venue, with_parts
from rooms.sql import database_now
from rooms.wishes import AnyOf, Wish


def lock_type(any_of: AnyOf) -> VenueTerms:
    """Make requests for any room of the type queue, so that each chooses from what the last one left.

    Locked before any room, always: types first, then rooms, is the order that cannot deadlock.
    """
    types = RoomType.objects.select_related("venue").select_for_update(no_key=True, of=("self",))
    kind = types.filter(pk=any_of.type.pk).first()
    if kind is None:
        raise NotFound("There is no such type of room.")
    return terms_of_venue(kind.venue)


def choose_rooms(
    asked: Wish, terms: VenueTerms, now: datetime | None, *, also: Iterable[int] = ()
) -> tuple[int, ...]:
    """Return the rooms of the type that may be had, are free and fit best.

    :param also: what to lock before looking, because without that a rival came in between
    :raises Unavailable: with how many are free, if that is fewer than asked for
    :raises PolicyViolation: if the terms leave too few, whoever is there
    """
    of_type = _of_type(asked, terms)
    if also:
        lock({*everything(asked, terms), *also})
    moment = now or database_now()
    allowed = _allowed(asked, terms, of_type, moment)
    blocked = policies.blocked(asked.span, of_type[0].policy)
    free = free_candidates(terms, [room.id for room in allowed], blocked, now=moment)
    return tuple(_best(free, asked, terms))


def keep_choosing(asked: Wish, terms: VenueTerms, locked: Locked) -> None:
    """Start over with every room of the type locked, if a chosen one was lost to a rival who named it.

    Otherwise a guest would be refused while other rooms of the type are free.
    """
    if asked.any_of and not everything(asked, terms) <= set(locked.revisions):
        raise LockMore(everything(asked, terms))


def everything(asked: Wish, terms: VenueTerms) -> set[int]:
    """Return every room whose board a booking of this type could change."""
    taken = with_parts(terms, [room.id for room in _of_type(asked, terms)])
    return {*taken, *(whole for room in taken for whole in terms.rooms[room].wholes)}


def _of_type(asked: Wish, terms: VenueTerms) -> list[RoomTerms]:
    assert asked.any_of is not None  # noqa: S101 -- the caller asked because it is there
    of_type = [room for room in terms.rooms.values() if room.type_id == asked.any_of.type.pk]
    if not of_type:
        raise NotFound("There is no room of that type here.")
    return of_type


def _allowed(
    asked: Wish, terms: VenueTerms, of_type: Sequence[RoomTerms], now: datetime
) -> Sequence[RoomTerms]:
    """Return the rooms whose terms the span keeps to; rooms of one type differ in their hours alone."""
    assert asked.any_of is not None  # noqa: S101 -- the caller asked because it is there
    broken: dict[Hours, list[PolicyViolation]] = {}
    for room in of_type:
        if room.hours not in broken:
            broken[room.hours] = violations(room, terms, asked.span, now=now)
    allowed = [room for room in of_type if not broken[room.hours]]
    if len(allowed) < min(asked.any_of.count, len(of_type)):
        raise next(found[0] for found in broken.values() if found)
    count, party = asked.any_of.count, asked.details.party
    seats = sum(sorted((room.capacity for room in allowed), reverse=True)[:count])
    if party > seats and count <= len(allowed):
        raise PolicyViolation(f"There is room for {seats} at {terms.name}, not for {party}.", rule="capacity")
    return allowed


def _best(free: list[Candidate], asked: Wish, terms: VenueTerms) -> list[int]:
    """Choose among rooms of which none is a part of another: the small ones, or else the large ones."""
    assert asked.any_of is not None  # noqa: S101 -- the caller asked because it is there
    known = {one.id: terms.rooms[one.id] for one in free}
    small = [one for one in free if not known.keys() & set(known[one.id].parts)]
    large = [one for one in free if not known.keys() & set(known[one.id].wholes)]
    count, party = asked.any_of.count, asked.details.party
    try:
        return allocation.choose(small, count, party)
    except Unavailable:
        if small == large:
            raise
        return allocation.choose(large, count, party)
