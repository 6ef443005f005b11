"""Participant: somebody who is invited to a booking, with an account or without, and what they answered."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reservations import inviting
from rooms.models.bookings import Booking


class Participant(models.Model):
    """An address that is invited to a booking; who is uninvited has a row until a letter has told them."""

    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, related_name="participants", db_index=False
    )
    address = models.EmailField(max_length=254, help_text="In small letters.")
    # Whose address it is, once that is proved: whoever only claims it in a registration sees nothing.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invited_to",
        db_index=False,
    )
    may_change = models.BooleanField("may change the booking", default=False)
    answer = models.CharField(
        max_length=8,
        choices=[(state, state.capitalize()) for state in inviting.STATES],
        default=inviting.INVITED,
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answers = models.PositiveSmallIntegerField(default=0, editable=False, help_text="How often, so far.")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    invited_at = models.DateTimeField()
    times = models.PositiveSmallIntegerField(default=1, editable=False, help_text="How often, so far.")
    uninvited_at = models.DateTimeField(null=True, blank=True)
    mails = models.BooleanField(default=True, help_text="Whether they want mail about this booking.")
    # What the last letter told them of the booking, and when; nothing until there was one.
    told = models.JSONField(null=True, blank=True, editable=False)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "address"], name="an_address_is_invited_once_to_a_booking"
            ),
            models.CheckConstraint(
                condition=Q(answer__in=inviting.STATES), name="an_invitation_is_answered_in_known_words"
            ),
            models.CheckConstraint(
                condition=Q(answer=inviting.INVITED, answered_at=None)
                | (~Q(answer=inviting.INVITED) & Q(answered_at__isnull=False)),
                name="an_answer_to_an_invitation_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(may_change=False) | Q(uninvited_at=None),
                name="nobody_who_is_uninvited_may_change",
            ),
            models.CheckConstraint(
                condition=Q(uninvited_at=None) | Q(uninvited_at__gte=F("invited_at")),
                name="nobody_is_uninvited_before_they_are_invited",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "booking"],
                name="invitations_of_a_person",
                condition=Q(person__isnull=False),
            ),
            models.Index(
                fields=["invited_by", "invited_at"],
                name="invited_by_a_person",
                condition=Q(invited_by__isnull=False),
            ),
            models.Index(fields=["address", "invited_at"], name="invitations_of_an_address"),
        ]

    def __str__(self) -> str:
        return f"participant {self.pk} of booking {self.booking_id}"

    @property
    def is_live(self) -> bool:
        """Tell whether they are invited still."""
        return self.uninvited_at is None
