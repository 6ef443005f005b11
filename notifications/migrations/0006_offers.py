from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_incoming_calendars")]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
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
                    ("reminder", "Reminder"),
                    ("report", "Report"),
                ],
                max_length=16,
            ),
        )
    ]
