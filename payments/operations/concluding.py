"""Conclude a checkout: what the guest said of the booking, and how they pay, in one call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from payments import queries
from payments.models import Payment
from payments.operations.paying import pay
from reservations import Invalid, PolicyViolation, lifecycle
from rooms import operations as rooms
from rooms import permissions
from rooms.models import Booking
from rooms.wishes import Details

CARD, DESK = "card", "desk"


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody pays: now by card, or later at the desk; `key` makes a second press the same payment."""

    how: str
    card: str = ""
    key: str = ""


def conclude(
    booking: Booking, way: Way, *, by: Any, details: Details, now: datetime | None = None
) -> Payment | None:
    """Pay for the hold, or promise to pay at the desk where its policy lets one; return the payment, if any.

    The venue's staff may always leave it for the desk: it is they who take the money there.

    :raises PaymentFailed: if the bank says no; the hold stays, with what was said of it
    :raises HoldExpired: if the hold ran out
    """
    online, at_desk = queries.ways_to_pay(booking)
    if way.how not in (CARD, DESK):
        raise Invalid("Choose how to pay.", field_errors={"way": ["Choose how to pay."]})
    if way.how == DESK and not (at_desk or permissions.is_staff(by, booking.venue_id)):
        raise PolicyViolation("This is paid online, before it is booked.", rule="payment")
    if way.how == DESK:
        if booking.state == lifecycle.HELD:
            rooms.confirm(booking, by=by, details=details, now=now)
        return None
    if not online:
        raise PolicyViolation("This is paid at the desk.", rule="payment")
    if booking.state == lifecycle.HELD:
        rooms.describe(booking, details, by=by, now=now)
    return pay(booking, by=by, key=way.key, card=way.card, now=now)
