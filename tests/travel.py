"""A small railway for tests: one vehicle, one route of four stops, and departures of it."""

from datetime import timedelta
from typing import Any

from reservations import Span
from reservations.journeys import Traveler
from rooms import operations
from rooms.models import Call, Departure, Fare, Policy, Room, RoomType, Route, Stop, Timetable, Venue
from rooms.rides import Ride
from rooms.sql import database_now
from rooms.wishes import AnyOf
from tests.worlds import at

PLACES = ("Istanbul", "Izmit", "Eskisehir", "Ankara")
MINUTES = ((None, 0), (60, 65), (150, 155), (260, None))
LETTERS = {"A": 0, "B": 1, "C": 3, "D": 4}  # two seats, the aisle, two seats


def train(slug: str = "train", *, rows: int = 3, **policy: Any) -> Venue:
    """Return a vehicle with so many rows of 2+2 seats of the class Second, named 1A, 1B and on."""
    vehicle = Venue.objects.create(slug=slug, name=slug.title(), kind="vehicle", currency="EUR")
    usual = {"step_minutes": 1, "min_minutes": 1, "max_holds": 99}
    terms = Policy.objects.create(venue=vehicle, **{**usual, **policy})
    second = RoomType.objects.create(
        venue=vehicle, name="Second", noun="Seat", capacity=1, unit="leg", policy=terms
    )
    Room.objects.bulk_create(
        Room(venue=vehicle, type=second, name=f"{row}{letter}", x=x, y=row, order=row * 10 + x, floor="")
        for row in range(1, rows + 1)
        for letter, x in LETTERS.items()
    )
    return vehicle


def line(slug: str = "81042", *, leg: int = 1000) -> Route:
    """Return a route from Istanbul to Ankara on which each leg costs 10.00."""
    route = Route.objects.create(slug=slug, name=f"Train {slug}", mode="train", operator="Rail")
    for position, (place, (arrives, departs)) in enumerate(zip(PLACES, MINUTES, strict=True)):
        Stop.objects.create(route=route, position=position, place=place, arrives=arrives, departs=departs)
    for first in range(len(PLACES) - 1):
        Fare.objects.create(route=route, type_name="Second", first=first, last=first + 1, amount=leg)
    return route


def departure(
    vehicle: Venue | None = None, *, day: int = 1, hour: int = 8, route: Route | None = None
) -> Departure:
    """Return a departure at that hour, so many days after the test Monday."""
    vehicle = vehicle or train()
    starts_at = at(hour, day=day)
    rule = Timetable.objects.create(
        route=route or line(), vehicle=vehicle, departs=starts_at.time(),
        starts_on=starts_at.date(), ends_on=starts_at.date(),
    )  # fmt: skip
    operations.generate_departures(starts_at.date(), starts_at.date())
    return Departure.objects.get(timetable=rule)


def soon(vehicle: Venue | None = None, route: Route | None = None) -> Departure:
    """Return a departure of the day after tomorrow: whoever calls from outside takes no time from tests."""
    run = departure(vehicle, route=route)
    operations.replan(run, later=timedelta(days=(database_now() - run.starts_at).days + 2), by=None)
    return Departure.objects.get(pk=run.pk)


def seat(departure: Departure, name: str) -> Room:
    """Return the seat of that name."""
    return Room.objects.get(venue=departure.vehicle_id, name=name)


def ride(
    departure: Departure, *seats: str, way: tuple[int, int] = (0, 3), kinds: tuple[str, ...] = ()
) -> Ride:
    """Return a wish for these seats."""
    travelers = tuple(Traveler(f"P{number}", kind) for number, kind in enumerate(kinds, 1))
    return Ride(departure.pk, *way, [seat(departure, name) for name in seats], travelers)


def together(departure: Departure, count: int, *, way: tuple[int, int] = (0, 3)) -> Ride:
    """Return a wish for so many seats together."""
    return Ride(departure.pk, *way, AnyOf(departure.vehicle.types.get(), count))


def first_class(departure: Departure, *names: str, fare: int = 2000) -> RoomType:
    """Return a second class, to which these seats belong; any leg costs 20.00."""
    second = departure.vehicle.types.get()
    first = RoomType.objects.create(
        venue=departure.vehicle, name="First", noun="Seat", capacity=1, unit="leg", policy=second.policy
    )
    Room.objects.filter(venue=departure.vehicle, name__in=names).update(type=first)
    departure.vehicle.save()  # its terms have changed
    Fare.objects.create(route=departure.route, type_name="First", amount=fare)
    return first


def full(departure: Departure) -> Departure:
    """Return the departure, of which every seat is out of use."""
    seats = list(departure.vehicle.rooms.all())
    operations.block(seats, Span(departure.starts_at, departure.ends_at), by=None)
    return departure


def times(departure: Departure) -> list[Any]:
    """Return when each stop is left, or reached at last."""
    return [call.departs_at or call.arrives_at for call in Call.objects.filter(departure=departure)]
