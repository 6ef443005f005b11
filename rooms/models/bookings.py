"""Bookings and allocations: who has which room when. Only rooms/operations writes them.

A foreign key has an index of its own only where no other index begins with it: each one costs every booking.
A condition that every row keeps is Checked for the same reason, and not a CHECK; a comparison with NULL
passes it. The database follows a foreign key where nothing else vouches for the row
(docs/decisions/0006); `manage.py verify` looks at the others.
"""

import functools
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.base import ModelState
from django.db.models.lookups import Exact

from reservations import plates, recurrence
from reservations.lifecycle import CHECKED_IN, COMPLETED, CONFIRMED, EXITS, HELD, KEEPS_ROOM, PENDING, STATES
from reservations.questions import Answer
from rooms import sealing
from rooms.checked import Checked
from rooms.constraints import NoOverlap, OneOf, Present
from rooms.models.venues import Room, Venue

ACTIVE_STATES = (*sorted(KEEPS_ROOM), "blocked")


class Booking(models.Model):
    """One customer act: who, state, price, reference, and one or more allocations."""

    reference = models.CharField(max_length=12, editable=False)
    # The database vouches for it by the room: every booking of a venue would lock the venue's row besides.
    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, related_name="bookings", db_index=False, db_constraint=False
    )
    guest = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        db_index=False,
    )
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    state = models.CharField(
        max_length=10, choices=[(state, state.replace("_", " ").capitalize()) for state in STATES]
    )
    title = models.CharField(max_length=120, blank=True)
    party = models.SmallIntegerField(default=1)
    note = models.TextField(max_length=1000, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="While its guest is away from the page: when the hold would have run out had they stayed.",
    )
    renewals = models.SmallIntegerField(default=0)
    price = models.BigIntegerField(default=0, help_text="In the currency's smallest unit.")
    kept = models.BigIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="What of the price stays owed after it was cancelled or given up; the rest is refunded.",
    )
    currency = models.CharField(max_length=3)
    lines = models.JSONField(default=list, blank=True)
    metered = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="It pays for the time it used, once it is released.",
    )
    # A series as it was asked for (reservations/recurrence.py); what became of its dates, allocations say.
    recurrence = models.CharField(max_length=1200, blank=True, default="", db_default="", editable=False)
    # Whose car it is tells where somebody was: kept sealed, found by a digest, and told to few.
    plate_sealed = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)
    plate_digest = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    # To its venue's questions (reservations/questions.py); NULL, which takes no room, where nothing is.
    answers = models.JSONField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="a_reference_names_one_booking"),
            Checked(condition=Q(ends_at__gt=F("starts_at")), name="a_booking_ends_after_it_starts"),
            Checked(condition=~Q(state=HELD) | Q(expires_at__isnull=False), name="a_hold_has_an_end"),
            Checked(condition=Q(price__gte=0), name="a_price_is_not_negative"),
            Checked(
                condition=Q(kept__gte=0, kept__lte=F("price")),
                name="no_more_is_kept_than_the_price",
            ),
            Checked(
                condition=Exact(OneOf(F("state"), sorted(EXITS)), Present("kept")),
                name="what_is_kept_is_known_at_an_exit",
            ),
            Checked(condition=Q(party__gte=1), name="a_party_has_at_least_one"),
            Checked(condition=OneOf(F("state"), list(STATES)), name="a_booking_is_in_a_known_state"),
        ]
        indexes = [
            models.Index(fields=["guest", "starts_at"], name="bookings_of_a_guest"),
            models.Index(fields=["venue", "starts_at"], name="bookings_of_a_venue"),
            # Few are series: a booking is not to pay for them.
            models.Index(fields=["venue", "ends_at"], name="series_of_a_venue", condition=~Q(recurrence="")),
            models.Index(fields=["expires_at"], name="holds_that_run_out", condition=Q(state=HELD)),
            models.Index(fields=["starts_at"], name="requests_to_decide", condition=Q(state=PENDING)),
            models.Index(
                fields=["plate_digest", "venue"],
                name="bookings_of_a_vehicle",
                condition=~Q(plate_digest=""),
            ),
            models.Index(
                fields=["ends_at"], name="bookings_that_end", condition=Q(state__in=[CONFIRMED, CHECKED_IN])
            ),
            # Who left today, however long ago they came: a booking pays for it when it is over.
            models.Index(
                fields=["venue", "ends_at"], name="what_is_over_at_a_venue", condition=Q(state=COMPLETED)
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @classmethod
    def drafted(cls, *, guest: Any, booked_by: Any, lines: list[Any], **columns: Any) -> "Booking":
        """Return a new booking, not yet written, with these columns and the defaults of the others.

        As calling the class does, which asks each field in turn and takes longer than the price.
        """
        booking = cls.__new__(cls)
        booking._state = ModelState()
        booking._state.fields_cache = {"guest": guest, "booked_by": booked_by}
        people = {"guest_id": guest and guest.id, "booked_by_id": booked_by and booked_by.id}
        vars(booking).update(_blank(), **people, lines=lines, **columns)
        return booking

    @property
    def series_words(self) -> str:
        """When it is, if it is a series; the venue was read with it."""
        if not self.recurrence or self.ends_at is None:
            return ""
        return recurrence.in_words(self.recurrence, self.starts_at, self.ends_at, self.venue.zone)

    @property
    def answered(self) -> list[Answer]:
        """What was answered to its venue's questions, for its guest and the venue's staff."""
        return [Answer(**one) for one in self.answers or ()]

    @property
    def plate(self) -> str:
        """The number plate, for its guest and the venue's staff; nobody else is to be told."""
        return sealing.unseal(self.plate_sealed)


@functools.cache
def _blank() -> dict[str, Any]:
    """Return what every column of a booking has by default."""
    booking = Booking()
    return {field.attname: getattr(booking, field.attname) for field in Booking._meta.concrete_fields}


def kept_plate(written: str) -> dict[str, Any]:
    """Return the columns that keep a plate: sealed, and a digest of what all its spellings share."""
    if not written:
        return {"plate_sealed": "", "plate_digest": ""}
    return {
        "plate_sealed": sealing.seal(written),
        "plate_digest": sealing.digest(plates.key(written)),
    }


class Blocking(models.Model):
    """Time for which rooms are out of use: maintenance, private, closed."""

    class Reason(models.TextChoices):
        MAINTENANCE = "maintenance", "Maintenance"
        PRIVATE = "private", "Private"
        CLOSED = "closed", "Closed"

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="blockings", db_index=False)
    reason = models.CharField(max_length=12, choices=Reason.choices, default=Reason.MAINTENANCE)
    note = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="a_blocking_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["venue", "starts_at"], name="blockings_of_a_venue")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} from {self.starts_at:%Y-%m-%d %H:%M} UTC"


class Allocation(models.Model):
    """One room for one span: the one table in which the database forbids an overlap.

    `starts_at` to `ends_at` is what people see; `blocks_from` to `blocks_until` includes the policy's
    buffers and is what the database guards. `active` says whether the row keeps the room.
    """

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="allocations", db_index=False)
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="allocations"
    )
    blocking = models.ForeignKey(
        Blocking, on_delete=models.PROTECT, null=True, blank=True, related_name="allocations", db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    blocks_from = models.DateTimeField()
    blocks_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10)
    active = models.BooleanField()
    expires_at = models.DateTimeField(null=True, blank=True)
    # Of a series: the number of its date in the rule, whatever became of that date.
    occurrence = models.SmallIntegerField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            NoOverlap(name="two_bookings_never_overlap"),
            Checked(condition=Q(ends_at__gt=F("starts_at")), name="an_allocation_ends_after_it_starts"),
            Checked(
                condition=Q(
                    Exact(Present("blocks_until"), Present("ends_at")),
                    blocks_from__lte=F("starts_at"),
                    blocks_until__gte=F("ends_at"),
                ),
                name="an_allocation_blocks_at_least_its_span",
            ),
            Checked(
                condition=Q(booking=None, blocking__isnull=False) | Q(booking__isnull=False, blocking=None),
                name="an_allocation_has_one_cause",
            ),
            Checked(
                condition=Exact(F("active"), OneOf(F("state"), list(ACTIVE_STATES))),
                name="an_allocation_is_active_in_active_states",
            ),
            Checked(
                condition=~Q(state=HELD) | Q(expires_at__isnull=False), name="a_held_allocation_has_an_end"
            ),
        ]
        indexes = [
            # The one step back that answers "is it free?" (performance.md §4), and the boards' windows.
            models.Index(
                fields=["room", "blocks_from"],
                include=["blocks_until", "expires_at"],
                condition=Q(active=True),
                name="what_stands_in_the_way",
            ),
            # Few are blockings: a booking is not to pay for them.
            models.Index(
                fields=["blocking"], condition=Q(blocking__isnull=False), name="allocations_of_a_blocking"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} from {self.starts_at:%Y-%m-%d %H:%M} UTC, {self.state}"
