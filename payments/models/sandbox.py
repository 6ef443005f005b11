"""The sandbox gateway's own books: what a bank would keep, so that it outlives a restart as a bank would."""

from django.db import models
from django.db.models import F, Q


class SandboxCharge(models.Model):
    """What the sandbox did with one payment. No card number is kept, only what the card was made to do."""

    class State(models.TextChoices):
        """How far it is."""

        NEEDS_ACTION = "needs_action"
        PENDING = "pending"
        AUTHORIZED = "authorized"
        CAPTURED = "captured"
        FAILED = "failed"
        CANCELLED = "cancelled"

    key = models.CharField(max_length=64, unique=True)
    reference = models.CharField(max_length=40, unique=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    text = models.CharField(max_length=200)
    back = models.CharField(max_length=2000)
    capture = models.BooleanField()
    behavior = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=State.choices)
    failure = models.CharField(max_length=40, blank=True)
    captured = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    answers_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=F("captured"), captured__lte=F("amount")),
                name="the_sandbox_gives_back_what_it_took",
            ),
        ]
        indexes = [
            models.Index(
                fields=["answers_at"],
                name="charges_answered_late",
                condition=Q(answers_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class SandboxRefund(models.Model):
    """What the sandbox gave back, once for each key."""

    charge = models.ForeignKey(SandboxCharge, on_delete=models.CASCADE, related_name="refunds")
    key = models.CharField(max_length=80, unique=True)
    amount = models.BigIntegerField()

    def __str__(self) -> str:
        return self.key


class SandboxEvent(models.Model):
    """A webhook the sandbox still has to send; `sends` is how many times more."""

    event = models.CharField(max_length=40, unique=True)
    charge = models.ForeignKey(SandboxCharge, on_delete=models.CASCADE, related_name="events")
    body = models.TextField()
    due_at = models.DateTimeField()
    sends = models.PositiveSmallIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="sandbox_events_to_send", condition=Q(sends__gt=0)),
        ]

    def __str__(self) -> str:
        return self.event
