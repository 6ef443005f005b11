"""Vehicles: bookings by the car they are for, found by a digest of its plate."""

from django.db.models import QuerySet

from reservations import plates
from rooms import sealing
from rooms.models import Booking


def of_plate(bookings: QuerySet[Booking], written: str) -> QuerySet[Booking]:
    """Return those of the bookings that are for the car with this plate, however it is written.

    :raises Invalid: if it is no plate
    """
    key = plates.key(plates.written(written))
    return bookings.filter(plate_digest__in=sealing.digests(key)) if key else bookings.none()


def of_same_vehicle(bookings: QuerySet[Booking], like: Booking) -> QuerySet[Booking]:
    """Return those of the bookings that are for the same car as that one; an address never tells a plate."""
    return of_plate(bookings, like.plate)
