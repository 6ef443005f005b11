import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("notifications", "0001_initial"),
        ("notifications", "0002_mail_and_calendars"),
        ("notifications", "0003_late_departures"),
        ("notifications", "0004_report_mails"),
        ("notifications", "0005_incoming_calendars"),
        ("notifications", "0006_offers"),
        ("notifications", "0007_messages"),
        ("notifications", "0008_watched_rooms"),
        ("notifications", "0009_lighter_watching"),
        ("notifications", "0010_one_truth_of_watched_mails"),
        ("notifications", "0011_invited"),
    ]

    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("rooms", "0001_squashed_0026_answers_to_invitations"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_feeds",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="rooms.room",
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="rooms.venue",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("room", None), ("venue__isnull", False), _connector="OR"),
                        name="a_feed_of_a_room_is_of_its_venue",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(max_length=500)),
                ("secret", models.CharField(editable=False, max_length=80)),
                ("created_at", models.DateTimeField()),
                ("heard", models.BigIntegerField(default=-1, editable=False)),
                ("looked_at", models.DateTimeField(editable=False)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("rests_until", models.DateTimeField(blank=True, null=True)),
                ("disabled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "disabled_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("gone", "The receiver said that it is gone for good (410)."),
                            ("failing", "Nothing could be delivered for 24 hours."),
                            ("not_allowed", "Its owner may not see the venue any more."),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhooks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhooks",
                        to="rooms.venue",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disabled_at", None), ("disabled_because", "")),
                            models.Q(
                                ("disabled_at__isnull", False),
                                models.Q(("disabled_because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_disabled_webhook_says_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookCursor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.BigIntegerField()),
                (
                    "room",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="rooms.room",
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cursors",
                        to="notifications.webhook",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("webhook", "room"), name="one_cursor_for_a_webhook_and_room"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("subject", models.CharField(max_length=28)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Sending"),
                            ("delivered", "Delivered"),
                            ("given_up", "Given Up"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=200)),
                (
                    "change",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rooms.change",
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="notifications.webhook",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "indexes": [
                    models.Index(fields=["webhook", "id"], name="deliveries_of_a_webhook"),
                    models.Index(fields=["created_at"], name="deliveries_by_age"),
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "sending"])),
                        fields=["next_at", "id"],
                        name="deliveries_that_are_due",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "sending"])),
                        fields=["webhook", "subject", "change"],
                        name="deliveries_in_line",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("webhook", "change"), name="a_webhook_hears_of_a_change_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomingCalendar",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("url", models.CharField(max_length=500, verbose_name="address")),
                (
                    "every",
                    models.SmallIntegerField(
                        choices=[
                            (5, "Every 5 minutes"),
                            (15, "Every 15 minutes"),
                            (30, "Every half hour"),
                            (60, "Every hour"),
                            (360, "Every 6 hours"),
                        ],
                        default=15,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("next_at", models.DateTimeField(db_index=True, editable=False)),
                ("leased_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("reading", models.IntegerField(default=0, editable=False)),
                ("etag", models.CharField(blank=True, editable=False, max_length=200)),
                ("last_modified", models.CharField(blank=True, editable=False, max_length=200)),
                ("whole_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "read_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last read"),
                ),
                ("failing_since", models.DateTimeField(blank=True, editable=False, null=True)),
                ("failures", models.IntegerField(default=0, editable=False)),
                ("error", models.CharField(blank=True, editable=False, max_length=200)),
                (
                    "unread",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="not understood"
                    ),
                ),
                ("conflicts", models.IntegerField(default=0, editable=False)),
                ("revision", models.BigIntegerField(default=-1, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="incoming_calendars",
                        to="rooms.room",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("room", "url"),
                        name="a_room_reads_a_calendar_once",
                        violation_error_message="The room reads this calendar already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomingEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("uid", models.CharField(max_length=40)),
                ("title", models.CharField(blank=True, max_length=120)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("conflict_since", models.DateTimeField(blank=True, null=True)),
                ("waived", models.BooleanField(default=False)),
                (
                    "calendar",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="notifications.incomingcalendar",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("conflict_since__isnull", False)),
                        fields=["calendar"],
                        name="incoming_conflicts",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("calendar", "key"), name="an_incoming_event_is_known_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="an_incoming_event_ends_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomingBlocking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "blocking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="incoming",
                        to="rooms.blocking",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="notifications.incomingevent",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("letter", models.JSONField(blank=True, editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("booked", "Booked"),
                            ("requested", "Asked for"),
                            ("offered", "Offered"),
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                            ("held-expired", "Hold ran out"),
                            ("expired", "Request ran out"),
                            ("moved", "Moved"),
                            ("delayed", "Late"),
                            ("cancelled", "Cancelled"),
                            ("no_show", "Not shown up"),
                            ("paid", "Paid"),
                            ("refunded", "Refunded"),
                            ("payment_failed", "Payment failed"),
                            ("message", "Answered"),
                            ("reminder", "Reminder"),
                            ("report", "Report"),
                            ("watched", "In rooms that are watched"),
                            ("invited", "To who is invited"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        help_text="When it happened; of a reminder, the start it reminds of."
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("skipped", "Not wanted, or no longer true"),
                            ("unsure", "Handed over, but never acknowledged"),
                            ("given_up", "Given up"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("handed_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=200)),
                (
                    "booking",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="rooms.booking",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="rooms.participant",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["recipient"], name="notices_of_a_person"),
                    models.Index(fields=["created_at"], name="notices_by_age"),
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "sending"])),
                        fields=["next_at", "id"],
                        name="notices_that_are_due",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "sending"])),
                        fields=["booking", "id"],
                        name="notices_in_line",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["waiting", "sending"]),
                            models.Q(("kind", "watched"), _negated=True),
                        ),
                        fields=["next_at", "id"],
                        name="letters_that_are_due",
                    ),
                    models.Index(
                        condition=models.Q(("kind", "watched"), ("state__in", ["waiting", "sending"])),
                        fields=["recipient", "id"],
                        name="watched_rooms_in_line",
                    ),
                    models.Index(
                        condition=models.Q(("kind", "watched")),
                        fields=["recipient", "created_at"],
                        name="watched_rooms_of_a_person",
                    ),
                    models.Index(
                        condition=models.Q(("kind", "watched")),
                        fields=["created_at"],
                        name="watched_rooms_by_age",
                    ),
                    models.Index(
                        condition=models.Q(("participant__isnull", False)),
                        fields=["participant", "id"],
                        name="notices_of_a_participant",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("booking", "kind", "at", "recipient"), name="one_notice_for_each_cause"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("booking__isnull", False), ("letter__isnull", False), _connector="OR"
                        ),
                        name="a_notice_has_something_to_say",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("participant", None), ("recipient__isnull", False)),
                            models.Q(("participant__isnull", False), ("recipient", None)),
                            _connector="OR",
                        ),
                        name="a_notice_has_one_reader",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MailPreference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "bookings",
                    models.BooleanField(
                        default=True,
                        help_text="Booked, asked for, approved, moved, cancelled, answered, a hold that ran out. What the venue changes and what concerns money is always told.",
                        verbose_name="what happens to my bookings",
                    ),
                ),
                ("reminders", models.BooleanField(default=True, verbose_name="a reminder the day before")),
                (
                    "invitations",
                    models.BooleanField(
                        db_default=True,
                        default=True,
                        help_text="That somebody invites you, and what becomes of it. They stand under My bookings anyway.",
                        verbose_name="invitations to what others book",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_preference",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("report", models.CharField(max_length=24)),
                ("query", models.CharField(blank=True, max_length=300)),
                (
                    "every",
                    models.CharField(
                        choices=[("day", "Every day"), ("week", "Every week"), ("month", "Every month")],
                        max_length=5,
                    ),
                ),
                ("next_at", models.DateTimeField(db_index=True)),
                ("created_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="report_mails",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "report", "query", "every"), name="a_report_is_mailed_once_each_time"
                    )
                ],
            },
        ),
    ]
