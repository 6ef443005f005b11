"""Send refunds: each with its own key, so that sending one twice gives it back once."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from payments import gateways
from payments.gateways.protocol import Failed, GatewayDown, Result, Succeeded
from payments.models import Payment, Refund
from payments.operations import _ledger
from payments.operations._recording import charge_of
from reservations import IllegalTransition
from rooms import operations as rooms
from rooms import permissions
from rooms.sql import database_now

log = logging.getLogger(__name__)
State = Refund.State
LEASE = timedelta(seconds=60)  # after which a refund whose sender died is sent again, with the same key
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
ASK_AGAIN = timedelta(minutes=10)  # until a refund that the bank has under way is asked about


def send_refunds(*, limit: int = 50, now: datetime | None = None) -> int:
    """Send the refunds that are due, longest due first, and return how many were."""
    moment = now or database_now()
    due = Refund.objects.filter(next_at__lte=moment).order_by("next_at", "pk")
    sent = 0
    for refund in due.select_related("payment__booking")[:limit]:
        sent += _send(refund, moment)
    return sent


def _send(refund: Refund, now: datetime) -> bool:
    if not _claimed(refund, now):
        return False  # another clock has it
    payment = refund.payment
    gateway = gateways.gateway_called(payment.gateway)
    try:
        result = gateway.refund(charge_of(payment), refund.amount, key=refund.key)
    except GatewayDown as trouble:
        log.warning("Refund %s could not be sent and is tried again: %s", refund.key, trouble)
        wait = min(FIRST_PAUSE * 2 ** min(refund.attempts, 12), LONGEST_PAUSE)
        Refund.objects.filter(pk=refund.pk).exclude(state=State.DONE).update(next_at=now + wait)
        return True
    _record(refund, result, now)
    return True


@_ledger.posting
def _record(refund: Refund, result: Result, now: datetime) -> None:
    _ledger.locked(refund.payment.booking_id)
    record_refund(refund.key, result, payment=refund.payment, now=now)


def _claimed(refund: Refund, now: datetime) -> bool:
    still = Refund.objects.filter(pk=refund.pk, next_at=refund.next_at)
    return bool(still.update(next_at=now + LEASE, attempts=F("attempts") + 1))


def record_refund(
    key: str, result: Result, *, payment: Payment, now: datetime, by: Any = None
) -> Refund | None:
    """Write down what became of a refund, under the lock of the booking's balance.

    :param by: who handed it over; else it is said of whoever gave it, whoever sends it
    """
    refund = Refund.objects.select_related("payment__booking", "by").filter(key=key, payment=payment).first()
    if refund is None or refund.state == State.DONE:
        return refund
    match result:
        case Succeeded():
            refund.state, refund.done_at, refund.next_at, refund.sentence = State.DONE, now, None, ""
            said = {"amount": refund.amount, "currency": payment.currency, "method": payment.method}
            said |= {"reason": refund.reason} if refund.reason else {}
            rooms.report(refund.payment.booking, "refunded", after=said, by=by or refund.by, now=now)
        case Failed():
            refund.state, refund.next_at, refund.sentence = State.FAILED, None, result.sentence[:200]
        case _:
            refund.state, refund.next_at = State.SENT, now + ASK_AGAIN
    refund.reference = refund.reference or result.reference
    refund.save()
    return refund


@_ledger.posting
def hand_back(refund: Refund, *, by: Any, now: datetime | None = None) -> Refund:
    """Give back at the desk what was paid there or the bank would not take; only the venue's staff may."""
    payment = refund.payment
    permissions.require_own(by, payment.booking)
    permissions.require_staff(by, payment.booking.venue_id, "give money back")
    _ledger.locked(payment.booking_id)
    moment = now or database_now()
    fresh = Refund.objects.get(pk=refund.pk)
    if not fresh.waits_at_desk:
        raise IllegalTransition("This refund is on its way already.", state=fresh.state, move="hand_back")
    done = record_refund(fresh.key, Succeeded("desk", fresh.amount), payment=payment, now=moment, by=by)
    return done or fresh
