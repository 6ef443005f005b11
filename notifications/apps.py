"""The app of what follows a change outside of this site: webhooks, letters, calendars."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from notifications import panels, personal, receivers

        receivers.connect()
        personal.connect()
        panels.connect()
