"""What is read of calendar feeds: whose they are, whether anything changed, and what is booked."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts import roles
from notifications.calendars.entries import address, entry_of, host, risen, status_of
from notifications.calendars.ics import CONFIRMED, Entry
from notifications.calendars.tokens import number_in
from notifications.models import CalendarFeed
from reservations import NotFound
from rooms.models import Allocation, Booking, Change, Room, Venue
from rooms.queries.rights import hidden_at, terms_seen
from rooms.queries.timeline import height_of

BEFORE, AFTER = timedelta(days=30), timedelta(days=366)
AHEAD = timedelta(days=120)  # of a venue or a room, where many people's bookings come together
MOST = 2_000  # events in one feed
SHOWN = ("pending", "confirmed", "checked_in", "completed")
"""States in a feed: a hold lasts minutes and most calendars come once in hours."""


def feed_called(token: str) -> CalendarFeed:
    """Return the feed whose secret this is, if its owner may still read it.

    :raises NotFound: if nobody gave it, it was revoked, or its owner may not see the venue any more
    """
    number = number_in(token)
    known = CalendarFeed.objects.select_related("owner", "venue", "room")
    found = known.filter(uuid=number, revoked_at=None).first() if number else None
    if found is None or not may_read(found.owner, found.venue, found.room):
        raise NotFound("There is no such calendar.")
    return found


def may_read(owner: Any, venue: Venue | None, room: Room | None = None) -> bool:
    """Test whether a person may have a feed of the venue, or the room; of their own bookings anybody may."""
    if not owner.is_active:
        return False
    if room is not None and venue is not None and room.pk in hidden_at(venue, owner):
        return False
    return venue is None or venue.is_listed or roles.is_staff_at(owner, venue.pk)


def feeds_of(owner: Any) -> QuerySet[CalendarFeed]:
    """Return the feeds that the person has, the newest first."""
    known = CalendarFeed.objects.select_related("venue", "room")
    return known.filter(owner=owner, revoked_at=None).order_by("-pk")


def venues_for(owner: Any) -> QuerySet[Venue]:
    """Return the venues of which the person may have a feed."""
    if owner.is_superuser:
        return Venue.objects.order_by("name")
    return Venue.objects.filter(Q(is_listed=True) | Q(pk__in=roles.roles_of(owner))).order_by("name")


def name_of(feed: CalendarFeed) -> str:
    """Return how a calendar program names the feed."""
    if feed.venue is None:
        return "My bookings"
    return f"{feed.room.name} · {feed.venue.name}" if feed.room else feed.venue.name


def stamp_of(feed: CalendarFeed, *, now: datetime) -> str:
    """Return a text that differs as soon as the feed would: it costs two small questions, not the feed."""
    told: list[Any] = [feed.pk, host(), _first(now), MOST]
    if feed.venue is None:
        stamps = Venue.objects.filter(bookings__in=_own(feed, now)).order_by("pk").distinct()
        told += [
            Change.objects.filter(guest=feed.owner).count(),
            *stamps.values_list("terms_stamp", flat=True),
        ]
    else:
        told += [roles.is_staff_at(feed.owner, feed.venue.pk), feed.venue.terms_stamp]
        # Nor does it rise with rooms that its reader may not see.
        terms = terms_seen(feed.venue, feed.owner)
        told += [sorted(terms.hidden), feed.room.revision if feed.room else height_of(terms)]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def entries_of(feed: CalendarFeed, *, now: datetime) -> list[Entry]:
    """Return what the feed shows now: the same number of queries for one booking and for thousands."""
    return _own_entries(feed, now) if feed.venue is None else _entries_at(feed, feed.venue, now)


def _first(now: datetime) -> datetime:
    """Return where the feed begins: the same instant all day, so that its stamp lasts."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - BEFORE


def _own(feed: CalendarFeed, now: datetime) -> QuerySet[Booking]:
    begins = Q(starts_at__gte=_first(now)) | (~Q(recurrence="") & Q(ends_at__gte=_first(now)))
    window = begins & Q(starts_at__lt=now + AFTER)
    return Booking.objects.filter(window, guest=feed.owner, state__in=SHOWN)


def _own_entries(feed: CalendarFeed, now: datetime) -> list[Entry]:
    known = _own(feed, now).select_related("venue").prefetch_related("allocations__room")
    bookings = list(known.order_by("starts_at", "pk")[:MOST])
    changed = risen(booking.pk for booking in bookings)
    return [entry_of(one, rooms_of(one.allocations.all()), changed.get(one.pk, [])) for one in bookings]


def rooms_of(allocations: Any) -> list[str]:
    """Return the names of the rooms that a booking has, or had before it ended."""
    rows = list(allocations)
    told = [row for row in rows if row.active] or [row for row in rows if row.state in SHOWN] or rows
    return sorted({row.room.name for row in told})


def _entries_at(feed: CalendarFeed, venue: Venue, now: datetime) -> list[Entry]:
    """Return what is taken at the venue, with as much of it as its reader may know today."""
    where = Q(room=feed.room) if feed.room else Q(room__venue=venue)
    if hidden := hidden_at(venue, feed.owner):
        where &= ~Q(room__in=hidden)
    # By `blocks_from` and of what is still taken, as the index of a room has it: a year's history has none.
    window = Q(active=True, blocks_from__gte=_first(now), blocks_from__lt=now + AHEAD)
    rows = Allocation.objects.filter(where, window, state__in=[*SHOWN, "blocked"])
    known = rows.select_related("room", "booking__guest", "blocking").order_by("starts_at", "pk")
    allocations = list(known[:MOST])
    changed = risen({row.booking_id for row in allocations if row.booking_id})
    staff = roles.is_staff_at(feed.owner, venue.pk)
    return [_taken(row, venue, changed, knows=staff, reader=feed.owner) for row in allocations]


def _taken(
    row: Allocation, venue: Venue, changed: dict[int, list[datetime]], *, knows: bool, reader: Any
) -> Entry:
    """Return one room's taken time: to whom it is none of their business, only that it is taken."""
    booking, moments = row.booking, changed.get(row.booking_id or 0, [])
    mine = booking is not None and booking.guest_id == reader.pk
    made_at = booking.created_at if booking else row.blocking.created_at if row.blocking else row.starts_at
    summary, description, url = _said(booking, row.room) if booking and (knows or mine) else _kept_back(row)
    return Entry(
        uid=f"taken-{row.pk}@{host()}",  # not the reference, which only its guest and the staff may know
        sequence=len(moments),
        revised_at=moments[-1] if moments else made_at,
        start=row.starts_at,
        end=row.ends_at,
        zone=venue.zone,
        summary=summary,
        location=", ".join(part for part in (row.room.name, venue.name, venue.city) if part),
        description=description,
        url=url,
        status=CONFIRMED if booking is None else status_of(row.state),
    )


def _said(booking: Booking, room: Room) -> tuple[str, str, str]:
    who = booking.guest.called if booking.guest else ""
    summary = booking.title or who or f"{room.name} is booked"
    description = f"Booking {booking.reference}" + (f"\nGuest: {who}" if who else "")
    return summary, description, address(reverse("rooms:booking", args=[booking.reference]))


def _kept_back(row: Allocation) -> tuple[str, str, str]:
    return ("Booked" if row.booking_id else "Out of service"), "", ""
