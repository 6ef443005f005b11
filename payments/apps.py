"""The app of money: payments, refunds and the ledger they are booked in."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from payments import at_desk, checks, invariants, panels, personal, receivers  # noqa: F401 -- two register themselves

        receivers.connect()
        personal.connect()
        panels.show()
        at_desk.show()
