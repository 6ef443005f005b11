"""Displays: the sign at a car park's gate, the panel beside a door; each has an address of its own."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q

from rooms.models.venues import Room, Venue


def new_token() -> str:
    """Return a token nobody can guess: whoever has it may look, without an account."""
    return secrets.token_urlsafe(24)


class Display(models.Model):
    """A screen that shows what is free: of a venue, one floor of it, or one room."""

    class Kind(models.TextChoices):
        SIGN = "sign", "Sign: how many are free"
        DOOR = "door", "Door: one room, now and next"

    class Acts(models.TextChoices):
        NOTHING = "nothing", "Nothing: it only shows"
        OWN = "own", "Book, check in, and end what was booked at a door"
        ANY = "any", "The same, and end whatever runs"

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="displays")
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.SIGN)
    name = models.CharField(max_length=80, help_text="Where it hangs.")
    floor = models.CharField(max_length=20, blank=True, help_text="Of a sign: only this floor.")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, null=True, blank=True, related_name="displays")
    acts = models.CharField(
        max_length=7,
        choices=Acts.choices,
        default=Acts.NOTHING,
        db_default=Acts.NOTHING,
        verbose_name="buttons",
        help_text="Of a door: what whoever stands there may do, without a log-in.",
    )
    token = models.CharField(max_length=40, default=new_token, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token"], name="a_token_opens_one_display"),
            models.CheckConstraint(
                condition=Q(kind="sign", room=None) | Q(kind="door", room__isnull=False, floor=""),
                name="a_door_has_a_room_and_a_sign_has_none",
            ),
            models.CheckConstraint(
                condition=Q(acts="nothing") | Q(kind="door"), name="only_a_door_has_buttons"
            ),
        ]
        indexes = [models.Index(fields=["venue", "created_at"], name="displays_of_a_venue")]

    def __str__(self) -> str:
        return self.name
