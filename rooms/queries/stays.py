"""Stays: what hotels have left by the night and by type of room, in as many queries for many as for one.

A night is counted by the hotel's own dates, from check-in to check-out, so a night of 23 hours is one too.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reservations import Invalid, PolicyViolation, Quote, Span, lifecycle, nights, policies, pricing
from reservations.nights import Left, Standing
from rooms.models import Booking, Unit
from rooms.queries.availability import STANDS
from rooms.queries.breaking import violations
from rooms.queries.terms import RoomTerms, VenueTerms, derived
from rooms.queries.timeline import RoomTimeline, timelines
from rooms.sql import FOREVER, fetch, instant, one_of, stays_table

HELD = "held"
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class StayType:
    """A type of room of one hotel, sold by the night, with its rooms as far as they are wanted."""

    venue: VenueTerms
    rooms: tuple[RoomTerms, ...]
    capacity: int  # how many guests the smallest of the rooms holds
    amenities: frozenset[str]  # what each of the rooms has
    is_plain: bool  # whether these are all rooms of the type, and none of them divides

    @classmethod
    def of(cls, venue: VenueTerms, rooms: Sequence[RoomTerms], *, are_all: bool = True) -> "StayType":
        """Return the type of these rooms."""
        has = frozenset.intersection(*{room.amenities for room in rooms})
        plain = are_all and not any(room.parts for room in rooms)
        return cls(venue, tuple(rooms), min(room.capacity for room in rooms), has, plain)

    @property
    def first(self) -> RoomTerms:
        """What its rooms have in common can be read from any of them."""
        return self.rooms[0]

    @property
    def id(self) -> int:
        return self.first.type_id

    @property
    def name(self) -> str:
        return self.first.type_name

    @property
    def policy(self) -> policies.Policy:
        return self.first.policy

    def span(self, arrive: date, depart: date) -> Span:
        """Return the span of a stay in it."""
        return nights.stay_span(arrive, depart, self.policy, self.venue.zone)

    def kept(self, arrive: date, depart: date) -> Span:
        """Return what a stay in it keeps from others: its span, and the buffers around it."""
        return policies.blocked(self.span(arrive, depart), self.policy)

    def quote(self, arrive: date, depart: date) -> Quote:
        """Return what one room costs for the stay."""
        return pricing.quote(
            self.span(arrive, depart), self.first.rates, self.venue.zone, self.venue.currency
        )

    def broken(self, arrive: date, depart: date, *, now: datetime) -> PolicyViolation | None:
        """Return the first term that the stay does not keep to, if there is one."""
        found = violations(self.first, self.venue, self.span(arrive, depart), now=now)
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What rooms are looked for: `count` of them, for so many guests together, each with these amenities."""

    guests: int = 1
    count: int = 1
    amenities: frozenset[str] = frozenset()
    closed: frozenset[int] = frozenset()  # rooms that whoever looks may not book

    def met_by(self, room: RoomTerms | StayType) -> bool:
        """Test whether the room holds its share of the guests, and has what is wanted; of a type, each."""
        if self.closed and not self.closed.isdisjoint(_ids(room)):
            return False
        return room.capacity * self.count >= self.guests and self.amenities <= room.amenities


def _ids(room: RoomTerms | StayType) -> set[int]:
    return {room.id} if isinstance(room, RoomTerms) else {one.id for one in room.rooms}


ANYTHING = Wanted()
_kept: dict[int, tuple[VenueTerms, list[StayType]]] = {}


def stay_types(terms: VenueTerms, wanted: Wanted = ANYTHING) -> list[StayType]:
    """Return the types of rooms by the night that have rooms as wanted, in the hotel's own order."""
    found = []
    for kind in derived(_kept, terms, _types_of):
        if wanted.met_by(kind):
            found.append(kind)
        elif rooms := [room for room in kind.rooms if wanted.met_by(room)]:
            found.append(StayType.of(terms, rooms, are_all=False))
    return found


def _types_of(terms: VenueTerms) -> list[StayType]:
    """Return all types of a hotel."""
    by_type: defaultdict[int, list[RoomTerms]] = defaultdict(list)
    for room in terms.rooms.values():
        if room.unit == Unit.NIGHT:
            by_type[room.type_id].append(room)
    return [StayType.of(terms, rooms, are_all=not terms.hidden) for rooms in by_type.values()]


def is_stay(booking: Booking) -> bool:
    """Test whether a booking has a room by the night, and so lasts for nights and not for hours."""
    return booking.allocations.filter(active=True, room__type__unit=Unit.NIGHT).exists()


def span_of_dates(terms: VenueTerms, first: Any, last: Any, *, of: int | None = None) -> Span | None:
    """Return the stay between two dates given as texts; None if these are none, or it is no hotel.

    :param of: the type of room whose check-in and check-out count; without one, the hotel's first
    :raises Invalid: if the calendar has no such date
    """
    types = [kind for kind in stay_types(terms) if of in (None, kind.id)]
    if not types or not all(isinstance(text, str) and DATE.fullmatch(text.strip()) for text in (first, last)):
        return None
    return types[0].span(_date(first, "start"), _date(last, "end"))


def _date(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        sentence = "There is no such date."
        raise Invalid(sentence, field_errors={field: [sentence]}) from None


def own_holds(reader: Any, *, now: datetime) -> frozenset[int]:
    """Return the bookings that the person has on hold now."""
    if not getattr(reader, "is_authenticated", False):
        return frozenset()
    held = Booking.objects.filter(guest=reader, state=lifecycle.HELD, expires_at__gt=now)
    return frozenset(held.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Window:
    """What stands in the rooms of some hotels around some nights, as of one instant, for one reader."""

    rows: dict[int, RoomTimeline]
    own: frozenset[int]
    now: datetime

    def standing(self, room: int) -> list[Standing]:
        """Return what stands in the room."""
        rows = self.rows[room].taken if room in self.rows else []
        return [
            Standing(
                Span(row.blocks_from, row.blocks_until),
                row.expires_at if row.kind == HELD else None,
                mine=row.booking in self.own,
            )
            for row in rows
        ]

    def left(self, kind: StayType, arrive: date, depart: date) -> Left:
        """Return how many rooms of the type are left for the whole stay."""
        rooms = [self.standing(room.id) for room in kind.rooms]
        return nights.left(rooms, kind.kept(arrive, depart), now=self.now)

    def left_by_night(self, kind: StayType, first: date, last: date) -> list[Left]:
        """Return how many rooms of the type are left in each night from the first date to the last."""
        rooms = [self.standing(room.id) for room in kind.rooms]
        asked = nights.nights_between(first, last, kind.policy, kind.venue.zone)
        return nights.left_by_night(rooms, asked, now=self.now)


def window(
    types: Iterable[StayType], first: date, last: date, *, own: frozenset[int] = frozenset(), now: datetime
) -> Window:
    """Read what stands in the rooms of these types from the night of the first date up to the last date."""
    found = list(types)
    if not found:
        return Window({}, own, now)
    spans = [kind.kept(first, last) for kind in found]
    around = Span(min(span.start for span in spans), max(span.end or FOREVER for span in spans))
    rooms = (room for kind in found for room in kind.rooms)
    return Window(timelines(rooms, around, now=now), own, now)


# One step back in the room's own index tells: however many stays there ever were, it reads one row a room.
IS_FREE = f"""
room.archived_at IS NULL AND COALESCE(
  (SELECT COALESCE(taken.blocks_until, %s) FROM rooms_allocation AS taken
   WHERE {STANDS}
   {{unless_own}}AND taken.blocks_from < stay.ends ORDER BY taken.blocks_from DESC LIMIT 1), stay.starts
) <= stay.starts"""  # noqa: S608 -- no input in it
FREE = "SELECT room.id FROM {stays} JOIN rooms_room AS room ON room.type_id = stay.type_id WHERE {is_free}"
ENOUGH = """
SELECT stay.type_id, (SELECT COUNT(*) FROM (
  SELECT 1 FROM rooms_room AS room WHERE room.type_id = stay.type_id AND {is_free} LIMIT %s
) AS enough) FROM {stays}"""


def free_rooms(
    types: Sequence[StayType], arrive: date, depart: date, *, own: frozenset[int] = frozenset(), now: datetime
) -> set[int]:
    """Return the rooms of the types that are free for the stay, those one holds oneself among them."""
    stays, params = _stays(types, arrive, depart)
    is_free, instants = _is_free(own, now)
    rows = fetch(FREE.format(stays=stays, is_free=is_free), [*params, *instants])
    free = {room for (room,) in rows}
    known = {room.id: room for kind in types for room in kind.rooms if room.parts}
    # A suite that divides is free when its parts are.
    return {room for room in free if room not in known or free.issuperset(known[room].parts)}


def free_enough(
    types: Sequence[StayType],
    arrive: date,
    depart: date,
    *,
    count: int,
    own: frozenset[int] = frozenset(),
    now: datetime,
) -> dict[int, int]:
    """Return for each type how many of its rooms are free for the stay, as far as `count` of them matter.

    Of a plain type, rooms are looked at until enough are free: in a house half full, two of fifty.
    """
    stays, params = _stays([kind for kind in types if kind.is_plain], arrive, depart)
    is_free, instants = _is_free(own, now)
    found = dict(fetch(ENOUGH.format(stays=stays, is_free=is_free), [*instants, count, *params]))
    others = [kind for kind in types if not kind.is_plain]
    if others:
        hotels = {kind.venue.id: kind.venue for kind in others}
        every = [kind for terms in hotels.values() for kind in stay_types(terms)]
        free = free_rooms(every, arrive, depart, own=own, now=now)
        found |= {kind.id: sum(room.id in free for room in kind.rooms) for kind in others}
    return found


def _stays(types: Iterable[StayType], arrive: date, depart: date) -> tuple[str, list[Any]]:
    kept = [(kind.id, kind.kept(arrive, depart)) for kind in types]
    return stays_table([(key, span.start, span.end or FOREVER) for key, span in kept])


def _is_free(own: frozenset[int], now: datetime) -> tuple[str, list[Any]]:
    moments = [instant(FOREVER), instant(now)]
    if not own:
        return IS_FREE.format(unless_own=""), moments  # the index alone tells
    # A blocking has no booking.
    which, holds = one_of("COALESCE(taken.booking_id, -1)", own)
    return IS_FREE.format(unless_own=f"AND NOT {which} "), [*moments, *holds]
