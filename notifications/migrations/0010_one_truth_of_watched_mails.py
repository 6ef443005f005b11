from django.db import migrations


def switch_off(apps, schema_editor):
    """Let whoever wanted no mails about rooms want none of each room."""
    unwanted = apps.get_model("notifications", "MailPreference").objects.filter(watching=False)
    watches = apps.get_model("rooms", "Watch").objects.filter(person__in=unwanted.values("user"), by_mail=True)
    watches.update(by_mail=False)


class Migration(migrations.Migration):

    dependencies = [
        ("notifications", "0009_lighter_watching"),
        ("rooms", "0023_changes_of_a_blocking"),
    ]

    operations = [
        migrations.RunPython(switch_off, migrations.RunPython.noop),
        migrations.RemoveField(model_name="mailpreference", name="watching"),
    ]
