"""Tell what happened to those who owe something because of it: money back, a letter.

A Change is written in the transaction of what happened, so nothing is ever forgotten; telling it takes
another transaction, in which receivers of `rooms.events.told` write what they owe. Any number of clocks may
tell at once: each takes changes that no other has under way.
"""

import logging
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q, QuerySet

from rooms import events
from rooms.models import Blocking, Booking, Change

log = logging.getLogger(__name__)
BATCH = 500


def tell(*, limit: int = BATCH) -> int:
    """Tell the oldest changes that were not told yet, and return how many."""
    try:
        return _tell(limit)
    except Exception:
        log.exception("Telling %s changes together failed; they are told one by one.", limit)
    return _one_by_one(limit)


def _tell(limit: int) -> int:
    with transaction.atomic():
        return _told(list(_untold()[:limit]))


def _one_by_one(limit: int) -> int:
    """Tell each change by itself, so that one which cannot be told holds no other back."""
    told = 0
    for key in list(Change.objects.filter(told=False).order_by("pk").values_list("pk", flat=True)[:limit]):
        try:
            with transaction.atomic():
                told += _told(list(_untold().filter(pk=key)))
        except Exception:
            log.exception("Change %s could not be told; it is tried again.", key)
    return told


def _untold() -> QuerySet[Change]:
    changes = Change.objects.filter(told=False).order_by("pk")
    return changes.select_for_update(skip_locked=True, of=("self",)).select_related("booking", "room__venue")


def _told(changes: Sequence[Change]) -> int:
    if changes:
        events.told.send(sender=None, changes=changes)
        Change.objects.filter(pk__in=[change.pk for change in changes]).update(told=True)
    return len(changes)


def tick_off(made: Iterable[Booking | Blocking]) -> int:
    """Count all that happened to these as told, so that nobody hears of it; return how many changes."""
    things = list(made)
    bookings = [one.pk for one in things if isinstance(one, Booking)]
    blockings = [one.pk for one in things if isinstance(one, Blocking)]
    happened = Change.objects.filter(Q(booking__in=bookings) | Q(blocking__in=blockings), told=False)
    return happened.update(told=True)
