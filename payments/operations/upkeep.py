"""Forget what gateways told long ago: what came of it stays in the ledger, as long as there is one."""

from datetime import datetime, timedelta
from typing import Any

from payments.models import GatewayEvent, SandboxEvent
from rooms.sql import database_now

KEPT = timedelta(days=90)  # gateways send a webhook again for days; one that comes later still does no harm
SENT = timedelta(days=1)
BATCH = 5_000


def forget(*, now: datetime | None = None, limit: int = BATCH) -> int:
    """Delete webhooks that were heard long ago, and those that the sandbox has sent; return how many."""
    moment = now or database_now()
    # By their ids, which rise with time: no index is kept for what is asked once an hour.
    heard = GatewayEvent.objects.order_by("pk").values_list("pk", "received_at")
    sent = SandboxEvent.objects.filter(sends=0).order_by("pk").values_list("pk", "due_at")
    return _delete(GatewayEvent, heard[:limit], moment - KEPT) + _delete(
        SandboxEvent, sent[:limit], moment - SENT
    )


def _delete(table: Any, oldest: Any, before: datetime) -> int:
    keys = [key for key, at in oldest if at < before]
    return table.objects.filter(pk__in=keys).delete()[0] if keys else 0
