"""What of a booking's body would go unheard: a field that says something else than the rest of it."""

from msgspec import UNSET

from api.shapes_bookings import BookingWanted
from reservations import Invalid
from rooms.queries.departures import Run

OF_JOURNEYS = "This is of a journey: say of which departure."
OF_ROOMS = "A departure is booked by its seats, or by a room_type and how many of it."
OF_TIMETABLE = "The timetable of the departure says this: leave it out."


def require_of_rooms(wanted: BookingWanted) -> None:
    """Refuse a booking of rooms that says something of a journey, or two things of how many.

    :raises Invalid: with every such field
    """
    named = ("from_stop", "to_stop", "seats", "passengers")
    found = {name: OF_JOURNEYS for name in named if getattr(wanted, name) not in (None, [])}
    if wanted.rooms is not None:
        _count(wanted, len(wanted.rooms), "rooms", found)
    elif wanted.room_types is not None:
        _count(wanted, sum(one.count for one in wanted.room_types), "room_types", found)
    _refuse(found)


def require_of_journey(wanted: BookingWanted, run: Run) -> None:
    """Refuse a booking of seats that says something of rooms, or something else than the timetable.

    :raises Invalid: with every such field
    """
    found: dict[str, str] = {}
    vehicle = run.departure.vehicle
    if wanted.venue not in (UNSET, vehicle.slug):
        found["venue"] = f"This departure is of {vehicle.name}: leave the venue out, or say {vehicle.slug}."
    found |= {name: OF_TIMETABLE for name in ("start", "end") if getattr(wanted, name) is not UNSET}
    found |= {name: OF_ROOMS for name in ("rooms", "room_types") if getattr(wanted, name) is not None}
    if wanted.plate:
        found["plate"] = "A journey has no car."
    if wanted.seats is not None:
        _count(wanted, len(wanted.seats), "seats", found)
    seats = len(wanted.seats or ()) or wanted.how_many
    if wanted.party not in (UNSET, seats):
        found["party"] = f"Each of a party has a seat: {seats} are asked for. Leave this out."
    _refuse(found)


def _count(wanted: BookingWanted, number: int, field: str, found: dict[str, str]) -> None:
    if wanted.count not in (UNSET, number):
        found["count"] = f"The {field} say how many: {number}. Leave the count out."


def _refuse(found: dict[str, str]) -> None:
    if found:
        errors = {name: [sentence] for name, sentence in found.items()}
        raise Invalid(next(iter(found.values())), field_errors=errors)
