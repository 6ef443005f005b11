"""Chase: ask about payments of which nothing is heard, so that none stays pending for ever."""

import logging
from datetime import datetime, timedelta

from django.db.models import F

from payments import gateways, queries
from payments.gateways.protocol import GatewayDown, Result
from payments.models import OPEN, Payment
from payments.operations._recording import charge_of, fresh_booking, record
from payments.operations.following import follow
from reservations import Unready, lifecycle
from rooms.models import Booking
from rooms.sql import database_now

log = logging.getLogger(__name__)
State = Payment.State
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)
PATIENCE = timedelta(minutes=30)  # after which a payment that nobody decides is given up
DECIDES = timedelta(days=6)  # for which most banks keep what they reserved


def chase(*, limit: int = 50, now: datetime | None = None) -> int:
    """Look after the payments that are due for it, longest due first, and return how many were."""
    moment = now or database_now()
    due = Payment.objects.filter(next_at__lte=moment).order_by("next_at", "pk")
    looked = 0
    for payment in due.select_related("booking__venue", "booking__guest")[:limit]:
        still = Payment.objects.filter(pk=payment.pk, next_at=payment.next_at)
        wait = min(FIRST_PAUSE * 2 ** min(payment.looks, 12), LONGEST_PAUSE)
        if still.update(next_at=moment + wait, looks=F("looks") + 1):
            payment.next_at = moment + wait
            looked += _look_after(payment, moment, now)
    return looked


def _look_after(payment: Payment, moment: datetime, now: datetime | None) -> bool:
    try:
        if payment.followed and payment.state in OPEN:
            payment = _asked(payment, moment)
        follow(payment, now=now)
    except (GatewayDown, Unready) as trouble:
        log.warning("Payment %s is asked about again later: %s", payment.uuid, trouble)
    return True


def look(payment: Payment, *, now: datetime | None = None) -> Payment:
    """Ask the gateway what became of a payment, and do what follows; its payer came back from its page."""
    moment = now or database_now()
    if payment.followed and payment.state in OPEN:
        try:
            result = gateways.gateway_called(payment.gateway).look(charge_of(payment))
        except GatewayDown:
            return payment
        if result is not None:
            payment = record(payment, result, now=moment)
    return follow(payment, now=now)


def _asked(payment: Payment, now: datetime) -> Payment:
    """Ask what became of an open payment; give up what leads nowhere any more."""
    if payment.state == State.AUTHORIZED:
        return _decided(payment, now)
    gateway = gateways.gateway_called(payment.gateway)
    result: Result | None = None
    if payment.state != State.CREATED:
        result = gateway.look(charge_of(payment))
    if result is not None:
        payment = record(payment, result, now=now)
    if payment.state in (State.CREATED, State.NEEDS_ACTION, State.PENDING) and _leads_nowhere(payment, now):
        return cancel_at_gateway(payment, now=now)
    return payment


def _leads_nowhere(payment: Payment, now: datetime) -> bool:
    """Test whether a payment is to be given up: its beginner died, its hold is gone, or it takes too long."""
    if payment.state == State.CREATED or payment.created_at + PATIENCE <= now:
        return True
    return payment.state == State.NEEDS_ACTION and not _may_be_paid(fresh_booking(payment.booking), now)


def _may_be_paid(booking: Booking, now: datetime) -> bool:
    return booking.state in queries.OWING and not queries.has_run_out(booking, now=now)


def _decided(payment: Payment, now: datetime) -> Payment:
    """Take what was reserved once its booking is confirmed, and release it once it is not to be."""
    booking = fresh_booking(payment.booking)
    if booking.state in (lifecycle.PENDING, lifecycle.HELD) and payment.created_at + DECIDES > now:
        return payment
    money = queries.money_of(booking, now=now)
    amount = min(payment.amount, money.due)
    if amount > 0 and _may_be_paid(booking, now):
        return capture_at_gateway(payment, amount, now=now)
    return cancel_at_gateway(payment, now=now)


def cancel_at_gateway(payment: Payment, *, now: datetime) -> Payment:
    """Give a payment up at its gateway, so that nothing can come of it later; unless it was taken already."""
    gateway = gateways.gateway_called(payment.gateway)
    return record(payment, gateway.cancel(charge_of(payment), key=str(payment.uuid)), now=now)


def capture_at_gateway(payment: Payment, amount: int, *, now: datetime) -> Payment:
    """Take so much of what is reserved, and let the rest go."""
    gateway = gateways.gateway_called(payment.gateway)
    return record(payment, gateway.capture(charge_of(payment), amount, key=str(payment.uuid)), now=now)
