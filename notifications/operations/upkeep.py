"""Forget deliveries of long ago."""

from datetime import datetime, timedelta

from notifications.models import PENDING, Delivery
from rooms.sql import database_now

KEPT = timedelta(days=30)
BATCH = 5_000


def forget(*, now: datetime | None = None, limit: int = BATCH) -> int:
    """Delete deliveries that are over and a month old, oldest first, and return how many."""
    before = (now or database_now()) - KEPT
    old = Delivery.objects.filter(created_at__lt=before).exclude(state__in=PENDING).order_by("created_at")
    keys = list(old.values_list("pk", flat=True)[:limit])
    return Delivery.objects.filter(pk__in=keys).delete()[0] if keys else 0
