"""Goodwill: the venue gives back what its terms would let it keep, and does not ask for it again."""

from datetime import datetime
from typing import Any

from payments.models import Refund
from payments.operations import _ledger
from payments.operations._recording import fresh_booking
from payments.operations.settling import give_newest_back
from reservations import IllegalTransition, Invalid
from rooms import permissions
from rooms.models import Booking
from rooms.sql import database_now
from rooms.wishes import REASON, line


@_ledger.posting
def give_back(
    booking: Booking, amount: int, *, by: Any, reason: str, seen: int, now: datetime | None = None
) -> list[Refund]:
    """Owe so much of what was paid back to whoever paid, for a reason; only the venue's staff may.

    :param seen: what was paid when it was decided, so that a second press gives nothing back again
    :raises IllegalTransition: if that has changed meanwhile
    """
    permissions.require_own(by, booking)
    permissions.require_staff(by, booking.venue_id, "give money back")
    reason = line(reason, "reason", REASON)
    if not reason:
        sentence = "Say why: the guest reads it."
        raise Invalid(sentence, field_errors={"reason": [sentence]})
    balance = _ledger.locked(booking)
    if balance.owed != seen:
        state = fresh_booking(booking).state
        raise IllegalTransition("What is paid has changed. Please look again.", state=state, move="give_back")
    if not 0 < amount <= balance.owed:
        sentence = "No more can come back than was paid."
        raise Invalid(sentence, field_errors={"amount": [sentence]})
    return give_newest_back(balance, amount, now or database_now(), by=by, reason=reason)
