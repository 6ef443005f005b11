"""Forgive: the venue asks no more for what somebody left without paying."""

from datetime import datetime
from typing import Any

from payments import queries
from payments.operations import _ledger
from payments.operations._recording import fresh_booking
from reservations import IllegalTransition, lifecycle
from rooms import operations as rooms
from rooms import permissions
from rooms.models import Booking
from rooms.sql import database_now


@_ledger.posting
def forgive(booking: Booking, *, by: Any, seen: int, now: datetime | None = None) -> int:
    """Ask no more for what is still to be paid of a booking that is over, and return how much that was.

    :param seen: what was to be paid when it was decided, so that nothing is forgiven that nobody saw
    :raises IllegalTransition: if that has changed meanwhile, or the booking is not over
    """
    permissions.require_own(by, booking)
    permissions.require_staff(by, booking.venue_id, "forgive what was not paid")
    balance, moment = _ledger.locked(booking), now or database_now()
    fresh = fresh_booking(booking)
    if fresh.state in lifecycle.KEEPS_ROOM:
        sentence = "This booking is not over yet: what it costs is still to be paid."
        raise IllegalTransition(sentence, state=fresh.state, move="forgive")
    due = queries.money_of(fresh, now=moment).due
    if not due or due != seen:
        sentence = "What is to be paid has changed. Please look again."
        raise IllegalTransition(sentence, state=fresh.state, move="forgive")
    balance.forgiven += due
    balance.save(update_fields=["forgiven"])
    rooms.report(fresh, "forgiven", after={"amount": due, "currency": fresh.currency}, by=by, now=moment)
    return due
