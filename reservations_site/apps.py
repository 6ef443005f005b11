"""The wiring, as an app: its commands, and the checks that guard the start."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "reservations_site"

    def ready(self) -> None:
        from api import documents
        from live import schema
        from reservations_site import security  # noqa: F401 -- registers its check

        documents.hand_in("live.schema.json", schema.encoded)
