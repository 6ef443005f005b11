"""Forget from which networks changes came, and who was invited, once nobody will ask any more."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from accounts.origins import without_network
from reservations import lifecycle
from rooms.models import Change, Participant
from rooms.sql import database_now

KEPT = timedelta(days=90)
KEPT_OF_INVITED = timedelta(days=30)  # after the booking: most are strangers, who asked for nothing here
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


def forget_participants(*, now: datetime | None = None, limit: int = BATCH) -> int:
    """Delete who was invited to bookings that are long over or came to nothing, and return how many.

    That somebody was invited, and answered, the history still tells; never who.
    """
    before = (now or database_now()) - KEPT_OF_INVITED
    over = Q(booking__ends_at__lt=before)
    # What came to nothing may lie far ahead: it did when the booking last changed.
    lately = Change.objects.filter(booking=OuterRef("booking"), at__gte=before)
    gone = Q(booking__state__in=lifecycle.EXITS) & ~Exists(lately)
    uninvited = Q(uninvited_at__lt=before) & (Q(told_at=None) | Q(told_at__lt=before))
    found = Participant.objects.filter(over | gone | uninvited).order_by("pk")
    keys = list(found.values_list("pk", flat=True)[:limit])
    if keys:
        Participant.objects.filter(pk__in=keys).delete()
    return len(keys)
