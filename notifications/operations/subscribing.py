"""Subscribe and unsubscribe, enable again, and ask for a ping."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from notifications import messages, rights, signing, targets
from notifications.models import PENDING, Delivery, Webhook, WebhookCursor
from notifications.queries import MET
from reservations import IllegalTransition, NotAuthenticated, NotFound, PolicyViolation
from rooms import permissions
from rooms.models import Venue
from rooms.sql import database_now

MOST = 20  # webhooks of one person

# One statement, so one instant: what is committed by then is old, and everything after it is news.
FROM_NOW = "INSERT INTO notifications_webhookcursor (webhook_id, room_id, revision) {what}"
OF_VENUE = "SELECT %s, id, revision FROM rooms_room WHERE venue_id = %s"
OF_GUEST = f"WITH {MET} SELECT %s, id, revision FROM rooms_room WHERE id IN (SELECT room FROM met)"  # noqa: S608 -- ours


def subscribe(url: str, *, by: Any, venue_id: int | None = None, now: datetime | None = None) -> Webhook:
    """Let an address hear from now on of a venue's changes, or of those of one's own bookings.

    :raises Invalid: if the address is not a public one of http or https
    :raises NotFound: if the person may not see the venue
    :raises PolicyViolation: if they have as many as one may have
    """
    permissions.require_person(by)
    if by is permissions.SYSTEM:
        raise NotAuthenticated("A webhook belongs to somebody.")
    targets.parse(url)
    venue = None if venue_id is None else Venue.objects.filter(pk=venue_id).first()
    if (venue_id is not None and venue is None) or not rights.may_hear(by, venue):
        raise NotFound("There is no such venue.")
    moment = now or database_now()
    with transaction.atomic():
        # The lock makes the same person's others queue here: else two at once were both the twentieth.
        owner = User.objects.select_for_update(no_key=True).get(pk=by.pk)
        if Webhook.objects.filter(owner=owner).count() >= MOST:
            raise PolicyViolation(
                f"You have {MOST} webhooks already. Please delete one first.", rule="webhooks"
            )
        made = Webhook.objects.create(
            owner=owner,
            venue=venue,
            url=url,
            secret=signing.fresh_secret(),
            created_at=moment,
            looked_at=moment,
        )
        _begin_now(made)
    return made


def _begin_now(webhook: Webhook) -> None:
    if webhook.venue_id is None:
        what, params = OF_GUEST, [webhook.owner_id, webhook.owner_id, webhook.pk]
    else:
        what, params = OF_VENUE, [webhook.pk, webhook.venue_id]
    with connection.cursor() as cursor:
        cursor.execute(FROM_NOW.format(what=what), params)


def unsubscribe(webhook: Webhook) -> None:
    """Forget the webhook with everything it had; what is on its way may still arrive."""
    webhook.delete()


def enable(webhook: Webhook) -> Webhook:
    """Let a disabled webhook hear again, from now on: what happened while it was disabled is not sent.

    :raises Invalid: if its address is not, or no longer, one that is allowed
    :raises NotFound: if its owner may not see the venue any more
    """
    targets.parse(webhook.url)
    if not rights.may_hear(webhook.owner, webhook.venue):
        raise NotFound("There is no such venue.")
    with transaction.atomic():
        fresh = Webhook.objects.select_for_update(no_key=True).filter(pk=webhook.pk).first()
        if fresh is None:
            raise NotFound("There is no such webhook.")
        if fresh.disabled_at is not None:
            WebhookCursor.objects.filter(webhook=fresh).delete()
            _begin_now(fresh)
            fresh.disabled_at, fresh.disabled_because = None, ""
            fresh.failing_since = fresh.rests_until = None
            fresh.save(update_fields=["disabled_at", "disabled_because", "failing_since", "rests_until"])
    fresh.venue, fresh.owner = webhook.venue, webhook.owner
    return fresh


def ping(webhook: Webhook, *, now: datetime | None = None) -> Delivery:
    """Send a message without a change, as soon as may be; while one is on its way, it is that one.

    :raises IllegalTransition: if the webhook is disabled
    """
    moment = now or database_now()
    with transaction.atomic():
        fresh = Webhook.objects.select_for_update(no_key=True).filter(pk=webhook.pk).first()
        if fresh is None:
            raise NotFound("There is no such webhook.")
        if fresh.disabled_at is not None:
            raise IllegalTransition(
                "This webhook is disabled. Enable it first.", state="disabled", move="test"
            )
        under_way = Delivery.objects.filter(webhook=fresh, subject=messages.PING, state__in=PENDING).first()
        return under_way or Delivery.objects.create(
            webhook=fresh, subject=messages.PING, created_at=moment, next_at=moment
        )
