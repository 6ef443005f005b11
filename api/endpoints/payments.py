"""Pay for a booking, and see what was paid and given back."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from msgspec import UnsetType

from api import answers
from api.queries import booking_called
from api.reading import KEY_HEADER, key_of, refused
from api.routing import Call, Reply, endpoint
from api.shapes_payments import MoneyWanted, Payment, PaymentList, PaymentMade, PaymentWanted, Refund
from payments import models, operations, queries
from rooms import money
from rooms.models import Booking
from rooms.sql import database_now

State = models.Payment.State


@endpoint(
    "POST",
    "bookings/{reference}/payments",
    body=PaymentWanted,
    answer=PaymentMade,
    status=201,
    also=[202],
    refuses=[
        "not_found", "payment_failed", "hold_expired", "policy_violation", "illegal_transition", "forbidden",
        "idempotency_mismatch",
    ],
    sent={KEY_HEADER: "The same key is the same payment, however often it is sent."},
)  # fmt: skip
def create_payment(call: Call) -> Reply:
    """Pay what confirms the booking, or what is due of it; the hold becomes a booking with it.

    202 says that it is not decided yet: the bank is thinking, or its payer has to go to `action_url`. While a
    payment is under way, and once all is paid, another one is the same one: a booking is never paid twice.
    """
    wanted: PaymentWanted = call.body
    found = booking_called(call.path["reference"], call.person)
    key, amount = key_of(call.request), _minor(wanted, found)
    if wanted.method == "card":
        made = operations.pay(found, by=call.user, key=key, card=wanted.card, amount=amount)
    else:
        made = operations.take_at_desk(found, wanted.method, by=call.user, key=key, amount=amount)
    fresh = booking_called(found.reference, call.person)
    told = PaymentMade(**_facts(made), booking=answers.booking(fresh, call.user))
    return Reply(told, 201 if made.state == State.CAPTURED else 202)


def _minor(wanted: PaymentWanted, found: Booking) -> int | None:
    if isinstance(wanted.amount, UnsetType):
        return None
    amount = wanted.amount
    if isinstance(amount, MoneyWanted):
        if amount.currency != found.currency:
            raise refused("amount", f"This booking is paid in {found.currency}.")
        amount = amount.amount
    try:
        return money.minor_of(amount, found.currency)
    except ValueError:
        raise refused("amount", "That is no amount in the booking's currency.") from None


@endpoint("GET", "bookings/{reference}/payments", answer=PaymentList, refuses=["not_found"])
def list_payments(call: Call) -> PaymentList:
    """List what was paid for a booking and what went back, and what is still due."""
    found = booking_called(call.path["reference"], call.person)
    sums = queries.money_of(found, now=database_now())
    return PaymentList(
        items=[Payment(**_facts(one)) for one in queries.payments_of(found)],
        next=None,
        price=answers.money(sums.price, sums.currency),
        paid=answers.money(sums.paid, sums.currency),
        refunded=answers.money(sums.refunded, sums.currency),
        due=answers.money(sums.due, sums.currency),
        receipt=_absolute(reverse("payments:receipt", args=[found.reference])) if sums.captured else None,
    )


def _facts(one: models.Payment) -> dict[str, Any]:
    return {
        "id": str(one.uuid),
        "method": one.method,
        "state": one.state,
        "amount": answers.money(one.amount, one.currency),
        "captured": answers.money(one.captured, one.currency),
        "refunded": answers.money(one.refunded, one.currency),
        "action_url": _absolute(one.action_url) if one.action_url else None,
        "failure": one.failure or None,
        "created_at": one.created_at,
        "refunds": [_refund(refund, one.currency) for refund in one.refunds.all()],
    }


def _refund(row: models.Refund, currency: str) -> Refund:
    state: Any = row.state
    return Refund(answers.money(row.amount, currency), state, row.created_at, row.done_at)


def _absolute(address: str) -> str:
    base: str = settings.BASE_URL
    return urljoin(base, address)
