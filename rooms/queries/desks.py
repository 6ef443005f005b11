"""What the staff of a venue have to do today: who comes, who is there, who leaves, who asks."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from reservations import Span, lifecycle
from reservations.hours import in_local_words
from rooms.models import Blocking, Booking, Change
from rooms.queries.series import takes_place
from rooms.queries.terms import VenueTerms

MOST = 200  # rows of one list: a desk that has more to do looks in the admin


def _at(venue_id: int) -> QuerySet[Booking]:
    rows = Booking.objects.filter(venue=venue_id).select_related("guest", "venue")
    return rows.prefetch_related("allocations__room")


def lasts(now: datetime) -> Q:
    """Return a condition that something is not over yet."""
    return Q(ends_at=None) | Q(ends_at__gt=now)


def is_expected(day: Span, *, now: datetime) -> Q:
    """Return a condition that somebody is expected until the end of the day and is not there yet."""
    until = Span(min(now, day.end), day.end) if day.end and now < day.end else day
    return Q(state="confirmed", starts_at__lt=day.end) & lasts(now) & takes_place(until)


def is_leaving(day: Span) -> Q:
    """Return a condition that somebody is there and leaves by the end of the day."""
    return Q(state="checked_in", ends_at__lte=day.end)


def is_asked_for(now: datetime) -> Q:
    """Return a condition that a request still waits for somebody's approval."""
    return Q(state="pending") & lasts(now)


def arrivals(venue_id: int, day: Span, *, now: datetime) -> QuerySet[Booking]:
    """Return who is expected until the end of the day and is not there yet, the first who comes first."""
    return _at(venue_id).filter(is_expected(day, now=now)).order_by("starts_at", "pk")


def inside(venue_id: int, *, now: datetime) -> QuerySet[Booking]:
    """Return who is there, the one who came last first."""
    there = _at(venue_id).filter(state="checked_in")
    return there.order_by("-starts_at", "-pk")


def departures(venue_id: int, day: Span) -> QuerySet[Booking]:
    """Return who is there and leaves by the end of the day, the first who leaves first."""
    return _at(venue_id).filter(is_leaving(day)).order_by("ends_at", "pk")


def requests(venue_id: int, *, now: datetime) -> QuerySet[Booking]:
    """Return what waits for somebody's approval, what begins first."""
    return _at(venue_id).filter(is_asked_for(now)).order_by("starts_at", "pk")


def closed(venue_id: int, *, now: datetime) -> QuerySet[Blocking]:
    """Return what is out of use at this moment."""
    rows = Blocking.objects.filter(venue=venue_id, lifted_at=None, starts_at__lte=now)
    rows = rows.filter(lasts(now))
    return rows.prefetch_related("allocations__room").order_by("-starts_at", "-pk")


def came_at(bookings: Iterable[Booking]) -> dict[int, datetime]:
    """Return since when each of the guests is there who were checked in: often not since it began."""
    there = [one.pk for one in bookings if one.state == lifecycle.CHECKED_IN]
    rows = Change.objects.filter(booking__in=there, kind="checked_in") if there else Change.objects.none()
    return dict(rows.order_by("booking", "at").values_list("booking", "at"))


def kept_until(booking: Booking, terms: VenueTerms, *, now: datetime) -> str:
    """Return until when the room waits for a guest who is not there; nothing where it waits for ever."""
    if booking.recurrence:
        return ""
    rooms = [row.room_id for row in booking.allocations.all() if row.active and row.room_id in terms.rooms]
    grace = [terms.rooms[room].policy.no_show_minutes for room in rooms]
    known = [minutes for minutes in grace if minutes is not None]
    if not known:
        return ""
    until = booking.starts_at + timedelta(minutes=min(known))
    return in_local_words(until, terms.zone, seen_from=now)
