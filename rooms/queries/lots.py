"""What is in a car park now, and until when a free spot lasts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reservations import Span, due
from rooms.models import Allocation, Booking
from rooms.queries.availability import free_candidates
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import timeline, timelines
from rooms.sql import aware, fetch, instant, reaches_into

INSTANT = timedelta(microseconds=1)
AHEAD = timedelta(days=92)  # a little more than a season: what is later is not told


@dataclass(frozen=True, slots=True)
class Now:
    """How one room is at this moment: free, or what it is taken by and until when."""

    room: RoomTerms
    kind: str = "free"
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Occupancy:
    """How rooms are at one moment; what is out of use is neither free nor taken."""

    free: int = 0
    taken: int = 0
    blocked: int = 0

    @property
    def all(self) -> int:
        """Every room."""
        return self.free + self.taken + self.blocked

    @property
    def share(self) -> int:
        """How many of a hundred rooms that could be used are taken."""
        usable = self.free + self.taken
        return round(100 * self.taken / usable) if usable else 0


def occupancy_of(standing: Iterable[Now]) -> Occupancy:
    """Return how many of these rooms are free, taken and out of use: so count desks, pages and reports.

    A hall that divides is counted by its parts.
    """
    kinds = Counter(one.kind for one in standing if not one.room.parts)
    free, blocked = kinds["free"], kinds["blocked"]
    return Occupancy(free=free, taken=kinds.total() - free - blocked, blocked=blocked)


def now_of(terms: VenueTerms, *, now: datetime, rooms: Iterable[int] | None = None) -> dict[int, Now]:
    """Return how each room is at this moment; a buffer around a booking counts as its time."""
    return now_of_rooms(
        terms.rooms.values() if rooms is None else (terms.rooms[room] for room in rooms), now=now
    )


def now_of_rooms(rooms: Iterable[RoomTerms], *, now: datetime) -> dict[int, Now]:
    """Return the same of rooms of several venues, in one statement."""
    known = {room.id: room for room in rooms}
    found = {}
    for room, own in timelines(known.values(), Span(now, now + INSTANT), now=now).items():
        first = next((row for row in own.taken if row.blocks_from <= now), None)
        found[room] = Now(known[room], first.kind, first.start, first.end) if first else Now(known[room])
    return found


def next_taken(terms: VenueTerms, room: int, *, now: datetime) -> datetime | None:
    """Return when the next booking of a free room begins, its buffer included."""
    rows = timeline(terms, Span(now, now + AHEAD), rooms=[room], now=now)
    starts = [row.blocks_from for row in rows[room].taken] if room in rows else []
    return min((start for start in starts if start > now), default=None)


def lasting(terms: VenueTerms, rooms: Iterable[int], *, now: datetime) -> dict[int, datetime | None]:
    """Return for each of the rooms that is free now when the next booking begins; None if none does."""
    moment = Span(now, now + INSTANT)
    return {
        one.id: None if one.gap_after is None else now + INSTANT + one.gap_after
        for one in free_candidates(terms, rooms, moment, now=now)
    }


def own_now(user: Any, venue_id: int, *, now: datetime) -> list[Allocation]:
    """Return what the person has at the venue now and to come, what runs first."""
    rows = Allocation.objects.filter(
        booking__guest=user, booking__venue=venue_id, active=True, booking__state__in=HAS
    )
    rows = rows.exclude(ends_at__lte=now).exclude(expires_at__lte=now)
    return list(rows.select_related("booking", "room").order_by("starts_at", "pk")[:MOST_OWN])


def now_and_next(room: int, *, now: datetime) -> list[Allocation]:
    """Return what of bookings is in the room at this moment, and what comes next; one of each at most."""
    rows = Allocation.objects.filter(room=room, active=True, booking__isnull=False, state__in=HAS)
    rows = rows.exclude(ends_at__lte=now).exclude(expires_at__lte=now)
    found = list(rows.select_related("booking__guest").order_by("starts_at", "pk")[:2])
    return found if found and found[0].starts_at <= now else found[:1]


HAS = ("held", "pending", "confirmed", "checked_in")
MOST_OWN = 20


def so_far(booking: Booking, terms: VenueTerms, rooms: Iterable[int], *, until: datetime) -> int:
    """Return what a metered booking comes to by then, in minor units."""
    known = [terms.rooms[room] for room in rooms if room in terms.rooms]
    quotes = [due(booking.starts_at, until, room.rates, terms.zone, terms.currency) for room in known]
    return sum(quote.total for quote in quotes)


# What stood there all its time is found in each room's own index, and who gave some of it back among
# what is over at the venue since the day began: neither reads the history of the lot.
OF_THE_DAY = """
SELECT taken.starts_at, taken.ends_at, taken.room_id FROM rooms_room AS room
  JOIN rooms_allocation AS taken ON taken.room_id = room.id AND taken.active AND {reaches}
  WHERE room.venue_id = %s AND taken.state IN ('checked_in', 'confirmed', 'completed')
UNION ALL
SELECT taken.starts_at, taken.ends_at, taken.room_id FROM rooms_booking AS booking
  JOIN rooms_allocation AS taken ON taken.booking_id = booking.id AND NOT taken.active
  WHERE booking.venue_id = %s AND booking.state = 'completed' AND booking.ends_at > %s
    AND taken.state = 'completed'"""


def peak_of(terms: VenueTerms, day: Span, standing: Mapping[int, Now], *, now: datetime) -> int:
    """Return how many rooms were taken at once at most, of the day so far, in which are those taken now.

    Counted are the rooms of the terms, a hall that divides by its parts: of hidden ones none.
    """
    counted = {room.id for room in terms.rooms.values() if not room.parts}
    until = min(now, day.end or now)
    reaches, params = reaches_into(Span(day.start, until + INSTANT), "taken", "room.id")
    sql = OF_THE_DAY.format(reaches=reaches)
    steps: list[tuple[datetime, int]] = []
    for row in fetch(sql, [*params, terms.id, terms.id, instant(day.start)]):
        start, end = aware(row[0]) or day.start, aware(row[1])
        if row[2] not in counted or start > until or (end is not None and end <= day.start):
            continue  # only its buffer is of this day, or it is still to come
        steps.append((max(start, day.start), 1))
        if end is not None and end <= until:
            steps.append((end, -1))
    most, taken = occupancy_of(standing.values()).taken, 0  # whom holds and buffers keep out counts too
    for _, step in sorted(steps):  # who leaves at an instant makes room for who comes at it: -1 before 1
        taken += step
        most = max(most, taken)
    return most
