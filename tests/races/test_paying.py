"""Many pay at once, banks are slow, servers die: each ends with a room paid once, or with all their money."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models import F

from accounts.models import User
from payments import operations as payments
from payments.errors import PaymentFailed
from payments.models import OPEN, LedgerEntry, Payment, Refund, SandboxCharge
from reservations import Span, Unready
from rooms import operations
from rooms.models import Booking, Change, Room
from rooms.queries.verify import violations
from tests.races.conftest import DAY
from tests.races.servers import Servers
from tests.worlds import hotel, person, rate, rooms

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS, ROOMS, PRICE = 100, 40, 9_000
PATIENCE = 60.0  # seconds


@pytest.fixture
def hold(transactional_db):
    venue = hotel(payment="online")
    rate(venue, PRICE, unit="night")
    guest = person("lena")
    [place] = rooms(venue, 1)
    night = Span(DAY + timedelta(hours=15), DAY + timedelta(days=1, hours=11))
    return operations.hold(place, night, by=guest), guest


def until(true: Callable[[], bool], what: str) -> None:
    latest = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < latest, f"Still not: {what}."
        time.sleep(0.02)


def captured() -> int:
    return Payment.objects.filter(state="captured").count()


def is_quiet() -> bool:
    waiting = (
        Payment.objects.filter(state__in=OPEN), Payment.objects.filter(followed=False),
        Refund.objects.exclude(state="done"), Change.objects.filter(told=False),
    )  # fmt: skip
    return not any(rows.exists() for rows in waiting)


def test_a_hundred_buyers_of_forty_rooms_end_whole_though_the_servers_are_killed_twice(needs_postgres):
    venue = hotel("lantern", payment="online")
    rate(venue, PRICE, unit="night")
    rooms(venue, ROOMS)
    User.objects.bulk_create(User(email=f"buyer{n}@example.com", name=f"Buyer {n}") for n in range(BUYERS))
    servers = Servers(BUYERS)

    for payments_made in (6, 18):
        servers.start()
        until(lambda made=payments_made: captured() >= made, f"{payments_made} payments")
        servers.kill()
    servers.start()
    until(lambda: not any(shop.is_alive() for shop in servers.shops), "every buyer is done")
    until(is_quiet, "nothing is left to do")
    servers.kill()

    assert [shop.exitcode for shop in servers.shops] == [0] * len(servers.shops)
    check_buyers()
    check_money()
    assert violations() == {}


def check_buyers() -> None:
    """Require that each buyer has one room that is paid once, or none and all their money."""
    confirmed = 0
    for number in range(BUYERS):
        states = list(Booking.objects.filter(guest__email=f"buyer{number}@example.com"))
        kept = Payment.objects.filter(booking__in=states, captured__gt=F("refunded"))
        has_room = [booking.state for booking in states] == ["confirmed"]
        assert [payment.captured - payment.refunded for payment in kept] == ([PRICE] if has_room else [])
        assert has_room or {booking.state for booking in states} <= {"cancelled", "expired"}
        confirmed += has_room
    assert ROOMS * 0.7 <= confirmed <= ROOMS <= Room.objects.count()


def check_money() -> None:
    """Require that the bank, the payments and the ledger say the same, and that nobody is left waiting."""
    bank = {one.key: one.captured - one.refunded for one in SandboxCharge.objects.all()}
    ours = {str(one.uuid): one.captured - one.refunded for one in Payment.objects.all()}
    assert bank == {key: ours[key] for key in bank}
    assert sum(bank.values()) == sum(ours.values())
    sums = dict.fromkeys(("captured", "owed", "refunded"), 0)
    for account, amount in LedgerEntry.objects.values_list("account", "amount"):
        sums[account] += amount
    assert sums["captured"] == sums["owed"] + sums["refunded"]
    assert not Payment.objects.filter(state__in=OPEN).exists()


@pytest.mark.parametrize("key", ["once", ""], ids=["one key", "a key for each"])
def test_thirty_two_presses_at_once_pay_once(key, hold):
    booking, guest = hold

    def press(number: int) -> None:
        try:
            for _ in range(20):
                with suppress(Unready, PaymentFailed):
                    payments.pay(booking, by=guest, key=key or f"press {number}")
                    return
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(press, range(32)))

    assert list(Payment.objects.values_list("state", "captured")) == [("captured", PRICE)]
    assert SandboxCharge.objects.get().captured == PRICE
    assert Booking.objects.get().state == "confirmed"


def test_refunds_sent_by_several_clocks_at_once_go_back_once(hold):
    booking, guest = hold
    payments.pay(booking, by=guest)
    operations.cancel(booking, by=guest)
    operations.tell()

    def send(_: int) -> int:
        try:
            return payments.send_refunds()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))

    assert SandboxCharge.objects.get().refunded == PRICE
    assert list(Refund.objects.values_list("amount", "state")) == [(PRICE, "done")]
    assert violations() == {}
