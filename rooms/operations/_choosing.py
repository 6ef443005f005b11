"""Any n rooms of a type, or nothing: which ones, decided under the type's lock."""

from datetime import datetime

from reservations import NotFound, allocation, policies
from rooms.models import RoomType
from rooms.queries.availability import free_candidates
from rooms.queries.terms import VenueTerms
from rooms.sql import database_now
from rooms.wishes import AnyOf, Wish


def lock_type(any_of: AnyOf) -> None:
    """Make requests for any room of the type queue, so that each chooses from what the last one left.

    Locked before any room, always: types first, then rooms, is the order that cannot deadlock.
    """
    RoomType.objects.select_for_update(no_key=True).filter(pk=any_of.type.pk).first()


def choose_rooms(asked: Wish, terms: VenueTerms, now: datetime | None) -> tuple[int, ...]:
    """Return the rooms of the type that fit best and are free.

    :raises Unavailable: with how many are free, if that is fewer than asked for
    """
    any_of = asked.any_of
    assert any_of is not None  # noqa: S101 -- the caller asked because it is there
    of_type = [room for room in terms.rooms.values() if room.type_id == any_of.type.pk]
    if not of_type:
        raise NotFound("There is no room of that type here.")
    blocked = policies.blocked(asked.span, of_type[0].policy)
    candidates = free_candidates(terms, [room.id for room in of_type], blocked, now=now or database_now())
    return tuple(allocation.choose(candidates, any_of.count, asked.details.party))
