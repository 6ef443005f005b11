"""What a booking is in a calendar: one UID for its whole life, and a sequence that rises as it changes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from notifications.calendars.ics import CANCELLED, CONFIRMED, TENTATIVE, Entry
from rooms.models import Booking, Change, VenueKind

RISES = ("moved", "approved", "completed", "cancelled", "declined", "expired", "no_show")
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
        if key is not None and not (was_held and kind == "moved"):
            found.setdefault(key, set()).add(at)
    return {key: sorted(moments) for key, moments in found.items()}


def entry_of(
    booking: Booking, rooms: Iterable[str], changed: list[datetime], *, titled: bool = True
) -> Entry:
    """Return the booking as it is now; its venue must be at hand.

    :param changed: when its entry changed (`risen`)
    """
    venue, place = booking.venue, ", ".join(rooms)
    return Entry(
        uid=uid_of(booking),
        sequence=len(changed),
        revised_at=changed[-1] if changed else booking.created_at,
        start=booking.starts_at,
        end=booking.ends_at,
        zone=venue.zone,
        summary=_summary(booking, place, titled=titled),
        location=", ".join(part for part in (place, venue.name, venue.city) if part),
        description=f"Booking {booking.reference}",
        url=address(reverse("rooms:booking", args=[booking.reference])),
        status=status_of(booking.state),
    )


def _summary(booking: Booking, place: str, *, titled: bool) -> str:
    venue = booking.venue
    if venue.kind == VenueKind.HOTEL:
        return f"Stay at {venue.name}"  # its title is who comes
    return (booking.title if titled else "") or f"{place or 'Booking'} at {venue.name}"


def as_it_was(entry: Entry, *, start: datetime, end: datetime | None, state: str) -> Entry:
    """Return the entry with the span and the state that a change gave it."""
    return replace(entry, start=start, end=end, status=status_of(state))
