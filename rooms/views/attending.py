"""Who came and who did not: what the staff may say of it on the page of a booking."""

from datetime import datetime
from typing import Any

from accounts import roles
from reservations import lifecycle
from rooms.models import Booking
from rooms.queries.desks import came_at


def what_may(user: Any, found: Booking, *, now: datetime) -> dict[str, bool]:
    """Return which of the buttons about who is there this person can press now."""
    runs = found.starts_at <= now and (found.ends_at is None or found.ends_at > now)
    may = runs and not found.recurrence and roles.may(user, "mark_absent", found.venue_id)
    return {
        "no_show": may and found.state == lifecycle.CONFIRMED,
        "undo_check_in": may and found.pk in came_at([found]),
    }
