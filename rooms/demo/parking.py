"""The car park of the demo: three levels of 64 spots, with the cars that are there now."""

import random
from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.db import transaction

from accounts.models import User
from reservations import ReservationError, Span
from rooms import operations
from rooms.demo import people as cast
from rooms.models import Amenity, Blocking, Booking, Policy, Rate, Room, RoomType, Unit, Venue, VenueKind
from rooms.operations import Details
from rooms.queries.terms import VenueTerms, terms_of_venue
from rooms.sql import database_now

PIER_PARKING = "pier-parking"
EV, ACCESSIBLE = "ev", "accessible"
AMENITIES = {EV: ("EV charger", "zap"), ACCESSIBLE: ("Accessible", "accessibility")}
LEVELS = {"Level 1": "ABCD", "Level 2": "EFGH", "Level 3": "JKLM"}

PITCH = 46  # from one spot to the next, in the units of the plan

Row = tuple[int, int, int, dict[str, tuple[int, ...]]]
# Of each row of a level: where it begins, how many spots it has, and which of them have what.
ROWS: tuple[Row, ...] = (
    (40, 30, 18, {ACCESSIBLE: (1, 2, 3)}),
    (132, 210, 14, {}),
    (132, 310, 14, {EV: (12, 13, 14)}),
    (40, 490, 18, {EV: (15, 16, 17, 18)}),
)
STATES = {"parked": 46, "reserved": 6, "held": 2, "closed": 3, "free": 43}
"""How a spot is now, and how often in a hundred."""


def build(amenities: dict[str, Amenity]) -> Venue:
    """Create the car park."""
    venue = Venue.objects.create(
        slug=PIER_PARKING,
        name="Pier Parking",
        kind=VenueKind.CAR_PARK,
        timezone="Europe/Istanbul",
        currency="EUR",
        city="Istanbul",
        description="Three levels under the pier, open all day: park now and leave when you like.",
    )
    policy = Policy.objects.create(
        venue=venue, name="Parking", step_minutes=5, max_advance_days=90, no_show_minutes=30
    )
    kind = RoomType.objects.create(venue=venue, name="Spot", noun="Spot", unit=Unit.OPEN, policy=policy)
    Rate.objects.create(type=kind, name="Parking", amount=240, free_minutes=10, most_a_day=2400)
    for floor, letters in LEVELS.items():
        for letter, row in zip(letters, ROWS, strict=True):
            _row(kind, floor, letter, row, amenities)
    return venue


def _row(
    kind: RoomType, floor: str, letter: str, row: Row,
    amenities: dict[str, Amenity],
) -> None:  # fmt: skip
    first, (x, y, number, has) = kind.venue.rooms.count(), row
    for place in range(number):
        spot = Room.objects.create(
            venue=kind.venue, type=kind, name=f"{letter}{place + 1}", floor=floor,
            x=x + place * PITCH, y=y, order=first + place,
        )  # fmt: skip
        spot.amenities.set(amenities[slug] for slug, places in has.items() if place + 1 in places)


def live_in(venue: Venue, people: dict[str, User], *, now: datetime | None = None) -> int:
    """Let cars come as on a busy day, unless somebody parks there already; return what happened."""
    moment = now or database_now()
    if Booking.objects.filter(venue=venue, state__in=["confirmed", "checked_in"]).exists():
        return 0
    terms = terms_of_venue(venue)
    with transaction.atomic():
        spots = venue.rooms.filter(archived_at=None).order_by("order", "pk")
        made = [one for spot in spots if (one := _occupy(spot, terms, people, moment))]
        operations.tick_off(made)
    return len(made)


def _occupy(
    spot: Room, terms: VenueTerms, people: dict[str, User], now: datetime
) -> Booking | Blocking | None:
    chance = random.Random(f"{terms.slug} {spot.name}")  # noqa: S311 -- a demo, not a secret
    state = chance.choices(list(STATES), list(STATES.values()))[0]
    colleagues = [user for address, user in people.items() if address not in cast.LOG_INS]
    by, details = chance.choice(colleagues), Details(plate=_plate(chance))
    if spot.name == "C5":
        state, by, details = "parked", people[cast.GUEST], Details(plate="34 KZ 1907")
    came = now - timedelta(minutes=chance.randint(5, 540))
    soon = now + timedelta(minutes=chance.randint(0, 3) * 15)
    span = Span(soon, soon + timedelta(hours=2))
    acts: dict[str, Callable[[], Booking | Blocking]] = {
        "parked": lambda: operations.take(spot, by=by, details=details, now=came),
        "reserved": lambda: _reserve(spot, terms, by, details, chance, now=now),
        "held": lambda: operations.hold(spot, span, by=by, details=details, now=now),
        "closed": lambda: operations.block(
            spot, Span(now, None), by=people[cast.STAFF], reason="closed", note="Sweeping", now=now
        ),
    }
    try:
        return acts[state]() if state in acts else None
    except ReservationError:
        return None  # what the rules refuse does not happen


def _reserve(
    spot: Room, terms: VenueTerms, by: User, details: Details, chance: random.Random, *, now: datetime
) -> Booking:
    """Reserve the spot for this evening, or tomorrow's if it is late."""
    local = now.astimezone(terms.zone)
    evening = datetime.combine(local.date(), time(18 + chance.randint(0, 2)), terms.zone)
    start = evening if evening > local + timedelta(hours=1) else evening + timedelta(days=1)
    span = Span(start, start + timedelta(hours=chance.choice((2, 3, 4))))
    return operations.book(spot, span, by=by, details=details, now=now)


def _plate(chance: random.Random) -> str:
    letters = "".join(chance.choices("ABCDEFGHJKLMNPRSTUVYZ", k=chance.choice((2, 3))))
    return f"{chance.choice((34, 34, 34, 6, 16, 35, 41)):02} {letters} {chance.randint(100, 9999)}"
