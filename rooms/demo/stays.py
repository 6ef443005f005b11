"""Who stays in the demo's hotels: weeks that look lived in, made by the same operations as everybody's stays.

Nights follow each other as guests do: who leaves at 11:00 is followed at 15:00. Some nights of some types are
sold out, one type has its last room on hold, and today people arrive, leave, and are in the house.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from accounts.models import User
from reservations import ReservationError, Span, day_span, hours
from reservations.lifecycle import COMPLETED
from rooms import operations
from rooms.demo import people as cast
from rooms.models import Allocation, Booking, Room, Venue
from rooms.operations import Details
from rooms.queries.availability import taken_ranges
from rooms.queries.terms import RoomTerms, VenueTerms, terms_of_venue
from rooms.queries.timeline import RoomTimeline, timeline
from rooms.sql import database_now

PAST, AHEAD = 4, 24  # days around today on which guests arrive
LENGTHS = (1, 1, 2, 2, 2, 3, 3, 4, 5, 7)  # nights
ARRIVE = {0: 30, 1: 30, 2: 34, 3: 42, 4: 58, 5: 52, 6: 28}
"""How often in a hundred a free room finds a guest, by the weekday of arrival."""
FULL = 7  # on average, every so many nights a type is sold out
OWN_IN, HELD_IN = 9, 3  # days ahead: the demo guest's own stay, and the last room of a type on hold
OCCASIONS = (
    *("Anniversary", "City weekend", "Trade fair", "Family visit", "Honeymoon", "On the way to Izmir"),
    *("Conference", "Museum week", "Long weekend", "Concert", "", "", "", ""),
)


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody who comes: into which room, from when to when, what for, who, and when they asked."""

    room: RoomTerms
    span: Span
    title: str
    guest: User
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class House:
    """A hotel at the moment of seeding."""

    venue: Venue
    terms: VenueTerms
    people: dict[str, User]
    now: datetime
    rooms: dict[int, Room]
    left: defaultdict[int, list[Span]]  # who had a room and left: nothing stands in the way of that any more

    def chance(self, day: date, of: str) -> random.Random:
        """Return the chance of a day, which is the same whenever it is asked for."""
        return random.Random(f"{self.venue.slug} {day} {of}")  # noqa: S311 -- a demo, not a secret

    def span(self, room: RoomTerms, arrive: date, nights: int) -> Span:
        """Return the span of a stay."""
        check_in, check_out = room.policy.check_in or time(15), room.policy.check_out or time(11)
        depart = arrive + timedelta(days=nights)
        return hours.night_span(arrive, depart, check_in, check_out, self.terms.zone)

    def taken(self, day: date) -> dict[int, RoomTimeline]:
        """Return what is taken from that day on, as far as a stay can last."""
        return timeline(self.terms, day_span(day, self.terms.zone, max(LENGTHS) + 1), now=self.now)

    def is_free(self, room: RoomTerms, day: date, nights: int, taken: dict[int, RoomTimeline]) -> bool:
        """Test whether nobody has the room on any of these nights."""
        stay = self.span(room, day, nights)
        ranges = [*taken_ranges(taken.get(room.id), room.policy), *self.left[room.id]]
        return not any(one.overlaps(stay) for one in ranges)


def live_in(venue: Venue, people: dict[str, User], *, now: datetime | None = None) -> int:
    """Let guests arrive on the days around now on which nobody does, and return how many stays that makes."""
    moment = now or database_now()
    rooms = {room.pk: room for room in Room.objects.filter(venue=venue, archived_at=None)}
    house = House(venue, terms_of_venue(venue), people, moment, rooms, _left(venue))
    zone = house.terms.zone
    starts = Booking.objects.filter(venue=venue).values_list("starts_at", flat=True)
    busy = {start.astimezone(zone).date() for start in starts}
    today = moment.astimezone(zone).date()
    made = 0
    for offset in range(-PAST, AHEAD + 1):
        day = today + timedelta(days=offset)
        if day not in busy:
            made += _arrive(house, day, offset)
    return made


def _left(venue: Venue) -> defaultdict[int, list[Span]]:
    found: defaultdict[int, list[Span]] = defaultdict(list)
    over = Allocation.objects.filter(room__venue=venue, state=COMPLETED, ends_at__isnull=False)
    for room, start, end in over.values_list("room", "starts_at", "ends_at"):
        found[room].append(Span(start, end))
    return found


def _arrive(house: House, day: date, offset: int) -> int:
    # One transaction for the day: on SQLite, each alone would wait for the disk a hundred times.
    with transaction.atomic():
        made = _last_on_hold(house, day) if offset == HELD_IN else []
        for stay in _plan(house, day, own=offset == OWN_IN):
            made += _come(house, stay)
        operations.tick_off(made)
        return len(made)


def _plan(house: House, day: date, *, own: bool) -> Iterator[Stay]:
    """Yield who arrives on the day, room by room; where it is said, the first of them is the demo's guest."""
    taken, wanted = house.taken(day), _how_wanted(house)
    for room in house.terms.rooms.values():
        chance = house.chance(day, room.name)
        full = house.chance(day, room.type_name).randrange(FULL) == 0
        if not full and chance.randrange(100) >= ARRIVE[day.weekday()] * wanted[room.id]:
            continue
        nights = chance.choice(LENGTHS)
        while nights and not house.is_free(room, day, nights, taken):
            nights -= 1
        if nights:
            guest = house.people[cast.GUEST] if own else _stranger(house, chance)
            own = False
            yield _stay(house, room, day, nights, guest)


def _how_wanted(house: House) -> dict[int, float]:
    """Return how often each room is let: the first of a type most, so that the last keep long gaps."""
    alike: defaultdict[int, list[int]] = defaultdict(list)
    for room in house.terms.rooms.values():
        alike[room.type_id].append(room.id)
    return {
        room: 1.8 - 1.5 * place / len(rooms) for rooms in alike.values() for place, room in enumerate(rooms)
    }


def _stranger(house: House, chance: random.Random) -> User:
    return chance.choice([user for address, user in house.people.items() if address not in cast.LOG_INS])


def _stay(house: House, room: RoomTerms, day: date, nights: int, guest: User) -> Stay:
    chance = house.chance(day, f"{room.name} asks")
    span = house.span(room, day, nights)
    asked_at = min(house.now, span.start) - timedelta(minutes=chance.randint(60, 20 * 24 * 60))
    return Stay(room, span, chance.choice(OCCASIONS), guest, asked_at)


def _come(house: House, stay: Stay) -> list[Booking]:
    """Book the stay, and let happen what has happened by now; what the rules refuse does not happen."""
    staff = house.people[cast.STAFF]
    details = Details(stay.title, min(stay.room.capacity, 2), guest=stay.guest)
    room = house.rooms[stay.room.id]
    try:
        # Where guests pay before they come, the staff may book without.
        booking = operations.book(room, stay.span, by=staff, details=details, now=stay.asked_at)
    except ReservationError:
        return []
    chance = house.chance(stay.span.start.date(), f"{stay.room.name} at the desk")
    came_at = stay.span.start + timedelta(minutes=chance.randint(0, 300))
    left_at = (stay.span.end or house.now) - timedelta(minutes=chance.randint(5, 150))
    if came_at <= house.now:
        operations.check_in(booking, by=staff, now=came_at)
    if left_at <= house.now:
        operations.check_out(booking, by=staff, now=left_at)
        house.left[room.pk].append(stay.span)
    return [booking]


def _last_on_hold(house: House, day: date) -> list[Booking]:
    """Let all rooms of the last type but one be booked for two nights, and that one be on hold."""
    *_, last = house.terms.rooms.values()
    taken = house.taken(day)
    alike = [room for room in house.terms.rooms.values() if room.type_id == last.type_id]
    free = [room for room in alike if house.is_free(room, day, 2, taken)]
    made: list[Booking] = []
    for room in free[1:]:
        made += _come(house, _stay(house, room, day, 2, _stranger(house, house.chance(day, room.name))))
    for room in free[:1]:
        holder = _stranger(house, house.chance(day, f"{room.name} holder"))
        made.append(operations.hold(house.rooms[room.id], house.span(room, day, 2), by=holder, now=house.now))
    return made
