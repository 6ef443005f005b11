"""What is read of webhooks: one's own with their latest delivery, what is due, and who lags behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from notifications.models import Delivery, Webhook
from reservations import NotFound
from rooms.sql import fetch, instant

# The rooms in which a guest ever had a booking, by jumping from one to the next in the index: a guest with
# twenty thousand changes in ten rooms costs ten steps.
MET = """
RECURSIVE met (room) AS (
  SELECT MIN(room_id) FROM rooms_change WHERE guest_id = %s
  UNION ALL
  SELECT (SELECT MIN(room_id) FROM rooms_change WHERE guest_id = %s AND room_id > met.room)
  FROM met WHERE met.room IS NOT NULL
)"""


def webhook_of(owner: Any, key: int) -> Webhook:
    """Return the webhook, if it is theirs.

    :raises NotFound: if there is none, or it is somebody else's
    """
    found = webhooks_of(owner).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such webhook.")
    found.owner = owner
    return found


def webhooks_of(owner: Any) -> QuerySet[Webhook]:
    """Return the person's webhooks, the newest first."""
    return Webhook.objects.select_related("venue").filter(owner=owner).order_by("-pk")


def latest(webhooks: list[Webhook]) -> dict[int, Delivery]:
    """Return the latest delivery of each webhook that has one, in one query whatever their number."""
    own = Delivery.objects.filter(webhook=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    keys = Webhook.objects.filter(pk__in=[one.pk for one in webhooks]).values(last=Subquery(own))
    found = Delivery.objects.filter(pk__in=keys).select_related("change")
    return {one.webhook_id: one for one in found}


def deliveries_of(webhook: Webhook) -> QuerySet[Delivery]:
    """Return the webhook's deliveries, the newest first."""
    return Delivery.objects.filter(webhook=webhook).select_related("change").order_by("-pk")


# A webhook whose sum of revisions is what it was last time has heard everything. For a venue it is the sum of
# its rooms; who follows their own bookings has to look wherever anything happened. So a quiet site costs one
# statement, whatever the number of webhooks.
LAGGING = """
WITH sums AS (SELECT venue_id, CAST(SUM(revision) AS BIGINT) AS total FROM rooms_room GROUP BY venue_id)
SELECT id, total FROM (
  SELECT webhook.id, webhook.heard, webhook.looked_at, COALESCE(CASE
    WHEN webhook.venue_id IS NULL THEN (SELECT CAST(SUM(total) AS BIGINT) FROM sums)
    ELSE (SELECT total FROM sums WHERE sums.venue_id = webhook.venue_id) END, 0) AS total
  FROM notifications_webhook AS webhook WHERE webhook.disabled_at IS NULL
) AS asked WHERE heard <> total ORDER BY looked_at, id LIMIT %s
"""


def lagging(most: int) -> list[tuple[int, int]]:
    """Return webhooks that may have something new to hear, longest waiting first, with their sums now."""
    return [(key, total) for key, total in fetch(LAGGING, [most])]


# The head of each line: the earliest of a subject that is not over, if it is due. One webhook's are numbered,
# so that one with a thousand does not stand in front of all others.
DUE = """
SELECT id, webhook_id, attempts, failing FROM (
  SELECT head.id, head.webhook_id, head.attempts, head.next_at, webhook.failing_since IS NOT NULL AS failing,
    ROW_NUMBER() OVER (PARTITION BY head.webhook_id ORDER BY head.next_at, head.id) AS place
  FROM notifications_delivery AS head JOIN notifications_webhook AS webhook ON webhook.id = head.webhook_id
  WHERE head.state IN ('waiting', 'sending') AND head.next_at <= %s AND webhook.disabled_at IS NULL
    AND (webhook.rests_until IS NULL OR webhook.rests_until <= %s)
    AND NOT EXISTS (
      SELECT 1 FROM notifications_delivery AS earlier
      WHERE earlier.webhook_id = head.webhook_id AND earlier.subject = head.subject
        AND earlier.state IN ('waiting', 'sending') AND earlier.change_id < head.change_id)
) AS heads WHERE place <= %s ORDER BY next_at, id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that may be claimed: the earliest of its line, and its time has come."""

    id: int
    webhook: int
    attempts: int
    failing: bool


def due(*, now: datetime, each: int, most: int, busy: Mapping[int, int]) -> list[Due]:
    """Return what may be sent, the longest due first: at most `each` at once of one webhook.

    One that fails gets one at a time: a receiver that is down costs one thread and not all of them.

    :param busy: how many each webhook has under way already
    """
    moment = instant(now)
    params = [moment, moment, each, most + each * len(busy)]
    under_way, found = dict(busy), list[Due]()
    for row in (
        Due(key, webhook, tried, bool(failing)) for key, webhook, tried, failing in fetch(DUE, params)
    ):
        if len(found) < most and under_way.get(row.webhook, 0) < (1 if row.failing else each):
            under_way[row.webhook] = under_way.get(row.webhook, 0) + 1
            found.append(row)
    return found
