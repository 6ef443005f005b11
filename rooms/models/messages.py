"""Message and Thread: what guest and venue write to each other about a booking, and who waits for whom."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from reservations import messaging
from rooms.models.bookings import Booking
from rooms.models.venues import Venue


class Thread(models.Model):
    """All that is written about one booking, and how it stands; there is none until somebody writes."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, primary_key=True, related_name="thread")
    # The booking's own, for the list of a venue: a departure that gets another vehicle takes both along.
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="threads", db_index=False)
    state = models.CharField(
        max_length=8, choices=[(state, state.capitalize()) for state in messaging.STATES]
    )
    # Since when it stands like that: of one that is open, since when its guest waits for an answer.
    since = models.DateTimeField()
    messages_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=messaging.STATES), name="a_thread_is_in_a_known_state"
            ),
        ]
        indexes = [models.Index(fields=["venue", "state", "since"], name="threads_of_a_venue")]

    def __str__(self) -> str:
        return f"thread of booking {self.booking_id}"


class Message(models.Model):
    """What one side wrote, and never changed; its text goes when its guest's account is closed."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages", db_index=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    kind = models.CharField(max_length=8, choices=[(kind, kind.capitalize()) for kind in messaging.KINDS])
    text = models.TextField(max_length=messaging.LONGEST, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=messaging.KINDS), name="a_message_is_of_a_known_kind"
            ),
        ]
        indexes = [models.Index(fields=["thread", "id"], name="messages_of_a_thread")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
