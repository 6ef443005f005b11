"""Let passengers in: a ticket is used once, and whoever shows it again hears when and where it was."""

from datetime import datetime
from typing import Any

from reservations import NotFound, PolicyViolation, lifecycle
from reservations.hours import in_local_words
from rooms import permissions, tickets
from rooms.models import Departure, Passenger
from rooms.sql import database_now
from rooms.texts import text

TRAVELING = (lifecycle.CONFIRMED, lifecycle.CHECKED_IN)
PLACE = 80  # characters


def use_ticket(
    code: str, departure: Departure, *, where: str = "", by: Any, now: datetime | None = None
) -> Passenger:
    """Let the passenger of the ticket into the departure, once; by the vehicle's staff.

    :raises Invalid: if the ticket was altered, or is none
    :raises PolicyViolation: if it is for another departure, was given back, or was used
    """
    permissions.require_staff(by, departure.vehicle_id, "check tickets")
    told = tickets.read(code)
    problems: dict[str, list[str]] = {}
    place = text(where, "where", PLACE, problems)
    known = Passenger.objects.select_related("journey__booking", "journey__departure", "allocation__room")
    passenger = known.filter(pk=told.passenger, journey__booking__reference=told.booking).first()
    if passenger is None:
        raise NotFound("Nobody travels with this ticket.")
    _require_valid(passenger, departure)
    moment = now or database_now()
    fresh = Passenger.objects.filter(pk=passenger.pk, used_at=None)
    if not fresh.update(used_at=moment, used_where=place if not problems else "", used_by=by):
        raise used(known.get(pk=passenger.pk))
    return known.get(pk=passenger.pk)


def _require_valid(passenger: Passenger, departure: Departure) -> None:
    journey = passenger.journey
    if journey.departure_id != departure.pk:
        other = journey.departure
        when = in_local_words(other.starts_at, other.vehicle.zone, seen_from=departure.starts_at)
        raise PolicyViolation(
            f"This ticket is for another departure: {other.route}, {when}.", rule="wrong_departure"
        )
    if not passenger.allocation.active or journey.booking.state not in TRAVELING:
        raise PolicyViolation("This ticket was given back, or never paid for.", rule="ticket_cancelled")
    if passenger.used_at is not None:
        raise used(passenger)


def used(passenger: Passenger) -> PolicyViolation:
    """Return the refusal of a ticket that was used before: when, and where."""
    zone = passenger.journey.departure.vehicle.zone
    at = passenger.used_at
    when = f"{at.astimezone(zone):%d %B %Y, %H:%M}" if at else ""
    place = f" at {passenger.used_where}" if passenger.used_where else ""
    return PolicyViolation(f"This ticket was used already: {when}{place}.", rule="ticket_used")
