import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce


def tell_when_and_where(apps, schema_editor):
    """Say of each place in the queue of a departure where and when that runs."""
    entries = apps.get_model("rooms", "WaitlistEntry").objects
    its = apps.get_model("rooms", "Departure").objects.filter(pk=OuterRef("departure"))
    entries.update(
        venue=Subquery(its.values("vehicle")[:1]),
        starts_at=Subquery(its.values("starts_at")[:1]),
        ends_at=Subquery(its.values("ends_at")[:1]),
        look_at=F("created_at"),
    )
    # An offer is as old as its hold; it was written down by the clock of the round that made it.
    holds = apps.get_model("rooms", "Booking").objects.filter(pk=OuterRef("booking"))
    made = Coalesce(Subquery(holds.values("created_at")[:1]), F("offered_at"), F("created_at"))
    entries.filter(state="offered").update(offered_at=made)


class Migration(migrations.Migration):
    dependencies = [("rooms", "0016_what_is_over_at_a_venue")]

    operations = [
        migrations.RemoveIndex(model_name="waitlistentry", name="who_waits_for_a_departure"),
        migrations.AddField(
            model_name="waitlistentry",
            name="venue",
            field=models.ForeignKey(
                null=True,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="waitlist",
                to="rooms.venue",
            ),
        ),
        *(
            migrations.AddField(
                model_name="waitlistentry", name=name, field=models.DateTimeField(null=True)
            )
            for name in ("starts_at", "ends_at", "look_at")
        ),
        migrations.AddField(
            model_name="waitlistentry", name="rooms", field=models.JSONField(blank=True, default=list)
        ),
        migrations.AddField(
            model_name="waitlistentry",
            name="title",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.AddField(
            model_name="waitlistentry", name="party", field=models.PositiveSmallIntegerField(default=1)
        ),
        migrations.AddField(
            model_name="waitlistentry",
            name="word",
            field=models.CharField(
                blank=True, default="", help_text="Why it ended by itself.", max_length=400
            ),
        ),
        migrations.AlterField(
            model_name="waitlistentry",
            name="state",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="waitlistentry",
            name="departure",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="waitlist",
                to="rooms.departure",
            ),
        ),
        migrations.AlterField(
            model_name="waitlistentry",
            name="type",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="rooms.roomtype",
            ),
        ),
        *(
            migrations.AlterField(
                model_name="waitlistentry",
                name=name,
                field=models.PositiveSmallIntegerField(blank=True, null=True),
            )
            for name in ("first", "last")
        ),
        migrations.RunPython(tell_when_and_where, migrations.RunPython.noop, elidable=True),
    ]
