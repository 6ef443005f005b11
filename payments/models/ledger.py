"""The ledger: append-only, double entry; and each booking's balance, which is its sum and its lock."""

from django.db import models
from django.db.models import F, Q

from payments.models.payments import Payment, Refund
from rooms.models import Booking


class Balance(models.Model):
    """What the payments of one booking took, and what of it goes back.

    Every payment operation locks this row first, and rooms after it: never the other way round.
    """

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, primary_key=True, related_name="+")
    captured = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    waived = models.BigIntegerField(default=0, help_text="Of it, what was given back out of goodwill.")
    forgiven = models.BigIntegerField(
        default=0, db_default=0, help_text="Of what was still to be paid, what is not asked for any more."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded__gte=0, captured__gte=F("refunded")),
                name="a_booking_gives_back_no_more_than_it_took",
            ),
            models.CheckConstraint(
                condition=Q(waived__gte=0, waived__lte=F("refunded")), name="what_is_waived_is_given_back"
            ),
            models.CheckConstraint(condition=Q(forgiven__gte=0), name="what_is_forgiven_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id}: {self.captured} - {self.refunded}"

    @property
    def owed(self) -> int:
        """What was paid and is not given back."""
        return self.captured - self.refunded


class LedgerEntry(models.Model):
    """One side of a posting: money captured, what of it is owed to the venue, what is refunded.

    A capture raises `captured` and `owed`, a refund moves from `owed` to `refunded`; so what was captured
    equals what is owed and what is refunded, always. Nothing here is ever changed.
    """

    class Account(models.TextChoices):
        """Where it is booked."""

        CAPTURED = "captured", "Captured"
        OWED = "owed", "Owed to the venue"
        REFUNDED = "refunded", "Refunded"

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="ledger")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="ledger")
    refund = models.ForeignKey(
        Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger", db_index=False
    )
    account = models.CharField(max_length=8, choices=Account.choices)
    amount = models.BigIntegerField()
    cause = models.CharField(max_length=80, help_text="The posting: its entries share it.")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [
            models.UniqueConstraint(fields=["cause", "account"], name="a_cause_is_posted_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="an_entry_is_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount:+} ({self.cause})"
