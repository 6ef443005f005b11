"""Owe reminders: a day before the start; of nights at ten in the morning before, by the venue's clocks.

Each booking and start is decided once, as a Notice: sent, or skipped where it was booked or moved too late
for a reminder to tell anything. So what was decided is not looked at again, and a clock that was away
catches up. Of a booking that was told to nobody, as those of the demo are, nobody is reminded either.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from notifications.models import Notice
from reservations import to_instant
from rooms.models import Allocation, Booking, Change, Unit, Venue
from rooms.sql import database_now

AHEAD = timedelta(hours=24)
MORNING = time(10)
BATCH = 500
NEWS, FIRST = ("booked", "requested", "approved", "moved"), ("booked", "requested")


def owe_reminders(*, now: datetime | None = None, limit: int = BATCH) -> int:
    """Write the reminders that are due by now, and return how many bookings were decided on."""
    moment, decided = now or database_now(), 0
    for zone, venues in _venues_by_zone().items():
        due = list(_undecided(venues, moment, nights_until=_nights_until(moment, ZoneInfo(zone)))[:limit])
        notices = [_notice(booking, moment) for booking in due]
        Notice.objects.bulk_create(notices, ignore_conflicts=True)
        decided += len(notices)
    return decided


def _venues_by_zone() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for key, zone in Venue.objects.values_list("pk", "timezone"):
        found.setdefault(zone, []).append(key)
    return found


def _nights_until(now: datetime, zone: ZoneInfo) -> datetime:
    """Return before which instant nights begin that are due: tonight's, from ten on tomorrow's."""
    local = now.astimezone(zone)
    first_not = local.date() + timedelta(days=2 if local.time() >= MORNING else 1)
    return to_instant(first_not, time.min, zone)


def _undecided(venues: list[int], now: datetime, *, nights_until: datetime) -> QuerySet[Booking]:
    """Return confirmed bookings whose reminder is due and was not decided on.

    By venue, with which their index begins: no booking is read that does not begin soon.
    """
    known = Notice.objects.filter(
        booking=OuterRef("pk"),
        kind=Notice.Kind.REMINDER,
        at=OuterRef("starts_at"),
        recipient=OuterRef("guest"),
    )
    told = Notice.objects.filter(booking=OuterRef("pk"), kind__in=FIRST, recipient=OuterRef("guest"))
    nights = Allocation.objects.filter(booking=OuterRef("pk"), active=True, room__type__unit=Unit.NIGHT)
    news = Change.objects.filter(booking=OuterRef("pk"), kind__in=NEWS).order_by("-at").values("at")[:1]
    soon = Booking.objects.filter(
        venue__in=venues,
        starts_at__gt=now,
        starts_at__lte=max(nights_until, now + AHEAD),
        state="confirmed",
        guest__isnull=False,
    )
    due = Q(is_by_night=True, starts_at__lt=nights_until) | Q(is_by_night=False, starts_at__lte=now + AHEAD)
    asked = soon.annotate(is_by_night=Exists(nights), told_at=Subquery(news)).filter(
        due, ~Exists(known), Exists(told)
    )
    return asked.select_related("venue", "guest").order_by("starts_at", "pk")


def _due_at(booking: Booking) -> datetime:
    if not booking.is_by_night:  # type: ignore[attr-defined]  # annotated by _undecided
        return booking.starts_at - AHEAD
    zone = booking.venue.zone
    return to_instant(booking.starts_at.astimezone(zone).date() - timedelta(days=1), MORNING, zone)


def _notice(booking: Booking, now: datetime) -> Notice:
    assert booking.guest is not None  # noqa: S101 -- _undecided asks for one
    told_at = booking.told_at or booking.created_at  # type: ignore[attr-defined]  # annotated by _undecided
    late = told_at > _due_at(booking)
    return Notice(
        booking=booking,
        kind=Notice.Kind.REMINDER,
        at=booking.starts_at,
        recipient=booking.guest,
        state=Notice.State.SKIPPED if late else Notice.State.WAITING,
        error="It was booked or moved after its reminder was due." if late else "",
        created_at=now,
        next_at=now,
    )
