"""What cancelling a booking would mean now, as the API says it."""

from datetime import datetime
from typing import Any

from api.answers import money
from api.queries import rows_of
from api.shapes_bookings import Cancellation, CancellationStep
from payments import queries
from rooms import permissions
from rooms.models import Booking
from rooms.queries.cancelling import cancelling
from rooms.queries.terms import terms_of_venue


def cancellation(booking: Booking, user: Any, *, now: datetime) -> Cancellation:
    """Return what the terms of the booking's rooms say of cancelling now; the strictest room counts."""
    rooms = [row.room_id for row in rows_of([booking.pk])[booking.pk]]
    staff = permissions.is_staff(user, booking.venue_id)
    quoted = cancelling(booking, terms_of_venue(booking.venue), rooms, staff=staff, now=now)
    sums = queries.money_of(booking, now=now)
    kept = sums.kept(quoted.kept)
    return Cancellation(
        reference=booking.reference,
        allowed=quoted.refusal is None,
        reason=quoted.refusal.sentence if quoted.refusal else None,
        until=quoted.until,
        refund_percent=quoted.percent,
        steps=[CancellationStep(until, percent) for until, percent in quoted.steps],
        price=money(booking.price, booking.currency),
        kept=money(kept, booking.currency),
        paid=money(sums.paid, booking.currency),
        refund=money(sums.back(quoted.kept), booking.currency),
        owed=money(max(0, kept - sums.paid), booking.currency),
    )
