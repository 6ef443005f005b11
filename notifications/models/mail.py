"""Notices: every letter that is owed because of what happened to a booking; and who wants which."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from rooms.models import Booking, Participant


class Notice(models.Model):
    """One letter owed to one person because of one thing that happened: at most one for each cause.

    What it says is read from the booking's Changes when it is sent, as they were at `at`.
    """

    class Kind(models.TextChoices):
        """What happened."""

        BOOKED = "booked", "Booked"
        REQUESTED = "requested", "Asked for"
        OFFERED = "offered", "Offered"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        HELD_EXPIRED = "held-expired", "Hold ran out"
        EXPIRED = "expired", "Request ran out"
        MOVED = "moved", "Moved"
        DELAYED = "delayed", "Late"
        CANCELLED = "cancelled", "Cancelled"
        NO_SHOW = "no_show", "Not shown up"
        PAID = "paid", "Paid"
        REFUNDED = "refunded", "Refunded"
        PAYMENT_FAILED = "payment_failed", "Payment failed"
        MESSAGE = "message", "Answered"
        REMINDER = "reminder", "Reminder"
        REPORT = "report", "Report"
        WATCHED = "watched", "In rooms that are watched"
        INVITED = "invited", "To who is invited"
        ACCOUNT = "account", "Of an account"

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"  # until `next_at`: whoever claimed it has died if it still is
        SENT = "sent", "Sent"
        SKIPPED = "skipped", "Not wanted, or no longer true"
        UNSURE = "unsure", "Handed over, but never acknowledged"
        GIVEN_UP = "given_up", "Given up"

    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="notices", db_index=False
    )
    # What it says, where there is no booking to read it from: subject, text and perhaps a file; of rooms that
    # are watched, up to which revision of each it tells; to who is invited, how the booking was told of;
    # of an account, what it says, sealed, until it is over.
    letter = models.JSONField(null=True, blank=True, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    at = models.DateTimeField(help_text="When it happened; of a reminder, the start it reminds of.")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
        db_index=False,
    )
    # Who is invited need not have an account: their address stands with the participant, and goes with it.
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, null=True, blank=True, related_name="notices", db_index=False
    )
    # Letters of accounts also go to who has none yet, or another address by now.
    address = models.CharField(max_length=254, blank=True)
    until = models.DateTimeField(null=True, blank=True, help_text="After this it is of no use.")
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    # Written right before the end of the letter goes over the wire: from here on, a server may have it.
    handed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "kind", "at", "recipient"], name="one_notice_for_each_cause"
            ),
            models.CheckConstraint(
                condition=Q(booking__isnull=False) | Q(letter__isnull=False),
                name="a_notice_has_something_to_say",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, participant=None, address="")
                | Q(recipient=None, participant__isnull=False, address="")
                | (Q(recipient=None, participant=None) & ~Q(address="")),
                name="a_notice_has_one_reader",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient"], name="notices_of_a_person"),
            models.Index(fields=["created_at"], name="notices_by_age"),
            models.Index(
                fields=["next_at", "id"],
                name="notices_that_are_due",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(
                fields=["booking", "id"],
                name="notices_in_line",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(
                fields=["next_at", "id"],
                name="letters_that_are_due",
                condition=Q(state__in=["waiting", "sending"]) & ~Q(kind="watched"),
            ),
            models.Index(
                fields=["recipient", "id"],
                name="watched_rooms_in_line",
                condition=Q(state__in=["waiting", "sending"], kind="watched"),
            ),
            models.Index(
                fields=["recipient", "created_at"],
                name="watched_rooms_of_a_person",
                condition=Q(kind="watched"),
            ),
            models.Index(fields=["created_at"], name="watched_rooms_by_age", condition=Q(kind="watched")),
            models.Index(
                fields=["participant", "id"],
                name="notices_of_a_participant",
                condition=Q(participant__isnull=False),
            ),
            models.Index(fields=["address", "id"], name="notices_of_an_address", condition=~Q(address="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.booking_id}"

    @property
    def reader(self) -> User:
        """The person with an account who reads it; a letter to an address alone is never asked."""
        if self.recipient is None:
            raise TypeError(f"Notice {self.pk} goes to no account.")
        return self.recipient


OPEN = (Notice.State.WAITING, Notice.State.SENDING)
"""The states of a notice that is still to be sent."""


class MailPreference(models.Model):
    """Which letters a person wants; who has said nothing wants all of them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_preference"
    )
    bookings = models.BooleanField(
        "what happens to my bookings",
        default=True,
        help_text="Booked, asked for, approved, moved, cancelled, answered, a hold that ran out. "
        "What the venue changes and what concerns money is always told.",
    )
    reminders = models.BooleanField("a reminder the day before", default=True)
    invitations = models.BooleanField(
        "invitations to what others book",
        default=True,
        db_default=True,
        help_text="That somebody invites you, and what becomes of it. They stand under My bookings anyway.",
    )

    def __str__(self) -> str:
        return f"Preferences of {self.user_id}"
