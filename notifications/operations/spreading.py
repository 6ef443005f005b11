"""From the outbox to deliveries: each Change once, for each webhook that shall hear of it.

The outbox are the Changes themselves, read by (room, revision): a room's revisions commit in their order,
while the ids of all rooms do not, so that who remembers the highest id misses what commits late. Deliveries
and cursors move in one transaction, under the lock of the webhook, so any number of clocks may run.
"""

import time
from datetime import datetime
from typing import Any

from django.db import transaction

from notifications.models import PENDING, Delivery, Webhook, WebhookCursor
from notifications.queries import MET, lagging
from rooms.queries.rights import hidden_at
from rooms.sql import database_now, fetch

WEBHOOKS = 200  # that are looked after at once
BATCH = 500  # changes for one of them
BUDGET = 0.5  # seconds of one beat of the clock, which has holds to expire as well
MOST_WAITING = 1_000  # deliveries of one webhook: beyond, its changes wait where they are, in the outbox

BEHIND = """
SELECT room.id, room.revision, COALESCE(heard.revision, 0) AS seen
FROM rooms_room AS room
LEFT JOIN notifications_webhookcursor AS heard ON heard.room_id = room.id AND heard.webhook_id = %s
WHERE {whose} AND room.revision > COALESCE(heard.revision, 0)
"""
BEHIND_OF_GUEST = f"WITH {MET} {BEHIND.format(whose='room.id IN (SELECT room FROM met)')}"  # noqa: S608 -- ours
# By id: a room's ids rise with its revisions, and a booking's with what happened to it, because both are
# given under the lock of a room they share. So whatever the limit leaves for later, is later.
NEWS = """
SELECT change.id, change.room_id, change.revision, change.booking_id
FROM rooms_change AS change JOIN ({behind}) AS behind
  ON change.room_id = behind.id AND change.revision > behind.seen AND change.revision <= behind.revision
{only} ORDER BY change.id LIMIT %s
"""


def spread(*, now: datetime | None = None) -> int:
    """Make deliveries of what is new to webhooks, a batch for each, and return how many."""
    waiting = lagging(WEBHOOKS)
    if not waiting:
        return 0
    moment, latest, made = now or database_now(), time.monotonic() + BUDGET, 0
    for webhook, total in waiting:
        made += _spread_to(webhook, total, moment)
        if time.monotonic() > latest:
            break  # The others have waited longest at the next beat.
    return made


@transaction.atomic
def _spread_to(key: int, total: int, now: datetime) -> int:
    """Make this webhook's next deliveries, and move its cursors; another clock's webhook is left to it."""
    unlocked = Webhook.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    webhook = unlocked.select_related("venue", "owner").filter(pk=key, disabled_at=None).first()
    if webhook is None:
        return 0
    webhook.looked_at = now
    most = min(BATCH, MOST_WAITING - Delivery.objects.filter(webhook=webhook, state__in=PENDING).count())
    if most > 0:
        news, reached, complete = _news(webhook, most)
        hidden = hidden_at(webhook.venue, webhook.owner) if webhook.venue else ()
        news = [row for row in news if row[1] not in hidden]
        Delivery.objects.bulk_create(
            [_delivery(webhook, row, now) for row in news], ignore_conflicts=True, batch_size=BATCH
        )
        WebhookCursor.objects.bulk_create(
            [WebhookCursor(webhook=webhook, room_id=room, revision=last) for room, last in reached.items()],
            update_conflicts=True,
            unique_fields=["webhook", "room"],
            update_fields=["revision"],
            batch_size=BATCH,
        )
        if complete:
            # The sum was read before the news: whatever it counted is among them, or was before.
            webhook.heard = total
    webhook.save(update_fields=["looked_at", "heard"])
    return len(news) if most > 0 else 0


def _news(webhook: Webhook, most: int) -> tuple[list[Any], dict[int, int], bool]:
    """Return what is new, how far each room is heard of by that, and whether it is all."""
    behind, params = _behind(webhook)
    # First how far the rooms are, then their changes: what comes in between is only heard of earlier.
    rooms = {room: revision for room, revision, _ in fetch(behind, params)}
    if not rooms:
        return [], {}, True
    only, whose = ("", []) if webhook.venue_id else ("WHERE change.guest_id = %s", [webhook.owner_id])
    news = fetch(NEWS.format(behind=behind, only=only), [*params, *whose, most])
    complete = len(news) < most
    reached = rooms if complete else {}
    for _, room, revision, _ in news:
        reached[room] = max(revision, reached.get(room, 0))
    return news, reached, complete


def _behind(webhook: Webhook) -> tuple[str, list[Any]]:
    """Return the statement of the rooms that have more changes than the webhook has heard of."""
    if webhook.venue_id is not None:
        return BEHIND.format(whose="room.venue_id = %s"), [webhook.pk, webhook.venue_id]
    return BEHIND_OF_GUEST, [webhook.owner_id, webhook.owner_id, webhook.pk]


def _delivery(webhook: Webhook, row: Any, now: datetime) -> Delivery:
    change, room, _, booking = row
    subject = f"room:{room}" if booking is None else f"booking:{booking}"
    return Delivery(webhook=webhook, change_id=change, subject=subject, created_at=now, next_at=now)
