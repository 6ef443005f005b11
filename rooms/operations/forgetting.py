"""Forget from which networks changes came, once nobody will ask any more."""

from datetime import datetime, timedelta

from accounts.origins import without_network
from rooms.models import Change
from rooms.sql import database_now

KEPT = timedelta(days=90)
BATCH = 5_000


def forget_origins(*, now: datetime | None = None, limit: int = BATCH) -> int:
    """Leave the networks out of old origins, and return of how many; the history itself stays for ever."""
    before = (now or database_now()) - KEPT
    old = Change.objects.filter(at__lt=before, origin__contains="/").order_by("pk")
    found = dict(old.values_list("pk", "origin")[:limit])
    for told in set(found.values()):
        keys = [key for key, origin in found.items() if origin == told]
        Change.objects.filter(pk__in=keys).update(origin=without_network(told))
    return len(found)
