"""Venues and their rooms: what can be booked, how it is made up, and when it is open."""

import secrets
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from reservations.rights import REPEAT, TAKES

if TYPE_CHECKING:
    from rooms.models.terms import Policy

ZONES = available_timezones()


def fresh_stamp() -> int:
    """Return a number never used before: terms kept in memory are told apart by it."""
    return secrets.randbits(62)


def known_zone(name: str) -> None:
    """Refuse a time zone that the zone database does not know."""
    if name not in ZONES:
        raise ValidationError(f"“{name}” is not a time zone, such as Europe/Istanbul.", code="invalid")


currency_code = RegexValidator(r"^[A-Z]{3}$", "A currency is three capital letters, such as EUR.")


class VenueKind(models.TextChoices):
    BUILDING = "building", "Meeting and event rooms"
    HOTEL = "hotel", "Hotel"
    CAR_PARK = "car_park", "Car park"
    VEHICLE = "vehicle", "Journey"


class Venue(models.Model):
    """What owns rooms: a hotel, a building, a car park, a vehicle."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=VenueKind.choices, default=VenueKind.BUILDING)
    timezone = models.CharField("time zone", max_length=64, default="UTC", validators=[known_zone])
    currency = models.CharField(max_length=3, default="EUR", validators=[currency_code])
    tax_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Prices include this tax; receipts show it.",
    )
    city = models.CharField(max_length=80, blank=True)
    description = models.TextField(max_length=2000, blank=True)
    is_listed = models.BooleanField("shown to everybody", default=True)
    terms_stamp = models.BigIntegerField(default=fresh_stamp, editable=False)

    class Meta:
        indexes = [models.Index(fields=["kind", "name"], name="venues_by_kind")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which this venue's clocks run."""
        return ZoneInfo(self.timezone)

    @property
    def zone_label(self) -> str:
        """How pages say whose time they show: "Istanbul time"."""
        return f"{self.timezone.rpartition('/')[2].replace('_', ' ')} time"


class Amenity(models.Model):
    """Something a room has, that people look for: a screen, step-free access."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    icon = models.SlugField(max_length=40, default="check", help_text="A Lucide icon name.")

    class Meta:
        verbose_name_plural = "amenities"

    def __str__(self) -> str:
        return self.name


class Unit(models.TextChoices):
    """The unit of time in which a type of room is sold."""

    HOUR = "hour", "By the hour"
    NIGHT = "night", "By the night"
    OPEN = "open", "Until released"
    LEG = "leg", "By the leg of a journey"


# SQLite's columns hold larger numbers than PostgreSQL's: the bound is of both.
CAPACITY = [MinValueValidator(1), MaxValueValidator(32_767)]


SIZE = [MinValueValidator(8), MaxValueValidator(2_000)]  # units of a plan


class RoomType(models.Model):
    """The class that is sold: capacity, unit of time, terms and rates."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="types")
    name = models.CharField(max_length=80)
    noun = models.CharField(max_length=30, default="Room", help_text="What pages call one: Room, Spot, Seat.")
    capacity = models.PositiveSmallIntegerField(default=1, validators=CAPACITY)
    unit = models.CharField(max_length=5, choices=Unit.choices, default=Unit.HOUR)
    policy: "models.ForeignKey[Policy, Policy]" = models.ForeignKey(
        "rooms.Policy", on_delete=models.PROTECT, related_name="types"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue", "name"], name="one_type_of_a_name_per_venue"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="a_type_holds_at_least_one"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.pk and self.unit == Unit.NIGHT and self.rates.filter(unit=Unit.HOUR).exists():
            raise ValidationError({"unit": "It has prices by the hour: make them prices by the night first."})


class Room(models.Model):
    """What one party can have to itself; `revision` counts every change that boards must hear of."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="rooms", db_index=False)
    type = models.ForeignKey(RoomType, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=80)
    # Not the positive kinds of integers: each has a CHECK of its own, which every booking would pay.
    capacity = models.SmallIntegerField(default=1, validators=CAPACITY)
    floor = models.CharField(max_length=20, blank=True)
    amenities = models.ManyToManyField(Amenity, blank=True, related_name="rooms")
    x = models.FloatField("position across", null=True, blank=True)
    y = models.FloatField("position down", null=True, blank=True)
    # Of floor plans alone: spots and seats are all alike, and what nobody has drawn yet has no size.
    width = models.FloatField(null=True, blank=True, validators=SIZE)
    depth = models.FloatField(null=True, blank=True, validators=SIZE)
    order = models.IntegerField(default=0, validators=[MinValueValidator(0)])
    # No CHECK, as above: rooms.operations.rights alone writes it, and `verify` looks.
    everybody = models.CharField(
        max_length=6, choices=[(take, take) for take in TAKES], default=REPEAT, editable=False
    )
    revision = models.BigIntegerField(default=0, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "name"],
                condition=Q(archived_at=None),
                name="one_room_of_a_name_per_venue",
                violation_error_message="The venue has a room of that name.",
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="a_room_holds_at_least_one"),
        ]
        indexes = [models.Index(fields=["venue", "order"], name="rooms_of_a_venue")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the room, but never the count of its changes, which only operations raise, under its lock.

        A form that was opened before a booking would count it down again, and the next booking would give
        its Change a number that is taken.
        """
        if self.pk is not None and not self._state.adding and kwargs.get("update_fields") is None:
            own = (field.name for field in self._meta.concrete_fields if not field.primary_key)
            kwargs["update_fields"] = [name for name in own if name != "revision"]
        super().save(*args, **kwargs)


class RoomPart(models.Model):
    """One part of a divisible room: taking the whole takes every part."""

    whole = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="parts")
    part = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="wholes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["whole", "part"], name="a_part_is_named_once"),
            models.CheckConstraint(condition=~Q(whole=F("part")), name="a_room_is_not_its_own_part"),
        ]

    def __str__(self) -> str:
        return f"{self.part} is part of {self.whole}"


class Weekday(models.IntegerChoices):
    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class OpeningHours(models.Model):
    """When a venue opens each week, or one room of it that keeps hours of its own.

    A venue without any is always open. Closing at or before opening means the next day.
    """

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="opening_hours")
    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, null=True, blank=True, related_name="opening_hours"
    )
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        verbose_name_plural = "opening hours"
        constraints = [models.CheckConstraint(condition=Q(weekday__lte=6), name="a_week_has_seven_days")]

    def __str__(self) -> str:
        return f"{Weekday(self.weekday).label} {self.opens:%H:%M} to {self.closes:%H:%M}"


class OpeningException(models.Model):
    """A date with other hours than its weekday's; without hours, closed."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="opening_exceptions")
    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, null=True, blank=True, related_name="opening_exceptions"
    )
    date = models.DateField()
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(opens__isnull=False, closes__isnull=False),
                name="other_hours_have_both_ends",
            )
        ]

    def __str__(self) -> str:
        return f"{self.date}: {self.reason or 'other hours'}"

    def clean(self) -> None:
        if (self.opens is None) != (self.closes is None):
            raise ValidationError("Give both hours, or neither for a closed day.")
