"""What is read of webhooks: one's own with their latest delivery, what is due, and who lags behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from notifications.models import Delivery, Webhook
from reservations import NotFound
from rooms.sql import fetch, instant, one_of

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


# A webhook has heard everything while what it counts is what it was last time: of a venue the sum of its
# rooms' revisions, of one's own bookings the number of their changes. Both only grow. So a quiet site costs
# one statement, whatever the number of webhooks.
LAGGING = """
WITH sums AS MATERIALIZED (
  SELECT venue_id, CAST(SUM(revision) AS BIGINT) AS total FROM rooms_room GROUP BY venue_id
), owners AS (
  SELECT DISTINCT owner_id FROM notifications_webhook WHERE venue_id IS NULL AND disabled_at IS NULL
), counts AS MATERIALIZED (
  SELECT owner_id, (SELECT COUNT(*) FROM rooms_change WHERE guest_id = owners.owner_id) AS total FROM owners
)
SELECT id, total FROM (
  SELECT webhook.id, webhook.heard, webhook.looked_at, COALESCE(CASE
    WHEN webhook.venue_id IS NULL THEN (SELECT total FROM counts WHERE counts.owner_id = webhook.owner_id)
    ELSE (SELECT total FROM sums WHERE sums.venue_id = webhook.venue_id) END, 0) AS total
  FROM notifications_webhook AS webhook WHERE webhook.disabled_at IS NULL
) AS asked WHERE heard <> total ORDER BY looked_at, id LIMIT %s
"""


def lagging(most: int) -> list[tuple[int, int]]:
    """Return webhooks that have something new to hear, longest waiting first, with what they count now."""
    return [(key, total) for key, total in fetch(LAGGING, [most])]


# The head of a line: the earliest of its subject that is not over, if it is due. Asked of two indexes row by
# row, longest due first; as NOT EXISTS, PostgreSQL would join all lines before it looks at one.
DUE = """
SELECT head.id, head.webhook_id, head.attempts
FROM notifications_delivery AS head JOIN notifications_webhook AS webhook ON webhook.id = head.webhook_id
WHERE head.state IN ('waiting', 'sending') AND head.next_at <= %s AND webhook.disabled_at IS NULL
  AND (webhook.rests_until IS NULL OR webhook.rests_until <= %s) AND ({full}) IS NOT TRUE
  AND (head.change_id IS NULL OR head.change_id = (
    SELECT MIN(line.change_id) FROM notifications_delivery AS line
    WHERE line.webhook_id = head.webhook_id AND line.subject = head.subject
      AND line.state IN ('waiting', 'sending')))
ORDER BY head.next_at, head.id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that may be claimed: the earliest of its line, and its time has come."""

    id: int
    webhook: int
    attempts: int


def due(*, now: datetime, each: int, busy: Mapping[int, int]) -> Due | None:
    """Return what may be sent, the longest due first: of webhooks with nothing under way, then of others.

    At most `each` at once of one webhook; of one that fails one at a time: a receiver that is down costs one
    thread and not all of them.

    :param busy: how many each webhook has under way already
    """
    idle = one_of("head.webhook_id", busy)
    full, params = one_of("head.webhook_id", [key for key, number in busy.items() if number >= each])
    more = f"{full} OR (webhook.failing_since IS NOT NULL AND {idle[0]})", [*params, *idle[1]]
    for besides, keys in (idle, more) if busy else (idle,):
        moment = instant(now)
        for row in fetch(DUE.format(full=besides), [moment, moment, *keys]):
            return Due(*row)
    return None
