"""Calendar feeds: secret addresses from which a calendar program reads what is booked."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from rooms.models import Room, Venue


class CalendarFeed(models.Model):
    """An address of one person's: of their own bookings, of a venue, or of one room.

    The table does not have the address: it is the uuid, signed with the site's key (calendars/tokens.py),
    so a stolen copy of the table opens no calendar.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(room=None) | Q(venue__isnull=False), name="a_feed_of_a_room_is_of_its_venue"
            ),
        ]

    def __str__(self) -> str:
        return f"Feed {self.pk}"
