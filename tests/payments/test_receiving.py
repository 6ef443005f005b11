"""Webhooks: only what the gateway signed, each event once, in any order, late or twice."""

import itertools
import json
from datetime import timedelta

import pytest
from django.test import Client

from payments import operations
from payments.gateways.protocol import Forged
from payments.gateways.sandbox import HEADER, secret
from payments.gateways.signing import TOLERANCE, signature
from payments.models import GatewayEvent, Payment, SandboxEvent
from tests.payments.conftest import (
    PRICE,
    SECOND_STEP,
    SLOW,
    SUCCEEDS,
    TWICE,
    paid,
    state_of,
    states,
    webhooks_arrive,
)
from tests.worlds import NOW

pytestmark = pytest.mark.django_db


def signed(body, *, now=NOW, with_=None):
    return {HEADER: signature(body, with_ or secret(), now=now)}


def said(payment, event, result, **fields):
    """Return the body of a webhook of the sandbox."""
    told = {"id": event, "key": str(payment.uuid), "result": {"is": result, "reference": "ref", **fields}}
    return json.dumps({**told, "refund": ""}).encode()


@pytest.fixture
def pending(hold, guest):
    """A payment whose bank has not answered."""
    return operations.pay(hold, by=guest, card=SLOW, now=NOW)


def receive(body, headers=None, *, now=NOW):
    return operations.receive("sandbox", body, headers or signed(body, now=now), now=now)


class TestAForgedWebhook:
    @pytest.fixture
    def body(self, pending):
        return said(pending, "evt_1", "Succeeded", captured=PRICE)

    @pytest.mark.parametrize(
        "header",
        [
            "", "t=,v1=", "t=1,v1=00", "v1", "t=x" * 1000, "t=\u0661,v1=00", "t=1795593600,v1=é",
            "t=99999999999999999999,v1=00",
        ],
    )  # fmt: skip
    def test_is_refused(self, header, body, hold):
        with pytest.raises(Forged):
            receive(body, {HEADER: header})

        assert (paid(hold), GatewayEvent.objects.count()) == (0, 0)

    def test_is_refused_if_signed_with_another_secret(self, body, hold):
        with pytest.raises(Forged):
            receive(body, signed(body, with_=b"guessed"))

        assert paid(hold) == 0

    def test_is_refused_if_changed_after_signing(self, body, hold):
        with pytest.raises(Forged):
            receive(body.replace(b"evt_1", b"evt_2"), signed(body))

        assert paid(hold) == 0

    @pytest.mark.parametrize("seconds", [-TOLERANCE - 1, TOLERANCE + 1])
    def test_is_refused_if_signed_too_long_ago_or_in_the_future(self, seconds, body, hold):
        with pytest.raises(Forged):
            receive(body, signed(body, now=NOW + timedelta(seconds=seconds)))

        assert paid(hold) == 0

    @pytest.mark.parametrize("seconds", [-TOLERANCE, TOLERANCE])
    def test_is_taken_within_what_clocks_differ(self, seconds, body, hold):
        receive(body, signed(body, now=NOW + timedelta(seconds=seconds)))

        assert paid(hold) == PRICE

    @pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"\xff", b'{"id": 1}', b"[" * 9000])
    def test_is_refused_if_it_makes_no_sense_even_signed(self, body, db):
        with pytest.raises(Forged):
            receive(body)


class TestARealWebhook:
    def test_of_a_slow_bank_confirms_the_booking(self, pending, hold):
        webhooks_arrive()

        assert (state_of(hold), paid(hold), states(hold)) == ("confirmed", PRICE, ["captured"])

    def test_counts_once_however_often_it_is_sent(self, hold, guest):
        operations.pay(hold, by=guest, card=TWICE, now=NOW)

        webhooks_arrive()

        assert (paid(hold), GatewayEvent.objects.count()) == (PRICE, 1)
        assert not SandboxEvent.objects.filter(sends__gt=0).exists()

    def test_replayed_says_that_it_is_not_new(self, pending):
        body = said(pending, "evt_1", "Succeeded", captured=PRICE)

        assert [receive(body) for _ in range(3)] == [True, False, False]

    def test_of_a_payment_that_another_site_began_is_kept_and_does_nothing(self, db):
        body = json.dumps(
            {"id": "evt_9", "key": "not ours", "result": {"is": "Pending", "reference": ""}, "refund": ""}
        ).encode()

        assert receive(body) is True
        assert GatewayEvent.objects.get().payment is None

    def test_in_any_order_ends_in_the_same_rows(self, pending, hold):
        bodies = [
            said(pending, "evt_1", "Pending"),
            said(pending, "evt_2", "Authorized"),
            said(pending, "evt_3", "Succeeded", captured=PRICE),
            said(pending, "evt_4", "Failed", code="card_declined", sentence="No."),
        ]

        for number, order in enumerate(itertools.permutations(bodies)):
            for body in order:
                receive(body.replace(b"evt_", b"evt_%d_" % number))
            assert (paid(hold), states(hold)) == (PRICE, ["captured"])

    def test_that_more_was_taken_than_asked_takes_no_more_than_asked(self, pending, hold):
        receive(said(pending, "evt_1", "Succeeded", captured=10 * PRICE))

        assert paid(hold) == PRICE


class TestTheAddress:
    def post(self, body, headers, gateway="sandbox"):
        browser = Client(enforce_csrf_checks=True)
        path = f"/payments/webhooks/{gateway}/"
        return browser.post(path, body, content_type="application/json", headers=headers)

    def test_takes_what_is_signed_without_a_session(self, pending, hold):
        from rooms.sql import database_now

        body = said(pending, "evt_1", "Pending")

        assert self.post(body, signed(body, now=database_now())).status_code == 204
        assert GatewayEvent.objects.count() == 1

    @pytest.mark.parametrize("gateway", ["sandbox", "stripe", "desk"])
    def test_answers_400_to_what_is_not(self, gateway, db):
        assert self.post(b"{}", {}, gateway).status_code == 400

    def test_answers_404_to_a_gateway_there_is_not(self, db):
        assert self.post(b"{}", {}, "acme").status_code == 404

    def test_answers_413_to_more_than_a_gateway_says(self, db):
        assert self.post(b" " * 300_000, {}).status_code == 413

    def test_is_only_for_posts(self, db):
        assert Client().get("/payments/webhooks/sandbox/").status_code == 405


def test_a_second_step_that_is_taken_at_the_bank_confirms_the_booking(hold, guest):
    payment = operations.pay(hold, by=guest, card=SECOND_STEP, now=NOW)
    assert payment.state == "needs_action"

    Client().post(payment.action_url, {"answer": "approve"})
    operations.look(payment, now=NOW)

    assert (state_of(hold), paid(hold)) == ("confirmed", PRICE)


def test_a_second_step_that_is_refused_leaves_the_hold(hold, guest):
    payment = operations.pay(hold, by=guest, card=SECOND_STEP, now=NOW)

    Client().post(payment.action_url, {"answer": "decline"})
    operations.look(payment, now=NOW)

    assert (state_of(hold), states(hold)) == ("held", ["failed"])


class TestNobodyStaysPending:
    LATER = NOW + timedelta(minutes=1)

    def test_when_whoever_began_the_payment_died_before_the_bank_heard_of_it(self, hold, guest, monkeypatch):
        from payments.gateways.protocol import GatewayDown
        from payments.gateways.sandbox import SandboxGateway

        def down(*args, **kwargs):
            raise GatewayDown("timeout")

        with monkeypatch.context() as patch:
            patch.setattr(SandboxGateway, "start", down)
            payment = operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)
        assert payment.state == "created"

        operations.chase(now=self.LATER)

        assert (states(hold), paid(hold)) == (["cancelled"], 0)

    def test_when_they_died_after_it_did(self, hold, guest):
        operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)
        payment = _undone(hold)

        operations.chase(now=self.LATER)

        assert (states(hold), paid(hold), state_of(hold)) == (["captured"], PRICE, "confirmed")
        assert payment.pk == Payment.objects.get().pk

    def test_when_a_webhook_is_lost(self, pending, hold):
        SandboxEvent.objects.all().delete()
        from payments.gateways import sandbox
        from rooms.sql import database_now

        sandbox.answer_late(now=database_now() + sandbox.LATE)
        SandboxEvent.objects.all().delete()

        operations.chase(now=self.LATER)

        assert (states(hold), paid(hold), state_of(hold)) == (["captured"], PRICE, "confirmed")

    def test_when_the_bank_never_answers(self, pending, hold):
        operations.chase(now=NOW + timedelta(hours=1))

        assert states(hold) == ["cancelled"]

    def test_when_the_payer_left_the_banks_page_and_the_hold_is_gone(self, hold, guest):
        operations.pay(hold, by=guest, card=SECOND_STEP, now=NOW)

        operations.chase(now=NOW + timedelta(minutes=11))

        assert states(hold) == ["cancelled"]


def _undone(booking):
    """Put a payment back to where its process died: the bank took the money, and nobody wrote so."""
    from payments.models import Balance, LedgerEntry
    from rooms.models import Booking
    from tests.worlds import Allocation

    LedgerEntry.objects.all().delete()
    Balance.objects.update(captured=0)
    Booking.objects.update(state="held", expires_at=NOW + timedelta(minutes=10))
    Allocation.objects.update(state="held", expires_at=NOW + timedelta(minutes=10))
    Payment.objects.update(state="created", captured=0, captured_at=None, reference="", next_at=NOW)
    return Payment.objects.get(booking=booking)
