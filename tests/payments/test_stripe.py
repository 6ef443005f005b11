"""Stripe: one checkout session for each charge, every call with a key, and only what it signed is heard."""

import hashlib
import hmac
import json
import time

import pytest

from payments import gateways, operations
from payments.gateways import protocol
from payments.gateways.protocol import Charge, Forged, GatewayDown
from payments.gateways.stripe import HEADER, StripeGateway
from payments.models import Payment
from rooms import operations as rooms
from tests.payments.bank import Bank, serve
from tests.payments.conftest import PRICE, paid, state_of, states
from tests.worlds import NOW

SECRET = "whsec_test"  # noqa: S105 -- of a stand-in
CHARGE = Charge("key-1", PRICE, "EUR", "Booking R7XK-42QM", "https://reserve.example.com/paid/")


@pytest.fixture
def bank():
    return Bank()


@pytest.fixture
def stripe(bank):
    server, address = serve(bank)
    yield StripeGateway("sk_test", SECRET, base=address, retries=0)
    server.shutdown()
    server.server_close()


def reserved(bank, stripe):
    """Return a charge for which the payer's card has reserved the money."""
    charge = Charge("key-2", PRICE, "EUR", "Booking", "https://reserve.example.com/", capture=False)
    begun = stripe.start(charge)
    bank.pays(begun.reference)
    return Charge("key-2", PRICE, "EUR", "Booking", "", capture=False, reference=begun.reference)


class TestACharge:
    def test_is_paid_on_stripes_page(self, bank, stripe):
        begun = stripe.start(CHARGE)

        assert begun == protocol.NeedsAction("cs_1", "https://checkout.stripe.example/cs_1")
        assert bank.sessions["cs_1"]["asked"]["line_items[0][price_data][unit_amount]"] == str(PRICE)
        assert bank.asked == [("POST", "/v1/checkout/sessions", "key-1")]

    def test_begun_again_is_the_same_one(self, bank, stripe):
        assert stripe.start(CHARGE) == stripe.start(CHARGE) == stripe.look(CHARGE)
        assert len(bank.sessions) == 1

    def test_is_taken_once_it_is_paid(self, bank, stripe):
        stripe.start(CHARGE)
        bank.pays("cs_1")

        known = Charge("key-1", PRICE, "EUR", "", "", reference="cs_1")
        assert stripe.look(known) == protocol.Succeeded("cs_1", PRICE)

    def test_that_is_given_up_cannot_be_paid_any_more(self, bank, stripe):
        assert stripe.cancel(CHARGE, key="key-1") == protocol.Cancelled("cs_1")
        assert bank.sessions["cs_1"]["status"] == "expired"

    def test_that_was_paid_meanwhile_is_not_given_up(self, bank, stripe):
        stripe.start(CHARGE)
        bank.pays("cs_1")
        known = Charge("key-1", PRICE, "EUR", "", "", reference="cs_1")

        assert stripe.cancel(known, key="key-1") == protocol.Succeeded("cs_1", PRICE)

    def test_that_is_reserved_is_taken_in_part(self, bank, stripe):
        charge = reserved(bank, stripe)
        assert stripe.look(charge) == protocol.Authorized("cs_1")

        assert stripe.capture(charge, 5_000, key="key-2") == protocol.Succeeded("", 5_000)

    def test_that_is_reserved_is_let_go(self, bank, stripe):
        assert stripe.cancel(reserved(bank, stripe), key="key-2") == protocol.Cancelled("")

    @pytest.mark.parametrize(
        ("status", "result"),
        [
            ("succeeded", protocol.Succeeded("re_1", 5_000)),
            ("pending", protocol.Pending("re_1")),
            ("failed", protocol.Failed("refused", "The bank did not take the money back.", "re_1")),
        ],
    )
    def test_is_given_back(self, status, result, bank, stripe):
        stripe.start(CHARGE)
        bank.pays("cs_1")
        bank.refund_status = status
        known = Charge("key-1", PRICE, "EUR", "", "", reference="cs_1")

        assert stripe.refund(known, 5_000, key="refund-1") == result
        assert bank.asked[-1] == ("POST", "/v1/refunds", "refund-1")


class TestTrouble:
    def test_of_stripes_own_is_an_answer_that_is_not_known(self, bank, stripe):
        bank.broken = (500, {"error": {"type": "api_error", "message": "Sorry."}})

        with pytest.raises(GatewayDown):
            stripe.look(CHARGE)

    def test_of_the_line_is_the_same(self):
        with pytest.raises(GatewayDown):
            StripeGateway("sk_test", SECRET, base="http://127.0.0.1:1", retries=0).start(CHARGE)

    def test_of_ours_is_a_refusal(self, bank, stripe):
        bank.broken = (400, {"error": {"type": "invalid_request_error", "code": "amount_too_small"}})

        assert stripe.start(CHARGE) == protocol.Failed(
            "amount_too_small", "The payment service refused this."
        )

    def test_with_a_card_is_told_in_the_banks_words(self, bank, stripe):
        bank.broken = (402, {"error": {"type": "card_error", "code": "card_declined", "message": "No."}})

        assert stripe.start(CHARGE) == protocol.Failed("card_declined", "No.")


def _signed(told, *, secret=SECRET, at=None):
    body, stamp = json.dumps(told).encode(), str(int(at or time.time()))
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return body, {HEADER: f"t={stamp},v1={mac}"}


def _event(**about):
    return {"id": "evt_1", "type": "checkout.session.completed", "data": {"object": about}}


class TestAWebhook:
    TOLD = _event(
        object="checkout.session", id="cs_1", status="complete", payment_status="paid", amount_total=PRICE,
        payment_intent="pi_1", client_reference_id="key-1", metadata={"payment": "key-1"},
    )  # fmt: skip

    def test_of_a_paid_session_says_so(self, stripe):
        event = stripe.parse_webhook(*_signed(self.TOLD), now=NOW)

        assert (event.id, event.key, event.result) == ("evt_1", "key-1", protocol.Succeeded("cs_1", PRICE))

    def test_of_a_refund_names_it(self, stripe):
        told = _event(object="refund", id="re_1", status="succeeded", amount=5, metadata={"refund": "r-1"})

        event = stripe.parse_webhook(*_signed(told), now=NOW)

        assert (event.refund, event.result) == ("r-1", protocol.Succeeded("re_1", 5))

    def test_of_something_else_says_nothing(self, stripe):
        told = {"id": "evt_1", "type": "customer.created", "data": {"object": {"object": "customer"}}}

        assert stripe.parse_webhook(*_signed(told), now=NOW).result is None

    @pytest.mark.parametrize("how", [{"secret": "guessed"}, {"at": time.time() - 400}])
    def test_that_is_forged_or_old_is_refused(self, how, stripe):
        with pytest.raises(Forged):
            stripe.parse_webhook(*_signed(self.TOLD, **how), now=NOW)

    def test_is_refused_where_no_secret_is_known(self):
        with pytest.raises(Forged):
            StripeGateway("sk", "").parse_webhook(*_signed(self.TOLD, secret=""), now=NOW)

    @pytest.mark.parametrize("told", [{}, [], {"id": 1, "type": 2, "data": {"object": None}}])
    def test_that_makes_no_sense_is_refused(self, told, stripe):
        with pytest.raises(Forged):
            stripe.parse_webhook(*_signed(told), now=NOW)


@pytest.mark.django_db
class TestABooking:
    @pytest.fixture
    def site(self, stripe, settings, monkeypatch):
        """A site that takes cards by Stripe."""
        settings.PAYMENT_GATEWAY = "stripe"
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test", SECRET
        monkeypatch.setitem(gateways.GATEWAYS, "stripe", lambda: stripe)

    def test_is_confirmed_when_its_guest_comes_back_from_stripes_page(self, site, bank, hold, guest):
        payment = operations.pay(hold, by=guest, now=NOW)
        assert payment.action_url == "https://checkout.stripe.example/cs_1"
        bank.pays("cs_1")

        operations.look(payment, now=NOW)

        assert (state_of(hold), paid(hold)) == ("confirmed", PRICE)

    def test_is_confirmed_by_a_webhook(self, site, bank, hold, guest):
        payment = operations.pay(hold, by=guest, now=NOW)
        told = _event(
            object="checkout.session", id="cs_1", status="complete", payment_status="paid",
            amount_total=PRICE, payment_intent="pi_1", client_reference_id=str(payment.uuid), metadata={},
        )  # fmt: skip

        body, headers = _signed(told)
        assert [operations.receive("stripe", body, headers, now=NOW) for _ in range(2)] == [True, False]

        assert (state_of(hold), paid(hold)) == ("confirmed", PRICE)

    def test_gives_its_money_back_when_it_is_cancelled(self, site, bank, hold, guest):
        payment = operations.pay(hold, by=guest, now=NOW)
        bank.pays("cs_1")
        operations.look(payment, now=NOW)
        rooms.cancel(hold, by=guest, now=NOW)
        rooms.tell()

        operations.send_refunds()

        assert bank.asked[-1][:2] == ("POST", "/v1/refunds")
        assert paid(hold) == 0

    def test_is_not_lost_to_a_stripe_that_does_not_answer(self, site, bank, hold, guest):
        bank.broken = (503, {"error": {"type": "api_error", "message": "Sorry."}})
        payment = operations.pay(hold, by=guest, now=NOW)
        assert states(hold) == ["created"]

        bank.broken = None
        again = operations.pay(hold, by=guest, key="", now=NOW)
        operations.chase(now=Payment.objects.get().next_at)

        assert again.pk == payment.pk
        assert states(hold) == ["cancelled"]
