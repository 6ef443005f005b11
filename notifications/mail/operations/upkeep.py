"""Try again what was given up, and forget what is long over."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from notifications.models import OPEN, Notice
from rooms.sql import database_now

KEPT = timedelta(days=400)  # longer than a booking lies ahead: while a cause may be told again, it is known
KEPT_OF_ACCOUNTS = timedelta(days=7)  # long enough to see why none came; some went to strangers
KEPT_OF_WATCHED = timedelta(days=1)  # they only say that something was owed: each watch knows how far it is
BATCH = 5_000


def retry(notices: Iterable[Notice], *, now: datetime | None = None) -> int:
    """Send letters again that were given up, or may not have arrived, and return how many.

    None of accounts: nothing of them is kept, and whoever wants another asks for it.
    """
    moment = now or database_now()
    over = Notice.objects.filter(
        pk__in=[notice.pk for notice in notices], state__in=[Notice.State.GIVEN_UP, Notice.State.UNSURE]
    ).exclude(kind=Notice.Kind.ACCOUNT)
    # Its patience begins anew with `created_at`, and its message keeps its Message-ID.
    return over.update(
        state=Notice.State.WAITING, attempts=0, created_at=moment, next_at=moment, handed_at=None, error=""
    )


def forget(*, now: datetime | None = None, limit: int = BATCH) -> int:
    """Delete notices that are over and more than a year old, oldest first, and return how many.

    Those about watched rooms go a day after they were owed, those of accounts a week after.
    """
    moment = now or database_now()
    over = Notice.objects.exclude(state__in=OPEN).order_by("created_at")
    watched = over.filter(kind=Notice.Kind.WATCHED, created_at__lt=moment - KEPT_OF_WATCHED)
    accounts = over.filter(kind=Notice.Kind.ACCOUNT, created_at__lt=moment - KEPT_OF_ACCOUNTS)
    keys = [
        *accounts.values_list("pk", flat=True)[:limit],
        *over.filter(created_at__lt=moment - KEPT).values_list("pk", flat=True)[:limit],
        *watched.values_list("pk", flat=True)[:limit],
    ]
    return Notice.objects.filter(pk__in=keys).delete()[0] if keys else 0
