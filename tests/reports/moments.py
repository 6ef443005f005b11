"""A venue at a moment: what was booked there, and what its day comes to."""

from datetime import timedelta

from reports.queries.today import days
from reservations import Span
from rooms import operations
from rooms.models import Booking
from tests.worlds import terms

MINUTE = timedelta(minutes=1)
TERMS = {"hours": None, "max_holds": 99, "step_minutes": 1, "min_minutes": 1, "max_minutes": None}


def booked(place, start, end, **state):
    """Return a booking of that time, in whatever state: it may lie in the past, which no guest may book."""
    made = operations.book(place, Span(start, end), by=None, now=start - timedelta(hours=1))
    if state:
        Booking.objects.filter(pk=made.pk).update(**state)
        made.allocations.update(state=state["state"], active=state["state"] != "completed")
    return made


def day_of(venue, now):
    return days([terms(venue)], now=now)[venue.pk]
