"""Make and revoke calendar feeds."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from notifications.calendars.queries import feeds_of, may_read
from notifications.models import CalendarFeed
from reservations import NotFound, PolicyViolation
from rooms import permissions
from rooms.models import Room, Venue
from rooms.sql import database_now

MOST = 20  # feeds of one person


def make_feed(
    *, by: Any, venue: Venue | None = None, room: Room | None = None, now: datetime | None = None
) -> CalendarFeed:
    """Give a person the secret address of their own bookings, of a venue or of a room; or the one they have.

    :raises NotFound: if they may not see the venue, or the room is elsewhere
    :raises PolicyViolation: if they have as many as one may have
    """
    permissions.require_person(by)
    if not may_read(by, venue) or (room is not None and (venue is None or room.venue_id != venue.pk)):
        raise NotFound("There is no such venue.")
    if not may_read(by, venue, room):
        raise NotFound("There is no such room here.")
    with transaction.atomic():
        # The lock makes the same person's others queue here, so that two at once are not both the last one.
        owner = User.objects.select_for_update(no_key=True).get(pk=by.pk)
        own = feeds_of(owner)
        present = own.filter(venue=venue, room=room).first()
        if present is not None:
            return present
        if own.count() >= MOST:
            raise PolicyViolation(
                f"You have {MOST} calendar addresses already. Please revoke one first.", rule="feeds"
            )
        return CalendarFeed.objects.create(
            owner=owner, venue=venue, room=room, created_at=now or database_now()
        )


def revoke_feed(key: int, *, by: Any, now: datetime | None = None) -> None:
    """End an address for good: whoever has it reads nothing more.

    :raises NotFound: if the person has no such feed
    """
    permissions.require_person(by)
    if not feeds_of(by).filter(pk=key).update(revoked_at=now or database_now()):
        raise NotFound("There is no such calendar.")
