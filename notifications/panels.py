"""What notifications add to the page of a booking, the way into a calendar; and to desks, conflicts."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from notifications.calendars.queries import SHOWN
from notifications.incoming import queries
from rooms import panels
from rooms.models import Booking
from rooms.queries.terms import VenueTerms


def connect() -> None:
    """Show the panel on the page of each booking, and the one of desks."""
    panels.add(add_to_calendar)
    panels.add_to_desks(conflicts)


def add_to_calendar(request: HttpRequest, booking: Booking) -> tuple[str, dict[str, Any]] | None:
    """Return the panel while there is something to note down."""
    return (
        ("notifications/panel.html", {}) if booking.state in SHOWN and booking.state != "completed" else None
    )


def conflicts(request: HttpRequest, terms: VenueTerms, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """Return what other calendars want though it is booked, and which of them cannot be read."""
    found, failing = queries.conflicts_at(terms, now=now), queries.failing(terms.id)
    if not found and not failing:
        return None
    return "notifications/conflicts.html", {"conflicts": found, "failing": failing}
