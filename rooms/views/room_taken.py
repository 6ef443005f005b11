"""Who is in a room now and who comes next, for the staff: on its page, and from the map of a car park."""

from datetime import datetime
from typing import Any

from rooms import money, permissions
from rooms.models import Allocation, Booking, Room
from rooms.queries import lots
from rooms.queries.terms import VenueTerms
from rooms.queries.timeline import revisions
from rooms.sql import database_now
from rooms.views.answers import live_head
from rooms.views.lot_words import length_words, until_words
from rooms.views.telling import STATE_NAMES, guest_in_words


def taken_page(found: Room, terms: VenueTerms, reader: Any) -> dict[str, Any]:
    """Return who has the room now and next, as the staff may see it, and what the page's script needs."""
    revision = revisions([terms.id])[terms.id][1]  # first: what comes while the rest is read is news
    now = database_now()
    desk = f"desk:{found.venue.slug}"
    return {
        "taken": [_line(row, terms, reader, now) for row in lots.now_and_next(found.pk, now=now)],
        "data": {
            **live_head(now),
            "topics": {"desk": desk, "mine": None},
            "revisions": {"desk": revision},
        },
    }


def _line(row: Allocation, terms: VenueTerms, reader: Any, now: datetime) -> dict[str, Any]:
    booking: Booking = row.booking  # type: ignore[assignment]
    runs = row.starts_at <= now
    ticks = runs and (booking.metered or booking.ends_at is None)
    cost = lots.so_far(booking, terms, [row.room_id], until=now) if ticks else booking.price
    return {
        "reference": booking.reference,
        "runs": runs,
        "who": guest_in_words(booking),
        "title": booking.title if booking.guest_id else "",
        "plate": permissions.plate_for(reader, booking),
        "state": row.state,
        "state_name": STATE_NAMES[row.state],
        "since": row.starts_at,
        "length": length_words(now - row.starts_at) if runs else "",
        "until": until_words(row.ends_at, terms, now) if row.ends_at else "until released",
        "cost": money.as_text(cost, booking.currency) if cost else "",
        "cost_word": "so far" if ticks else "for it all",
    }
