"""Who waits for what is taken: for rooms over a span, or for seats of a departure from stop to stop."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from rooms.models.bookings import Booking
from rooms.models.journeys import Departure
from rooms.models.venues import RoomType, Venue


class WaitlistEntry(models.Model):
    """A place in the queue for time that is taken; an offer is the hold that it was given.

    It waits for `rooms`, all of them, or for any `count` of a `type`, over a span; of a `departure`, for
    seats from the `first` stop to the `last`, and the span is that of the whole run.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        OFFERED = "offered", "Offered"
        LEFT = "left", "Left"
        ENDED = "ended", "Ended"  # nothing came free in time, or it can no longer be booked

    guest = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="waitlist_entries"
    )
    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="waitlist", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    departure = models.ForeignKey(
        Departure, on_delete=models.CASCADE, null=True, blank=True, related_name="waitlist", db_index=False
    )
    type = models.ForeignKey(
        RoomType, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    rooms = models.JSONField(default=list, blank=True)  # the ids of rooms that are named, in order
    first = models.PositiveSmallIntegerField(null=True, blank=True)
    last = models.PositiveSmallIntegerField(null=True, blank=True)
    count = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    travelers = models.JSONField(default=list, blank=True)
    title = models.CharField(max_length=120, blank=True, default="")
    party = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    booking = models.ForeignKey(Booking, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True, blank=True)
    # When the clock looks at it next: at once where time came free, else now and then, and when it begins.
    look_at = models.DateTimeField()
    word = models.CharField(max_length=400, blank=True, default="", help_text="Why it ended by itself.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["guest", "departure", "type", "first", "last"],
                condition=Q(state="waiting"),
                name="one_waits_once_for_a_journey",
            ),
            models.UniqueConstraint(
                fields=["guest", "type", "starts_at", "ends_at"],
                condition=Q(state="waiting", departure=None),
                name="one_waits_once_for_any_of_a_type",
            ),
            models.UniqueConstraint(
                fields=["guest", "rooms", "starts_at", "ends_at"],
                condition=Q(state="waiting", departure=None, type=None),
                name="one_waits_once_for_the_same_rooms",
            ),
            models.CheckConstraint(condition=Q(last__gt=F("first")), name="a_wait_leads_onward"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_wait_is_for_a_span"),
            models.CheckConstraint(
                condition=Q(departure=None, first=None, last=None)
                | Q(departure__isnull=False, type__isnull=False, first__isnull=False, last__isnull=False),
                name="one_waits_for_rooms_or_for_a_journey",
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(offered_at__isnull=False), name="an_offer_was_made_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["departure", "id"],
                name="who_waits_for_a_departure",
                condition=Q(state="waiting", departure__isnull=False),
            ),
            models.Index(
                fields=["venue", "ends_at"], name="who_waits_at_a_venue", condition=Q(state="waiting")
            ),
            models.Index(fields=["look_at"], name="waits_to_be_looked_at", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.guest} from {self.starts_at:%Y-%m-%d %H:%M} UTC"
