"""What guests paid in the demo's past: row by row, as rooms/demo/history.py writes what they paid for.

Cards are charged when something is booked, and whoever cancels gets back what the terms do not keep; at the
desk and at the barrier it is paid once they are there. The books balance, and the sandbox's own agree.
"""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Q

from payments import gateways
from payments.models import Payment
from reservations import to_instant
from reservations.lifecycle import CANCELLED, COMPLETED, CONFIRMED, NO_SHOW
from rooms.demo import past, rows
from rooms.demo import people as cast
from rooms.models import Booking, Change, Venue, VenueKind
from rooms.sql import instant

BY_CARD = {VenueKind.BUILDING: 0.6, VenueKind.HOTEL: 0.5, VenueKind.CAR_PARK: 0.4, VenueKind.VEHICLE: 1.0}
AT_DESK = ("terminal", "terminal", "cash")
PAYMENT = (
    "id, booking_id, uuid, key, method, gateway, amount, currency, capture, state, captured, refunded, "
    "reference, action_url, failure, sentence, by_id, created_at, captured_at, looks, followed"
)
CHARGE = "key, reference, amount, currency, text, back, capture, behavior, state, failure, captured, refunded"
REFUND = "id, payment_id, amount, state, key, reference, sentence, reason, attempts, created_at, done_at"
LEDGER = "booking_id, payment_id, refund_id, account, amount, cause, at"
BALANCE = "booking_id, captured, refunded, waived"


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid for one booking: how, when, how much of it went back, and when."""

    booking: Booking
    method: str
    at: datetime
    back: int
    back_at: datetime
    uuid: uuid.UUID

    @property
    def by_card(self) -> bool:
        """Test whether it was paid on a page."""
        return self.method == "card"


@transaction.atomic
def pay(venue: Venue, now: datetime) -> int:
    """Let the past of a venue be paid at which nothing was yet, and return how many payments that makes."""
    if Payment.objects.filter(booking__venue=venue).exists():
        return 0
    paid = list(_paid(venue, now))
    if paid:
        _load(paid)
    return len(paid)


def _paid(venue: Venue, now: datetime) -> Iterator[Paid]:
    until = to_instant(past.ends(venue, now), time.min, venue.zone)
    is_over = Q(state__in=[COMPLETED, CANCELLED, NO_SHOW], starts_at__lt=until)
    # Seats are paid for when they are booked, also those of the days to come.
    strangers = Q(state=CONFIRMED) & ~Q(guest__email__in=cast.LOG_INS)
    wanted = is_over | strangers if venue.kind == VenueKind.VEHICLE else is_over
    over = Booking.objects.filter(wanted, venue=venue, price__gt=0)
    ended = dict(
        Change.objects.filter(booking__in=over, kind__in=[CANCELLED, NO_SHOW]).values_list("booking", "at")
    )
    cards = BY_CARD[VenueKind(venue.kind)]
    for one in over.order_by("pk"):
        chance = random.Random(f"{venue.slug} {one.starts_at} {one.pk} paid")  # noqa: S311 -- a demo
        by_card = chance.random() < cards
        if by_card or one.state in (COMPLETED, CONFIRMED):
            at = one.ends_at if one.metered else one.created_at if by_card else one.starts_at
            assert at is not None  # noqa: S101 -- what is over has an end
            back = 0 if one.kept is None else one.price - one.kept
            key = uuid.UUID(int=chance.getrandbits(128), version=4)
            method = "card" if by_card else chance.choice(AT_DESK)
            yield Paid(one, method, at, back, ended.get(one.pk, at), key)


def _load(paid: list[Paid]) -> None:
    first = rows.keys("payments_payment", len(paid))
    given_back = [(key, one) for key, one in enumerate(paid, start=first) if one.back]
    refund = rows.keys("payments_refund", len(given_back)) if given_back else 0
    back = [(number, key, one) for number, (key, one) in enumerate(given_back, start=refund)]
    rows.load("payments_balance", BALANCE, [(one.booking.pk, one.booking.price, one.back, 0) for one in paid])
    rows.load("payments_payment", PAYMENT, [_payment(key, one) for key, one in enumerate(paid, start=first)])
    rows.load("payments_sandboxcharge", CHARGE, [_charge(one) for one in paid if one.by_card])
    rows.load("payments_refund", REFUND, [_refund(*one) for one in back])
    taken = [row for key, one in enumerate(paid, start=first) for row in _captured(key, one)]
    rows.load("payments_ledgerentry", LEDGER, [*taken, *(row for one in back for row in _returned(*one))])


def _payment(key: int, one: Paid) -> rows.Row:
    price, at = one.booking.price, instant(one.at)
    gateway, called = ("sandbox", _called(one)) if one.by_card else (gateways.DESK, "")
    return (
        key, one.booking.pk, one.uuid.hex, f"{one.booking.reference} paid", one.method, gateway, price,
        one.booking.currency, True, "captured", price, one.back, called, "", "", "", one.booking.guest_id, at,
        at, 0, True,
    )  # fmt: skip


def _charge(one: Paid) -> rows.Row:
    price, text = one.booking.price, f"Booking {one.booking.reference}"
    return (
        str(one.uuid), _called(one), price, one.booking.currency, text, "", True, "succeeds", "captured", "",
        price, one.back,
    )  # fmt: skip


def _called(one: Paid) -> str:
    return f"sandbox_{one.uuid.hex[:24]}"


def _refund(number: int, payment: int, one: Paid) -> rows.Row:
    key, at = f"{one.uuid}-refund-{one.back}", instant(one.back_at)
    return (number, payment, one.back, "done", key, key if one.by_card else "", "", "", 1, at, at)


def _captured(payment: int, one: Paid) -> list[rows.Row]:
    cause, price = f"capture {payment} to {one.booking.price}", one.booking.price
    return [
        (one.booking.pk, payment, None, account, price, cause, instant(one.at))
        for account in ("captured", "owed")
    ]


def _returned(number: int, payment: int, one: Paid) -> list[rows.Row]:
    of: tuple[Any, ...] = (one.booking.pk, payment, number)
    at = instant(one.back_at)
    return [
        (*of, account, amount, f"refund {number}", at)
        for account, amount in (("owed", -one.back), ("refunded", one.back))
    ]
