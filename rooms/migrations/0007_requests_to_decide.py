from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rooms", "0006_lighter_bookings")]

    operations = [
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("state", "pending")), fields=["starts_at"], name="requests_to_decide"
            ),
        ),
    ]
