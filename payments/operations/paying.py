"""Pay for a booking: once, however many windows, fingers and programs try it at the same time.

Three beats. A payment is claimed under the lock of the booking's balance; the gateway is called, with the
payment's own key, outside of any transaction; and what it said is written down. Whoever dies in between
leaves a payment that the clock asks about (`chasing`).
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from payments import gateways, queries
from payments.errors import PaymentFailed
from payments.gateways.protocol import GatewayDown, Succeeded
from payments.models import OPEN, Payment
from payments.operations import _ledger
from payments.operations._recording import charge_of, fresh_booking, record, record_locked
from payments.operations.chasing import cancel_at_gateway
from payments.operations.following import follow
from reservations import (
    HoldExpired,
    IdempotencyMismatch,
    IllegalTransition,
    Invalid,
    PolicyViolation,
    Unready,
    lifecycle,
)
from rooms import operations as rooms
from rooms import permissions
from rooms.models import Booking
from rooms.operations.changing import wish_of
from rooms.queries.offers_of_series import alternatives
from rooms.sql import database_now
from rooms.texts import text
from rooms.wishes import KEY

State, Method = Payment.State, Payment.Method
LEASE = timedelta(seconds=30)  # in which whoever claimed a payment has called its gateway, or died
LONGEST_CARD = 40  # characters, spaces included


@dataclass(frozen=True, slots=True)
class Claimed:
    """A payment, and whether it is this caller's to begin.

    One that came with the same key and is not begun yet is begun again: whoever did so first may have died,
    and for the gateway it is the same one.
    """

    payment: Payment
    is_mine: bool


def pay(
    booking: Booking, *, by: Any, key: str = "", card: str = "", amount: int | None = None,
    now: datetime | None = None,
) -> Payment:  # fmt: skip
    """Pay what confirms the booking, or what is due of it, by card; a payment that is under way is that one.

    :raises PaymentFailed: if the bank says no; the hold stays
    :raises HoldExpired: if the hold ran out, and its rooms could not be had again
    """
    permissions.require_own(by, booking)
    key = _key(key, by)
    if not isinstance(card, str) or len(card) > LONGEST_CARD:
        raise Invalid("That is no card number.", field_errors={"card": ["That is no card number."]})
    if booking.state == lifecycle.HELD:
        rooms.require_answered(booking, by=by)
    try:
        claimed = _claim(booking.pk, by, key, amount, now)
        while not claimed.is_mine and _is_superseded(claimed.payment, key):
            # Left on the bank's page in another window: given up there, so that it cannot be paid as well.
            cancel_at_gateway(claimed.payment, now=now or database_now())
            claimed = _claim(booking.pk, by, key, amount, now)
        payment = _begin(claimed.payment, card, now, by) if claimed.is_mine else claimed.payment
    except HoldExpired as refusal:
        refusal.alternatives = alternatives(wish_of(booking, by), now=now)
        raise
    except GatewayDown as trouble:
        raise Unready("The payment service does not answer. Please try again in a moment.") from trouble
    return _told(_followed(payment, now), by, now)


def _followed(payment: Payment, now: datetime | None) -> Payment:
    try:
        return follow(payment, now=now)
    except Unready:
        return payment  # The money is there; what follows from it the clock does in a moment.


def _key(key: str, by: Any) -> str:
    problems: dict[str, list[str]] = {}
    key = text(key, "key", KEY - 20, problems)
    if problems:
        raise Invalid(problems["key"][0], field_errors=problems)
    return f"{getattr(by, 'pk', 0)}:{key or uuid.uuid4().hex}"


def _is_superseded(payment: Payment, key: str) -> bool:
    return payment.state == State.NEEDS_ACTION and payment.key != key


@_ledger.posting
def _claim(booking: int, by: Any, key: str, amount: int | None, now: datetime | None) -> Claimed:
    """Return a new payment, or the one that makes another one needless."""
    _ledger.locked(booking)
    moment = now or database_now()
    fresh = fresh_booking(booking)
    mine = Payment.objects.select_related("booking").filter(booking=booking)
    if earlier := _earlier(booking, key, Method.CARD, amount):
        return Claimed(earlier, is_mine=earlier.state == State.CREATED)
    if under_way := mine.filter(state__in=OPEN).order_by("-pk").first():
        return Claimed(under_way, is_mine=False)
    owed = _amount(fresh, amount, moment)
    if not owed and (paid := mine.filter(state=State.CAPTURED).order_by("-pk").first()):
        return Claimed(paid, is_mine=False)
    if not owed:
        raise PolicyViolation("There is nothing to be paid for this booking.", rule="payment")
    if not queries.ways_to_pay(fresh)[0]:
        raise PolicyViolation("This is paid at the desk.", rule="payment")
    made = Payment.objects.create(
        booking=fresh,
        key=key,
        method=Method.CARD,
        gateway=settings.PAYMENT_GATEWAY,
        amount=owed,
        currency=fresh.currency,
        capture=not queries.waits_for_approval(fresh),  # whoever asks for it pays once it is given
        by=by,
        created_at=moment,
        next_at=moment + LEASE,
    )
    return Claimed(made, is_mine=True)


def _earlier(booking: int, key: str, method: str, amount: int | None) -> Payment | None:
    """Return the payment that came with the same key, if there is one.

    :raises IdempotencyMismatch: if it was for another amount, or paid another way
    """
    earlier = Payment.objects.select_related("booking").filter(booking=booking, key=key).first()
    if earlier is None:
        return None
    if amount not in (None, earlier.amount):
        raise IdempotencyMismatch("That idempotency key was used before, for another amount.")
    if method != earlier.method:
        raise IdempotencyMismatch("That idempotency key was used before, for another way to pay.")
    return earlier


def _amount(booking: Booking, asked: int | None, now: datetime) -> int:
    """Return what is to be paid now: what was asked for, what confirms a hold, or all that is due."""
    _require_payable(booking, now)
    money = queries.money_of(booking, now=now)
    if asked is not None:
        if not 0 < asked <= money.due:
            raise Invalid("That is not what is due.", field_errors={"amount": ["That is not what is due."]})
        return asked
    is_hold = booking.state == lifecycle.HELD
    return money.to_confirm if is_hold and money.to_confirm else money.due


def _require_payable(booking: Booking, now: datetime) -> None:
    if queries.has_run_out(booking, now=now):
        raise HoldExpired("The hold ran out before it was paid.")
    if booking.state not in queries.OWING and not booking.kept:
        raise IllegalTransition(
            f"This booking is {booking.get_state_display().lower()}, so it cannot be paid.",
            state=booking.state,
            move="pay",
        )


def _begin(payment: Payment, card: str, now: datetime | None, by: Any) -> Payment:
    gateway = gateways.gateway_called(payment.gateway)
    charge = charge_of(payment, back=back_to(payment))
    try:
        result = gateway.start(charge, card=card)
    except GatewayDown:
        return payment  # What became of it nobody knows: the clock asks until somebody does.
    return record(payment, result, now=now or database_now(), by=by)


def back_to(payment: Payment) -> str:
    """Return where a gateway's own page leads when its payer is done."""
    base: str = settings.BASE_URL
    return base.rstrip("/") + reverse("payments:paid", args=[payment.booking.reference, payment.uuid])


def _told(payment: Payment, by: Any, now: datetime | None) -> Payment:
    """Return the payment, or refuse in the words of what became of it."""
    if payment.state == State.FAILED:
        raise PaymentFailed(payment.sentence, reason=payment.failure)
    if payment.state == State.CANCELLED:
        raise PaymentFailed("That payment was given up. Please begin again.", reason="cancelled")
    booking = fresh_booking(payment.booking_id)
    if payment.captured and payment.refunded == payment.captured and _is_lost(booking, now):
        raise HoldExpired(
            "The hold ran out while you paid, and somebody else has the room now. You get everything back.",
            alternatives=alternatives(wish_of(booking, by), now=now),
        )
    return payment


def _is_lost(booking: Booking, now: datetime | None) -> bool:
    return queries.has_run_out(booking, now=now or database_now())


def take_at_desk(
    booking: Booking, method: str, *, by: Any, amount: int | None = None, key: str = "",
    now: datetime | None = None,
) -> Payment:  # fmt: skip
    """Write down that the desk took cash, or a card on its terminal; only the venue's staff may."""
    permissions.require_own(by, booking)
    permissions.require_staff(by, booking.venue_id, "take money")
    if method not in (Method.CASH, Method.TERMINAL):
        raise Invalid("The desk takes cash or a card.", field_errors={"method": ["Choose cash or a card."]})
    payment = _take(booking.pk, method, by, _key(key, by), amount, now)
    return follow(payment, now=now)


@_ledger.posting
def _take(booking: int, method: str, by: Any, key: str, amount: int | None, now: datetime | None) -> Payment:
    balance = _ledger.locked(booking)
    moment = now or database_now()
    fresh = fresh_booking(booking)
    if earlier := _earlier(booking, key, method, amount):
        return earlier
    _require_payable(fresh, moment)
    owed = queries.money_of(fresh, now=moment).due if amount is None else _amount(fresh, amount, moment)
    if not owed:
        raise PolicyViolation("There is nothing to be paid for this booking.", rule="payment")
    made = Payment.objects.create(
        booking=fresh,
        key=key,
        method=method,
        gateway=gateways.DESK,
        amount=owed,
        currency=fresh.currency,
        by=by,
        created_at=moment,
    )
    return record_locked(balance, made.pk, Succeeded("", owed), now=moment, by=by)
