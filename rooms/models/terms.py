"""Terms: what a booking must keep to, and what it costs."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from reservations import quotas
from rooms import money
from rooms.models.venues import RoomType, Unit, Venue


def cancellation_steps(value: Any) -> None:
    """Refuse steps that are not pairs of hours before the start and a percentage: [[48, 100], [24, 50]]."""
    if not isinstance(value, list) or len(value) > 20 or not all(map(_is_step, value)):
        raise ValidationError(
            "Steps are pairs of hours before the start and percent refunded: [[48, 100], [24, 50]]."
        )


def _is_step(step: Any) -> bool:
    return (
        isinstance(step, list)
        and len(step) == 2
        and all(type(part) is int for part in step)
        and 0 <= step[0] <= 8784
        and 0 <= step[1] <= 100
    )


class Policy(models.Model):
    """The terms of a type of room: lengths, notice, buffers, approval, holds, payment, cancellation."""

    class Payment(models.TextChoices):
        """Where a booking is paid."""

        DESK = "desk", "At the desk"
        EITHER = "either", "Online, or at the desk"
        ONLINE = "online", "Online, before it is confirmed"

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="policies")
    name = models.CharField(max_length=80, default="Standard")
    step_minutes = models.PositiveIntegerField(
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text="Bookings start on this grid.",
    )
    min_minutes = models.PositiveIntegerField(default=15)
    max_minutes = models.PositiveIntegerField(null=True, blank=True)
    min_notice_minutes = models.PositiveIntegerField(default=0)
    max_advance_days = models.PositiveIntegerField(default=365, validators=[MaxValueValidator(3650)])
    buffer_before_minutes = models.PositiveIntegerField(default=0, validators=[MaxValueValidator(1440)])
    buffer_after_minutes = models.PositiveIntegerField(default=0, validators=[MaxValueValidator(1440)])
    needs_approval = models.BooleanField(default=False)
    hold_minutes = models.PositiveIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    max_renewals = models.PositiveSmallIntegerField(
        default=2, help_text="How often one hold may be prolonged."
    )
    max_holds = models.PositiveSmallIntegerField(
        default=5,
        validators=[MinValueValidator(1)],
        help_text="How many holds one guest may have here at once.",
    )
    max_held_rooms = models.PositiveSmallIntegerField(
        "most rooms held",
        default=30,
        validators=[MinValueValidator(1)],
        help_text="How many rooms all these holds of one guest may have; whoever works here may hold more.",
    )
    cancel_until_minutes = models.PositiveIntegerField(
        default=0, help_text="Guests may cancel until so long before the start."
    )
    cancellation_steps = models.JSONField(default=list, blank=True, validators=[cancellation_steps])
    payment = models.CharField(max_length=6, choices=Payment.choices, default=Payment.EITHER)
    deposit_percent = models.PositiveSmallIntegerField(
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="How much of the price is paid online to confirm; the rest is paid at the desk.",
    )
    no_show_minutes = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="So long after the start without a check-in, the rooms are free again. Empty: never.",
    )
    check_in = models.TimeField(
        null=True, blank=True, help_text="For nights: from when a room is the guest's."
    )
    check_out = models.TimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(fields=["venue", "name"], name="one_policy_of_a_name_per_venue"),
            models.CheckConstraint(
                condition=Q(max_minutes=None) | Q(max_minutes__gte=F("min_minutes")),
                name="the_longest_is_no_shorter_than_the_shortest",
            ),
            models.CheckConstraint(
                condition=Q(step_minutes__gte=1, hold_minutes__gte=1), name="time_is_cut_in_steps"
            ),
            models.CheckConstraint(
                condition=Q(deposit_percent__gte=1, deposit_percent__lte=100),
                name="a_deposit_is_a_part_of_the_price",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.max_minutes is not None and self.max_minutes < self.min_minutes:
            raise ValidationError({"max_minutes": "The longest booking is shorter than the shortest."})


class RateUnit(models.TextChoices):
    HOUR = Unit.HOUR.value, "an hour"
    NIGHT = Unit.NIGHT.value, "a night"
    STAY = "stay", "a booking"


class Rate(models.Model):
    """What a type of room costs; the highest priority that fits a unit of time prices it."""

    type = models.ForeignKey(RoomType, on_delete=models.CASCADE, related_name="rates")
    name = models.CharField(max_length=80, default="Standard")
    unit = models.CharField(max_length=5, choices=RateUnit.choices, default=RateUnit.HOUR)
    amount = models.BigIntegerField(
        validators=[MinValueValidator(0)], help_text="In the currency's smallest unit: 2400 is 24.00 EUR."
    )
    weekdays = models.JSONField(
        default=list, blank=True, help_text="[5, 6] is Saturday and Sunday; empty is every day."
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    min_units = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    priority = models.SmallIntegerField(default=0)
    free_minutes = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(1440)],
        help_text="By the hour: who leaves within so many minutes pays nothing.",
    )
    most_a_day = models.BigIntegerField(
        "most in 24 hours",
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="By the hour: what 24 hours from the start cost at most. Empty: no limit.",
    )
    from_time = models.TimeField(
        "from",
        null=True,
        blank=True,
        help_text="By the hour: only from then on, until the other time; a night runs over midnight.",
    )
    until_time = models.TimeField("until", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="a_rate_is_not_negative"),
            models.CheckConstraint(
                condition=Q(most_a_day=None) | Q(most_a_day__gte=0), name="a_cap_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(from_time=None, until_time=None)
                | Q(from_time__isnull=False, until_time__isnull=False) & ~Q(from_time=F("until_time")),
                name="hours_of_a_rate_have_two_ends",
            ),
            models.CheckConstraint(
                condition=Q(unit=RateUnit.HOUR) | Q(free_minutes=0, most_a_day=None, from_time=None),
                name="only_a_rate_by_the_hour_has_hours",
            ),
        ]

    def __str__(self) -> str:
        price = money.in_words(self.amount, self.type.venue.currency)
        return f"{self.name}: {price} {self.get_unit_display()}"

    def clean(self) -> None:
        days = self.weekdays
        if not isinstance(days, list) or not all(type(day) is int and 0 <= day <= 6 for day in days):
            raise ValidationError(
                {"weekdays": "Weekdays are a list of numbers from 0 (Monday) to 6 (Sunday)."}
            )
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "The season ends before it starts."})
        self._clean_hours()
        kind = self.type if self.type_id else self._state.fields_cache.get("type")  # one that is new as well
        if kind is not None and kind.unit == Unit.NIGHT and self.unit == RateUnit.HOUR:
            raise ValidationError({"unit": f"{kind} is let by the night, which has no price by the hour."})

    def _clean_hours(self) -> None:
        if (self.from_time is None) != (self.until_time is None):
            raise ValidationError({"until_time": "Give both times, or neither for the whole day."})
        if self.from_time is not None and self.from_time == self.until_time:
            raise ValidationError({"until_time": "Leave both times empty for the whole day."})
        has_hours = self.free_minutes or self.most_a_day is not None or self.from_time is not None
        if self.unit != RateUnit.HOUR and has_hours:
            raise ValidationError(
                {"unit": "Only a price by the hour has free minutes, a limit or times of the day."}
            )


class Quota(models.Model):
    """How much one guest may have at a venue, or of one of its types of room."""

    class Measure(models.TextChoices):
        """What is counted."""

        BOOKINGS = quotas.BOOKINGS, "bookings"
        HOURS = quotas.HOURS, "hours"
        NIGHTS = quotas.NIGHTS, "nights"

    class Per(models.TextChoices):
        """In which period of the venue's calendar; or of all that has not ended yet."""

        DAY = quotas.DAY, "a day"
        WEEK = quotas.WEEK, "a week, from Monday on"
        MONTH = quotas.MONTH, "a month"
        AHEAD = quotas.AHEAD, "at a time, of what has not ended"

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="quotas")
    type = models.ForeignKey(
        RoomType,
        verbose_name="for",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="quotas",
        help_text="Empty: for all the venue has, together.",
    )
    most = models.PositiveSmallIntegerField(
        "at most",
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
        help_text="So many for one guest. Who works there may book more, for guests too.",
    )
    measure = models.CharField(
        "of",
        max_length=8,
        choices=Measure.choices,
        default=Measure.BOOKINGS,
        help_text="A booking of several rooms is one, and each of its rooms has its hours or nights.",
    )
    per = models.CharField(max_length=5, choices=Per.choices, default=Per.WEEK)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "measure", "per"],
                condition=Q(type=None),
                name="one_quota_of_a_kind_per_venue",
                violation_error_message="The venue has a quota of that kind.",
            ),
            models.UniqueConstraint(
                fields=["type", "measure", "per"],
                condition=Q(type__isnull=False),
                name="one_quota_of_a_kind_per_type",
                violation_error_message="The type has a quota of that kind.",
            ),
            models.CheckConstraint(
                condition=Q(most__gte=1, most__lte=10_000), name="a_quota_leaves_something"
            ),
            models.CheckConstraint(
                condition=Q(measure__in=["bookings", "hours", "nights"]), name="a_quota_measures_something"
            ),
            models.CheckConstraint(
                condition=Q(per__in=["day", "week", "month", "ahead"]), name="a_quota_is_of_a_known_time"
            ),
        ]

    def __str__(self) -> str:
        return quotas.Quota(self.most, self.measure, self.per).words

    def clean(self) -> None:
        kind = self.type
        if kind is None:
            return
        if self.venue_id is not None and kind.venue_id != self.venue_id:
            raise ValidationError({"type": "That type belongs to another venue."})
        if not quotas.Quota(1, self.measure).covers(kind.pk, kind.unit):
            instead = "count its nights" if kind.unit == Unit.NIGHT else "count its hours"
            raise ValidationError({"measure": f"That is not how {kind.name} is let: {instead}."})
