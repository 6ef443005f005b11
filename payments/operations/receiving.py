"""Hear what a gateway tells by webhook: only what it signed, each event once, in whatever order."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from payments import gateways
from payments.gateways.protocol import Event
from payments.models import GatewayEvent, Payment
from payments.operations import _ledger
from payments.operations._recording import record_locked
from payments.operations.following import follow
from payments.operations.refunding import record_refund
from rooms.sql import database_now


def receive(gateway: str, body: bytes, headers: Mapping[str, str], *, now: datetime | None = None) -> bool:
    """Do what a webhook asks for, and return whether it was new.

    :raises Forged: if the gateway did not sign it, or long ago
    """
    moment = now or database_now()
    event = gateways.gateway_called(gateway).parse_webhook(body, headers, now=moment)
    payment, is_new = _apply(gateway, event, moment)
    if payment is not None:
        follow(payment, now=now)
    return is_new


@_ledger.posting
def _apply(gateway: str, event: Event, now: datetime) -> tuple[Payment | None, bool]:
    payment = _payment(event.key, gateway)
    balance = _ledger.locked(payment.booking_id) if payment is not None else None
    kept = GatewayEvent(
        gateway=gateway, event=event.id[:255], kind=event.kind[:80], payment=payment, received_at=now
    )
    known = GatewayEvent.objects.filter(gateway=gateway, event=kept.event)
    if known.exists():
        return payment, False
    GatewayEvent.objects.bulk_create([kept], ignore_conflicts=True)
    if payment is None or balance is None or event.result is None:
        return None, True  # of a payment that another site began, or of something we do not ask for
    if event.refund:
        record_refund(event.refund, event.result, payment=payment, now=now)
        return payment, True
    return record_locked(balance, payment.pk, event.result, now=now), True


def _payment(key: str, gateway: str) -> Payment | None:
    try:
        uuid = UUID(key)
    except ValueError:
        return None
    return Payment.objects.filter(uuid=uuid, gateway=gateway).first()
