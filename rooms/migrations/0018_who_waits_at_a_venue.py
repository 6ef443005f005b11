import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """Apart from the rows that the one before wrote: PostgreSQL alters no table with triggers to come."""

    dependencies = [("rooms", "0017_waiting_for_rooms")]

    operations = [
        migrations.AlterField(
            model_name="waitlistentry",
            name="venue",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="waitlist",
                to="rooms.venue",
            ),
        ),
        *(
            migrations.AlterField(model_name="waitlistentry", name=name, field=models.DateTimeField())
            for name in ("starts_at", "ends_at", "look_at")
        ),
        migrations.AddIndex(
            model_name="waitlistentry",
            index=models.Index(
                condition=Q(("departure__isnull", False), ("state", "waiting")),
                fields=["departure", "id"],
                name="who_waits_for_a_departure",
            ),
        ),
        migrations.AddIndex(
            model_name="waitlistentry",
            index=models.Index(
                condition=Q(("state", "waiting")), fields=["venue", "ends_at"], name="who_waits_at_a_venue"
            ),
        ),
        migrations.AddIndex(
            model_name="waitlistentry",
            index=models.Index(
                condition=Q(("state", "waiting")), fields=["look_at"], name="waits_to_be_looked_at"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.UniqueConstraint(
                condition=Q(("departure", None), ("state", "waiting")),
                fields=("guest", "type", "starts_at", "ends_at"),
                name="one_waits_once_for_any_of_a_type",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.UniqueConstraint(
                condition=Q(("departure", None), ("state", "waiting"), ("type", None)),
                fields=("guest", "rooms", "starts_at", "ends_at"),
                name="one_waits_once_for_the_same_rooms",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.CheckConstraint(
                condition=Q(("ends_at__gt", F("starts_at"))), name="a_wait_is_for_a_span"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(("departure", None), ("first", None), ("last", None)),
                    Q(
                        ("departure__isnull", False),
                        ("first__isnull", False),
                        ("last__isnull", False),
                        ("type__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="one_waits_for_rooms_or_for_a_journey",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitlistentry",
            constraint=models.CheckConstraint(
                condition=Q(Q(("state", "offered"), _negated=True), ("offered_at__isnull", False), _connector="OR"),
                name="an_offer_was_made_once",
            ),
        ),
    ]
