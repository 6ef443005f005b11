"""What the clock does for money: beside its own thread, so that a slow bank keeps nobody else waiting."""

import threading
import time
from datetime import timedelta

import pytest

from payments import operations, tasks
from payments.gateways.sandbox import SandboxGateway
from payments.models import GatewayEvent, Refund, SandboxEvent
from rooms import operations as rooms
from tests.payments.conftest import PRICE, SUCCEEDS, paid, told, webhooks_arrive
from tests.worlds import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owed(hold, guest):
    operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)
    rooms.cancel(hold, by=guest, now=NOW)
    told()


def until(true):
    latest = time.monotonic() + 20
    while not true():
        assert time.monotonic() < latest
        time.sleep(0.02)


def cashiers():
    return [thread for thread in threading.enumerate() if thread.name == "cashier"]


def test_a_bank_that_takes_its_time_does_not_stop_the_clock(owed, monkeypatch):
    answers, asked, refund = threading.Event(), [], SandboxGateway.refund

    def slowly(self, charge, amount, *, key):
        asked.append(key)
        answers.wait(20)
        return refund(self, charge, amount, key=key)

    monkeypatch.setattr(SandboxGateway, "refund", slowly)

    tasks.collect()
    until(lambda: asked)
    tasks.collect()

    assert (len(cashiers()), len(asked)) == (1, 1)
    answers.set()
    until(lambda: not cashiers())
    assert Refund.objects.get().state == "done"


def test_nobody_is_woken_while_nothing_is_due(db):
    tasks.collect()

    assert cashiers() == []


def test_what_was_told_long_ago_is_forgotten_and_the_money_stays(hold, guest):
    operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)
    webhooks_arrive()

    assert operations.forget(now=NOW + timedelta(days=89)) == 1  # what the sandbox sent
    assert (GatewayEvent.objects.count(), SandboxEvent.objects.count()) == (1, 0)
    assert operations.forget(now=NOW + timedelta(days=91)) == 1
    assert (GatewayEvent.objects.count(), paid(hold)) == (0, PRICE)


def test_the_sandboxs_webhooks_arrive(hold, guest):
    operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)

    tasks.deliver_sandbox()

    assert hold.payments.get().events.count() == 1
