"""The hotels of the demo: Lantern House and Quay Hotel, with their types of rooms, rates and terms."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from rooms.models import Amenity, Policy, Rate, Room, RoomType, Unit, Venue, VenueKind
from rooms.sql import database_now

LANTERN, QUAY = "lantern-house", "quay-hotel"
SLUGS = (LANTERN, QUAY)
AMENITIES = {
    "wifi": ("Wi-Fi", "wifi"),
    "breakfast": ("Breakfast", "coffee"),
    "air-con": ("Air con", "snowflake"),
    "bath": ("Bathtub", "bath"),
    "sea-view": ("Sea view", "sailboat"),
    "gym": ("Gym", "dumbbell"),
}
WEEKEND, LONG = [4, 5], 5  # nights from Friday and Saturday; nights from which a stay is a long one


@dataclass(frozen=True, slots=True)
class Sold:
    """One type of room: how many there are on which floors, what a night costs, in cents, and what it has."""

    name: str
    number: int
    guests: int
    floors: Sequence[int]
    night: int
    has: Sequence[str]
    terms: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class House:
    """One hotel."""

    name: str
    description: str
    types: Sequence[Sold]
    terms: dict[str, Any]


HOUSES = {
    LANTERN: House(
        "Lantern House",
        "Forty rooms under the Galata Tower, around a courtyard that is lit by lanterns at night.",
        (
            Sold("Single room", 6, 1, (1, 2), 8400, ("wifi", "air-con")),
            Sold("Double room", 18, 2, (1, 2, 3), 12200, ("wifi", "breakfast", "air-con")),
            Sold("Tower view", 10, 2, (4, 5), 16400, ("wifi", "breakfast", "air-con", "bath")),
            Sold("Family room", 6, 4, (0, 1), 19800, ("wifi", "breakfast", "air-con", "step-free")),
        ),
        {"payment": "either", "cancellation_steps": [[48, 100], [24, 50]], "no_show_minutes": 18 * 60},
    ),
    QUAY: House(
        "Quay Hotel",
        "Sixty rooms on the water at Karaköy: ferries in the morning, the old town across the bay.",
        (
            Sold("Quay double", 34, 2, (1, 2, 3), 14800, ("wifi", "breakfast", "gym")),
            Sold("Harbour twin", 16, 2, (2, 3, 4), 16900, ("wifi", "breakfast", "gym", "sea-view")),
            Sold(
                "Harbour suite",
                10,
                4,
                (5,),
                31500,
                ("wifi", "breakfast", "gym", "sea-view", "bath", "step-free"),
                {
                    "payment": "online",
                    "deposit_percent": 30,
                    "cancellation_steps": [[168, 100], [72, 50]],
                    "cancel_until_minutes": 24 * 60,
                },
            ),
        ),
        {"payment": "either", "cancellation_steps": [[72, 100], [24, 50]], "no_show_minutes": 18 * 60},
    ),
}


def build(slug: str, amenities: dict[str, Amenity]) -> Venue:
    """Create the hotel with its rooms, rates and terms."""
    house = HOUSES[slug]
    venue = Venue.objects.create(
        slug=slug, name=house.name, description=house.description, kind=VenueKind.HOTEL,
        timezone="Europe/Istanbul", currency="EUR", city="Istanbul", tax_percent=10,
    )  # fmt: skip
    numbers: dict[int, int] = {}
    for sold in house.types:
        kind = _type(venue, sold, house.terms)
        _rates(kind, sold.night)
        has = [amenities[slug] for slug in sold.has]
        for nth in range(sold.number):
            floor = sold.floors[nth * len(sold.floors) // sold.number]
            numbers[floor] = numbers.get(floor, 0) + 1
            name = f"{floor}{numbers[floor]:02}"
            room = Room.objects.create(
                venue=venue, type=kind, name=name, capacity=sold.guests, floor=str(floor), order=int(name)
            )
            room.amenities.set(has)
    return venue


def _type(venue: Venue, sold: Sold, terms: dict[str, Any]) -> RoomType:
    policy = Policy.objects.create(
        venue=venue,
        name=sold.name,
        check_in=time(15),
        check_out=time(11),
        max_minutes=30 * 24 * 60,
        **{**terms, **sold.terms},
    )
    return RoomType.objects.create(
        venue=venue, name=sold.name, capacity=sold.guests, unit=Unit.NIGHT, policy=policy
    )


def _rates(kind: RoomType, night: int) -> None:
    """Create what a night costs: by weekday, by season, and less of it for those who stay long."""

    def rate(name: str, percent: int, **fields: Any) -> None:
        amount = night * percent // 10_000 * 100  # whole euros
        Rate.objects.create(type=kind, name=name, unit=Unit.NIGHT, amount=amount, **fields)

    rate(kind.name, 100)
    rate("Weekend night", 120, weekdays=WEEKEND)
    rate("Long stay", 88, min_units=LONG, priority=1)
    this_year = database_now().year
    for year in (this_year, this_year + 1):
        rate("New Year", 160, starts_on=date(year, 12, 28), ends_on=date(year + 1, 1, 2), priority=2)
        rate("Summer", 125, starts_on=date(year, 6, 15), ends_on=date(year, 9, 10), priority=2)
