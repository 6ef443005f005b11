"""What the demo's past was like: meetings, nights and cars, by weekday, and more of them week by week."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from accounts.models import User
from reservations import Span, hours, open_spans, pricing, to_instant
from reservations.lifecycle import CHECKED_IN, COMPLETED, CONFIRMED, PENDING
from rooms.demo import days, history, past_refusals, past_rides, rows, stays, worlds
from rooms.demo import people as cast
from rooms.demo.history import Past, Step
from rooms.models import Venue, VenueKind
from rooms.queries.terms import RoomTerms, VenueTerms, terms_of_venue
from rooms.sql import database_now

WEEKS = 8
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
BUSY = (0.8, 1.0, 1.0, 0.95, 0.6, 0.5, 0.4)
"""How busy each weekday is where people work; a hotel has its own (rooms/demo/stays.py)."""
GROWN = 0.7  # how busy it was in the beginning, of what it is now
LATELY = timedelta(hours=10)  # who is parked now came in these hours (rooms/demo/parking.py)
CANCELLED, NO_SHOW = 0.1, 0.03
PARKED = (0.30, 0.32, 0.32, 0.33, 0.36, 0.4, 0.26)  # cars of a spot on each weekday
FAMILY = (
    "Acar",
    "Bauer",
    "Conti",
    "Duran",
    "Ek",
    "Ferrari",
    "Gomez",
    "Horvat",
    "Ivanova",
    "Jensen",
    "Kaplan",
)
GIVEN = ("Anna", "Bora", "Chiara", "Defne", "Emil", "Filiz", "Gita", "Hakan", "Ilse", "Jan")


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks before the demo's lively days at one venue, and who comes there."""

    terms: VenueTerms
    first: date
    until: date  # the first day that is not theirs
    now: datetime
    staff: int
    guests: Sequence[int]

    def chance(self, day: date) -> random.Random:
        """Return the chance of a day, which is the same whenever it is asked for."""
        return random.Random(f"{self.terms.slug} {day} past")  # noqa: S311 -- a demo, not a secret

    def days(self) -> Iterator[tuple[date, float]]:
        """Yield each day, and how busy it is by the week."""
        length = (self.until - self.first).days
        for n in range(length):
            yield self.first + n * DAY, GROWN + (1 - GROWN) * n / length

    def somebody(self, chance: random.Random) -> int:
        """Return a guest: some come often, most now and then."""
        return self.guests[int(len(self.guests) * chance.random() ** 2)]


def live(venues: Sequence[Venue], people: dict[str, User], *, now: datetime | None = None) -> int:
    """Write the past of the venues at which nothing happened yet, and return how many bookings that is."""
    moment = now or database_now()
    new = [venue for venue in venues if history.is_new(venue.pk)]
    if not new:
        return 0
    colleagues = [user.pk for address, user in people.items() if address not in cast.LOG_INS]
    guests = colleagues + rows.visitors(
        {f"{given}.{family}@example.com".lower(): f"{given} {family}" for given in GIVEN for family in FAMILY}
    )
    return sum(_live(venue, moment, people[cast.STAFF].pk, guests) for venue in new)


def ends(venue: Venue, now: datetime) -> date:
    """Return the day on which the past ends: the first that the demo fills itself, or today."""
    after = {VenueKind.BUILDING: days.PAST, VenueKind.HOTEL: stays.PAST}.get(VenueKind(venue.kind), 0)
    return now.astimezone(venue.zone).date() - after * DAY


@transaction.atomic
def _live(venue: Venue, now: datetime, staff: int, guests: Sequence[int]) -> int:
    terms, until = terms_of_venue(venue), ends(venue, now)
    weeks = Weeks(terms, until - WEEKS * 7 * DAY, until, now, staff, guests)
    lived: dict[str, Callable[[Weeks], Iterator[Past]]] = {
        VenueKind.BUILDING: _meetings,
        VenueKind.HOTEL: _nights,
        VenueKind.CAR_PARK: _cars,
        VenueKind.VEHICLE: past_rides.rides,
    }
    past_refusals.refuse(weeks)
    return history.write(terms, list(lived[venue.kind](weeks)))


def _meetings(weeks: Weeks) -> Iterator[Past]:
    custom = days.EVENTS if weeks.terms.slug == worlds.PIER else days.MEETINGS
    whole = [room for room in weeks.terms.rooms.values() if room.parts]
    parts = [room for room in weeks.terms.rooms.values() if not room.parts]
    for day, grown in weeks.days():
        chance, busy = weeks.chance(day), BUSY[day.weekday()] * grown
        rooms = whole if whole and chance.random() < 0.3 else parts
        opened = open_spans(rooms[0].hours, hours.day_span(day, weeks.terms.zone), weeks.terms.zone)
        for room in rooms if opened else ():
            start, closes = opened[0].start + chance.choice((0, 60, 60, 120)) * MINUTE, opened[0].end
            while closes and (end := start + chance.choice(custom.lengths) * MINUTE) <= closes:
                if chance.random() < busy:
                    yield _meeting(weeks, room, Span(start, end), chance, chance.choice(custom.titles))
                start = end + chance.choice(custom.pauses) * MINUTE


def _meeting(weeks: Weeks, room: RoomTerms, span: Span, chance: random.Random, title: str) -> Past:
    guest = weeks.somebody(chance)
    asked_at = span.start - (30 + int(chance.expovariate(1 / 3000))) * MINUTE
    if room.policy.needs_approval:
        decided_at = asked_at + (span.start - asked_at) * chance.random() / 2
        asked = Step("requested", PENDING, asked_at, guest)
        begun = [asked, Step("approved", CONFIRMED, decided_at, weeks.staff)]
    else:
        begun = [Step("booked", CONFIRMED, asked_at, guest)]
    end = history.ending(chance.random(), begun[-1], span, cancelled=CANCELLED, no_show=NO_SHOW)
    taken = [room, *(weeks.terms.rooms[part] for part in room.parts)]
    party = 1 + len(title) * 7 % room.capacity
    return Past(taken, span, guest, [*begun, end], _lines(weeks, room, span), title, party)


def _lines(weeks: Weeks, room: RoomTerms, span: Span) -> list[history.Priced]:
    quote = pricing.quote(span, room.rates, weeks.terms.zone, weeks.terms.currency)
    return [(line, room) for line in quote.lines]


def _nights(weeks: Weeks) -> Iterator[Past]:
    free_from = dict.fromkeys(weeks.terms.rooms, weeks.first)
    for day, grown in weeks.days():
        chance, wanted = weeks.chance(day), stays.ARRIVE[day.weekday()] * grown
        for room in weeks.terms.rooms.values():
            nights = min(chance.choice(stays.LENGTHS), (weeks.until - day).days)
            if free_from[room.id] <= day and chance.randrange(100) < wanted:
                stay = _stay(weeks, room, day, nights, chance)
                if stay.state == COMPLETED:
                    free_from[room.id] = day + nights * DAY
                yield stay


def _stay(weeks: Weeks, room: RoomTerms, day: date, nights: int, chance: random.Random) -> Past:
    check_in, check_out = room.policy.check_in or time(15), room.policy.check_out or time(11)
    span = hours.night_span(day, day + nights * DAY, check_in, check_out, weeks.terms.zone)
    guest = weeks.somebody(chance)
    begun = [
        Step("booked", CONFIRMED, span.start - (60 + int(chance.expovariate(1 / 17_000))) * MINUTE, guest)
    ]
    end = history.ending(chance.random(), begun[0], span, cancelled=CANCELLED, no_show=NO_SHOW)
    left_at = None
    if end.state == COMPLETED and span.end:
        left_at = span.end - chance.randint(5, 150) * MINUTE
        came_at = span.start + chance.randint(0, 300) * MINUTE
        begun.append(Step("checked_in", CHECKED_IN, came_at, weeks.staff))
        end = Step("completed", COMPLETED, left_at, weeks.staff)
    lines, title = _lines(weeks, room, span), chance.choice(stays.OCCASIONS)
    return Past([room], span, guest, [*begun, end], lines, title, min(room.capacity, 2), left_at)


def _cars(weeks: Weeks) -> Iterator[Past]:
    """Yield the cars that were here and left long before those that are here now."""
    free_from = dict.fromkeys(weeks.terms.rooms, to_instant(weeks.first, time.min, weeks.terms.zone))
    for day, grown in weeks.days():
        chance = weeks.chance(day)
        midnight = to_instant(day, time.min, weeks.terms.zone)
        for spot in weeks.terms.rooms.values():
            if chance.random() < PARKED[day.weekday()] * grown:
                start = midnight + int(chance.triangular(6, 21, 10) * 60) * MINUTE
                end = start + int(chance.triangular(20, 600, 90)) * MINUTE
                if free_from[spot.id] <= start and end < weeks.now - LATELY:
                    free_from[spot.id] = end
                    yield _parked(weeks, spot, Span(start, end), chance)


def _parked(weeks: Weeks, spot: RoomTerms, span: Span, chance: random.Random) -> Past:
    guest, end = weeks.somebody(chance), span.end
    assert end is not None  # noqa: S101 -- they left
    quote = pricing.due(span.start, end, spot.rates, weeks.terms.zone, weeks.terms.currency)
    steps = [Step("booked", CHECKED_IN, span.start, guest), Step("completed", COMPLETED, end, guest)]
    lines = [(line, spot) for line in quote.lines]
    return Past([spot], Span(span.start, None), guest, steps, lines, left_at=end, metered=True)
