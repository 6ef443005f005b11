"""Change: one numbered thing that happened to one room; audit trail, outbox and resume point in one."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from rooms.models.bookings import Blocking, Booking
from rooms.models.venues import Room

REPORTS = ("paid", "refunded", "payment_failed", "forgiven")
"""Kinds that tell of money that moved because of a booking, and not of the room: it stays as it was."""

MESSAGES = ("message", "message_closed", "message_reopened")
"""Kinds that tell of what is written about a booking, never with its words: those stand with the messages."""

PEOPLE = ("invited", "uninvited", "let_change", "answered")
"""Kinds that tell of who is invited to a booking, never by name: addresses stand with the participants."""

ERASED = "erased"
"""The kind that tells that what a booking said of its guest is gone, as they are."""

NEWS = ("delayed", "conflict")
"""Kinds that tell of what lies around: that a departure is late, or another calendar wants taken time."""


class Change(models.Model):
    """What happened to a room, numbered by the room's revision under the room's lock.

    Ids commit out of order and revisions of one room never do: readers resume by (room, revision).

    It names rows that are written with it or that the booking itself refers to, and none of them is ever
    deleted: so the database does not follow its foreign keys a second time (docs/decisions/0006).
    """

    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="changes", db_index=False, db_constraint=False
    )
    revision = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    booking = models.ForeignKey(
        Booking,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="changes",
        db_constraint=False,
    )
    blocking = models.ForeignKey(
        Blocking,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="changes",
        db_index=False,
        db_constraint=False,
    )
    guest = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    at = models.DateTimeField()
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    # By which door and from which network it was asked for (accounts/origins.py); nothing where nobody asked.
    origin = models.CharField(max_length=80, blank=True, default="", db_default="")
    # The outbox: what follows from it, money and mail, is not written yet (rooms/operations/telling.py).
    told = models.BooleanField(db_default=False, default=False, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "revision"], name="a_room_counts_each_change_once"),
        ]
        indexes = [
            models.Index(
                fields=["guest", "room"], name="rooms_a_guest_has_met", condition=Q(guest__isnull=False)
            ),
            models.Index(
                fields=["blocking"], name="changes_of_a_blocking", condition=Q(blocking__isnull=False)
            ),
            models.Index(fields=["id"], name="changes_to_be_told", condition=Q(told=False)),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} r{self.revision}: {self.kind}"
