from django.db import migrations, models

EXITS = ["cancelled", "declined", "expired", "no_show"]


def keep_nothing(apps, schema_editor):
    """Keep nothing of what was given up before anything could be paid."""
    apps.get_model("rooms", "Booking").objects.filter(state__in=EXITS, kept=None).update(kept=0)


class Migration(migrations.Migration):
    dependencies = [("rooms", "0003_money_and_consequences")]

    operations = [
        migrations.RunPython(keep_nothing, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(state__in=EXITS, kept__isnull=False)
                | (~models.Q(state__in=EXITS) & models.Q(kept=None)),
                name="what_is_kept_is_known_at_an_exit",
            ),
        ),
    ]
