"""What travels in the demo: trains, buses and planes, with their routes, fares and timetables.

From Istanbul to Ankara one can go by each of the three.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from rooms import operations
from rooms.models import Amenity, Fare, Policy, Room, RoomType, Route, Stop, Timetable, Unit, Venue, VenueKind
from rooms.sql import database_now

TRAIN, BUS, FLIGHT = "train-81042", "bus-b12", "flight-rs204"
CAPITAL_BUS, CAPITAL_FLIGHT = "bus-a7", "flight-rs118"
AHEAD = 30  # days with departures

ONE_TWO, TWO_TWO, THREE_THREE = (0, 2, 3), (0, 1, 3, 4), (0, 1, 2, 4, 5, 6)
"""Where seats stand across: a gap is the aisle."""


@dataclass(frozen=True, slots=True)
class Part:
    """So many rows of one class in a coach."""

    coach: str
    type_name: str
    rows: range
    across: Sequence[int]


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One vehicle, the line it runs on, and what that costs."""

    name: str
    text: str
    mode: str
    operator: str
    parts: Sequence[Part]
    stops: Sequence[tuple[str, str, str, int | None, int | None, str]]
    legs: dict[str, Sequence[int]]
    departs: Sequence[time]
    terms: dict[str, Any] = field(default_factory=dict)


VEHICLES = {
    TRAIN: Vehicle(
        "Train 81042",
        "High-speed train with a quiet coach, from the Bosphorus to the capital.",
        "train",
        "Anatolian Rail",
        (
            Part("1", "First", range(1, 13), ONE_TWO),
            Part("2", "First", range(1, 13), ONE_TWO),
            *(Part(coach, "Second", range(1, 15), TWO_TWO) for coach in "345"),
            Part("6", "Quiet", range(1, 13), TWO_TWO),
        ),
        (
            ("Istanbul", "Söğütlüçeşme", "4", None, 0, "Europe/Istanbul"),
            ("Izmit", "Izmit YHT", "1", 54, 57, "Europe/Istanbul"),
            ("Eskisehir", "Eskişehir YHT", "2", 158, 163, "Europe/Istanbul"),
            ("Ankara", "Ankara YHT", "7", 262, None, "Europe/Istanbul"),
        ),
        {"First": (900, 1900, 1600), "Second": (600, 1200, 1000), "Quiet": (700, 1300, 1100)},
        (time(8, 10), time(17, 40)),
    ),
    BUS: Vehicle(
        "Bus B12",
        "Coach along the Aegean with a stop for tea.",
        "bus",
        "Ege Lines",
        (Part("", "Standard", range(1, 12), TWO_TWO),),
        (
            ("Istanbul", "Alibeyköy", "22", None, 0, "Europe/Istanbul"),
            ("Bursa", "Terminal", "3", 155, 175, "Europe/Istanbul"),
            ("Izmir", "Izotaş", "11", 475, None, "Europe/Istanbul"),
        ),
        {"Standard": (900, 1400)},
        (time(9, 0),),
    ),
    FLIGHT: Vehicle(
        "Flight RS204",
        "Two hours and forty minutes over the Balkans.",
        "flight",
        "Reserve Air",
        (Part("", "Business", range(1, 5), (0, 1, 5, 6)), Part("", "Economy", range(5, 29), THREE_THREE)),
        (
            ("Istanbul", "IST", "F9", None, 0, "Europe/Istanbul"),
            ("Berlin", "BER", "", 175, None, "Europe/Berlin"),
        ),
        {"Business": (42000,), "Economy": (12900,)},
        (time(14, 35),),
        {"payment": "online", "cancel_until_minutes": 60},
    ),
    CAPITAL_BUS: Vehicle(
        "Bus A7",
        "Coach to the capital, with a stop in the forests of Bolu.",
        "bus",
        "Anadolu Coaches",
        (Part("", "Comfort", range(1, 5), ONE_TWO), Part("", "Standard", range(5, 13), TWO_TWO)),
        (
            ("Istanbul", "Alibeyköy", "14", None, 0, "Europe/Istanbul"),
            ("Bolu", "Terminal", "2", 190, 205, "Europe/Istanbul"),
            ("Ankara", "AŞTİ", "31", 350, None, "Europe/Istanbul"),
        ),
        {"Comfort": (1100, 900), "Standard": (800, 600)},
        (time(10, 30),),
    ),
    CAPITAL_FLIGHT: Vehicle(
        "Flight RS118",
        "An hour and ten minutes to the capital.",
        "flight",
        "Reserve Air",
        (Part("", "Business", range(1, 3), (0, 1, 5, 6)), Part("", "Economy", range(3, 19), THREE_THREE)),
        (
            ("Istanbul", "IST", "B4", None, 0, "Europe/Istanbul"),
            ("Ankara", "ESB", "", 70, None, "Europe/Istanbul"),
        ),
        {"Business": (14900,), "Economy": (5900,)},
        (time(12, 15),),
        {"payment": "online", "cancel_until_minutes": 60},
    ),
}
AMENITIES = {
    "power": ("Power sockets", "plug"),
    "bistro": ("Bistro", "utensils"),
    "toilet": ("Toilet", "toilet"),
}
ON_BOARD = {
    "train": ("wifi", "power", "bistro", "toilet", "step-free"),
    "bus": ("wifi", "power", "air-con"),
    "flight": ("air-con", "toilet"),
}
STEPS = [[48, 90], [24, 50], [0, 20]]  # the penalty: 10 % until two days before, then 50 %, then 80 %


def build(slug: str, amenities: dict[str, Amenity]) -> Venue:
    """Create the vehicle with its seats, its route and the timetable."""
    plan = VEHICLES[slug]
    vehicle = Venue.objects.create(
        slug=slug, name=plan.name, description=plan.text, kind=VenueKind.VEHICLE,
        timezone=plan.stops[0][5], currency="EUR", city=plan.stops[0][0], tax_percent=10,
    )  # fmt: skip
    terms = {"step_minutes": 1, "min_minutes": 1, "max_advance_days": 90, "cancellation_steps": STEPS}
    policy = Policy.objects.create(venue=vehicle, name="Seats", **{**terms, **plan.terms})
    types = {
        name: RoomType.objects.create(venue=vehicle, name=name, noun="Seat", unit=Unit.LEG, policy=policy)
        for name in plan.legs
    }
    seats = Room.objects.bulk_create(_seats(vehicle, plan, types))
    has = Room.amenities.through
    has.objects.bulk_create(
        has(room=seat, amenity=amenities[one]) for seat in seats for one in ON_BOARD[plan.mode]
    )
    route = Route.objects.create(
        slug=slug, name=plan.name, mode=plan.mode, operator=plan.operator, days_ahead=AHEAD
    )
    for position, (place, station, platform, arrives, departs, zone) in enumerate(plan.stops):
        Stop.objects.create(
            route=route, position=position, place=place, station=station, platform=platform,
            arrives=arrives, departs=departs, timezone=zone,
        )  # fmt: skip
    for name, amounts in plan.legs.items():
        for first, amount in enumerate(amounts):
            Fare.objects.create(route=route, type_name=name, first=first, last=first + 1, amount=amount)
    for leaves in plan.departs:
        Timetable.objects.create(route=route, vehicle=vehicle, departs=leaves)
    return vehicle


def _seats(vehicle: Venue, plan: Vehicle, types: dict[str, RoomType]) -> Iterator[Room]:
    order = 0
    for part in plan.parts:
        for row in part.rows:
            for letter, across in zip("ABCDEF", part.across, strict=False):
                order += 1
                name = f"{part.coach}-{row}{letter}" if part.coach else f"{row}{letter}"
                yield Room(
                    venue=vehicle, type=types[part.type_name], name=name, floor=part.coach,
                    x=across, y=row, order=order,
                )  # fmt: skip


def timetable() -> int:
    """Generate the departures of the demo's days, and return how many are new."""
    today: date = database_now().date()
    return operations.generate_departures(today, today + timedelta(days=AHEAD))
