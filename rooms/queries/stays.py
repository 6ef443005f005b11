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
from rooms.queries.availability import violations
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import RoomTimeline, timelines
from rooms.sql import FOREVER, fetch, instant, one_of, stays_table

HELD = "held"
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class StayType:
    """A type of room of one hotel, sold by the night, with its rooms as far as they are wanted."""

    venue: VenueTerms
    rooms: tuple[RoomTerms, ...]

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

    @property
    def capacity(self) -> int:
        """How many guests the smallest of the rooms holds."""
        return min(room.capacity for room in self.rooms)

    @property
    def amenities(self) -> frozenset[str]:
        """What each of the rooms has."""
        return frozenset.intersection(*(room.amenities for room in self.rooms))

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

    def met_by(self, room: RoomTerms) -> bool:
        """Test whether the room holds its share of the guests, and has what is wanted."""
        return room.capacity * self.count >= self.guests and self.amenities <= room.amenities


ANYTHING = Wanted()


def stay_types(terms: VenueTerms, wanted: Wanted = ANYTHING) -> list[StayType]:
    """Return the types of rooms by the night that have rooms as wanted, in the hotel's own order."""
    by_type: defaultdict[int, list[RoomTerms]] = defaultdict(list)
    for room in terms.rooms.values():
        if room.unit == Unit.NIGHT and wanted.met_by(room):
            by_type[room.type_id].append(room)
    return [StayType(terms, tuple(rooms)) for rooms in by_type.values()]


def span_of_dates(terms: VenueTerms, first: Any, last: Any) -> Span | None:
    """Return the stay between two dates given as texts; None if these are none, or it is no hotel.

    :raises Invalid: if the calendar has no such date
    """
    types = stay_types(terms)
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
    """Read what stands in these types' hotels from the night of the first date up to the last date."""
    found = list(types)
    venues = {kind.venue.id: kind.venue for kind in found}
    if not found:
        return Window({}, own, now)
    spans = [kind.kept(first, last) for kind in found]
    around = Span(min(span.start for span in spans), max(span.end or FOREVER for span in spans))
    return Window(timelines(venues.values(), around, now=now), own, now)


FREE = """
SELECT room.id FROM {stays} JOIN rooms_room AS room ON room.type_id = stay.type_id
WHERE room.archived_at IS NULL AND COALESCE(
  (SELECT COALESCE(taken.blocks_until, %s) FROM rooms_allocation AS taken
   WHERE taken.room_id = room.id AND taken.active AND (taken.expires_at IS NULL OR taken.expires_at > %s)
   AND NOT {own} AND taken.blocks_from < stay.ends ORDER BY taken.blocks_from DESC LIMIT 1), stay.starts
) <= stay.starts"""


def free_rooms(
    types: Sequence[StayType], arrive: date, depart: date, *, own: frozenset[int] = frozenset(), now: datetime
) -> set[int]:
    """Return the rooms of the types that are free for the stay, those one holds oneself among them.

    One step back in each room's own index tells: however many stays there ever were, it reads one row a room.
    """
    kept = [(kind.id, kind.kept(arrive, depart)) for kind in types]
    stays, params = stays_table([(key, span.start, span.end or FOREVER) for key, span in kept])
    # A blocking has no booking, and zero is nobody's.
    which, holds = one_of("COALESCE(taken.booking_id, -1)", own or [0])
    rows = fetch(FREE.format(stays=stays, own=which), [*params, instant(FOREVER), instant(now), *holds])
    free = {room for (room,) in rows}
    known = {room.id: room for kind in types for room in kind.rooms if room.parts}
    # A suite that divides is free when its parts are.
    return {room for room in free if room not in known or free.issuperset(known[room].parts)}
