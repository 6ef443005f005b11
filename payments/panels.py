"""The panel of money on the page of one booking: paid, due, on its way back, and what can be done."""

from typing import Any

from django.http import HttpRequest

from payments import queries
from payments.models import Payment, Refund
from reservations import lifecycle
from rooms import money as words
from rooms import panels, permissions
from rooms.models import Booking
from rooms.sql import database_now

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
    alive = booking.state in queries.OWING and not queries.has_run_out(booking, now=now)
    return "payments/panel.html", {
        "paid_text": words.as_text(money.paid, money.currency),
        "due_text": words.as_text(money.due, money.currency) if money.due else "",
        "kept": booking.kept is not None and booking.state != lifecycle.HELD,
        "payments": [payment_told(one) for one in payments],
        "refunds": [refund_told(one, staff=staff) for one in queries.refunds_of(payments)],
        "can_pay": bool(money.due and online and (alive or booking.kept)),
        "can_take": bool(money.due and staff and (alive or booking.kept)),
        "due_amount": words.decimal_of(money.due, money.currency),
        "has_receipt": money.captured > 0,
    }


def payment_told(payment: Payment) -> dict[str, Any]:
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
    }


def refund_told(refund: Refund, *, staff: bool = False) -> dict[str, Any]:
    """Return a refund as pages tell of it."""
    return {
        "pk": refund.pk,
        "at": refund.done_at or refund.created_at,
        "text": words.as_text(refund.amount, refund.payment.currency),
        "state": refund.state,
        "state_name": refund.get_state_display(),
        "can_hand_back": staff and refund.state == Refund.State.FAILED,
    }
