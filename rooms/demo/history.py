"""What happened in the demo before its first lively day: eight weeks of it, for reports to tell of.

It was over before anybody looked, so no operation has to be asked: it is written row by row
(rooms/demo/rows.py), with its changes in the order in which they happened, and every price, buffer and
cancellation by the terms of the venue.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from reservations import Line, Span, cancellation, iso, policies
from reservations.lifecycle import CANCELLED, COMPLETED, CONFIRMED, EXITS, NO_SHOW
from rooms.demo import rows
from rooms.models import Booking
from rooms.queries.lines import lines_of_room
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.sql import instant

BOOKING = (
    "id, reference, venue_id, guest_id, booked_by_id, state, title, party, note, starts_at, ends_at, "
    "renewals, price, kept, currency, lines, metered, created_at"
)
ALLOCATION = "id, room_id, booking_id, starts_at, ends_at, blocks_from, blocks_until, state, active"
CHANGE = "room_id, revision, kind, booking_id, guest_id, by_id, at, before, after, told"
JOURNEY = "booking_id, departure_id, first, last, together"
PASSENGER = 'journey_id, allocation_id, "order", name, kind, price, used_where'


Priced = tuple[Line, RoomTerms]
"""A line of a price, and the room it is for."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that became of a booking: what, when, and by whom; by the clock, if by nobody."""

    kind: str
    state: str
    at: datetime
    by: int | None


@dataclass(frozen=True, slots=True)
class Trip:
    """What seats were booked for: a departure, from which of its stops to which, and by whom."""

    departure: int
    first: int
    last: int
    names: Sequence[tuple[str, str]]  # name and kind of each passenger


@dataclass(frozen=True, slots=True)
class Past:
    """A booking that is over: its rooms with the lines of their prices, its guest, and what became of it."""

    rooms: Sequence[RoomTerms]
    span: Span
    guest: int
    steps: Sequence[Step]
    lines: Sequence[Priced]
    title: str = ""
    party: int = 1
    left_at: datetime | None = None  # before the time was over
    metered: bool = False
    trip: Trip | None = None

    @property
    def state(self) -> str:
        """How it ended."""
        return self.steps[-1].state

    @property
    def end(self) -> datetime:
        """When it ended."""
        end = self.left_at or self.span.end
        assert end is not None  # noqa: S101 -- what is over has an end
        return end

    @property
    def price(self) -> int:
        """What it cost."""
        return sum(line.amount for line, _ in self.lines)

    @property
    def kept(self) -> int | None:
        """What of the price stayed owed, where it did not come to pass."""
        if self.state not in EXITS:
            return None
        terms = [room.policy for room in self.rooms]
        return cancellation.kept_from(CONFIRMED, self.price, self.span, terms, now=self.steps[-1].at)

    @property
    def lasts(self) -> bool:
        """Test whether its rooms were its own to the end: nobody left early."""
        return self.state == COMPLETED and self.left_at is None


def ending(chance: float, asked: Step, span: Span, *, cancelled: float, no_show: float = 0.0) -> Step:
    """Return how a booking ends by chance: it comes to pass, is cancelled, or nobody comes."""
    if chance < cancelled:
        at = asked.at + (span.start - asked.at) * (chance / cancelled)
        return Step("cancelled", CANCELLED, at, asked.by)
    if chance < cancelled + no_show:
        return Step("no_show", NO_SHOW, span.start, None)
    return Step("completed", COMPLETED, span.end or span.start, None)


@dataclass(slots=True)
class _Written:
    """The rows of a venue, before they are written."""

    venue: VenueTerms
    bookings: list[rows.Row] = field(default_factory=list)
    allocations: list[rows.Row] = field(default_factory=list)
    changes: list[tuple[datetime, int, int, Past]] = field(default_factory=list)  # at, booking, step
    journeys: list[rows.Row] = field(default_factory=list)
    passengers: list[rows.Row] = field(default_factory=list)


def is_new(venue: int) -> bool:
    """Test whether nothing ever happened at the venue."""
    return not Booking.objects.filter(venue=venue).exists()


@transaction.atomic
def write(venue: VenueTerms, happened: Sequence[Past]) -> int:
    """Write what happened at a venue at which nothing did yet, and return how many bookings that is."""
    if not happened:
        return 0
    first = rows.keys("rooms_booking", len(happened))
    taken = rows.keys("rooms_allocation", sum(len(one.rooms) for one in happened))
    written = _Written(venue)
    for key, one in enumerate(happened, start=first):
        written.bookings.append(_booking(venue, key, one))
        written.changes += [(step.at, key, place, one) for place, step in enumerate(one.steps)]
        written.allocations += [_allocation(taken + n, room, key, one) for n, room in enumerate(one.rooms)]
        if one.trip is not None:
            written.journeys.append((key, one.trip.departure, one.trip.first, one.trip.last, False))
            written.passengers += _passengers(key, taken, one, one.trip)
        taken += len(one.rooms)
    _load(written)
    return len(happened)


def _load(written: _Written) -> None:
    rows.load("rooms_booking", BOOKING, written.bookings)
    rows.load("rooms_allocation", ALLOCATION, written.allocations)
    counted: defaultdict[int, int] = defaultdict(int)
    rows.load("rooms_change", CHANGE, _changes(written, counted))
    rows.load("rooms_journey", JOURNEY, written.journeys)
    rows.load("rooms_passenger", PASSENGER, written.passengers)
    rows.number(list(counted.items()))


def _booking(venue: VenueTerms, key: int, one: Past) -> rows.Row:
    by = one.steps[0].by
    told = [kept for line, room in one.lines for kept in lines_of_room(room, [line])]
    lines = json.dumps(told, ensure_ascii=False, default=str)
    return (
        key, rows.reference(key), venue.id, one.guest, by, one.state, one.title, one.party, "",
        instant(one.span.start), instant(one.end), 0, one.price, one.kept, venue.currency, lines, one.metered,
        instant(one.steps[0].at),
    )  # fmt: skip


def _allocation(key: int, room: RoomTerms, booking: int, one: Past) -> rows.Row:
    span = Span(one.span.start, one.end)
    blocked = policies.blocked(span, room.policy) if one.left_at is None else span
    state = CONFIRMED if one.lasts else one.state
    ends = (instant(span.start), instant(span.end), instant(blocked.start), instant(blocked.end))
    return (key, room.id, booking, *ends, state, one.lasts)


def _passengers(booking: int, first: int, one: Past, trip: Trip) -> list[rows.Row]:
    of = zip(trip.names, one.lines, strict=True)
    return [
        (booking, first + place, place, name, kind, line.amount, "")
        for place, ((name, kind), (line, _)) in enumerate(of)
    ]


def _changes(written: _Written, counted: defaultdict[int, int]) -> Iterable[rows.Row]:
    """Yield the changes of all rooms as they happened, and count those of each."""
    for at, booking, place, one in sorted(written.changes, key=lambda change: change[:3]):
        step, before = one.steps[place], _told(one, place - 1)
        for room in one.rooms:
            counted[room.id] += 1
            yield (
                room.id, counted[room.id], step.kind, booking, one.guest, step.by, instant(at), before,
                _told(one, place), True,
            )  # fmt: skip


def _told(one: Past, place: int) -> str:
    """Return what is told of a booking after that step, which is how it was before the next."""
    if place < 0:
        return "{}"
    end = one.end if place == len(one.steps) - 1 else one.span.end
    told: dict[str, Any] = {
        "state": one.steps[place].state,
        "start": iso(one.span.start),
        "end": iso(end) if end else None,
    }
    return json.dumps(told)
