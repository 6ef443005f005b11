"""The app of what can be booked and the booking of it."""

from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "rooms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rooms import checks, panels, personal, receivers  # noqa: F401 -- checks register themselves
        from rooms.views import invited, messaging, ticketing, vehicles

        receivers.connect()
        personal.connect()
        vehicles.show()
        panels.add(ticketing.panel)
        invited.show()
        messaging.show()
