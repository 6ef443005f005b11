"""Series for tests: three Mondays or a year of them, and what a booking has of its dates."""

from reservations import Span
from rooms.operations import Repeated
from tests.worlds import span

HOUR = span(9, 10)
THREE = Repeated(HOUR, "FREQ=WEEKLY;COUNT=3")
YEAR = Repeated(HOUR, "FREQ=WEEKLY;COUNT=52")


def on(week, hour=9):
    """Return the span from that hour on, so many weeks after the Monday."""
    return span(hour, hour + 1, day=7 * week)


def taken_by(booking):
    """Return what the booking has, as (number of the date, room, span)."""
    rows = booking.allocations.filter(active=True).select_related("room").order_by("starts_at", "room__name")
    return [(row.occurrence, row.room.name, Span(row.starts_at, row.ends_at)) for row in rows]


def again(booking):
    booking.refresh_from_db()
    return booking
