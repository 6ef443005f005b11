"""What this floor keeps of one person: money that came in for their bookings and went back. It all stays."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse

from accounts import keepers
from accounts.keepers import MOST, Hindrance, Keeper, Section
from accounts.models import User
from payments.models import OPEN, Balance, Payment, Refund
from reservations import lifecycle
from rooms import money
from rooms.models import Booking

CHUNK = 500  # rows read at a time
ON_THE_WAY = (Refund.State.OWED, Refund.State.SENT, Refund.State.FAILED)


def connect() -> None:
    """Answer for this floor."""
    keepers.add(Keeper(told, hindrances, keep))


def told(person: User) -> Iterator[Section]:
    """Yield what was paid for the person's bookings, and what was given back."""
    yield "payments", _payments(person)
    yield "refunds", _refunds(person)


def _payments(person: User) -> Iterator[dict[str, Any]]:
    rows = Payment.objects.filter(booking__guest=person).select_related("booking").order_by("pk")
    for one in rows.iterator(chunk_size=CHUNK):
        yield {
            "booking": one.booking.reference,
            "amount": money.decimal_of(one.amount, one.currency),
            "currency": one.currency,
            "method": one.method,
            "by": one.gateway,
            "state": one.state,
            "captured": money.decimal_of(one.captured, one.currency),
            "created_at": one.created_at,
            "captured_at": one.captured_at,
        }


def _refunds(person: User) -> Iterator[dict[str, Any]]:
    rows = Refund.objects.filter(payment__booking__guest=person).order_by("pk")
    for one in rows.select_related("payment__booking").iterator(chunk_size=CHUNK):
        yield {
            "booking": one.payment.booking.reference,
            "amount": money.decimal_of(one.amount, one.payment.currency),
            "currency": one.payment.currency,
            "reason": one.reason,
            "state": one.state,
            "created_at": one.created_at,
            "done_at": one.done_at,
        }


def hindrances(person: User) -> list[Hindrance]:
    """Return the bookings of which money is owed, by either side, or under way."""
    open_ones = _unsettled(person)
    found = [_hindrance(one) for one in open_ones.order_by("starts_at", "pk")[: MOST + 1]]
    number = len(found) if len(found) <= MOST else open_ones.count()
    more = Hindrance(f"{number - MOST} more bookings", "are not settled.", reverse("rooms:bookings"))
    return keepers.named_or_counted(found, number, more)


def _unsettled(person: User) -> QuerySet[Booking]:
    """Return the bookings that are over and not settled; those that are not over are in the way anyhow."""
    balance = Balance.objects.filter(pk=OuterRef("pk"))
    paid = Coalesce(Subquery(balance.values(net=F("captured") - F("refunded"))), 0)
    waived = Coalesce(Subquery(balance.values(let_go=F("waived") + F("forgiven"))), 0)
    price = Case(When(state=lifecycle.COMPLETED, then=F("price")), default=Value(0))
    rows = Booking.objects.filter(guest=person).exclude(state__in=lifecycle.KEEPS_ROOM)
    rows = rows.annotate(paid=paid, owed=Greatest(Coalesce(F("kept"), price) - waived, 0))
    back = Refund.objects.filter(state__in=ON_THE_WAY, payment__booking__guest=person)
    tried = Payment.objects.filter(state__in=OPEN, booking__guest=person)
    under_way = Q(pk__in=back.values("payment__booking")) | Q(pk__in=tried.values("booking"))
    return rows.filter(~Q(paid=F("owed")) | under_way)


def _hindrance(booking: Any) -> Hindrance:
    due = booking.owed - booking.paid
    amount = money.as_text(abs(due), booking.currency)
    if due > 0:
        says = f"has {amount} still to be paid."
    elif due < 0:
        says = f"has {amount} to be given back: that takes a moment."
    else:
        says = "has money on its way: wait until it has arrived."
    return Hindrance(booking.reference, says, reverse("rooms:booking", args=[booking.reference]))


def keep(person: User) -> None:
    """Keep all of it: what was paid belongs to the books, which name a booking and nobody."""
