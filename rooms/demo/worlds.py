"""What there is to book in the demo: meeting rooms, halls, two hotels, a car park and vehicles."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from django.db import transaction

from rooms.demo import floors, hotels, parking, vehicles
from rooms.models import (
    Amenity,
    OpeningHours,
    Policy,
    Question,
    Rate,
    Room,
    RoomPart,
    RoomType,
    Venue,
    VenueKind,
)

HARBOUR, PIER = "harbour-office", "pier-hall"
SLUGS = (HARBOUR, PIER, *hotels.SLUGS, parking.PIER_PARKING, *vehicles.VEHICLES)
AHEAD = 400  # days for which the office takes bookings: something every week for a year can be tried

AMENITIES = {
    "screen": ("Screen", "monitor"),
    "whiteboard": ("Whiteboard", "presentation"),
    "video": ("Video calls", "video"),
    "step-free": ("Step-free", "accessibility"),
    "phone": ("Phone", "phone"),
    **hotels.AMENITIES,
    **parking.AMENITIES,
    **vehicles.AMENITIES,
}
NAMES = (
    *(
        "Aurora",
        "Birch",
        "Cedar",
        "Delta",
        "Ember",
        "Fjord",
        "Grove",
        "Harbour",
        "Iris",
        "Juniper",
        "Kestrel",
    ),
    *("Lagoon", "Meadow", "Nimbus", "Orchard", "Pebble", "Quartz", "Reef", "Saffron", "Tundra", "Umber"),
    *("Violet", "Willow", "Zephyr"),
)
SIZES = ((4, "2"), (8, "2"), (12, "3"), (6, "3"), (20, "4"), (2, "1"))
"""Seats and floor of the first six rooms; the next six are like them, and so on."""

# The type of a room by its seats, and what an hour of it costs, in cents.
OFFICE_TYPES = {
    "Phone room": ({2}, 0),
    "Meeting room": ({4, 6, 8}, 0),
    "Conference room": ({12}, 1200),
    "Board room": ({20}, 2500),
}
# None has to be answered: whoever tries the demo books with a title alone.
QUESTIONS = (
    ("Shall we serve coffee?", "yes_no", ""),
    ("Cost center", "short", "As your accounts know it, such as 4711."),
)
HALLS = {"Grand Hall": 300, "Hall A": 120, "Hall B": 100, "Hall C": 80}


@transaction.atomic
def build() -> list[Venue]:
    """Create the demo venues that are not there yet, and return all of them."""
    present = {venue.slug: venue for venue in Venue.objects.filter(slug__in=SLUGS)}
    amenities = {slug: _amenity(slug) for slug in AMENITIES}
    if HARBOUR not in present:
        present[HARBOUR] = _harbour_office(amenities)
    if PIER not in present:
        present[PIER] = _pier_hall(amenities)
    for slug in hotels.SLUGS:
        if slug not in present:
            present[slug] = hotels.build(slug, amenities)
    if parking.PIER_PARKING not in present:
        present[parking.PIER_PARKING] = parking.build(amenities)
    for slug in vehicles.VEHICLES:
        if slug not in present:
            present[slug] = vehicles.build(slug, amenities)
    return [present[slug] for slug in SLUGS]


def _amenity(slug: str) -> Amenity:
    name, icon = AMENITIES[slug]
    return Amenity.objects.get_or_create(slug=slug, defaults={"name": name, "icon": icon})[0]


def _harbour_office(amenities: dict[str, Amenity]) -> Venue:
    venue = _venue(
        slug=HARBOUR,
        name="Harbour Office",
        description="Meeting rooms on four floors above the old harbour.",
    )
    _open(venue, range(5), time(7), time(20))
    free = Policy.objects.create(venue=venue, name="Meeting rooms", max_minutes=480, max_advance_days=AHEAD)
    asked = Policy.objects.create(
        venue=venue, name="Board rooms", max_minutes=480, max_advance_days=AHEAD, needs_approval=True
    )
    types: dict[int, RoomType] = {}
    for name, (sizes, price) in OFFICE_TYPES.items():
        policy = asked if name == "Board room" else free
        kind = RoomType.objects.create(venue=venue, name=name, capacity=max(sizes), policy=policy)
        types |= dict.fromkeys(sizes, kind)
        if price:
            Rate.objects.create(type=kind, amount=price)
    for place, (text, answered_with, hint) in enumerate(QUESTIONS):
        Question.objects.create(venue=venue, text=text, kind=answered_with, help=hint, order=place)
    for order, name in enumerate(NAMES):
        seats, floor = SIZES[order % len(SIZES)]
        stands = floors.in_the_office(seats, order // len(SIZES))
        room = Room.objects.create(
            venue=venue, type=types[seats], name=name, capacity=seats, floor=floor, order=order, **stands
        )
        room.amenities.set(amenities[slug] for slug in _amenities_of(seats, floor, order))
    return venue


def _amenities_of(seats: int, floor: str, order: int) -> list[str]:
    has = {
        "screen": seats >= 6 or order % 4 == 0,
        "whiteboard": seats >= 4 and order % 3 != 1,
        "video": seats >= 12 or order % 5 == 0,
        "step-free": floor in "12" or seats == 20,
        "phone": seats == 2 or seats >= 12,
    }
    return [slug for slug, there in has.items() if there]


def _pier_hall(amenities: dict[str, Amenity]) -> Venue:
    venue = _venue(
        slug=PIER,
        name="Pier Hall",
        description="One hall over the water for three hundred guests, or three halls side by side.",
    )
    _open(venue, range(7), time(8), time(23))
    # Half an hour to clear away and set up again: no guest sees it, and nobody can book it.
    policy = Policy.objects.create(
        venue=venue,
        name="Events",
        step_minutes=30,
        min_minutes=60,
        max_minutes=720,
        buffer_after_minutes=30,
        needs_approval=True,
        hold_minutes=30,
        cancellation_steps=[[168, 100], [48, 50]],
    )
    whole = RoomType.objects.create(venue=venue, name="Grand Hall", noun="Hall", capacity=300, policy=policy)
    part = RoomType.objects.create(venue=venue, name="Hall", noun="Hall", capacity=120, policy=policy)
    Rate.objects.create(type=whole, amount=24000)
    Rate.objects.create(type=part, amount=9000)
    halls = [
        Room.objects.create(
            venue=venue,
            type=part if order else whole,
            name=name,
            capacity=seats,
            floor="Pier",
            order=order,
            **floors.on_the_pier(name),
        )
        for order, (name, seats) in enumerate(HALLS.items())
    ]
    for hall in halls:
        hall.amenities.set([amenities["screen"], amenities["step-free"]])
    for smaller in halls[1:]:
        RoomPart.objects.create(whole=halls[0], part=smaller)
    return venue


def _venue(**fields: Any) -> Venue:
    place = {"kind": VenueKind.BUILDING, "timezone": "Europe/Istanbul", "currency": "EUR", "city": "Istanbul"}
    return Venue.objects.create(**place, **fields)


def _open(venue: Venue, weekdays: Iterable[int], opens: time, closes: time) -> None:
    for weekday in weekdays:
        OpeningHours.objects.create(venue=venue, weekday=weekday, opens=opens, closes=closes)
