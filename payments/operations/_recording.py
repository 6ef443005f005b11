"""Write down what a gateway said of a payment: results in any order, late or twice, end in the same rows."""

from datetime import datetime, timedelta
from typing import Any

from payments.gateways.protocol import (
    Authorized,
    Cancelled,
    Charge,
    Failed,
    NeedsAction,
    Pending,
    Result,
    Succeeded,
)
from payments.models import OPEN, Balance, Payment
from payments.operations import _ledger
from rooms import operations as rooms
from rooms.models import Booking

State = Payment.State
FIRST_LOOK = timedelta(seconds=5)  # until a payment of which nothing is heard is asked about
FOLLOW_AGAIN = timedelta(seconds=5)  # after which somebody else does what whoever recorded it did not


def charge_of(payment: Payment, *, back: str = "") -> Charge:
    """Return the payment as its gateway knows it."""
    return Charge(
        key=str(payment.uuid),
        amount=payment.amount,
        currency=payment.currency,
        text=f"Booking {payment.booking.reference}",
        back=back,
        capture=payment.capture,
        reference=payment.reference,
    )


@_ledger.posting
def record(payment: Payment, result: Result, *, now: datetime, by: Any = None) -> Payment:
    """Write the result down, report what is new in it, and return the payment as it is now."""
    balance = _ledger.locked(payment.booking_id)
    return record_locked(balance, payment.pk, result, now=now, by=by)


def record_locked(
    balance: Balance, payment: int, result: Result, *, now: datetime, by: Any = None
) -> Payment:
    """Write the result down, under the lock of the booking's balance."""
    fresh = Payment.objects.select_related("booking__venue", "booking__guest").get(pk=payment)
    match result:
        case Succeeded():
            _captured(balance, fresh, result, now, by)
        case _ if fresh.state not in OPEN:
            pass  # It is over. Only money that came is heard of after that.
        case Failed():
            _failed(fresh, result, now, by)
        case Cancelled():
            _over(fresh, State.CANCELLED)
        case Authorized():
            _authorized(fresh, now)
        case NeedsAction():
            fresh.action_url = result.url
            _waits(fresh, State.NEEDS_ACTION, now)
        case Pending():
            _waits(fresh, State.PENDING, now)
    fresh.reference = fresh.reference or result.reference
    fresh.save()
    return fresh


def _captured(balance: Balance, payment: Payment, result: Succeeded, now: datetime, by: Any) -> None:
    new = _ledger.take(balance, payment, result.captured, now=now)
    if not new:
        return
    payment.state, payment.captured_at = State.CAPTURED, now
    payment.failure = payment.sentence = payment.action_url = ""
    payment.followed, payment.next_at, payment.looks = False, now + FOLLOW_AGAIN, 0
    said = {"amount": new, "currency": payment.currency, "method": payment.method}
    rooms.report(payment.booking, "paid", after=said, by=by or payment.by, now=now)


def _failed(payment: Payment, result: Failed, now: datetime, by: Any) -> None:
    payment.failure, payment.sentence = result.code[:40], result.sentence[:200]
    _over(payment, State.FAILED)
    said = {"amount": payment.amount, "currency": payment.currency, "reason": payment.failure}
    rooms.report(payment.booking, "payment_failed", after=said, by=by or payment.by, now=now)


def _over(payment: Payment, state: State) -> None:
    payment.state, payment.action_url, payment.next_at, payment.followed = state, "", None, True


def _authorized(payment: Payment, now: datetime) -> None:
    if payment.state != State.AUTHORIZED:
        payment.state, payment.action_url = State.AUTHORIZED, ""
        payment.followed, payment.next_at, payment.looks = False, now + FOLLOW_AGAIN, 0


def _waits(payment: Payment, state: State, now: datetime) -> None:
    if payment.state not in (state, State.AUTHORIZED):
        payment.state, payment.next_at, payment.looks = state, now + FIRST_LOOK, 0


def fresh_booking(booking: Booking | int) -> Booking:
    """Return the booking as it is in the table now."""
    key = booking if isinstance(booking, int) else booking.pk
    return Booking.objects.select_related("venue", "guest").get(pk=key)
