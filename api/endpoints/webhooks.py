"""Webhooks: say where to send what, see what arrived, try it out, and end it."""

from typing import Any

from api import cursors, throttles
from api.queries import after, venue_called
from api.routing import Call, Nothing, Reply, endpoint
from api.shapes import LARGEST_ID
from api.shapes_webhooks import (
    Delivery,
    DeliveryPage,
    NewWebhook,
    Webhook,
    WebhookPage,
    WebhooksQuery,
    WebhookWanted,
)
from notifications import models, operations, queries, rights
from notifications.messages import type_of
from notifications.models import PENDING
from reservations import NotFound

TESTS = 10  # of one person in a minute


@endpoint(
    "POST",
    "webhooks",
    body=WebhookWanted,
    answer=NewWebhook,
    status=201,
    refuses=["not_found", "policy_violation"],
    headers={"Location": "The address of the webhook."},
)
def create_webhook(call: Call) -> Reply:
    """Have changes sent to an address from now on: a venue's, or those of one's own bookings.

    The answer has the secret with which deliveries are signed, this once.
    """
    wanted: WebhookWanted = call.body
    venue = None if wanted.venue is None else venue_called(wanted.venue, call.person).id
    made = operations.subscribe(wanted.url, by=call.person, venue_id=venue)
    told = NewWebhook(**_facts(call, made, None), secret=made.secret)
    headers = {"Location": f"/api/v1/webhooks/{made.pk}", "Cache-Control": "no-store"}
    return Reply(told, 201, headers)


@endpoint("GET", "webhooks", query=WebhooksQuery, answer=WebhookPage)
def list_webhooks(call: Call) -> Any:
    """List one's own webhooks with their latest delivery, the newest first."""
    asked: WebhooksQuery = call.query
    of = ("webhooks", call.caller.pk)
    found = queries.webhooks_of(call.person)
    if asked.cursor:
        found = found.filter(pk__lt=cursors.place(asked.cursor, of=of)[0])
    page, last = after(list(found[: asked.limit + 1]), asked.limit)
    latest = queries.latest(page)
    told = [Webhook(**_facts(call, one, latest.get(one.pk))) for one in page]
    return WebhookPage(told, cursors.cursor([last.pk], of=of) if last else None)


def _webhook(call: Call) -> models.Webhook:
    key = call.path["id"]
    if not (key.isascii() and key.isdigit() and len(key) <= 19 and int(key) <= LARGEST_ID):
        raise NotFound("There is no such webhook.")
    return queries.webhook_of(call.person, int(key))


def _told(call: Call, found: models.Webhook) -> Webhook:
    return Webhook(**_facts(call, found, queries.latest([found]).get(found.pk)))


@endpoint("GET", "webhooks/{id}", answer=Webhook, refuses=["not_found"])
def show_webhook(call: Call) -> Webhook:
    """Tell how a webhook of one's own is doing."""
    return _told(call, _webhook(call))


@endpoint("DELETE", "webhooks/{id}", refuses=["not_found"])
def delete_webhook(call: Call) -> None:
    """End a webhook; what is on its way may still arrive."""
    operations.unsubscribe(_webhook(call))


@endpoint(
    "POST",
    "webhooks/{id}/enable",
    body=Nothing,
    body_required=False,
    answer=Webhook,
    refuses=["not_found"],
)
def enable_webhook(call: Call) -> Webhook:
    """Let a disabled webhook hear again, from now on: what happened meanwhile is not sent."""
    return _told(call, operations.enable(_webhook(call)))


@endpoint(
    "POST",
    "webhooks/{id}/test",
    body=Nothing,
    body_required=False,
    answer=Delivery,
    status=202,
    refuses=["not_found", "illegal_transition"],
)
def test_webhook(call: Call) -> Delivery:
    """Send a message of type `ping`, within a second or two; the deliveries tell what came of it.

    It is tried once.
    """
    found = _webhook(call)
    throttles.count("webhook-test", found.owner_id, TESTS)
    return _delivery(operations.ping(found), knows=True)


@endpoint("GET", "webhooks/{id}/deliveries", query=WebhooksQuery, answer=DeliveryPage, refuses=["not_found"])
def list_deliveries(call: Call) -> Any:
    """List what was and will be sent, the newest first; what is over is kept for 30 days."""
    asked: WebhooksQuery = call.query
    found = _webhook(call)
    of = ("deliveries", found.pk)
    rows = queries.deliveries_of(found)
    if asked.cursor:
        rows = rows.filter(pk__lt=cursors.place(asked.cursor, of=of)[0])
    page, last = after(list(rows[: asked.limit + 1]), asked.limit)
    knows = rights.knows_bookings(call.person, found)
    told = [_delivery(row, knows=knows) for row in page]
    return DeliveryPage(told, cursors.cursor([last.pk], of=of) if last else None)


def _facts(call: Call, found: models.Webhook, latest: models.Delivery | None) -> dict[str, Any]:
    return {
        "id": found.pk,
        "url": found.url,
        "venue": found.venue.slug if found.venue else None,
        "created_at": found.created_at,
        "failing_since": found.failing_since,
        "disabled_at": found.disabled_at,
        "disabled_because": found.disabled_because or None,
        "last_delivery": _delivery(latest, knows=rights.knows_bookings(call.person, found))
        if latest
        else None,
    }


def _delivery(row: models.Delivery, *, knows: bool) -> Delivery:
    return Delivery(
        id=str(row.uuid),
        type=type_of(row.change, knows=knows),
        state=row.state,  # type: ignore[arg-type]
        attempts=row.attempts,
        status=row.status,
        error=row.error,
        created_at=row.created_at,
        next_at=row.next_at if row.state in PENDING else None,
        delivered_at=row.delivered_at,
    )
