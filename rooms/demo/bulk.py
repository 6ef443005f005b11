"""A very large demo: 1,000 rooms with 1,000,000 allocations, to see and measure what size does.

It is written row by row (rooms/demo/rows.py), and `manage.py verify` finds nothing wrong with it.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, cycle, islice, product
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from reservations import iso
from reservations.hours import to_instant
from reservations.lifecycle import COMPLETED, CONFIRMED
from rooms.demo import rows
from rooms.demo.days import MEETINGS
from rooms.demo.progress import Progress
from rooms.models import OpeningHours, Policy, Room, RoomType, Venue
from rooms.sql import database_now, instant

TOWERS = {
    "tower-north": ("North Tower", "Europe/Istanbul"),
    "tower-east": ("East Tower", "Asia/Tokyo"),
    "tower-south": ("South Tower", "Africa/Lagos"),
    "tower-west": ("West Tower", "America/New_York"),
    "tower-central": ("Central Tower", "Europe/Berlin"),
}
SLUGS = tuple(TOWERS)
ROOMS, EACH = 1_000, 1_000
A_DAY = 8  # meetings of a room on a weekday
PAST_DAYS = 120
BATCH = 10  # rooms in one transaction
VISITORS = 2_000

BOOKING = (
    "id, reference, venue_id, guest_id, booked_by_id, state, title, party, note, starts_at, ends_at, "
    "renewals, price, currency, lines, created_at"
)
ALLOCATION = "room_id, booking_id, starts_at, ends_at, blocks_from, blocks_until, state, active"
CHANGE = "room_id, revision, kind, booking_id, guest_id, by_id, at, before, after, told"


def build(*, progress: Progress, rooms: int = ROOMS, each: int = EACH) -> int:
    """Create the towers, fill every room of theirs that is empty, and return how many rows that made."""
    venues = [_tower(slug, rooms // len(TOWERS)) for slug in TOWERS]
    number = min(VISITORS, rooms * 2)
    visitors = rows.visitors({f"visitor-{n:04}@example.com": f"Visitor {n:04}" for n in range(number)})
    empty = {venue: list(venue.rooms.filter(revision=0).order_by("pk")) for venue in venues}
    total = sum(map(len, empty.values())) * each
    progress.start(total)
    for venue, waiting in empty.items():
        slots = _slots(venue.zone, each)
        for first in range(0, len(waiting), BATCH):
            batch = waiting[first : first + BATCH]
            _fill(venue, batch, slots, visitors)
            progress.step(len(batch) * each)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return total


@transaction.atomic
def _tower(slug: str, rooms: int) -> Venue:
    found = Venue.objects.filter(slug=slug).first()
    if found is not None:
        return found
    name, zone = TOWERS[slug]
    venue = Venue.objects.create(slug=slug, name=name, timezone=zone)
    for weekday in range(5):
        OpeningHours.objects.create(venue=venue, weekday=weekday, opens=time(7), closes=time(20))
    kind = RoomType.objects.create(
        venue=venue, name="Meeting room", capacity=20, policy=Policy.objects.create(venue=venue)
    )
    Room.objects.bulk_create(
        Room(
            venue=venue,
            type=kind,
            name=f"Room {number}",
            capacity=size,
            floor=str(1 + order // 20),
            order=order,
        )
        for order, (number, size) in enumerate(zip(range(101, 101 + rooms), cycle((4, 8, 12, 6, 20, 2))))
    )
    return venue


@dataclass(frozen=True, slots=True)
class _Slot:
    """A stretch of time as the database takes it, and as a Change tells it."""

    start: Any
    end: Any
    asked_at: Any
    state: str
    after: str


def _slots(zone: ZoneInfo, number: int) -> list[_Slot]:
    """Return so many stretches that do not overlap, eight a weekday, from months ago into the future."""
    today = database_now().astimezone(zone).date()
    return list(islice(_weekday_slots(zone, today - timedelta(days=PAST_DAYS)), number))


def _weekday_slots(zone: ZoneInfo, day: date) -> Iterator[_Slot]:
    while True:
        for turn in range(A_DAY if day.weekday() < 5 else 0):
            minutes = 8 * 60 + turn * 75
            start = to_instant(day, time(*divmod(minutes, 60)), zone)
            yield _slot(start, start + timedelta(minutes=45 + turn % 3 * 15))
        day += timedelta(days=1)


def _slot(start: datetime, end: datetime) -> _Slot:
    now = datetime.now(UTC)
    state = COMPLETED if end <= now else CONFIRMED  # or the clock would have to complete half a million
    after = json.dumps({"state": state, "start": iso(start), "end": iso(end)})
    asked_at = min(start, now) - timedelta(days=2)
    return _Slot(instant(start), instant(end), instant(asked_at), state, after)


@transaction.atomic
def _fill(venue: Venue, rooms: Sequence[Room], slots: Sequence[_Slot], visitors: Sequence[int]) -> None:
    first = rows.keys("rooms_booking", len(rooms) * len(slots))
    taken = list(product(rooms, enumerate(slots, start=1)))
    guests = [visitors[(first + n) % len(visitors)] for n in range(len(taken))]
    numbered = list(zip(count(first), taken, guests, strict=False))
    rows.load(
        "rooms_booking", BOOKING, (_booking(venue, key, slot, who) for key, (_, (_, slot)), who in numbered)
    )
    rows.load(
        "rooms_allocation",
        ALLOCATION,
        (_allocation(room, key, slot) for key, (room, (_, slot)), _ in numbered),
    )
    rows.load("rooms_change", CHANGE, (_change(*numbers) for numbers in numbered))
    Room.objects.filter(pk__in=[room.pk for room in rooms]).update(revision=len(slots))


def _booking(venue: Venue, key: int, slot: _Slot, guest: int) -> rows.Row:
    title = MEETINGS.titles[key * 7 % len(MEETINGS.titles)]
    who = (venue.pk, guest, guest)
    return (
        key,
        rows.reference(key),
        *who,
        slot.state,
        title,
        1,
        "",
        slot.start,
        slot.end,
        0,
        0,
        venue.currency,
        "[]",
        slot.asked_at,
    )


def _allocation(room: Room, key: int, slot: _Slot) -> rows.Row:
    return (room.pk, key, slot.start, slot.end, slot.start, slot.end, CONFIRMED, True)


def _change(key: int, taken: tuple[Room, tuple[int, _Slot]], guest: int) -> rows.Row:
    room, (revision, slot) = taken
    return (room.pk, revision, "booked", key, guest, guest, slot.asked_at, "{}", slot.after, True)
