"""The audit trail of a venue: every change, the latest first, in pages that cost the same however old."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from reservations import lifecycle
from rooms.models import Booking, Change

PAGE = 50
NOBODY = "system"  # the clock, a payment that came in, a command


@dataclass(frozen=True, slots=True)
class Sought:
    """What of the history is asked for; everything that is empty is not asked."""

    kind: str = ""
    who: str = ""  # an e-mail address, or NOBODY
    room: int | None = None
    reference: str = ""
    since: datetime | None = None
    until: datetime | None = None


def changes_of(venue_id: int, sought: Sought, *, before: int | None = None) -> QuerySet[Change]:
    """Return the venue's changes that are sought, older than the one numbered `before`."""
    rows = Change.objects.filter(room__venue=venue_id).filter(_condition(sought))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return rows.select_related("room__type", "booking", "by").order_by("-pk")


def reasons_of(bookings: Iterable[Booking]) -> dict[int, str]:
    """Return why those of the bookings that were declined were, where the staff said so.

    In one query whatever their number, and in none where nothing was declined.
    """
    declined = [one.pk for one in bookings if one.state == lifecycle.DECLINED]
    if not declined:
        return {}
    told = Change.objects.filter(booking__in=declined, kind="declined").values_list("booking", "after")
    return {key: str(after["reason"]) for key, after in told if key is not None and "reason" in after}


def _condition(sought: Sought) -> Q:
    wanted = Q()
    if sought.kind:
        wanted &= Q(kind=sought.kind)
    if sought.who:
        wanted &= Q(by=None) if sought.who == NOBODY else Q(by__email=sought.who.lower())
    if sought.room is not None:
        wanted &= Q(room=sought.room)
    if sought.reference:
        wanted &= Q(booking__reference=sought.reference.upper())
    if sought.since:
        wanted &= Q(at__gte=sought.since)
    if sought.until:
        wanted &= Q(at__lt=sought.until)
    return wanted
