"""Every booking of some venues, for those who take them elsewhere: a row each, however many there are."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from rooms.models import Booking
from rooms.money import decimal_of

HEAD = (
    "reference",
    "venue",
    "rooms",
    "state",
    "guest",
    "name",
    "title",
    "party",
    "starts_at",
    "ends_at",
    "price",
    "currency",
    "created_at",
    "answers",
)  # fmt: skip -- as `rows` yields them
CHUNK = 2_000  # bookings read at a time


def bookings(
    *, venue: str | None = None, since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Booking]:
    """Return the bookings, oldest first, that begin in the time between and at the venue of that slug."""
    found = Booking.objects.order_by("starts_at", "pk")
    if venue is not None:
        found = found.filter(venue__slug=venue)
    if since is not None:
        found = found.filter(starts_at__gte=since)
    if until is not None:
        found = found.filter(starts_at__lt=until)
    return found


def rows(found: QuerySet[Booking]) -> Iterator[tuple[Any, ...]]:
    """Yield what a table says of each booking; times are those of its venue's clocks."""
    with_all = found.select_related("venue", "guest").prefetch_related("allocations__room")
    for booking in with_all.iterator(chunk_size=CHUNK):
        zone, guest = booking.venue.zone, booking.guest
        names = {
            row.room.name: None for row in sorted(booking.allocations.all(), key=lambda row: row.room_id)
        }
        yield (
            booking.reference,
            booking.venue.slug,
            "; ".join(names),
            booking.state,
            guest.shown_email if guest else "",
            guest.name if guest else "",
            booking.title,
            booking.party,
            booking.starts_at.astimezone(zone).isoformat(),
            booking.ends_at.astimezone(zone).isoformat() if booking.ends_at else "",
            decimal_of(booking.price, booking.currency),
            booking.currency,
            booking.created_at.astimezone(zone).isoformat(),
            "; ".join(f"{one.text}: {one.words}" for one in booking.answered),
        )
