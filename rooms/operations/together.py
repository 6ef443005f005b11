"""Book several rooms at several times at once: each a booking of its own, and all of them or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reservations import Invalid, ReservationError, Span, Unavailable
from reservations.agenda import MOST
from rooms import permissions
from rooms.models import Booking, Room
from rooms.operations import refusing
from rooms.operations._writing import writes
from rooms.operations.holding import lock_with_terms, take_carefully
from rooms.queries.own import tell_whose
from rooms.queries.terms import terms_knowing, terms_of
from rooms.wishes import NO_DETAILS, Details, Wish, wish


@dataclass(frozen=True, slots=True)
class Taking:
    """One of the bookings: which room, when, and what it says of itself."""

    room: Room
    span: Span
    details: Details = NO_DETAILS


def book_together(
    takings: Sequence[Taking], *, by: Any, key: str = "", now: datetime | None = None
) -> list[Booking]:
    """Book all of it, or request it where a policy needs approval; or write nothing.

    :param key: an idempotency key of the whole: the same again gives the same bookings
    :raises Invalid: if there are none or too many, or they are of several venues
    :raises ReservationError: the first refusal, with the title or the room of what cannot be had
    """
    permissions.require_person(by)
    if not 1 <= len(takings) <= MOST or len({one.room.venue_id for one in takings}) > 1:
        raise Invalid(f"Book 1 to {MOST} events of one venue at once.")
    wishes = [
        wish(one.room, one.span, by=by, details=one.details, key=f"{key}.{number}" if key else "")
        for number, one in enumerate(takings)
    ]
    try:
        return _take(wishes, now)
    except Unavailable as refusal:
        tell_whose(refusal, terms_of(wishes[0].venue_id), by, now=now)
        raise


@writes
def _take(also: frozenset[int], wishes: Sequence[Wish], now: datetime | None) -> list[Booking]:
    rooms = [room for asked in wishes for room in asked.rooms]
    # All rooms at once and in order, so that none of the bookings waits for a rival who waits for another.
    locked = lock_with_terms(also, rooms, terms_knowing(wishes[0].venue_id, rooms))
    return [_take_one(asked, now or locked.now) for asked in wishes]


def _take_one(asked: Wish, now: datetime) -> Booking:
    try:
        return take_carefully(asked, now)
    except ReservationError as refusal:
        refusing.count(asked, refusal)
        if asked.details.title:
            refusal.sentence = f"{asked.details.title}: {refusal.sentence}"
        raise
