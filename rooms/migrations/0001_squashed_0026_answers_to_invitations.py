import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.lookups
import rooms.checked
import rooms.constraints
import rooms.models.displays
import rooms.models.journeys
import rooms.models.terms
import rooms.models.venues
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("rooms", "0001_initial"),
        ("rooms", "0002_answers_to_keys"),
        ("rooms", "0003_money_and_consequences"),
        ("rooms", "0004_what_is_kept"),
        ("rooms", "0005_parking"),
        ("rooms", "0006_lighter_bookings"),
        ("rooms", "0007_requests_to_decide"),
        ("rooms", "0008_journeys"),
        ("rooms", "0009_shorter_checks_fewer_keys"),
        ("rooms", "0010_where_changes_came_from"),
        ("rooms", "0011_refusals"),
        ("rooms", "0012_no_more_than_is_needed"),
        ("rooms", "0013_capacity_is_bounded_on_both"),
        ("rooms", "0014_series"),
        ("rooms", "0015_checked_by_one_trigger"),
        ("rooms", "0016_what_is_over_at_a_venue"),
        ("rooms", "0017_waiting_for_rooms"),
        ("rooms", "0018_who_waits_at_a_venue"),
        ("rooms", "0019_quotas"),
        ("rooms", "0020_messages"),
        ("rooms", "0021_watches"),
        ("rooms", "0022_saved_views"),
        ("rooms", "0023_changes_of_a_blocking"),
        ("rooms", "0024_participants"),
        ("rooms", "0025_rights_on_rooms"),
        ("rooms", "0026_answers_to_invitations"),
    ]

    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        BtreeGistExtension(),  # equality of the room beside overlap of the range; nothing on SQLite
        migrations.CreateModel(
            name="Venue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("building", "Meeting and event rooms"),
                            ("hotel", "Hotel"),
                            ("car_park", "Car park"),
                            ("vehicle", "Journey"),
                        ],
                        default="building",
                        max_length=10,
                    ),
                ),
                (
                    "timezone",
                    models.CharField(
                        default="UTC",
                        max_length=64,
                        validators=[rooms.models.venues.known_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        default="EUR",
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}$", "A currency is three capital letters, such as EUR."
                            )
                        ],
                    ),
                ),
                (
                    "tax_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        help_text="Prices include this tax; receipts show it.",
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                ("city", models.CharField(blank=True, max_length=80)),
                ("description", models.TextField(blank=True, max_length=2000)),
                ("is_listed", models.BooleanField(default=True, verbose_name="shown to everybody")),
                (
                    "terms_stamp",
                    models.BigIntegerField(default=rooms.models.venues.fresh_stamp, editable=False),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "name"], name="venues_by_kind")],
            },
        ),
        migrations.CreateModel(
            name="Amenity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("icon", models.SlugField(default="check", help_text="A Lucide icon name.", max_length=40)),
            ],
            options={
                "verbose_name_plural": "amenities",
            },
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(default="Standard", max_length=80)),
                (
                    "step_minutes",
                    models.PositiveIntegerField(
                        default=15,
                        help_text="Bookings start on this grid.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                    ),
                ),
                ("min_minutes", models.PositiveIntegerField(default=15)),
                ("max_minutes", models.PositiveIntegerField(blank=True, null=True)),
                ("min_notice_minutes", models.PositiveIntegerField(default=0)),
                (
                    "max_advance_days",
                    models.PositiveIntegerField(
                        default=365, validators=[django.core.validators.MaxValueValidator(3650)]
                    ),
                ),
                (
                    "buffer_before_minutes",
                    models.PositiveIntegerField(
                        default=0, validators=[django.core.validators.MaxValueValidator(1440)]
                    ),
                ),
                (
                    "buffer_after_minutes",
                    models.PositiveIntegerField(
                        default=0, validators=[django.core.validators.MaxValueValidator(1440)]
                    ),
                ),
                ("needs_approval", models.BooleanField(default=False)),
                (
                    "hold_minutes",
                    models.PositiveIntegerField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                    ),
                ),
                (
                    "max_renewals",
                    models.PositiveSmallIntegerField(
                        default=2, help_text="How often one hold may be prolonged."
                    ),
                ),
                (
                    "max_holds",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="How many holds one guest may have here at once.",
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
                (
                    "cancel_until_minutes",
                    models.PositiveIntegerField(
                        default=0, help_text="Guests may cancel until so long before the start."
                    ),
                ),
                (
                    "cancellation_steps",
                    models.JSONField(
                        blank=True, default=list, validators=[rooms.models.terms.cancellation_steps]
                    ),
                ),
                (
                    "payment",
                    models.CharField(
                        choices=[
                            ("desk", "At the desk"),
                            ("either", "Online, or at the desk"),
                            ("online", "Online, before it is confirmed"),
                        ],
                        default="either",
                        max_length=6,
                    ),
                ),
                (
                    "deposit_percent",
                    models.PositiveSmallIntegerField(
                        default=100,
                        help_text="How much of the price is paid online to confirm; the rest is paid at the desk.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                (
                    "no_show_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="So long after the start without a check-in, the rooms are free again. Empty: never.",
                        null=True,
                    ),
                ),
                (
                    "check_in",
                    models.TimeField(
                        blank=True, help_text="For nights: from when a room is the guest's.", null=True
                    ),
                ),
                ("check_out", models.TimeField(blank=True, null=True)),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="policies", to="rooms.venue"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "policies",
                "constraints": [
                    models.UniqueConstraint(fields=("venue", "name"), name="one_policy_of_a_name_per_venue"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_minutes", None),
                            ("max_minutes__gte", models.F("min_minutes")),
                            _connector="OR",
                        ),
                        name="the_longest_is_no_shorter_than_the_shortest",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hold_minutes__gte", 1), ("step_minutes__gte", 1)),
                        name="time_is_cut_in_steps",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deposit_percent__gte", 1), ("deposit_percent__lte", 100)),
                        name="a_deposit_is_a_part_of_the_price",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoomType",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "noun",
                    models.CharField(
                        default="Room", help_text="What pages call one: Room, Spot, Seat.", max_length=30
                    ),
                ),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(32767),
                        ],
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("hour", "By the hour"),
                            ("night", "By the night"),
                            ("open", "Until released"),
                            ("leg", "By the leg of a journey"),
                        ],
                        default="hour",
                        max_length=5,
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="types", to="rooms.policy"
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="types", to="rooms.venue"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("venue", "name"), name="one_type_of_a_name_per_venue"),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__gte", 1)), name="a_type_holds_at_least_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "capacity",
                    models.SmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(32767),
                        ],
                    ),
                ),
                ("floor", models.CharField(blank=True, max_length=20)),
                ("x", models.FloatField(blank=True, null=True, verbose_name="position across")),
                ("y", models.FloatField(blank=True, null=True, verbose_name="position down")),
                (
                    "order",
                    models.IntegerField(default=0, validators=[django.core.validators.MinValueValidator(0)]),
                ),
                (
                    "everybody",
                    models.CharField(
                        choices=[("none", "none"), ("see", "see"), ("book", "book"), ("repeat", "repeat")],
                        default="repeat",
                        editable=False,
                        max_length=6,
                    ),
                ),
                ("revision", models.BigIntegerField(default=0, editable=False)),
                ("archived_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("amenities", models.ManyToManyField(blank=True, related_name="rooms", to="rooms.amenity")),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rooms", to="rooms.roomtype"
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rooms",
                        to="rooms.venue",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["venue", "order"], name="rooms_of_a_venue")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at", None)),
                        fields=("venue", "name"),
                        name="one_room_of_a_name_per_venue",
                        violation_error_message="The venue has a room of that name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__gte", 1)), name="a_room_holds_at_least_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoomPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wholes", to="rooms.room"
                    ),
                ),
                (
                    "whole",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="rooms.room"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("whole", "part"), name="a_part_is_named_once"),
                    models.CheckConstraint(
                        condition=models.Q(("whole", models.F("part")), _negated=True),
                        name="a_room_is_not_its_own_part",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ]
                    ),
                ),
                ("opens", models.TimeField()),
                ("closes", models.TimeField()),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opening_hours",
                        to="rooms.room",
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opening_hours",
                        to="rooms.venue",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "opening hours",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weekday__lte", 6)), name="a_week_has_seven_days"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("date", models.DateField()),
                ("opens", models.TimeField(blank=True, null=True)),
                ("closes", models.TimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=120)),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opening_exceptions",
                        to="rooms.room",
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opening_exceptions",
                        to="rooms.venue",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes", None), ("opens", None)),
                            models.Q(("closes__isnull", False), ("opens__isnull", False)),
                            _connector="OR",
                        ),
                        name="other_hours_have_both_ends",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(editable=False, max_length=12)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "Held"),
                            ("pending", "Pending"),
                            ("confirmed", "Confirmed"),
                            ("checked_in", "Checked in"),
                            ("completed", "Completed"),
                            ("expired", "Expired"),
                            ("declined", "Declined"),
                            ("cancelled", "Cancelled"),
                            ("no_show", "No show"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=120)),
                ("party", models.SmallIntegerField(default=1)),
                ("note", models.TextField(blank=True, max_length=1000)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "held_until",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="While its guest is away from the page: when the hold would have run out had they stayed.",
                        null=True,
                    ),
                ),
                ("renewals", models.SmallIntegerField(default=0)),
                ("price", models.BigIntegerField(default=0, help_text="In the currency's smallest unit.")),
                (
                    "kept",
                    models.BigIntegerField(
                        blank=True,
                        editable=False,
                        help_text="What of the price stays owed after it was cancelled or given up; the rest is refunded.",
                        null=True,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("lines", models.JSONField(blank=True, default=list)),
                (
                    "metered",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        editable=False,
                        help_text="It pays for the time it used, once it is released.",
                    ),
                ),
                (
                    "recurrence",
                    models.CharField(blank=True, db_default="", default="", editable=False, max_length=1200),
                ),
                (
                    "plate_sealed",
                    models.CharField(blank=True, db_default="", default="", editable=False, max_length=200),
                ),
                (
                    "plate_digest",
                    models.CharField(blank=True, db_default="", default="", editable=False, max_length=64),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "booked_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "guest",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="rooms.venue",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["guest", "starts_at"], name="bookings_of_a_guest"),
                    models.Index(fields=["venue", "starts_at"], name="bookings_of_a_venue"),
                    models.Index(
                        condition=models.Q(("recurrence", ""), _negated=True),
                        fields=["venue", "ends_at"],
                        name="series_of_a_venue",
                    ),
                    models.Index(
                        condition=models.Q(("state", "held")),
                        fields=["expires_at"],
                        name="holds_that_run_out",
                    ),
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["starts_at"],
                        name="requests_to_decide",
                    ),
                    models.Index(
                        condition=models.Q(("plate_digest", ""), _negated=True),
                        fields=["plate_digest", "venue"],
                        name="bookings_of_a_vehicle",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["confirmed", "checked_in"])),
                        fields=["ends_at"],
                        name="bookings_that_end",
                    ),
                    models.Index(
                        condition=models.Q(("state", "completed")),
                        fields=["venue", "ends_at"],
                        name="what_is_over_at_a_venue",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("reference",), name="a_reference_names_one_booking"),
                    rooms.checked.Checked(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="a_booking_ends_after_it_starts",
                    ),
                    rooms.checked.Checked(
                        condition=models.Q(
                            models.Q(("state", "held"), _negated=True),
                            ("expires_at__isnull", False),
                            _connector="OR",
                        ),
                        name="a_hold_has_an_end",
                    ),
                    rooms.checked.Checked(
                        condition=models.Q(("price__gte", 0)), name="a_price_is_not_negative"
                    ),
                    rooms.checked.Checked(
                        condition=models.Q(("kept__gte", 0), ("kept__lte", models.F("price"))),
                        name="no_more_is_kept_than_the_price",
                    ),
                    rooms.checked.Checked(
                        condition=django.db.models.lookups.Exact(
                            rooms.constraints.OneOf(
                                models.F("state"), ["cancelled", "declined", "expired", "no_show"]
                            ),
                            rooms.constraints.Present("kept"),
                        ),
                        name="what_is_kept_is_known_at_an_exit",
                    ),
                    rooms.checked.Checked(
                        condition=models.Q(("party__gte", 1)), name="a_party_has_at_least_one"
                    ),
                    rooms.checked.Checked(
                        condition=rooms.constraints.OneOf(
                            models.F("state"),
                            [
                                "held",
                                "pending",
                                "confirmed",
                                "checked_in",
                                "completed",
                                "expired",
                                "declined",
                                "cancelled",
                                "no_show",
                            ],
                        ),
                        name="a_booking_is_in_a_known_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Blocking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("maintenance", "Maintenance"),
                            ("private", "Private"),
                            ("closed", "Closed"),
                        ],
                        default="maintenance",
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="blockings",
                        to="rooms.venue",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["venue", "starts_at"], name="blockings_of_a_venue")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at", None), ("ends_at__gt", models.F("starts_at")), _connector="OR"
                        ),
                        name="a_blocking_ends_after_it_starts",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("blocks_from", models.DateTimeField()),
                ("blocks_until", models.DateTimeField(blank=True, null=True)),
                ("state", models.CharField(max_length=10)),
                ("active", models.BooleanField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("occurrence", models.SmallIntegerField(blank=True, editable=False, null=True)),
                (
                    "blocking",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="rooms.blocking",
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="rooms.booking",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="rooms.room",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("active", True)),
                        fields=["room", "blocks_from"],
                        include=("blocks_until", "expires_at"),
                        name="what_stands_in_the_way",
                    ),
                    models.Index(
                        condition=models.Q(("blocking__isnull", False)),
                        fields=["blocking"],
                        name="allocations_of_a_blocking",
                    ),
                ],
                "constraints": [
                    rooms.constraints.NoOverlap(
                        name="two_bookings_never_overlap", violation_error_code="unavailable"
                    ),
                    rooms.checked.Checked(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="an_allocation_ends_after_it_starts",
                    ),
                    rooms.checked.Checked(
                        condition=models.Q(
                            django.db.models.lookups.Exact(
                                rooms.constraints.Present("blocks_until"),
                                rooms.constraints.Present("ends_at"),
                            ),
                            ("blocks_from__lte", models.F("starts_at")),
                            ("blocks_until__gte", models.F("ends_at")),
                        ),
                        name="an_allocation_blocks_at_least_its_span",
                    ),
                    rooms.checked.Checked(
                        condition=models.Q(
                            models.Q(("blocking__isnull", False), ("booking", None)),
                            models.Q(("blocking", None), ("booking__isnull", False)),
                            _connector="OR",
                        ),
                        name="an_allocation_has_one_cause",
                    ),
                    rooms.checked.Checked(
                        condition=django.db.models.lookups.Exact(
                            models.F("active"),
                            rooms.constraints.OneOf(
                                models.F("state"), ["checked_in", "confirmed", "held", "pending", "blocked"]
                            ),
                        ),
                        name="an_allocation_is_active_in_active_states",
                    ),
                    rooms.checked.Checked(
                        condition=models.Q(
                            models.Q(("state", "held"), _negated=True),
                            ("expires_at__isnull", False),
                            _connector="OR",
                        ),
                        name="a_held_allocation_has_an_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.BigIntegerField()),
                ("kind", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                (
                    "before",
                    models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                ),
                (
                    "after",
                    models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                ),
                ("origin", models.CharField(blank=True, db_default="", default="", max_length=80)),
                ("told", models.BooleanField(db_default=False, default=False, editable=False)),
                (
                    "blocking",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="rooms.blocking",
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="rooms.booking",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "guest",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="rooms.room",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("guest__isnull", False)),
                        fields=["guest", "room"],
                        name="rooms_a_guest_has_met",
                    ),
                    models.Index(
                        condition=models.Q(("blocking__isnull", False)),
                        fields=["blocking"],
                        name="changes_of_a_blocking",
                    ),
                    models.Index(
                        condition=models.Q(("told", False)), fields=["id"], name="changes_to_be_told"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("room", "revision"), name="a_room_counts_each_change_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Display",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sign", "Sign: how many are free"),
                            ("door", "Door: one room, now and next"),
                        ],
                        default="sign",
                        max_length=4,
                    ),
                ),
                ("name", models.CharField(help_text="Where it hangs.", max_length=80)),
                (
                    "floor",
                    models.CharField(blank=True, help_text="Of a sign: only this floor.", max_length=20),
                ),
                (
                    "token",
                    models.CharField(default=rooms.models.displays.new_token, editable=False, max_length=40),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("revoked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="displays",
                        to="rooms.room",
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="displays", to="rooms.venue"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["venue", "created_at"], name="displays_of_a_venue")],
                "constraints": [
                    models.UniqueConstraint(fields=("token",), name="a_token_opens_one_display"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "sign"), ("room", None)),
                            models.Q(("floor", ""), ("kind", "door"), ("room__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_door_has_a_room_and_a_sign_has_none",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Route",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=80)),
                (
                    "mode",
                    models.CharField(
                        choices=[("flight", "Flight"), ("train", "Train"), ("bus", "Bus")], max_length=6
                    ),
                ),
                ("operator", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="Stop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("place", models.CharField(help_text="The town, by which people search.", max_length=80)),
                ("station", models.CharField(blank=True, max_length=80)),
                ("platform", models.CharField(blank=True, max_length=20)),
                (
                    "timezone",
                    models.CharField(
                        default="UTC",
                        max_length=64,
                        validators=[rooms.models.venues.known_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "arrives",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="minutes to arrival"),
                ),
                (
                    "departs",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="minutes to departure"),
                ),
                (
                    "route",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stops",
                        to="rooms.route",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("route", "position"), name="one_stop_of_a_position_per_route"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Fare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("type_name", models.CharField(max_length=80, verbose_name="class")),
                ("first", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="from stop")),
                ("last", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="to stop")),
                (
                    "amount",
                    models.BigIntegerField(
                        help_text="In the currency's smallest unit.",
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "percents",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='{"child": 50} is half; empty: usual.',
                        validators=[rooms.models.journeys.shares],
                        verbose_name="shares",
                    ),
                ),
                (
                    "route",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="fares", to="rooms.route"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="a_fare_is_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("first", None), ("last", None)),
                            ("last__gt", models.F("first")),
                            _connector="OR",
                        ),
                        name="a_fare_leads_onward",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Timetable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("departs", models.TimeField()),
                (
                    "weekdays",
                    models.JSONField(
                        blank=True, default=list, help_text="[5, 6] is Saturday and Sunday; empty: daily."
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "route",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="timetables",
                        to="rooms.route",
                    ),
                ),
                (
                    "vehicle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="timetables",
                        to="rooms.venue",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Departure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("service_date", models.DateField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("scheduled", "On sale"), ("cancelled", "Cancelled")],
                        default="scheduled",
                        max_length=9,
                    ),
                ),
                (
                    "delay_minutes",
                    models.PositiveIntegerField(
                        default=0, validators=[django.core.validators.MaxValueValidator(2880)]
                    ),
                ),
                ("delay_note", models.CharField(blank=True, max_length=200)),
                (
                    "route",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="departures",
                        to="rooms.route",
                    ),
                ),
                (
                    "timetable",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="departures",
                        to="rooms.timetable",
                    ),
                ),
                (
                    "vehicle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="departures",
                        to="rooms.venue",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["vehicle", "starts_at"], name="departures_of_a_vehicle")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("timetable", "service_date"), name="a_rule_runs_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="a_departure_ends_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("place", models.CharField(help_text="The town, by which people search.", max_length=80)),
                ("station", models.CharField(blank=True, max_length=80)),
                ("platform", models.CharField(blank=True, max_length=20)),
                (
                    "timezone",
                    models.CharField(
                        default="UTC",
                        max_length=64,
                        validators=[rooms.models.venues.known_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        editable=False, help_text="The place as it is searched for.", max_length=80
                    ),
                ),
                ("date", models.DateField(editable=False)),
                ("arrives_at", models.DateTimeField(blank=True, null=True)),
                ("departs_at", models.DateTimeField(blank=True, null=True)),
                (
                    "departure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="rooms.departure",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "indexes": [models.Index(fields=["key", "date", "position"], name="calls_of_a_place")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("departure", "position"), name="a_departure_calls_once_at_a_stop"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Journey",
            fields=[
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="journey",
                        serialize=False,
                        to="rooms.booking",
                    ),
                ),
                ("first", models.PositiveSmallIntegerField()),
                ("last", models.PositiveSmallIntegerField()),
                (
                    "together",
                    models.BooleanField(
                        default=False, help_text="Nobody else sits between these passengers."
                    ),
                ),
                (
                    "departure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="journeys",
                        to="rooms.departure",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last__gt", models.F("first"))), name="a_journey_leads_onward"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Passenger",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("name", models.CharField(blank=True, max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("adult", "Adult"),
                            ("child", "Child"),
                            ("senior", "Senior"),
                            ("infant", "Infant"),
                        ],
                        default="adult",
                        max_length=6,
                    ),
                ),
                ("price", models.BigIntegerField(default=0)),
                (
                    "kept",
                    models.BigIntegerField(
                        blank=True,
                        editable=False,
                        help_text="What stays owed of the price after they cancelled.",
                        null=True,
                    ),
                ),
                ("used_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("used_where", models.CharField(blank=True, editable=False, max_length=80)),
                (
                    "allocation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passenger",
                        to="rooms.allocation",
                    ),
                ),
                (
                    "used_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "journey",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passengers",
                        to="rooms.journey",
                    ),
                ),
            ],
            options={
                "ordering": ["order"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("journey", "order"), name="a_passenger_has_a_place_in_the_list"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price__gte", 0)), name="a_ticket_is_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kept", None),
                            models.Q(("kept__gte", 0), ("kept__lte", models.F("price"))),
                            _connector="OR",
                        ),
                        name="no_more_is_kept_than_the_ticket",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=255)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.SmallIntegerField(blank=True, null=True)),
                ("answer", models.BinaryField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "booking",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="rooms.booking",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("owner", "key"), name="a_key_acts_once")],
            },
        ),
        migrations.CreateModel(
            name="Thread",
            fields=[
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="thread",
                        serialize=False,
                        to="rooms.booking",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("answered", "Answered"), ("closed", "Closed")],
                        max_length=8,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("messages_count", models.PositiveSmallIntegerField(default=0)),
                (
                    "venue",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="threads",
                        to="rooms.venue",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["venue", "state", "since"], name="threads_of_a_venue")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("open", "answered", "closed"))),
                        name="a_thread_is_in_a_known_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("question", "Question"), ("problem", "Problem"), ("answer", "Answer")],
                        max_length=8,
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=2000)),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="rooms.thread",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["thread", "id"], name="messages_of_a_thread")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("question", "problem", "answer"))),
                        name="a_message_is_of_a_known_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(help_text="In small letters.", max_length=254)),
                ("may_change", models.BooleanField(default=False, verbose_name="may change the booking")),
                (
                    "answer",
                    models.CharField(
                        choices=[("accepted", "Accepted"), ("invited", "Invited"), ("declined", "Declined")],
                        default="invited",
                        max_length=8,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answers",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, help_text="How often, so far."
                    ),
                ),
                ("invited_at", models.DateTimeField()),
                (
                    "times",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, help_text="How often, so far."
                    ),
                ),
                ("uninvited_at", models.DateTimeField(blank=True, null=True)),
                (
                    "mails",
                    models.BooleanField(default=True, help_text="Whether they want mail about this booking."),
                ),
                ("told", models.JSONField(blank=True, editable=False, null=True)),
                ("told_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "booking",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participants",
                        to="rooms.booking",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invited_to",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("person__isnull", False)),
                        fields=["person", "booking"],
                        name="invitations_of_a_person",
                    ),
                    models.Index(
                        condition=models.Q(("invited_by__isnull", False)),
                        fields=["invited_by", "invited_at"],
                        name="invited_by_a_person",
                    ),
                    models.Index(fields=["address", "invited_at"], name="invitations_of_an_address"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("booking", "address"), name="an_address_is_invited_once_to_a_booking"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ("accepted", "invited", "declined"))),
                        name="an_invitation_is_answered_in_known_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", "invited"), ("answered_at", None)),
                            models.Q(
                                models.Q(("answer", "invited"), _negated=True), ("answered_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="an_answer_to_an_invitation_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("may_change", False), ("uninvited_at", None), _connector="OR"),
                        name="nobody_who_is_uninvited_may_change",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("uninvited_at", None),
                            ("uninvited_at__gte", models.F("invited_at")),
                            _connector="OR",
                        ),
                        name="nobody_is_uninvited_before_they_are_invited",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("code", models.CharField(max_length=24)),
                ("rule", models.CharField(blank=True, max_length=24)),
                ("times", models.PositiveIntegerField()),
                (
                    "rooms",
                    models.PositiveIntegerField(help_text="How many rooms or seats were asked for, in all."),
                ),
                (
                    "type",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="rooms.roomtype",
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refusals",
                        to="rooms.venue",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("type__isnull", False)),
                        fields=("venue", "day", "type", "code", "rule"),
                        name="a_reason_counts_once_a_day_for_a_type",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("type", None)),
                        fields=("venue", "day", "code", "rule"),
                        name="a_reason_counts_once_a_day_for_a_venue",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoomRight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "take",
                    models.CharField(
                        choices=[("see", "see"), ("book", "book"), ("repeat", "repeat")], max_length=6
                    ),
                ),
                (
                    "change",
                    models.CharField(
                        blank=True, choices=[("edit", "edit"), ("archive", "archive")], max_length=7
                    ),
                ),
                ("given_at", models.DateTimeField()),
                (
                    "given_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="rights_given",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rights",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rights",
                        to="rooms.room",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("room", "person"), name="one_has_the_rights_of_a_room_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("take__in", ["see", "book", "repeat"])),
                        name="a_right_is_at_least_to_see",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("change__in", ["", "edit", "archive"])),
                        name="a_right_changes_in_known_ways",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "query",
                    models.CharField(
                        blank=True, help_text="What stands after ? in its address.", max_length=1000
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to="rooms.venue",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "venue", "name"), name="a_name_is_of_one_view")
                ],
            },
        ),
        migrations.CreateModel(
            name="Rate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(default="Standard", max_length=80)),
                (
                    "unit",
                    models.CharField(
                        choices=[("hour", "an hour"), ("night", "a night"), ("stay", "a booking")],
                        default="hour",
                        max_length=5,
                    ),
                ),
                (
                    "amount",
                    models.BigIntegerField(
                        help_text="In the currency's smallest unit: 2400 is 24.00 EUR.",
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "weekdays",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="[5, 6] is Saturday and Sunday; empty is every day.",
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "min_units",
                    models.PositiveSmallIntegerField(
                        default=1, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                ("priority", models.SmallIntegerField(default=0)),
                (
                    "free_minutes",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="By the hour: who leaves within so many minutes pays nothing.",
                        validators=[django.core.validators.MaxValueValidator(1440)],
                    ),
                ),
                (
                    "most_a_day",
                    models.BigIntegerField(
                        blank=True,
                        help_text="By the hour: what 24 hours from the start cost at most. Empty: no limit.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="most in 24 hours",
                    ),
                ),
                (
                    "from_time",
                    models.TimeField(
                        blank=True,
                        help_text="By the hour: only from then on, until the other time; a night runs over midnight.",
                        null=True,
                        verbose_name="from",
                    ),
                ),
                ("until_time", models.TimeField(blank=True, null=True, verbose_name="until")),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rates", to="rooms.roomtype"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="a_rate_is_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("most_a_day", None), ("most_a_day__gte", 0), _connector="OR"),
                        name="a_cap_is_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("from_time", None), ("until_time", None)),
                            models.Q(
                                ("from_time__isnull", False),
                                ("until_time__isnull", False),
                                models.Q(("from_time", models.F("until_time")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="hours_of_a_rate_have_two_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("unit", "hour"),
                            models.Q(("free_minutes", 0), ("from_time", None), ("most_a_day", None)),
                            _connector="OR",
                        ),
                        name="only_a_rate_by_the_hour_has_hours",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "most",
                    models.PositiveSmallIntegerField(
                        help_text="So many for one guest. Who works there may book more, for guests too.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10000),
                        ],
                        verbose_name="at most",
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[("bookings", "bookings"), ("hours", "hours"), ("nights", "nights")],
                        default="bookings",
                        help_text="A booking of several rooms is one, and each of its rooms has its hours or nights.",
                        max_length=8,
                        verbose_name="of",
                    ),
                ),
                (
                    "per",
                    models.CharField(
                        choices=[
                            ("day", "a day"),
                            ("week", "a week, from Monday on"),
                            ("month", "a month"),
                            ("ahead", "at a time, of what has not ended"),
                        ],
                        default="week",
                        max_length=5,
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: for all the venue has, together.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quotas",
                        to="rooms.roomtype",
                        verbose_name="for",
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="quotas", to="rooms.venue"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("type", None)),
                        fields=("venue", "measure", "per"),
                        name="one_quota_of_a_kind_per_venue",
                        violation_error_message="The venue has a quota of that kind.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("type__isnull", False)),
                        fields=("type", "measure", "per"),
                        name="one_quota_of_a_kind_per_type",
                        violation_error_message="The type has a quota of that kind.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("most__gte", 1), ("most__lte", 10000)),
                        name="a_quota_leaves_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("measure__in", ["bookings", "hours", "nights"])),
                        name="a_quota_measures_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("per__in", ["day", "week", "month", "ahead"])),
                        name="a_quota_is_of_a_known_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitlistEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("rooms", models.JSONField(blank=True, default=list)),
                ("first", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("last", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "count",
                    models.PositiveSmallIntegerField(
                        default=1, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                ("travelers", models.JSONField(blank=True, default=list)),
                ("title", models.CharField(blank=True, default="", max_length=120)),
                ("party", models.PositiveSmallIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("offered", "Offered"),
                            ("left", "Left"),
                            ("ended", "Ended"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("offered_at", models.DateTimeField(blank=True, null=True)),
                ("look_at", models.DateTimeField()),
                (
                    "word",
                    models.CharField(
                        blank=True, default="", help_text="Why it ended by itself.", max_length=400
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="rooms.booking",
                    ),
                ),
                (
                    "departure",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waitlist",
                        to="rooms.departure",
                    ),
                ),
                (
                    "guest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waitlist_entries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="rooms.roomtype",
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waitlist",
                        to="rooms.venue",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("departure__isnull", False), ("state", "waiting")),
                        fields=["departure", "id"],
                        name="who_waits_for_a_departure",
                    ),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["venue", "ends_at"],
                        name="who_waits_at_a_venue",
                    ),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["look_at"],
                        name="waits_to_be_looked_at",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("guest", "departure", "type", "first", "last"),
                        name="one_waits_once_for_a_journey",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("departure", None), ("state", "waiting")),
                        fields=("guest", "type", "starts_at", "ends_at"),
                        name="one_waits_once_for_any_of_a_type",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("departure", None), ("state", "waiting"), ("type", None)),
                        fields=("guest", "rooms", "starts_at", "ends_at"),
                        name="one_waits_once_for_the_same_rooms",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last__gt", models.F("first"))), name="a_wait_leads_onward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="a_wait_is_for_a_span",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("departure", None), ("first", None), ("last", None)),
                            models.Q(
                                ("departure__isnull", False),
                                ("first__isnull", False),
                                ("last__isnull", False),
                                ("type__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="one_waits_for_rooms_or_for_a_journey",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "offered"), _negated=True),
                            ("offered_at__isnull", False),
                            _connector="OR",
                        ),
                        name="an_offer_was_made_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("by_mail", models.BooleanField(default=False, verbose_name="also by e-mail")),
                ("created_at", models.DateTimeField()),
                ("mailed", models.BigIntegerField(default=0, editable=False)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watches",
                        to="rooms.room",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "watches",
                "indexes": [
                    models.Index(
                        condition=models.Q(("by_mail", True)),
                        fields=["room", "person"],
                        name="who_is_mailed_about_a_room",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "room"), name="one_watches_a_room_once")
                ],
            },
        ),
    ]
