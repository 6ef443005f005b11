"""What a booking says of itself, to be said again: when it is moved, confirmed, or described otherwise."""

from typing import Any

from rooms.models import Booking
from rooms.wishes import Details


def details_of(booking: Booking, **more: Any) -> Details:
    """Return title, people and note of the booking, with more of the details beside."""
    return Details(booking.title, booking.party, booking.note, **more)
