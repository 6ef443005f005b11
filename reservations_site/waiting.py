"""What waits for the clock, and how long it has waited: read by partial indexes, however much there is."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Min, QuerySet

from notifications.models import OPEN, PENDING, Delivery, Notice
from payments.models import Payment, Refund
from reservations.lifecycle import HELD
from rooms.models import Booking, Change
from rooms.sql import database_now

MOST = 10_000  # counted of each; a queue that is longer is as bad


def depths() -> Mapping[str, int]:
    """Return how many of each kind wait; of more than MOST, MOST."""
    queues: Mapping[str, QuerySet] = {  # type: ignore[type-arg]
        "changes": Change.objects.filter(told=False),
        "letters": Notice.objects.filter(state__in=OPEN),
        "deliveries": Delivery.objects.filter(state__in=PENDING),
        "payments": Payment.objects.filter(next_at__isnull=False),
        "refunds": Refund.objects.filter(next_at__isnull=False),
    }
    return {name: found.order_by()[:MOST].count() for name, found in queues.items()}


def lag(now: datetime | None = None) -> float:
    """Return by how many seconds the clock is late: with what to tell, letters to send, holds to let go."""
    moment = now or database_now()
    holds = Booking.objects.filter(state=HELD, expires_at__lt=moment)
    letters = Notice.objects.filter(state=Notice.State.WAITING, next_at__lt=moment)
    due = (
        Change.objects.filter(told=False).aggregate(at=Min("at"))["at"],
        holds.aggregate(at=Min("expires_at"))["at"],
        letters.aggregate(at=Min("next_at"))["at"],
    )
    return max((max(0.0, (moment - at).total_seconds()) for at in due if at is not None), default=0.0)
