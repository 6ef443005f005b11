"""The tickets of a booking: one for each passenger, with what becomes of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from reservations import iso, lifecycle
from reservations.journeys import seat_with_coach
from rooms.models import Booking, Call, Departure, Passenger, VenueKind
from rooms.queries.departures import Run, run_of
from rooms.tickets import Ticket

VALID, USED, CANCELLED = "valid", "used", "cancelled"


@dataclass(frozen=True, slots=True)
class Issued:
    """A passenger's ticket as it is now."""

    passenger: Passenger
    ticket: Ticket
    coach: str
    type_name: str
    state: str


def tickets_of(booking: Booking) -> tuple[Run | None, list[Issued]]:
    """Return the departure of the booking and its passengers' tickets; nothing for what is no journey."""
    if booking.venue.kind != VenueKind.VEHICLE:
        return None, []
    rows = Passenger.objects.filter(journey=booking.pk).select_related("journey", "allocation__room__type")
    passengers = list(rows.order_by("order"))
    if not passengers:
        return None, []
    run = run_of(passengers[0].journey.departure_id)
    return run, [_issued(one, booking, run) for one in passengers]


def passengers_of(bookings: Iterable[Booking]) -> dict[int, list[Passenger]]:
    """Return the passengers of each journey among the bookings, with the journey, in the order of its list.

    In one query whatever their number, and in none where nothing is a journey.
    """
    journeys = [one.pk for one in bookings if one.venue.kind == VenueKind.VEHICLE]
    found: dict[int, list[Passenger]] = {key: [] for key in journeys}
    if not journeys:
        return found
    rows = Passenger.objects.filter(journey__in=journeys).select_related("journey")
    for one in rows.order_by("journey", "order"):
        found[one.journey_id].append(one)
    return found


def ticket_of(
    passenger: Passenger, booking: Booking, departure: Departure, leaves: Call, comes: Call
) -> Ticket:
    """Return what the ticket of a passenger says, from where to where they travel."""
    assert leaves.departs_at is not None  # noqa: S101 -- somebody gets on there
    room = passenger.allocation.room
    return Ticket(
        passenger=passenger.pk,
        booking=booking.reference,
        departure=departure.pk,
        route=departure.route.name,
        seat=seat_with_coach(room.name, room.floor),
        origin=leaves.place,
        destination=comes.place,
        departs=iso(leaves.departs_at),
        name=passenger.name,
    )


def _issued(passenger: Passenger, booking: Booking, run: Run) -> Issued:
    room, journey = passenger.allocation.room, passenger.journey
    ticket = ticket_of(passenger, booking, run.departure, run.calls[journey.first], run.calls[journey.last])
    return Issued(passenger, ticket, room.floor, room.type.name, _state(passenger, booking))


def _state(passenger: Passenger, booking: Booking) -> str:
    if passenger.used_at is not None:
        return USED
    travels = passenger.allocation.active and booking.state in (lifecycle.CONFIRMED, lifecycle.CHECKED_IN)
    return VALID if travels else CANCELLED
