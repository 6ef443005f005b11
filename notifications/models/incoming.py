"""Incoming calendars: outside calendars of rooms, their events, and what is out of use because of them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from notifications.models.webhooks import LONGEST_URL
from rooms.models import Blocking, Room


class IncomingCalendar(models.Model):
    """An outside calendar, at a secret address, whose busy times take one room out of use.

    `reading` counts who took it to read: whoever finds another number than theirs has been overtaken.
    """

    class Every(models.IntegerChoices):
        """How often it is read, in minutes."""

        FIVE = 5, "Every 5 minutes"
        QUARTER = 15, "Every 15 minutes"
        HALF = 30, "Every half hour"
        HOUR = 60, "Every hour"
        SIX_HOURS = 360, "Every 6 hours"

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="incoming_calendars")
    name = models.CharField(max_length=60)
    url = models.CharField("address", max_length=LONGEST_URL)
    every = models.SmallIntegerField(choices=Every.choices, default=Every.QUARTER)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_at = models.DateTimeField(db_index=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    reading = models.IntegerField(default=0, editable=False)
    # What the server knows its last answer by, and when it last gave it whole.
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=200, blank=True, editable=False)
    whole_at = models.DateTimeField(null=True, blank=True, editable=False)
    read_at = models.DateTimeField("last read", null=True, blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    failures = models.IntegerField(default=0, editable=False)
    error = models.CharField(max_length=200, blank=True, editable=False)
    unread = models.CharField("not understood", max_length=300, blank=True, editable=False)
    conflicts = models.IntegerField(default=0, editable=False)
    # The room's, before its events were last compared with it: while it is the same, nothing moved there.
    revision = models.BigIntegerField(default=-1, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room", "url"],
                condition=Q(removed_at=None),
                name="a_room_reads_a_calendar_once",
                violation_error_message="The room reads this calendar already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IncomingEvent(models.Model):
    """One busy time of an incoming calendar; `conflict_since` while somebody has booked the room then.

    `waived` once a person put the room back into use: it stays so, until the event moves.
    """

    calendar = models.ForeignKey(
        IncomingCalendar, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    key = models.CharField(max_length=40)
    uid = models.CharField(max_length=40)
    title = models.CharField(max_length=120, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    conflict_since = models.DateTimeField(null=True, blank=True)
    waived = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "key"], name="an_incoming_event_is_known_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="an_incoming_event_ends_after_it_starts"
            ),
        ]
        indexes = [
            models.Index(
                fields=["calendar"],
                condition=Q(conflict_since__isnull=False),
                name="incoming_conflicts",
            ),
        ]

    def __str__(self) -> str:
        return self.title or "Busy"


class IncomingBlocking(models.Model):
    """A blocking that is there because of an incoming event: all of its time, or what was free of it."""

    event = models.ForeignKey(IncomingEvent, on_delete=models.CASCADE, related_name="pieces")
    blocking = models.OneToOneField(Blocking, on_delete=models.CASCADE, related_name="incoming")

    def __str__(self) -> str:
        return f"blocking {self.blocking_id} for event {self.event_id}"
