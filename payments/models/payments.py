"""Payments, refunds, and what gateways told of them. Amounts are in the currency's smallest unit."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from rooms.models import Booking


class Payment(models.Model):
    """One attempt to pay something of a booking's price.

    Its `uuid` is the idempotency key of every call to its gateway; its `key` is what the payer's own program
    or page sent, so that a second press of a button finds the first one's payment.
    """

    class Method(models.TextChoices):
        """How it is paid."""

        CARD = "card", "Card"
        CASH = "cash", "Cash"
        TERMINAL = "terminal", "Card at the desk"

    class State(models.TextChoices):
        """How far it is."""

        CREATED = "created", "Begun"
        NEEDS_ACTION = "needs_action", "Waits for the payer"
        PENDING = "pending", "Waits for the bank"
        AUTHORIZED = "authorized", "Reserved on the card"
        CAPTURED = "captured", "Paid"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Given up"

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="payments")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=255)
    method = models.CharField(max_length=8, choices=Method.choices)
    gateway = models.CharField(max_length=20)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    capture = models.BooleanField(default=True, help_text="Taken at once, and not only reserved.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.CREATED)
    captured = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0, help_text="Given back, or on the way.")
    reference = models.CharField(max_length=255, blank=True, help_text="What its gateway calls it.")
    action_url = models.CharField(max_length=2000, blank=True)
    failure = models.CharField(max_length=40, blank=True)
    sentence = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True, blank=True)
    # When somebody must look after it, if nothing is heard of it until then; null when all is done.
    next_at = models.DateTimeField(null=True, blank=True)
    looks = models.PositiveIntegerField(default=0)
    # What follows from it is done: its booking is confirmed, or what was too much is on its way back.
    followed = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "key"], name="a_key_pays_a_booking_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_payment_is_of_something"),
            models.CheckConstraint(
                condition=Q(captured__gte=0, captured__lte=F("amount")), name="no_more_is_captured_than_asked"
            ),
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=F("captured")),
                name="no_more_is_refunded_than_captured",
            ),
            models.CheckConstraint(
                condition=Q(state="captured", captured__gt=0) | (~Q(state="captured") & Q(captured=0)),
                name="a_captured_payment_took_something",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], name="payments_to_look_after", condition=Q(next_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


OPEN = (Payment.State.CREATED, Payment.State.NEEDS_ACTION, Payment.State.PENDING, Payment.State.AUTHORIZED)
"""The states of a payment of which more will be heard."""


class Refund(models.Model):
    """Money that goes back to whoever paid it; its `key` makes sending it twice the same refund."""

    class State(models.TextChoices):
        """How far it is."""

        OWED = "owed", "Owed"
        SENT = "sent", "On its way"
        DONE = "done", "Given back"
        FAILED = "failed", "Refused by the gateway"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.OWED)
    key = models.CharField(max_length=80, unique=True)
    reference = models.CharField(max_length=255, blank=True)
    sentence = models.CharField(max_length=200, blank=True)
    reason = models.CharField(
        max_length=200,
        blank=True,
        help_text="Why the venue gives back what it might keep; else by its terms.",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    AT_DESK = Q(state__in=["owed", "failed"], next_at=None)  # those that wait for the staff

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_refund_is_of_something"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at=None)),
                name="a_refund_that_is_done_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="refunds_to_send", condition=Q(next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def waits_at_desk(self) -> bool:
        """Test whether it is for the staff to hand it over: nobody sends it, and nobody did."""
        return self.next_at is None and self.state in ("owed", "failed")

    @property
    def state_name(self) -> str:
        """Return how far it is, in words for everybody."""
        return "Waits at the desk" if self.waits_at_desk else self.get_state_display()


class GatewayEvent(models.Model):
    """Something a gateway told by webhook: each once, however often and in whatever order it comes."""

    gateway = models.CharField(max_length=20)
    event = models.CharField(max_length=255)
    kind = models.CharField(max_length=80)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event"], name="a_gateway_event_counts_once"),
        ]

    def __str__(self) -> str:
        return self.event
