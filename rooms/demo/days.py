"""What happens in the demo: days that look lived in, made by the same operations as everybody's bookings.

A day is drawn by chance, but the same day always by the same chance: its date is the seed.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from reservations import ReservationError, Span, day_span, open_spans
from rooms import operations
from rooms.demo import parking, riders, stays, worlds
from rooms.demo import people as cast
from rooms.models import Blocking, Booking, Room, Venue, VenueKind
from rooms.operations import Details
from rooms.queries.terms import VenueTerms, terms_of_venue
from rooms.sql import database_now

PAST, AHEAD = 3, 14  # days around today that look lived in
STEP = timedelta(minutes=15)
LONG_AHEAD = 5  # how much longer ahead than a past one, a booking of the days to come was made


@dataclass(frozen=True, slots=True)
class Custom:
    """How a venue is used: how long people come for, what stands between, and what they call it."""

    lengths: Sequence[int]  # minutes
    pauses: Sequence[int]
    titles: Sequence[str]


MEETINGS = Custom(
    lengths=(30, 45, 60, 60, 90, 120),
    pauses=(0, 0, 30, 60, 60, 90, 120, 180),
    titles=(
        *("Design review", "Weekly planning", "Interview", "Budget 2027", "Client call", "Workshop", "1:1"),
        *("Retro", "Board meeting", "Onboarding", "Hiring sync", "Town hall"),
    ),
)
EVENTS = Custom(
    lengths=(120, 180, 240, 300),
    pauses=(60, 90, 120, 240),
    titles=(
        *("Product launch", "Lecture", "Book fair", "Choir rehearsal", "Trade show", "Award night"),
        *("Wedding fair", "Company party", "Film evening", "Dance class", "Auction", "Press day"),
    ),
)

KINDS = {"booked": 66, "mine": 12, "held": 6, "blocked": 6, "cancelled": 10}
"""What becomes of a stretch of time, and how often in a hundred; board rooms and halls ask for approval."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody does in the demo."""

    room: Room
    span: Span
    kind: str
    title: str
    by: User
    asked_at: datetime


def live_in(venue: Venue, people: dict[str, User], *, now: datetime | None = None) -> int:
    """Fill the days around now that are empty at the venue, and return how many things happened."""
    if venue.kind == VenueKind.HOTEL:
        return stays.live_in(venue, people, now=now)
    if venue.kind == VenueKind.CAR_PARK:
        return parking.live_in(venue, people, now=now)
    if venue.kind == VenueKind.VEHICLE:
        return riders.ride(venue, people, now=now)
    moment = now or database_now()
    terms = terms_of_venue(venue)
    today = moment.astimezone(terms.zone).date()
    dates = [today + timedelta(days=offset) for offset in range(-PAST, AHEAD + 1)]
    busy = _busy(venue, terms)
    return sum(
        _live(_Day(venue, terms, day, moment, people))
        for day in dates
        if day not in busy and _is_open(terms, day)
    )


def _busy(venue: Venue, terms: VenueTerms) -> set[date]:
    starts: list[datetime] = []
    for model in (Booking, Blocking):
        starts += model.objects.filter(venue=venue).values_list("starts_at", flat=True)
    return {start.astimezone(terms.zone).date() for start in starts}


def _is_open(terms: VenueTerms, day: date) -> bool:
    return bool(_opened(terms, day))


def _opened(terms: VenueTerms, day: date) -> list[Span]:
    hours = next(iter(terms.rooms.values())).hours
    return open_spans(hours, day_span(day, terms.zone), terms.zone)


@dataclass(frozen=True, slots=True)
class _Day:
    venue: Venue
    terms: VenueTerms
    date: date
    now: datetime
    people: dict[str, User]

    def chance(self, of: str) -> random.Random:
        return random.Random(f"{self.venue.slug} {self.date} {of}")  # noqa: S311 -- a demo, not a secret


def _live(day: _Day) -> int:
    # One transaction for the day: on SQLite, each alone would wait for the disk a hundred times.
    with transaction.atomic():
        made = [thing for act in _plan(day) if (thing := _do(act, day)) is not None]
        operations.tick_off(made)
        return len(made)


def _plan(day: _Day) -> Iterator[Act]:
    """Yield what happens on the day, room by room."""
    custom = EVENTS if day.venue.slug == worlds.PIER else MEETINGS
    opened = _opened(day.terms, day.date)[0]
    taken_by_guest: list[Span] = []
    for room in _rooms_used(day):
        chance = day.chance(room.name)
        start = opened.start + STEP * 4 * chance.choice((0, 1, 1, 2, 2, 3))
        while (end := start + timedelta(minutes=chance.choice(custom.lengths))) <= (opened.end or end):
            yield _act(day, room, Span(start, end), custom, chance, taken_by_guest)
            start = end + timedelta(minutes=chance.choice(custom.pauses))


def _rooms_used(day: _Day) -> list[Room]:
    rooms = list(Room.objects.filter(venue=day.venue, archived_at=None).order_by("order", "pk"))
    wholes = [room for room in rooms if room.pk in day.terms.rooms and day.terms.rooms[room.pk].parts]
    if not wholes:
        return rooms
    # A hall is let whole or in parts; on most days in parts.
    whole = day.chance("whole").random() < 0.3
    return wholes if whole else [room for room in rooms if room not in wholes]


def _act(day: _Day, room: Room, span: Span, custom: Custom, chance: random.Random, taken: list[Span]) -> Act:
    kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
    others = [user for address, user in day.people.items() if address not in (cast.GUEST, cast.ADMIN)]
    by = chance.choice(others)
    if kind == "mine":
        # Nobody sits in two meetings at once.
        if not any(span.overlaps(other) for other in taken):
            by = day.people[cast.GUEST]
            taken.append(span)
        kind = "booked"
    if kind == "blocked":
        by = day.people[cast.STAFF]
    ago = timedelta(minutes=chance.randint(30, 3 * 24 * 60))
    # What is still to come was booked over two weeks, as what is over was.
    asked_at = min(day.now, span.start) - ago * (LONG_AHEAD if span.start > day.now else 1)
    return Act(room, span, kind, chance.choice(custom.titles), by, asked_at)


def _do(act: Act, day: _Day) -> Booking | Blocking | None:
    """Do it as its person would have done; what the rules refuse does not happen."""
    try:
        if act.kind == "blocked":
            note = day.chance(act.title).choice(("Screen repair", "Painting", "New chairs", "Air filters"))
            return operations.block(act.room, act.span, by=act.by, note=note, now=act.asked_at)
        if act.kind == "held" and day.now < act.span.start < day.now + timedelta(days=4):
            return operations.hold(
                act.room, act.span, by=_holder(act, day), details=_details(act), now=day.now
            )
        return _book(act, day)
    except ReservationError:
        return None


def _holder(act: Act, day: _Day) -> User:
    """Return who holds it, whom nobody logs in as: a guest may hold five, and a visitor wants all of them."""
    colleagues = [user for address, user in day.people.items() if address not in cast.LOG_INS]
    held = Counter(Booking.objects.filter(venue=day.venue, state="held").values_list("guest", flat=True))
    # Whoever has the fewest where it is somebody else's, so that none is refused for having too many.
    fewest = min(colleagues, key=lambda user: held[user.pk])
    most = day.terms.rooms[act.room.pk].policy.max_holds
    return act.by if act.by in colleagues and held[act.by.pk] < most else fewest


def _book(act: Act, day: _Day) -> Booking:
    booking = operations.book(act.room, act.span, by=act.by, details=_details(act), now=act.asked_at)
    chance = day.chance(f"{act.room.name} {act.span.start}").random()
    later = act.asked_at + timedelta(minutes=20)
    if act.kind == "cancelled":
        operations.cancel(booking, by=act.by, now=later)
    elif booking.state == "pending" and (act.span.start <= day.now or chance < 0.6):
        operations.approve(booking, by=day.people[cast.STAFF], now=later)
    return booking


def _details(act: Act) -> Details:
    party = 1 + len(act.title) * 7 % act.room.capacity
    return Details(title=act.title, party=party)
