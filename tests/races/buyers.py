"""Buyers and a clock in processes that may be killed at any instant, and begin again where they were.

A buyer repeats everything with the keys of the first time, as a page does that is loaded again.
"""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.db import connections

from accounts.models import User
from payments import operations as payments
from payments.errors import PaymentFailed
from payments.gateways import sandbox
from payments.models import OPEN, Payment
from reservations import ReservationError, Span, Unavailable, Unready
from rooms import operations
from rooms.models import Booking, RoomType
from rooms.sql import database_now

LATE = timedelta(seconds=1)  # a slow bank, for a test that has no time
DAY = (datetime.now(UTC) + timedelta(days=30)).replace(hour=0, minute=0, second=0, microsecond=0)
NIGHT = Span(DAY + timedelta(hours=15), DAY + timedelta(days=1, hours=11))
GOOD, BAD, SLOW, TWICE = "4242424242424242", "4000000000000002", "4000000000000077", "4000000000000259"
CARDS = [BAD] * 2 + [SLOW] + [TWICE] * 2 + [GOOD] * 5  # 1 in 5 fails, 1 in 10 answers late
THREADS, TRIES = 4, 3


def _begin(database: str) -> None:
    sandbox.LATE = LATE
    connections["default"].settings_dict["NAME"] = database


def shop(database: str, numbers: list[int]) -> None:
    """Let each of these buyers buy."""
    _begin(database)
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(_patiently, number) for number in numbers]:
            done.result()


def _patiently(number: int) -> None:
    try:
        while True:
            with suppress(Unready):
                return buy(number)
            time.sleep(0.05)
    finally:
        connections.close_all()


def buy(number: int) -> None:
    """Hold a room and pay for it, with up to three cards; then let it go."""
    guest = User.objects.get(email=f"buyer{number}@example.com")
    booking = _held(guest, number)
    if booking is None:
        return
    for attempt in range(TRIES):
        card = random.Random(f"{number} {attempt}").choice(CARDS)  # noqa: S311 -- the same after a kill
        with suppress(PaymentFailed):
            payment = payments.pay(booking, by=guest, card=card, key=f"pay {attempt}")
            if _decided(payment) == Payment.State.CAPTURED:
                return
    with suppress(ReservationError):
        operations.cancel(booking, by=guest)


def _held(guest: User, number: int) -> Booking | None:
    kind = RoomType.objects.get()
    for _ in range(TRIES):
        with suppress(Unavailable):
            return operations.hold(operations.AnyOf(kind, 1), NIGHT, by=guest, key=f"hold {number}")
        time.sleep(0.2)
    return None


def _decided(payment: Payment) -> str:
    """Wait, as the page does, until the bank has said yes or no."""
    while payment.state in OPEN:
        time.sleep(0.05)
        payment.refresh_from_db()
    return payment.state


def tick(database: str) -> None:
    """Be the clock, whose webhooks arrive in any order and twice."""
    _begin(database)
    chance = random.Random()  # noqa: S311
    while True:
        with suppress(Unready):
            operations.expire_holds()
            sandbox.answer_late(now=database_now())
            due = sandbox.due_webhooks(now=database_now()) * 2
            chance.shuffle(due)
            for event, body, headers in due:
                payments.receive("sandbox", body, headers)
                sandbox.sent(event, now=database_now())
            operations.tell()
            payments.chase()
            payments.send_refunds()
        time.sleep(0.05)
