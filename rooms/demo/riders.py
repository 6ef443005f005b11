"""Who travels in the demo: seats sold by the operations, more of them the sooner a departure leaves."""

import random
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from reservations import ReservationError
from reservations.journeys import Traveler
from rooms import operations
from rooms.demo import people as cast
from rooms.models import Booking, Departure, RoomType, Venue
from rooms.operations import AnyOf, Ride
from rooms.sql import database_now

SOON, SOON_BOOKINGS, LATER_BOOKINGS = 3, 14, 1  # days; bookings of each departure in these days, and after
NAMES = (
    "Ayşe Kaya",
    "Deniz Kaya",
    "Mehmet Demir",
    "Elif Şahin",
    "Can Aydemir",
    "Zeynep Arslan",
    "Ali Öztürk",
)
LONG_AHEAD = 8  # over so many times a day and a half, seats of the days to come were booked
OWN_IN = 2  # days ahead: the demo guest's own journey


def ride(vehicle: Venue, people: dict[str, User], *, now: datetime | None = None) -> int:
    """Sell seats of each departure of the vehicle of which none is sold yet; return how many bookings."""
    moment = now or database_now()
    departures = Departure.objects.filter(vehicle=vehicle, starts_at__gt=moment, journeys=None)
    types = list(RoomType.objects.filter(venue=vehicle))
    return sum(_sell(one, types, people, moment) for one in departures.order_by("starts_at"))


def _sell(departure: Departure, types: list[RoomType], people: dict[str, User], now: datetime) -> int:
    days = (departure.starts_at - now).days
    chance = random.Random(f"{departure}")  # noqa: S311 -- a demo, not a secret
    stops = departure.calls.count()
    others = [user for address, user in people.items() if address not in (cast.GUEST, cast.ADMIN)]
    made: list[Booking] = []
    # One transaction for the departure: on SQLite, each alone would wait for the disk.
    with transaction.atomic():
        for number in range(SOON_BOOKINGS if days < SOON else LATER_BOOKINGS):
            first = chance.choice((0, 0, 0, *range(stops - 1)))
            last = chance.choice((stops - 1, stops - 1, *range(first + 1, stops)))
            count = chance.choice((1, 1, 2, 2, 3, 4))
            seats = AnyOf(chance.choice(types), count)
            wanted = Ride(departure.pk, first, last, seats, _travelers(chance, count))
            by = people[cast.GUEST] if number == 0 and days == OWN_IN else chance.choice(others)
            made += _book(wanted, by, now - timedelta(minutes=chance.randint(30, 2000) * LONG_AHEAD))
        operations.tick_off(made)
    return len(made)


def _travelers(chance: random.Random, count: int) -> tuple[Traveler, ...]:
    names = chance.sample(NAMES, count)
    return tuple(Traveler(name, "child" if place > 1 else "adult") for place, name in enumerate(names))


def _book(wanted: Ride, by: User, asked_at: datetime) -> list[Booking]:
    try:
        held = operations.hold_seats(wanted, by=by, now=asked_at)
        return [operations.confirm(held, by=None, now=asked_at + timedelta(minutes=2))]
    except ReservationError:
        return []  # what the rules refuse does not happen
