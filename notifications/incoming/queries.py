"""What is read of incoming calendars: which is due, those of a venue, and where they are in conflict."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from notifications.models import IncomingCalendar, IncomingEvent
from reservations import NotFound
from rooms.models import Allocation, Booking
from rooms.queries.terms import VenueTerms, with_parts

MOST = 50  # conflicts of a venue that are shown: whoever has more begins with these
TELLING = 3  # failures in a row after which the staff are told


@dataclass(frozen=True, slots=True)
class Conflict:
    """An event on time that is booked, and the bookings that are there."""

    event: IncomingEvent
    bookings: tuple[Booking, ...]


def due(*, now: datetime, busy: Collection[int] = ()) -> tuple[int, int, int, datetime] | None:
    """Return key, venue, number and time of the calendar that is longest due, or None.

    Those of venues that are `busy` come last: one with slow servers keeps no other waiting.
    Due is what is to be asked for, what was removed, and what was in conflict with a room that changed since.
    """
    changed = ~Q(revision=F("room__revision")) & (Q(conflicts__gt=0) | Q(revision=-1))
    wanted = Q(removed_at__isnull=False) | Q(room__archived_at=None) & (Q(next_at__lte=now) | changed)
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    rows = IncomingCalendar.objects.filter(wanted, free).order_by("next_at", "pk")
    found = rows.values_list("pk", "room__venue_id", "reading", "next_at")
    return (found.exclude(room__venue__in=busy).first() if busy else None) or found.first()


def calendars_of(venue_id: int) -> QuerySet[IncomingCalendar]:
    """Return the calendars of the venue's rooms, by room; none is read of a room that is archived."""
    rows = IncomingCalendar.objects.filter(room__venue=venue_id, room__archived_at=None).select_related(
        "room"
    )
    return rows.order_by("room__order", "room__name", "name", "pk")


def calendar_of(venue_id: int, key: int) -> IncomingCalendar:
    """Return the calendar, if it is one of the venue's and was not removed.

    :raises NotFound: if it is not
    """
    found = calendars_of(venue_id).filter(pk=key, removed_at=None).first()
    if found is None:
        raise NotFound("There is no such calendar.")
    return found


def conflicts_at(terms: VenueTerms, *, now: datetime) -> list[Conflict]:
    """Return where events are on time that is booked by now, the earliest first; in two queries at most."""
    events = IncomingEvent.objects.filter(calendar__room__venue=terms.id, calendar__removed_at=None)
    events = events.filter(conflict_since__isnull=False, ends_at__gt=now).select_related("calendar__room")
    wanted = [one for one in events.order_by("starts_at", "pk")[:MOST] if one.calendar.room_id in terms.rooms]
    found = _booked(wanted, terms, now)
    # What was moved away meanwhile is no conflict any more, though the clock has not said so yet.
    return [Conflict(event, bookings) for event in wanted if (bookings := _in_the_way(event, terms, found))]


def _booked(events: Sequence[IncomingEvent], terms: VenueTerms, now: datetime) -> list[Allocation]:
    condition = Q()
    for event in events:
        rooms = with_parts(terms, [event.calendar.room_id])
        condition |= Q(room__in=rooms, starts_at__lt=event.ends_at) & (
            Q(ends_at=None) | Q(ends_at__gt=max(event.starts_at, now))
        )
    if not condition:
        return []
    stands = Q(expires_at=None) | Q(expires_at__gt=now)
    rows = Allocation.objects.filter(condition, stands, active=True, booking__isnull=False)
    return list(rows.select_related("booking__guest").order_by("starts_at", "pk"))


def _in_the_way(event: IncomingEvent, terms: VenueTerms, rows: Sequence[Allocation]) -> tuple[Booking, ...]:
    rooms = set(with_parts(terms, [event.calendar.room_id]))
    found = {
        row.booking_id: row.booking
        for row in rows
        if row.room_id in rooms
        and row.starts_at < event.ends_at
        and (row.ends_at is None or row.ends_at > event.starts_at)
        and row.booking is not None
    }
    return tuple(found.values())


def failing(venue_id: int) -> list[IncomingCalendar]:
    """Return the venue's calendars that could not be read for several times now."""
    rows = calendars_of(venue_id).filter(removed_at=None, failures__gte=TELLING)
    return list(rows[:MOST])


def has_news(calendar: IncomingCalendar, *, now: datetime) -> bool:
    """Test whether the calendar is about to be read, or is read at this moment."""
    return calendar.removed_at is not None or calendar.next_at <= now + timedelta(seconds=1)
