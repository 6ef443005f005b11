"""Stripe, through its own library. The card is asked for on Stripe's page; its number never comes here.

One charge is one Checkout Session. It is begun with our key, so that beginning it again, which is how it
is looked up before its reference is known, finds the same one.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import stripe

from payments.gateways.protocol import (
    Authorized,
    Cancelled,
    Charge,
    Event,
    Failed,
    Forged,
    GatewayDown,
    NeedsAction,
    Pending,
    Result,
    Succeeded,
)
from payments.gateways.signing import TOLERANCE

TIMEOUT = 10  # seconds
RETRIES = 2  # by the library, with the same key
HEADER = "Stripe-Signature"
EXPANDED = ["payment_intent"]
NO_ANSWER = (
    stripe.APIConnectionError,
    stripe.RateLimitError,
    stripe.IdempotencyError,
    stripe.AuthenticationError,
    stripe.PermissionError,
)

NOT_ITS_WORDS = (
    stripe.SignatureVerificationError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
)


class StripeGateway:
    """Stripe, as docs/payments.md says how to configure it."""

    name = "stripe"
    takes_card = False

    def __init__(
        self, secret_key: str, webhook_secret: str, *, base: str = "", retries: int = RETRIES
    ) -> None:
        addresses: Any = {"api": base} if base else {}
        self._client = stripe.StripeClient(
            secret_key or "missing",
            http_client=stripe.RequestsClient(timeout=TIMEOUT),
            max_network_retries=retries,
            base_addresses=addresses,
        )
        self._webhook_secret = webhook_secret

    def start(self, charge: Charge, *, card: str = "") -> Result:
        return _asked(lambda: self._begun(charge))

    def look(self, charge: Charge) -> Result | None:
        return _asked(lambda: self._session(charge))

    def capture(self, charge: Charge, amount: int, *, key: str) -> Result:
        def act() -> Any:
            intent = self._session(charge).payment_intent
            params: Any = {"amount_to_capture": amount}
            return self._client.v1.payment_intents.capture(
                intent.id, params, {"idempotency_key": f"{key}-capture"}
            )

        return _asked(act)

    def cancel(self, charge: Charge, *, key: str) -> Result:
        def act() -> Any:
            session = self._session(charge)
            if session.status == "open":
                options: Any = {"idempotency_key": f"{key}-expire"}
                return self._client.v1.checkout.sessions.expire(session.id, {"expand": EXPANDED}, options)
            intent = session.payment_intent
            if intent is not None and intent.status == "requires_capture":
                return self._client.v1.payment_intents.cancel(
                    intent.id, {}, {"idempotency_key": f"{key}-cancel"}
                )
            return session

        return _asked(act)

    def refund(self, charge: Charge, amount: int, *, key: str) -> Result:
        def act() -> Any:
            intent = self._session(charge).payment_intent
            params: Any = {"payment_intent": intent.id, "amount": amount, "metadata": {"refund": key}}
            return self._client.v1.refunds.create(params, {"idempotency_key": key})

        return _asked(act)

    def parse_webhook(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Event:
        if not self._webhook_secret:
            raise Forged
        try:
            stripe.WebhookSignature.verify_header(
                body.decode(), headers.get(HEADER, ""), self._webhook_secret, TOLERANCE
            )
            said = json.loads(body)
            about = said["data"]["object"]
            marks = about.get("metadata") or {}
            key = marks.get("payment", about.get("client_reference_id") or "")
            return Event(said["id"], said["type"], key, _result(_Read(about)), marks.get("refund", ""))
        except NOT_ITS_WORDS as error:
            raise Forged from error

    def _session(self, charge: Charge) -> Any:
        """Return the charge's session: by its reference, or by beginning it again."""
        if not charge.reference:
            return self._begun(charge)
        return self._client.v1.checkout.sessions.retrieve(charge.reference, {"expand": EXPANDED})

    def _begun(self, charge: Charge) -> Any:
        params: Any = {
            "mode": "payment",
            "client_reference_id": charge.key,
            "success_url": charge.back,
            "cancel_url": charge.back,
            "metadata": {"payment": charge.key},
            "expand": EXPANDED,
            "payment_intent_data": {
                "capture_method": "automatic" if charge.capture else "manual",
                "metadata": {"payment": charge.key},
                "description": charge.text,
            },
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": charge.currency.lower(),
                        "unit_amount": charge.amount,
                        "product_data": {"name": charge.text},
                    },
                }
            ],
        }
        return self._client.v1.checkout.sessions.create(params, {"idempotency_key": charge.key})


class _Read:
    """An object of a webhook, read as the library's own are: what is missing is None."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:
        value = self._values.get(name)
        return _Read(value) if isinstance(value, dict) else value


def _asked(act: Callable[[], Any]) -> Result:
    """Call Stripe, and say in the protocol's words what came of it."""
    try:
        return _result(act()) or Pending("")
    except stripe.CardError as error:
        return Failed(error.code or "card_declined", error.user_message or "The bank declined the card.")
    except NO_ANSWER as error:
        raise GatewayDown(type(error).__name__) from error
    except stripe.InvalidRequestError as error:
        return Failed(error.code or "refused", "The payment service refused this.")
    except stripe.StripeError as error:
        raise GatewayDown(type(error).__name__) from error


def _result(about: Any) -> Result | None:
    """Say what an object of Stripe's means; None where it says nothing of a charge or a refund."""
    match about.object:
        case "checkout.session":
            return _of_session(about)
        case "payment_intent":
            return _of_intent(about, "")  # a charge is known by its session
        case "refund":
            return _of_refund(about)
    return None


def _of_session(session: Any) -> Result:
    if session.status == "open":
        return NeedsAction(session.id, session.url)
    if session.status == "expired":
        return Cancelled(session.id)
    intent = session.payment_intent
    if intent is None or isinstance(intent, str):  # a webhook does not expand it
        paid = session.payment_status == "paid"
        return Succeeded(session.id, session.amount_total) if paid else Pending(session.id)
    return _of_intent(intent, session.id)


def _of_intent(intent: Any, reference: str) -> Result:
    match intent.status:
        case "succeeded":
            return Succeeded(reference, intent.amount_received)
        case "requires_capture":
            return Authorized(reference)
        case "canceled":
            return Cancelled(reference)
    # On Stripe's page a declined card may be followed by another one: only the session ends the charge.
    return Pending(reference)


def _of_refund(refund: Any) -> Result:
    match refund.status:
        case "succeeded":
            return Succeeded(refund.id, refund.amount)
        case "failed" | "canceled":
            code = getattr(refund, "failure_reason", None) or "refused"
            return Failed(code, "The bank did not take the money back.", refund.id)
    return Pending(refund.id)
