"""Routes, their timed stops and departures, and who travels: a seat is a Room of a vehicle."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from reservations.journeys import KINDS
from rooms import money
from rooms.models.bookings import Allocation, Booking
from rooms.models.venues import Venue, known_zone
from rooms.places import key_of


def shares(value: Any) -> None:
    """Refuse what is no table of passenger kinds and percentages: {"child": 50}."""
    known = isinstance(value, dict) and value.keys() <= set(KINDS)
    if not known or not all(type(share) is int and 0 <= share <= 100 for share in value.values()):
        raise ValidationError(f"Name percentages of {', '.join(KINDS)}: {{'child': 50}}.")


class Mode(models.TextChoices):
    FLIGHT = "flight", "Flight"
    TRAIN = "train", "Train"
    BUS = "bus", "Bus"


class Route(models.Model):
    """A line: its stops in order, who operates it, and what it costs."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    mode = models.CharField(max_length=6, choices=Mode.choices)
    operator = models.CharField(max_length=80, blank=True)
    days_ahead = models.PositiveSmallIntegerField(
        "days planned ahead",
        default=60,
        validators=[MaxValueValidator(365)],
        help_text="For so many days there are always departures by its timetable. 0: none by themselves.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(days_ahead__lte=365), name="a_route_is_planned_a_year_ahead_at_most"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def currency(self) -> str:
        """The currency of what runs on it, in which it is paid for; "" while nothing does."""
        return next((rule.vehicle.currency for rule in self.timetables.all()), "")


class Place(models.Model):
    """Where one gets on and off: what a stop and a call have in common."""

    position = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=80, help_text="The town, by which people search.")
    station = models.CharField(max_length=80, blank=True)
    platform = models.CharField(max_length=20, blank=True)
    timezone = models.CharField("time zone", max_length=64, default="UTC", validators=[known_zone])

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.place

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the clocks on its walls."""
        return ZoneInfo(self.timezone)


class Stop(Place):
    """A stop of a route in minutes from the first departure; none arrives at its first or leaves its last."""

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="stops", db_index=False)
    arrives = models.PositiveIntegerField("minutes to arrival", null=True, blank=True)
    departs = models.PositiveIntegerField("minutes to departure", null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["route", "position"], name="one_stop_of_a_position_per_route")
        ]


class Fare(models.Model):
    """What a class costs on a route: from one stop to another, by the leg, or wherever one gets on."""

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="fares")
    type_name = models.CharField("class", max_length=80)
    first = models.PositiveSmallIntegerField("from stop", null=True, blank=True)
    last = models.PositiveSmallIntegerField("to stop", null=True, blank=True)
    amount = models.BigIntegerField(
        validators=[MinValueValidator(0)], help_text="In the currency's smallest unit."
    )
    percents = models.JSONField(
        "shares",
        default=dict,
        blank=True,
        validators=[shares],
        help_text='{"child": 50} is half; empty: usual.',
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="a_fare_is_not_negative"),
            models.CheckConstraint(
                condition=Q(first=None, last=None) | Q(last__gt=F("first")), name="a_fare_leads_onward"
            ),
        ]

    def __str__(self) -> str:
        currency = self.route.currency
        return f"{self.type_name}: {money.in_words(self.amount, currency)}" if currency else self.type_name


class Timetable(models.Model):
    """A rule for departures: this vehicle, at this time by the first stop's clocks, on these days."""

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="timetables")
    vehicle = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="timetables")
    departs = models.TimeField()
    weekdays = models.JSONField(
        default=list, blank=True, help_text="[5, 6] is Saturday and Sunday; empty: daily."
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.route} at {self.departs:%H:%M}"


class Departure(models.Model):
    """One run of a vehicle. Seats are sold in timetable time: a delay is news and moves no booking."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", "On sale"
        CANCELLED = "cancelled", "Cancelled"

    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="departures")
    vehicle = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="departures", db_index=False)
    timetable = models.ForeignKey(
        Timetable, on_delete=models.SET_NULL, null=True, blank=True, related_name="departures", db_index=False
    )
    service_date = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.SCHEDULED)
    delay_minutes = models.PositiveIntegerField(default=0, validators=[MaxValueValidator(2880)])
    delay_note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["timetable", "service_date"], name="a_rule_runs_once_a_day"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_departure_ends_after_it_starts"
            ),
        ]
        indexes = [models.Index(fields=["vehicle", "starts_at"], name="departures_of_a_vehicle")]

    def __str__(self) -> str:
        return f"{self.route} on {self.service_date}"


class Call(Place):
    """A stop of one departure at its times; by place and local date, so that a search is one index step."""

    departure = models.ForeignKey(Departure, on_delete=models.CASCADE, related_name="calls", db_index=False)
    key = models.CharField(max_length=80, editable=False, help_text="The place as it is searched for.")
    date = models.DateField(editable=False)
    arrives_at = models.DateTimeField(null=True, blank=True)
    departs_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["departure", "position"], name="a_departure_calls_once_at_a_stop")
        ]
        indexes = [models.Index(fields=["key", "date", "position"], name="calls_of_a_place")]

    def timed(self) -> "Call":
        """Return the call with its key and local date as its place and times say."""
        moment = self.departs_at or self.arrives_at
        self.key = key_of(self.place)
        if moment is not None:
            self.date = moment.astimezone(self.zone).date()
        return self


class Journey(models.Model):
    """What a booking of seats is for: a departure, from which of its stops to which."""

    booking = models.OneToOneField(
        Booking, on_delete=models.CASCADE, primary_key=True, related_name="journey"
    )
    departure = models.ForeignKey(Departure, on_delete=models.PROTECT, related_name="journeys")
    first = models.PositiveSmallIntegerField()
    last = models.PositiveSmallIntegerField()
    together = models.BooleanField(default=False, help_text="Nobody else sits between these passengers.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last__gt=F("first")), name="a_journey_leads_onward")
        ]

    def __str__(self) -> str:
        return f"{self.departure}, {self.first} to {self.last}"


class Passenger(models.Model):
    """Who sits in one seat of a booking, and where and when their ticket was used."""

    class Kind(models.TextChoices):
        ADULT = "adult", "Adult"
        CHILD = "child", "Child"
        SENIOR = "senior", "Senior"
        INFANT = "infant", "Infant"

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="passengers", db_index=False)
    allocation = models.OneToOneField(Allocation, on_delete=models.PROTECT, related_name="passenger")
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.ADULT)
    price = models.BigIntegerField(default=0)
    kept = models.BigIntegerField(
        null=True, blank=True, editable=False, help_text="What stays owed of the price after they cancelled."
    )
    used_at = models.DateTimeField(null=True, blank=True, editable=False)
    used_where = models.CharField(max_length=80, blank=True, editable=False)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["journey", "order"], name="a_passenger_has_a_place_in_the_list"),
            models.CheckConstraint(condition=Q(price__gte=0), name="a_ticket_is_not_negative"),
            models.CheckConstraint(
                condition=Q(kept=None) | Q(kept__gte=0, kept__lte=F("price")),
                name="no_more_is_kept_than_the_ticket",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()
