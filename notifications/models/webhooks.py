"""Webhooks: who wants to hear of changes, how far they have heard, and every single delivery."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from rooms.models import Change, Room, Venue

LONGEST_URL = 500


class Webhook(models.Model):
    """An address that hears of the changes of a venue, or (without a venue) of its owner's own bookings."""

    class Why(models.TextChoices):
        """Why a webhook was disabled."""

        GONE = "gone", "The receiver said that it is gone for good (410)."
        FAILING = "failing", "Nothing could be delivered for 24 hours."
        NOT_ALLOWED = "not_allowed", "Its owner may not see the venue any more."

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks")
    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, null=True, blank=True, related_name="webhooks")
    url = models.CharField(max_length=LONGEST_URL)
    secret = models.CharField(max_length=80, editable=False)
    created_at = models.DateTimeField()
    # What it counted last time (notifications/queries.py): while that is the same, nothing happened since.
    heard = models.BigIntegerField(default=-1, editable=False)
    looked_at = models.DateTimeField(editable=False)
    failing_since = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_because = models.CharField(max_length=12, blank=True, choices=Why.choices)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(disabled_at=None, disabled_because="")
                | (Q(disabled_at__isnull=False) & ~Q(disabled_because="")),
                name="a_disabled_webhook_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"Webhook {self.pk}"


class WebhookCursor(models.Model):
    """How far a webhook has heard of one room: up to and with this revision.

    A room without a cursor had no revision worth one when the webhook began: it is heard of from its first.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="cursors", db_index=False)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+", db_index=False)
    revision = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webhook", "room"], name="one_cursor_for_a_webhook_and_room"),
        ]

    def __str__(self) -> str:
        return f"webhook {self.webhook_id}, room {self.room_id}: r{self.revision}"


class Delivery(models.Model):
    """One change on its way to one webhook, or (without a change) a ping.

    `subject` is what must be told in order: a booking, or a room where no booking is concerned.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"  # until `next_at`: whoever claimed it has died if it is still so by then
        DELIVERED = "delivered"
        GIVEN_UP = "given_up"

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    change = models.ForeignKey(
        Change, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.CharField(max_length=28)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["webhook", "change"], name="a_webhook_hears_of_a_change_once"),
        ]
        indexes = [
            models.Index(fields=["webhook", "id"], name="deliveries_of_a_webhook"),
            models.Index(fields=["created_at"], name="deliveries_by_age"),
            models.Index(
                fields=["next_at", "id"],
                name="deliveries_that_are_due",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(
                fields=["webhook", "subject", "change"],
                name="deliveries_in_line",
                condition=Q(state__in=["waiting", "sending"]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


PENDING = (Delivery.State.WAITING, Delivery.State.SENDING)
"""The states of a delivery that is not over."""
