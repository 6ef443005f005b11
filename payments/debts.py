"""What was left unpaid: of any bookings what is still to be paid, and at a venue who is gone and owes it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from payments.models import Balance
from reservations import lifecycle
from rooms.models import Booking
from rooms.panels import Due

ASKED_FOR = timedelta(days=30)  # no desk reads more of the past; what is older is for the books

_SETTLED = F("captured") - F("refunded") + F("waived") + F("forgiven")


def dues_of(costs: Mapping[int, int]) -> dict[int, Due]:
    """Return what is still to be paid of each booking, given what it costs by now; in one query."""
    rows = Balance.objects.filter(pk__in=costs).values_list("pk", "captured", _SETTLED)
    known = {pk: (captured, settled) for pk, captured, settled in rows}
    found = {}
    for key, cost in costs.items():
        captured, settled = known.get(key, (0, 0))
        # What was taken only ever grows: a key that names it is good for one more payment.
        found[key] = Due(max(0, cost - settled), f"at the desk, after {captured}")
    return found


def owing(now: datetime) -> QuerySet[Any]:
    """Return the bookings that are over and not paid, with what is still `due`; the last ones first.

    Who cancelled too late or did not come owes what is kept of the price.
    """
    since = now - ASKED_FOR
    over = Q(state=lifecycle.COMPLETED, ends_at__gt=since)
    kept = Q(state__in=sorted(lifecycle.EXITS), kept__gt=0, starts_at__gt=since)
    settled = Subquery(Balance.objects.filter(pk=OuterRef("pk")).values(sum=_SETTLED))
    rows = Booking.objects.filter(over | kept, price__gt=0)
    rows = rows.annotate(due=Coalesce(F("kept"), F("price")) - Coalesce(settled, 0))
    return rows.filter(due__gt=0).order_by("-ends_at", "-pk")
