"""What a booking says of itself, and says again: when it is moved, confirmed, or described otherwise."""

from dataclasses import replace
from typing import Any

from rooms import whom
from rooms.models import Booking
from rooms.wishes import TITLE, Details


def details_of(booking: Booking, **more: Any) -> Details:
    """Return title, people and note of the booking, with more of the details beside."""
    return Details(booking.title, booking.party, booking.note, **more)


def title_of(details: Details) -> str:
    """Return what the booking is called: first by who comes, where they have no account."""
    return whom.called(details.guest, details.title)[:TITLE]


def asked_again(booking: Booking, **more: Any) -> Details:
    """Return what would have to be said to have the booking once more, for whom it is."""
    told = details_of(booking, guest=booking.guest, **more)
    if booking.guest_id is not None or not booking.title:
        return told
    name, title = whom.parted(booking.title)
    return replace(told, guest=name, title=title)
