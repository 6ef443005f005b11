"""The panel of money on the page of one booking: paid, due, on its way back, and what can be done."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from payments import queries
from payments.models import Payment, Refund
from rooms import money as words
from rooms import panels, permissions
from rooms.models import Booking
from rooms.queries.terms import terms_of_venue
from rooms.sql import database_now
from rooms.views.telling import quote_of_cancelling
from rooms.wishes import REASON

State = Payment.State


def show() -> None:
    """Show the panel on the page of every booking that has a price."""
    panels.add(panel)


def panel(request: HttpRequest, booking: Booking) -> tuple[str, dict[str, Any]] | None:
    """Return what the panel tells of the booking's money; None where there is none."""
    payments = queries.payments_of(booking)
    if not booking.price and not payments:
        return None
    now = database_now()
    money = queries.money_of(booking, now=now)
    online, _ = queries.ways_to_pay(booking)
    staff = permissions.is_staff(request.user, booking.venue_id)
    # What is too much is given back by the clock, a moment after the booking ended; it is told at once.
    excess = 0 if booking.state in queries.OWING else max(0, money.paid - money.owed)
    alive = booking.state in queries.OWING and not queries.has_run_out(booking, now=now)
    return "payments/panel.html", {
        "css": "css/payments.css",
        "paid_text": words.as_text(money.paid, money.currency),
        "back_text": _back(request, booking, money, now),
        "going_back_text": words.as_text(excess, money.currency) if excess else "",
        "due_text": words.as_text(money.due, money.currency) if money.due else "",
        "payments": [payment_told(one, staff=staff) for one in payments],
        "refunds": [refund_told(one, staff=staff) for one in queries.refunds_of(payments)],
        "can_pay": bool(money.due and online and (alive or booking.kept)),
        "can_take": bool(money.due and staff and (alive or booking.kept)),
        "due_amount": words.decimal_of(money.due, money.currency),
        "key": uuid.uuid4().hex,
        "has_receipt": money.captured > 0,
        "goodwill": _goodwill(request, booking, money) if staff and money.paid else None,
    }


def _goodwill(request: HttpRequest, booking: Booking, money: queries.Money) -> dict[str, Any]:
    """Return the form by which the staff give money back; with what it would do, once it is filled in."""
    typed = request.GET.get("give_back", "")[:20], request.GET.get("reason", "")[:REASON]
    told: dict[str, Any] = {"typed": typed[0], "reason": typed[1], "paid": money.paid, "problem": ""}
    if not typed[0]:
        return told
    try:
        amount = words.minor_of(typed[0], booking.currency)
    except ValueError:
        amount = 0
    if not 0 < amount <= money.paid:
        return {**told, "problem": "Give an amount that was paid, such as 24.00."}
    if not typed[1].strip():
        return {**told, "problem": "Say why: the guest reads it."}
    after = words.as_text(money.paid - amount, booking.currency)
    return {**told, "offer": {"amount_text": words.as_text(amount, booking.currency), "after_text": after}}


def _back(request: HttpRequest, booking: Booking, money: queries.Money, now: datetime) -> str:
    """Return what would come back if this person cancelled now; empty where nothing would, or they cannot."""
    if not money.paid:
        return ""
    quoted = quote_of_cancelling(request.user, booking, now, terms_of_venue(booking.venue))
    if quoted.refusal is not None:
        return ""
    return words.as_text(money.back(quoted.kept), booking.currency)


def payment_told(payment: Payment, *, staff: bool = False) -> dict[str, Any]:
    """Return a payment as pages tell of it."""
    amount = payment.captured or payment.amount
    return {
        "uuid": payment.uuid,
        "at": payment.captured_at or payment.created_at,
        "text": words.as_text(amount, payment.currency),
        "method": payment.get_method_display(),
        "state": payment.state,
        "state_name": payment.get_state_display(),
        "sentence": payment.sentence,
        "action_url": payment.action_url,
        "can_capture": staff and payment.state == State.AUTHORIZED,
    }


def refund_told(refund: Refund, *, staff: bool = False) -> dict[str, Any]:
    """Return a refund as pages tell of it."""
    return {
        "pk": refund.pk,
        "at": refund.done_at or refund.created_at,
        "text": words.as_text(refund.amount, refund.payment.currency),
        "reason": refund.reason,
        "state": refund.state,
        "state_name": refund.state_name,
        "can_hand_back": staff and refund.waits_at_desk,
    }
