"""Owe reminders: a day before the start; of nights at ten in the morning before, by the venue's clocks.

Each booking and start is decided once, as a Notice: sent, or skipped where it was booked or moved too late
for a reminder to tell anything. So what was decided is not looked at again, and a clock that was away
catches up. A series is reminded of before each of its dates, as they are by then. Of a booking that was told
to nobody, as those of the demo are, nobody is reminded either.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from notifications.models import Notice
from reservations import lifecycle, to_instant
from rooms.models import Allocation, Booking, Change, Unit, Venue
from rooms.sql import database_now

AHEAD = timedelta(hours=24)
MORNING = time(10)
BATCH = 500
NEWS, FIRST = ("booked", "requested", "approved", "moved"), ("booked", "requested")


@dataclass(frozen=True, slots=True)
class _Due:
    """A start that is to be reminded of: of which booking, and when anything new was last told of it."""

    booking: Booking
    start: datetime
    by_night: bool
    told_at: datetime


def owe_reminders(*, now: datetime | None = None, limit: int = BATCH) -> int:
    """Write the reminders that are due by now, and return how many starts were decided on."""
    moment, decided = now or database_now(), 0
    for zone, venues in _venues_by_zone().items():
        nights_until = _nights_until(moment, ZoneInfo(zone))
        single = _undecided(venues, moment, nights_until=nights_until)[:limit]
        dates = _undecided_dates(venues, moment, nights_until=nights_until)[:limit]
        notices = [_notice(due, moment) for due in [*_of_bookings(single), *_of_dates(dates)]]
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
    """Return confirmed bookings, less series, whose reminder is due and was not decided on.

    By venue, with which their index begins: no booking is read that does not begin soon.
    """
    told = Notice.objects.filter(booking=OuterRef("pk"), kind__in=FIRST, recipient=OuterRef("guest"))
    nights = Allocation.objects.filter(booking=OuterRef("pk"), active=True, room__type__unit=Unit.NIGHT)
    news = Change.objects.filter(booking=OuterRef("pk"), kind__in=NEWS).order_by("-at").values("at")[:1]
    soon = Booking.objects.filter(
        venue__in=venues,
        starts_at__gt=now,
        starts_at__lte=max(nights_until, now + AHEAD),
        state=lifecycle.CONFIRMED,
        guest__isnull=False,
        recurrence="",
    )
    asked = soon.annotate(is_by_night=Exists(nights), told_at=Subquery(news)).filter(
        _is_due(now, nights_until), ~Exists(_known("pk", "guest")), Exists(told)
    )
    return asked.select_related("venue", "guest").order_by("starts_at", "pk")


def _undecided_dates(venues: list[int], now: datetime, *, nights_until: datetime) -> QuerySet[Allocation]:
    """Return the rooms of dates of confirmed series whose reminder is due and was not decided on.

    By the index of series, which are few: no other booking is read.
    """
    told = Notice.objects.filter(booking=OuterRef("pk"), kind__in=FIRST, recipient=OuterRef("guest"))
    series = Booking.objects.filter(
        ~Q(recurrence=""),
        Exists(told),
        venue__in=venues,
        ends_at__gt=now,
        state=lifecycle.CONFIRMED,
        guest__isnull=False,
    )
    soon = Allocation.objects.filter(
        booking__in=series,
        active=True,
        starts_at__gt=now,
        starts_at__lte=max(nights_until, now + AHEAD),
    )
    asked = soon.annotate(is_by_night=Q(room__type__unit=Unit.NIGHT), guest=F("booking__guest")).filter(
        _is_due(now, nights_until), ~Exists(_known("booking", "guest"))
    )
    return asked.select_related("booking__venue", "booking__guest").order_by("starts_at", "pk")


def _is_due(now: datetime, nights_until: datetime) -> Q:
    by_day = Q(is_by_night=False, starts_at__lte=now + AHEAD)
    return by_day | Q(is_by_night=True, starts_at__lt=nights_until)


def _known(booking: str, guest: str) -> QuerySet[Notice]:
    """Return what was decided on the same start before."""
    return Notice.objects.filter(
        booking=OuterRef(booking),
        kind=Notice.Kind.REMINDER,
        at=OuterRef("starts_at"),
        recipient=OuterRef(guest),
    )


def _of_bookings(found: Iterable[Booking]) -> list[_Due]:
    return [
        _Due(one, one.starts_at, one.is_by_night, one.told_at or one.created_at)  # type: ignore[attr-defined]
        for one in found
    ]


def _of_dates(rows: Iterable[Allocation]) -> list[_Due]:
    """Return each date once, however many rooms it has, with when it itself was last told of."""
    first: dict[tuple[int | None, datetime], Allocation] = {}
    for row in rows:
        first.setdefault((row.booking_id, row.starts_at), row)
    told = _told_of({row.booking_id for row in first.values()})
    found = []
    for row in first.values():
        assert row.booking is not None  # noqa: S101 -- a date belongs to a series
        times = [row.booking.created_at, *told[row.booking_id, None], *told[row.booking_id, row.occurrence]]
        found.append(_Due(row.booking, row.starts_at, row.is_by_night, max(times)))  # type: ignore[attr-defined]
    return found


def _told_of(series: Iterable[int | None]) -> defaultdict[tuple[int | None, int | None], list[datetime]]:
    """Return when which date of which series was put where it is; None for all dates at once."""
    told: defaultdict[tuple[int | None, int | None], list[datetime]] = defaultdict(list)
    news = Change.objects.filter(booking__in=set(series), kind__in=NEWS) if series else ()
    for change in news:
        if change.kind != "moved":
            told[change.booking_id, None].append(change.at)
        elif "occurrence" in change.after:
            told[change.booking_id, change.after["occurrence"]].append(change.at)
    return told


def _due_at(due: _Due) -> datetime:
    if not due.by_night:
        return due.start - AHEAD
    zone = due.booking.venue.zone
    return to_instant(due.start.astimezone(zone).date() - timedelta(days=1), MORNING, zone)


def _notice(due: _Due, now: datetime) -> Notice:
    assert due.booking.guest is not None  # noqa: S101 -- only such are asked for
    late = due.told_at > _due_at(due)
    return Notice(
        booking=due.booking,
        kind=Notice.Kind.REMINDER,
        at=due.start,
        recipient=due.booking.guest,
        state=Notice.State.SKIPPED if late else Notice.State.WAITING,
        error="It was booked or moved after its reminder was due." if late else "",
        created_at=now,
        next_at=now,
    )
