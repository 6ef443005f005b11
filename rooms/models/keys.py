"""Idempotency keys: what makes a request that comes twice act once."""

from django.conf import settings
from django.db import models

from rooms.models.bookings import Booking


class IdempotencyKey(models.Model):
    """A key a client chose, and what its first request came to: the same key never acts twice.

    Programs are answered in the same bytes again for ever (rooms/operations/remembering.py), also when
    they were refused: then there is no booking.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    booking = models.ForeignKey(
        Booking,
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
    )
    # Who a request was for that was refused: there is no booking to say so.
    guest = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
    )
    status = models.SmallIntegerField(null=True, blank=True)
    answer = models.BinaryField(null=True, blank=True)
    sent = models.CharField(max_length=64, db_default="")  # the digest of the body that it answers
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="a_key_acts_once")]

    def __str__(self) -> str:
        return self.key
