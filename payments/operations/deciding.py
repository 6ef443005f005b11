"""Decide over what is reserved or not paid yet: take it, all or in part, or let it go."""

from datetime import datetime
from typing import Any

from payments.gateways.protocol import GatewayDown
from payments.models import OPEN, Payment
from payments.operations.chasing import cancel_at_gateway, capture_at_gateway
from payments.operations.following import follow
from reservations import IllegalTransition, Invalid, Unready
from rooms import permissions
from rooms.sql import database_now

DOWN = "The payment service does not answer. Please try again in a moment."


def capture(payment: Payment, *, by: Any, amount: int | None = None, now: datetime | None = None) -> Payment:
    """Take what is reserved, or a part of it and release the rest; only the venue's staff may."""
    _require_staff(payment, by)
    if payment.state != Payment.State.AUTHORIZED:
        raise IllegalTransition("Nothing is reserved by this payment.", state=payment.state, move="capture")
    wanted = payment.amount if amount is None else amount
    if not 0 < wanted <= payment.amount:
        raise Invalid("That is more than is reserved.", field_errors={"amount": ["More than is reserved."]})
    try:
        taken = capture_at_gateway(payment, wanted, now=now or database_now())
    except GatewayDown as trouble:
        raise Unready(DOWN) from trouble
    return follow(taken, now=now)


def drop(payment: Payment, *, by: Any, now: datetime | None = None) -> Payment:
    """Give a payment up that is not taken yet; its payer may, and the venue's staff."""
    permissions.require_own(by, payment.booking)
    if payment.state not in OPEN:
        raise IllegalTransition("This payment is over already.", state=payment.state, move="drop")
    try:
        dropped = cancel_at_gateway(payment, now=now or database_now())
    except GatewayDown as trouble:
        raise Unready(DOWN) from trouble
    return follow(dropped, now=now)


def _require_staff(payment: Payment, by: Any) -> None:
    permissions.require_own(by, payment.booking)
    permissions.require_staff(by, payment.booking.venue_id, "take money")
