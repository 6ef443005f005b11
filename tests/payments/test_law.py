"""The law of the ledger: whatever happens in whatever order, what was captured is owed or refunded."""

import contextlib
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments import operations, queries
from payments.gateways import sandbox
from payments.models import OPEN, LedgerEntry, Payment, Refund, SandboxCharge, SandboxEvent
from reservations import ReservationError, Span
from rooms import operations as rooms
from rooms.models import Booking
from rooms.queries.verify import violations
from rooms.sql import database_now
from tests.payments.conftest import STAY
from tests.worlds import NOW, at

pytestmark = pytest.mark.django_db

CARDS = [card.number for card in sandbox.CARDS]
STEPS = st.one_of(
    st.tuples(st.just("pay"), st.sampled_from(CARDS), st.sampled_from([None, 1, 7_000])),
    st.tuples(st.just("desk"), st.sampled_from([None, 1, 5_000])),
    st.tuples(st.just("move"), st.integers(1, 4)),
    st.tuples(st.just("give"), st.sampled_from([1, 5_000, 30_000])),
    st.tuples(st.just("webhooks"), st.randoms(use_true_random=False), st.integers(1, 3)),
    st.tuples(st.just("bank"), st.booleans()),
    *(st.tuples(st.just(name)) for name in ("cancel", "confirm", "wait", "lose", "tell", "chase", "send")),
)


class Life:
    """One booking, its people and the time, and what may happen to it."""

    def __init__(self, double, guest, rival, staff):
        self.double, self.guest, self.rival, self.staff = double, guest, rival, staff
        self.now = NOW
        self.booking = rooms.hold(double, STAY, by=guest, now=NOW)

    def pay(self, card, amount):
        operations.pay(self._fresh(), by=self.guest, card=card, amount=amount, now=self.now)

    def desk(self, amount):
        operations.take_at_desk(self._fresh(), "cash", by=self.staff, amount=amount, now=self.now)

    def give(self, amount):
        seen = queries.money_of(self._fresh(), now=self.now).paid
        operations.give_back(self._fresh(), amount, by=self.staff, reason="Rain", seen=seen, now=self.now)

    def move(self, nights):
        span = Span(STAY.start, at(11, day=7 + nights))
        rooms.move(self._fresh(), by=self.staff, span=span, now=self.now)

    def webhooks(self, chance, copies):
        """Let webhooks arrive in any order, and more than once."""
        SandboxEvent.objects.update(due_at=self.now)
        due = sandbox.due_webhooks(now=self.now) * copies
        chance.shuffle(due)
        for _, body, headers in due:
            operations.receive("sandbox", body, headers, now=self.now)

    def bank(self, approves):
        sandbox.answer_late(now=database_now() + sandbox.LATE)
        for charge in SandboxCharge.objects.filter(state="needs_action"):
            sandbox.answer(charge, approved=approves)

    def cancel(self):
        rooms.cancel(self._fresh(), by=self.staff, now=self.now)

    def confirm(self):
        rooms.confirm(self._fresh(), by=self.staff, now=self.now)

    def wait(self):
        self.now += timedelta(minutes=11)
        rooms.expire_holds(now=self.now)

    def lose(self):
        rooms.book(self.double, STAY, by=self.staff, now=self.now)

    def tell(self):
        rooms.tell()

    def chase(self):
        operations.chase(now=self.now)

    def send(self):
        operations.send_refunds(now=max(self.now, database_now()) + timedelta(days=1))

    def _fresh(self):
        return Booking.objects.get(pk=self.booking.pk)

    def end(self):
        """Let the clock run until nothing is left to do."""
        self.now += timedelta(hours=2)
        for _ in range(3):
            rooms.expire_holds(now=self.now)
            operations.chase(now=self.now)
            rooms.tell()
            self.send()
            self.now += timedelta(hours=1)
        for refund in Refund.objects.filter(Refund.AT_DESK):
            operations.hand_back(refund, by=self.staff, now=self.now)


def check_ledger():
    sums = dict.fromkeys(("captured", "owed", "refunded"), 0)
    for account, amount in LedgerEntry.objects.values_list("account", "amount"):
        sums[account] += amount
    assert sums["captured"] == sums["owed"] + sums["refunded"]
    assert 0 <= sums["refunded"] <= sums["captured"]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, max_size=10))
def test_what_was_captured_is_owed_or_refunded_whatever_happens(steps, double, guest, rival, staff):
    with transaction.atomic():
        life = Life(double, guest, rival, staff)
        for name, *more in steps:
            with contextlib.suppress(ReservationError):  # refused, and nothing written
                getattr(life, name)(*more)
            check_ledger()

        life.end()

        booking = Booking.objects.get(pk=life.booking.pk)
        money = queries.money_of(booking, now=life.now)
        assert money.paid <= money.owed
        assert not Payment.objects.filter(state__in=OPEN).exists()
        assert not Refund.objects.exclude(state="done").exists()
        bank = sum(charge.captured - charge.refunded for charge in SandboxCharge.objects.all())
        desk = sum(one.captured - one.refunded for one in Payment.objects.filter(gateway="desk"))
        assert bank + desk == money.paid
        assert violations() == {}
        transaction.set_rollback(True)
