import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("payments", "0001_money"), ("payments", "0002_goodwill")]

    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("rooms", "0001_squashed_0026_answers_to_invitations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("key", models.CharField(max_length=255)),
                (
                    "method",
                    models.CharField(
                        choices=[("card", "Card"), ("cash", "Cash"), ("terminal", "Card at the desk")],
                        max_length=8,
                    ),
                ),
                ("gateway", models.CharField(max_length=20)),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "capture",
                    models.BooleanField(default=True, help_text="Taken at once, and not only reserved."),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("created", "Begun"),
                            ("needs_action", "Waits for the payer"),
                            ("pending", "Waits for the bank"),
                            ("authorized", "Reserved on the card"),
                            ("captured", "Paid"),
                            ("failed", "Failed"),
                            ("cancelled", "Given up"),
                        ],
                        default="created",
                        max_length=12,
                    ),
                ),
                ("captured", models.BigIntegerField(default=0)),
                ("refunded", models.BigIntegerField(default=0, help_text="Given back, or on the way.")),
                (
                    "reference",
                    models.CharField(blank=True, help_text="What its gateway calls it.", max_length=255),
                ),
                ("action_url", models.CharField(blank=True, max_length=2000)),
                ("failure", models.CharField(blank=True, max_length=40)),
                ("sentence", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField()),
                ("captured_at", models.DateTimeField(blank=True, null=True)),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                ("looks", models.PositiveIntegerField(default=0)),
                ("followed", models.BooleanField(default=True)),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="rooms.booking",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)),
                        fields=["next_at"],
                        name="payments_to_look_after",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("booking", "key"), name="a_key_pays_a_booking_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="a_payment_is_of_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("captured__gte", 0), ("captured__lte", models.F("amount"))),
                        name="no_more_is_captured_than_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("refunded__gte", 0), ("refunded__lte", models.F("captured"))),
                        name="no_more_is_refunded_than_captured",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("captured__gt", 0), ("state", "captured")),
                            models.Q(models.Q(("state", "captured"), _negated=True), ("captured", 0)),
                            _connector="OR",
                        ),
                        name="a_captured_payment_took_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("owed", "Owed"),
                            ("sent", "On its way"),
                            ("done", "Given back"),
                            ("failed", "Refused by the gateway"),
                        ],
                        default="owed",
                        max_length=6,
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True)),
                ("reference", models.CharField(blank=True, max_length=255)),
                ("sentence", models.CharField(blank=True, max_length=200)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        help_text="Why the venue gives back what it might keep; else by its terms.",
                        max_length=200,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="payments.payment",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)),
                        fields=["next_at"],
                        name="refunds_to_send",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="a_refund_is_of_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", False), ("state", "done")),
                            models.Q(models.Q(("state", "done"), _negated=True), ("done_at", None)),
                            _connector="OR",
                        ),
                        name="a_refund_that_is_done_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GatewayEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gateway", models.CharField(max_length=20)),
                ("event", models.CharField(max_length=255)),
                ("kind", models.CharField(max_length=80)),
                ("received_at", models.DateTimeField()),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="payments.payment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("gateway", "event"), name="a_gateway_event_counts_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Balance",
            fields=[
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="rooms.booking",
                    ),
                ),
                ("captured", models.BigIntegerField(default=0)),
                ("refunded", models.BigIntegerField(default=0)),
                (
                    "waived",
                    models.BigIntegerField(
                        default=0, help_text="Of it, what was given back out of goodwill."
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("captured__gte", models.F("refunded")), ("refunded__gte", 0)),
                        name="a_booking_gives_back_no_more_than_it_took",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("waived__gte", 0), ("waived__lte", models.F("refunded"))),
                        name="what_is_waived_is_given_back",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.CharField(
                        choices=[
                            ("captured", "Captured"),
                            ("owed", "Owed to the venue"),
                            ("refunded", "Refunded"),
                        ],
                        max_length=8,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("cause", models.CharField(help_text="The posting: its entries share it.", max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ledger", to="rooms.booking"
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger",
                        to="payments.payment",
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger",
                        to="payments.refund",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "ledger entries",
                "constraints": [
                    models.UniqueConstraint(fields=("cause", "account"), name="a_cause_is_posted_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True), name="an_entry_is_of_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SandboxCharge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("reference", models.CharField(max_length=40, unique=True)),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("text", models.CharField(max_length=200)),
                ("back", models.CharField(max_length=2000)),
                ("capture", models.BooleanField()),
                ("behavior", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("needs_action", "Needs Action"),
                            ("pending", "Pending"),
                            ("authorized", "Authorized"),
                            ("captured", "Captured"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=12,
                    ),
                ),
                ("failure", models.CharField(blank=True, max_length=40)),
                ("captured", models.BigIntegerField(default=0)),
                ("refunded", models.BigIntegerField(default=0)),
                ("answers_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answers_at__isnull", False)),
                        fields=["answers_at"],
                        name="charges_answered_late",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("captured__lte", models.F("amount")),
                            ("refunded__gte", 0),
                            ("refunded__lte", models.F("captured")),
                        ),
                        name="the_sandbox_gives_back_what_it_took",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SandboxRefund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True)),
                ("amount", models.BigIntegerField()),
                (
                    "charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refunds",
                        to="payments.sandboxcharge",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SandboxEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event", models.CharField(max_length=40, unique=True)),
                ("body", models.TextField()),
                ("due_at", models.DateTimeField()),
                ("sends", models.PositiveSmallIntegerField(default=1)),
                (
                    "charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="payments.sandboxcharge",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("sends__gt", 0)), fields=["due_at"], name="sandbox_events_to_send"
                    )
                ],
            },
        ),
    ]
