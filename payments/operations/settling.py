"""Settle: what was paid beyond what is owed goes back, the newest payment first."""

from datetime import datetime
from typing import Any

from payments import queries
from payments.models import Balance, Payment, Refund
from payments.operations import _ledger
from payments.operations._recording import fresh_booking
from reservations import lifecycle
from rooms.models import Booking
from rooms.sql import database_now


@_ledger.posting
def settle(booking: Booking, *, finally_: bool = False, now: datetime | None = None) -> list[Refund]:
    """Owe back what the booking's payments took beyond what is owed, and return what is new of that.

    Doing it again does nothing. A hold that ran out is left alone while a payment of it is still to be
    followed, unless that is done (`finally_`): it may have its rooms again, and keep the money.
    """
    balance = _ledger.locked(booking)
    moment = now or database_now()
    fresh = fresh_booking(booking)
    if not finally_ and _may_come_back(fresh):
        return []
    excess = balance.owed - queries.owed_of(fresh, balance, now=moment)
    return give_newest_back(balance, excess, moment) if excess > 0 else []


def _may_come_back(booking: Booking) -> bool:
    if booking.state not in (lifecycle.HELD, lifecycle.EXPIRED):
        return False
    return Payment.objects.filter(booking=booking, followed=False).exists()


def give_newest_back(
    balance: Balance, excess: int, now: datetime, *, by: Any = None, reason: str = ""
) -> list[Refund]:
    """Give so much back, of the newest payment first, under the lock of the balance."""
    made = []
    for payment in Payment.objects.filter(booking=balance.booking_id, captured__gt=0).order_by("-pk"):
        amount = min(excess, payment.captured - payment.refunded)
        if amount > 0:
            made.append(_ledger.give_back(balance, payment, amount, by=by, reason=reason, now=now))
            excess -= amount
    return made
