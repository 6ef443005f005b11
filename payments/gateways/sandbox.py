"""The sandbox gateway: the default, without network or account. It does what the number of a test card says.

Its books are tables of its own, written in transactions of their own, so that a restart loses as little as a
bank would. Its webhooks are signed, and read by the same code that reads them when they come by HTTP; the
clock sends them (`payments.tasks`). A card's number is looked at, and neither kept nor logged.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from payments.gateways import protocol as told
from payments.gateways.protocol import Charge, Event, Forged, Result
from payments.gateways.signing import require_signed, signature
from payments.models import SandboxCharge, SandboxEvent, SandboxRefund
from rooms.sql import database_now

State = SandboxCharge.State
HEADER = "Sandbox-Signature"
LATE = timedelta(seconds=4)  # after which the bank of a slow card answers
AGAIN = timedelta(seconds=1)  # after which a webhook that is sent twice comes again


@dataclass(frozen=True, slots=True)
class TestCard:
    """What a card is made to do."""

    number: str
    behavior: str
    does: str


CARDS = (
    TestCard("4242424242424242", "succeeds", "succeeds"),
    TestCard("4000000000000002", "card_declined", "is declined"),
    TestCard("4000000000009995", "insufficient_funds", "is declined: not enough money"),
    TestCard("4000000000003220", "second_step", "asks for a second step on the bank's page"),
    TestCard("4000000000000077", "late", "succeeds, but answers some seconds later"),
    TestCard("4000000000000341", "late_decline", "is declined some seconds later"),
    TestCard("4000000000000259", "twice", "succeeds, and tells so twice"),
)
SENTENCES = {
    "card_declined": "The bank declined the card.",
    "insufficient_funds": "The bank declined the card: there is not enough money on it.",
    "late_decline": "The bank declined the card.",
    "not_approved": "The payment was not approved on the bank's page.",
    "unknown_card": "The sandbox knows only its own test cards.",
}


def secret() -> bytes:
    """Return the secret with which the sandbox signs: one for each site."""
    return hashlib.sha256(b"payments.sandbox " + settings.SECRET_KEY.encode()).digest()


class SandboxGateway:
    """A bank made of three tables."""

    name = "sandbox"
    takes_card = True

    def start(self, charge: Charge, *, card: str = "") -> Result:
        # Where nothing is given the first card is meant; what has no digits is a card that nobody knows.
        number = "".join(letter for letter in card if letter.isdigit()) if card.strip() else CARDS[0].number
        behavior = next((one.behavior for one in CARDS if one.number == number), "unknown_card")
        try:
            with transaction.atomic():
                return _result(_charged(charge, behavior))
        except IntegrityError:  # the same key came before, or in the same moment
            return _result(SandboxCharge.objects.get(key=charge.key))

    def look(self, charge: Charge) -> Result | None:
        kept = SandboxCharge.objects.filter(key=charge.key).first()
        return None if kept is None else _result(kept)

    def capture(self, charge: Charge, amount: int, *, key: str) -> Result:
        kept = SandboxCharge.objects.filter(key=charge.key, state=State.AUTHORIZED, amount__gte=amount)
        return _moved(charge, kept, state=State.CAPTURED, captured=amount)

    def cancel(self, charge: Charge, *, key: str) -> Result:
        try:
            with transaction.atomic():  # never heard of it: and from now on it is refused
                return _result(_keep(charge, "cancelled", State.CANCELLED))
        except IntegrityError:
            open_ = SandboxCharge.objects.filter(
                key=charge.key, state__in=[State.NEEDS_ACTION, State.PENDING, State.AUTHORIZED]
            )
            return _moved(charge, open_, state=State.CANCELLED, answers_at=None)

    def refund(self, charge: Charge, amount: int, *, key: str) -> Result:
        try:
            with transaction.atomic():
                kept = SandboxCharge.objects.get(key=charge.key)
                SandboxRefund.objects.create(charge=kept, key=key, amount=amount)
                enough = SandboxCharge.objects.filter(pk=kept.pk, captured__gte=F("refunded") + amount)
                if not enough.update(refunded=F("refunded") + amount):
                    transaction.set_rollback(True)
                    return told.Failed("too_much", "That is more than was taken.")
                _tell(kept, told.Succeeded(key, amount), refund=key)
        except SandboxCharge.DoesNotExist:
            return told.Failed("unknown", "The gateway knows no such payment.")
        except IntegrityError:
            pass  # the same key: it is given back already
        return told.Succeeded(key, amount)

    def parse_webhook(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Event:
        require_signed(body, headers.get(HEADER, ""), secret(), now=now)
        try:
            said = json.loads(body)
            kind = said["result"].pop("is")
            result: Result = getattr(told, kind)(**said["result"])
            return Event(said["id"], kind.lower(), said["key"], result, said["refund"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Forged("This is not what the sandbox says.") from error


def _charged(charge: Charge, behavior: str) -> SandboxCharge:
    """Keep a new charge as its card makes it."""
    taken = State.CAPTURED if charge.capture else State.AUTHORIZED
    match behavior:
        case "succeeds" | "twice":
            return _keep(charge, behavior, taken)
        case "second_step":
            return _keep(charge, behavior, State.NEEDS_ACTION)
        case "late" | "late_decline":
            return _keep(charge, behavior, State.PENDING, answers_at=database_now() + LATE)
    return _keep(charge, behavior, State.FAILED, failure=behavior)


def _keep(charge: Charge, behavior: str, state: str, **fields: Any) -> SandboxCharge:
    kept = SandboxCharge.objects.create(
        key=charge.key,
        reference=f"sandbox_{secrets.token_hex(12)}",
        amount=charge.amount,
        currency=charge.currency,
        text=charge.text,
        back=charge.back,
        capture=charge.capture,
        behavior=behavior,
        state=state,
        captured=charge.amount if state == State.CAPTURED else 0,
        **fields,
    )
    if state not in (State.NEEDS_ACTION, State.PENDING):
        _tell(kept, _result(kept))
    return kept


def _moved(charge: Charge, which: Any, **fields: Any) -> Result:
    """Change the charge if it still is as it has to be, and say how it is."""
    with transaction.atomic():
        moved = which.update(**fields)
        kept = SandboxCharge.objects.filter(key=charge.key).first()
        if kept is None:
            return told.Failed("unknown", "The gateway knows no such payment.")
        if moved:
            _tell(kept, _result(kept))
        return _result(kept)


def charge_called(reference: str) -> SandboxCharge | None:
    """Return the charge, if there is one; its reference is a secret that only its payer was given."""
    known = reference.isascii() and reference.isprintable()
    return SandboxCharge.objects.filter(reference=reference).first() if known else None


def answer(charge: SandboxCharge, *, approved: bool) -> None:
    """Let the payer approve a charge on the bank's page, or not."""
    _settle(charge, State.NEEDS_ACTION, "" if approved else "not_approved")


def answer_late(*, now: datetime) -> None:
    """Answer what the bank of a slow card took its time for."""
    for kept in SandboxCharge.objects.filter(answers_at__lte=now).order_by("answers_at")[:100]:
        _settle(kept, State.PENDING, "late_decline" if kept.behavior == "late_decline" else "")


def _settle(kept: SandboxCharge, before: str, failure: str) -> None:
    taken = State.CAPTURED if kept.capture else State.AUTHORIZED
    state = State.FAILED if failure else taken
    captured = kept.amount if state == State.CAPTURED else 0
    charge = Charge(kept.key, kept.amount, kept.currency, kept.text, kept.back)
    which = SandboxCharge.objects.filter(pk=kept.pk, state=before)
    _moved(charge, which, state=state, failure=failure, captured=captured, answers_at=None)


def _result(kept: SandboxCharge) -> Result:
    failed = told.Failed(
        kept.failure, SENTENCES.get(kept.failure, SENTENCES["card_declined"]), kept.reference
    )
    results: dict[str, Result] = {
        State.CAPTURED: told.Succeeded(kept.reference, kept.captured),
        State.AUTHORIZED: told.Authorized(kept.reference),
        State.NEEDS_ACTION: told.NeedsAction(
            kept.reference, reverse("payments:sandbox", args=[kept.reference])
        ),
        State.PENDING: told.Pending(kept.reference),
        State.CANCELLED: told.Cancelled(kept.reference),
    }
    return results.get(kept.state, failed)


def _tell(kept: SandboxCharge, result: Result, *, refund: str = "") -> None:
    """Owe a webhook, in the transaction of what it tells of."""
    event = f"evt_{secrets.token_hex(12)}"
    said = {"is": type(result).__name__} | {name: getattr(result, name) for name in result.__slots__}
    body = json.dumps({"id": event, "key": kept.key, "result": said, "refund": refund})
    sends = 2 if kept.behavior == "twice" else 1
    SandboxEvent.objects.create(event=event, charge=kept, body=body, due_at=database_now(), sends=sends)


def due_webhooks(*, now: datetime) -> list[tuple[SandboxEvent, bytes, dict[str, str]]]:
    """Return what is to be sent, signed."""
    due = SandboxEvent.objects.filter(sends__gt=0, due_at__lte=now).order_by("due_at", "pk")[:100]
    return [
        (one, one.body.encode(), {HEADER: signature(one.body.encode(), secret(), now=now)}) for one in due
    ]


def sent(event: SandboxEvent, *, now: datetime) -> None:
    """Tick one sending of a webhook off."""
    still = SandboxEvent.objects.filter(pk=event.pk, sends=event.sends)
    still.update(sends=F("sends") - 1, due_at=now + AGAIN)
