"""What a booking is in a calendar: one UID for its whole life, and a sequence that rises as it changes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.urls import reverse

from notifications.calendars.ics import CANCELLED, CONFIRMED, TENTATIVE, Elsewhere, Entry, Repeats
from reservations import recurrence
from rooms.models import Booking, Change, VenueKind
from rooms.queries.series import dates_of

RISES = ("described", "moved", "approved", "completed", "cancelled", "declined", "expired", "no_show")
"""Kinds of changes that make a calendar's copy stale; while it was only held, nobody had one."""
STATUS = {"held": TENTATIVE, "pending": TENTATIVE, "confirmed": CONFIRMED, "checked_in": CONFIRMED}
STATUS |= {"completed": CONFIRMED}


def status_of(state: str) -> str:
    """Return how a calendar calls a booking in that state."""
    return STATUS.get(state, CANCELLED)


def uid_of(booking: Booking) -> str:
    """Return the one identity that the booking has in every calendar."""
    return f"{booking.reference}@{host()}"


def host() -> str:
    """Return the name by which the site is known to the world."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def address(path: str) -> str:
    """Return the path as a link that works outside of the site."""
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def risen(bookings: Iterable[int], *, until: datetime | None = None) -> dict[int, list[datetime]]:
    """Return when each booking's entry changed, oldest first, in one query whatever their number."""
    changes = Change.objects.filter(booking__in=list(bookings), kind__in=RISES)
    if until is not None:
        changes = changes.filter(at__lte=until)
    found: dict[int, set[datetime]] = {}
    for key, at, kind, before, after in changes.values_list("booking", "at", "kind", "before", "after"):
        was_held = (before or after).get("state") == "held"
        if key is not None and not (was_held and kind in ("described", "moved")):
            found.setdefault(key, set()).add(at)
    return {key: sorted(moments) for key, moments in found.items()}


def entry_of(
    booking: Booking, rooms: Iterable[str], changed: list[datetime], *, titled: bool = True
) -> Entry:
    """Return the booking as it is now; its venue must be at hand.

    :param changed: when its entry changed (`risen`)
    """
    rooms = list(rooms)
    venue, place = booking.venue, ", ".join(rooms)
    entry = Entry(
        uid=uid_of(booking),
        sequence=len(changed),
        revised_at=changed[-1] if changed else booking.created_at,
        start=booking.starts_at,
        end=booking.ends_at,
        zone=venue.zone,
        summary=_summary(booking, place, titled=titled),
        location=place_of(booking, rooms),
        description=f"Booking {booking.reference}",
        url=address(reverse("rooms:booking", args=[booking.reference])),
        status=status_of(booking.state),
    )
    return _repeated(entry, booking) if booking.recurrence else entry


def _repeated(entry: Entry, booking: Booking) -> Entry:
    """Return the entry of a series: its rule, which dates are left out of it, and which are elsewhere."""
    series = recurrence.remembered(booking.recurrence)
    prefetch_related_objects([booking], "allocations__room")
    rows = list(booking.allocations.all()) if entry.status != CANCELLED else []
    names = {row.room_id: row.room.name for row in rows}
    dates = {date.number: date for date in dates_of(rows)}
    places = Counter(date.rooms for date in dates.values() if date.active).most_common(1)
    usual = places[0][0] if places else ()
    left_out = [series.start_on(date) for date in series.rule.excluded]
    elsewhere = []
    for one in series.occurrences:
        date = dates.get(one.number)
        if date is None or date.span.end is None:
            continue
        if not date.active:
            left_out.append(one.span.start)
        elif date.span != one.span or date.rooms != usual:
            place = place_of(booking, (names[room] for room in date.rooms))
            elsewhere.append(Elsewhere(one.span.start, date.span.start, date.span.end, place))
    rule = str(replace(series.rule, excluded=frozenset())).removeprefix("RRULE:")
    last = max([one.span.start for one in series.occurrences] + [one.start for one in elsewhere])
    return replace(
        entry,
        start=series.first.start,
        end=series.first.end,
        zone=series.zone,
        location=place_of(booking, (names[room] for room in usual)) if usual else entry.location,
        repeats=Repeats(rule, tuple(sorted(left_out)), tuple(elsewhere), last),
    )


def place_of(booking: Booking, rooms: Iterable[str]) -> str:
    """Return where it is: the rooms, the venue and its town."""
    return ", ".join(part for part in (", ".join(rooms), booking.venue.name, booking.venue.city) if part)


def _summary(booking: Booking, place: str, *, titled: bool) -> str:
    venue = booking.venue
    if venue.kind == VenueKind.HOTEL:
        return f"Stay at {venue.name}"  # its title is who comes
    return (booking.title if titled else "") or f"{place or 'Booking'} at {venue.name}"


def as_it_was(entry: Entry, *, start: datetime, end: datetime | None, state: str) -> Entry:
    """Return the entry with the span and the state that a change gave it."""
    return replace(entry, start=start, end=end, status=status_of(state))
