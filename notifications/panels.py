"""What notifications add to the page of a booking: the way into a calendar."""

from typing import Any

from django.http import HttpRequest

from notifications.calendars.queries import SHOWN
from rooms import panels
from rooms.models import Booking


def connect() -> None:
    """Show the panel on the page of each booking."""
    panels.add(add_to_calendar)


def add_to_calendar(request: HttpRequest, booking: Booking) -> tuple[str, dict[str, Any]] | None:
    """Return the panel while there is something to note down."""
    return (
        ("notifications/panel.html", {}) if booking.state in SHOWN and booking.state != "completed" else None
    )
