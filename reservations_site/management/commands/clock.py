"""Run the clock by itself, for deployments whose server processes do not."""

import signal
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError

from reservations_site.clock import Clock
from rooms.management.migrating import require_migrated


class Command(BaseCommand):
    help = "Do once a second what is due; start as many as you like, one of them leads."

    def handle(self, *args: Any, **options: Any) -> None:
        with suppress(OperationalError):  # A database that is away is waited for.
            require_migrated()
        clock = Clock()
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, lambda *_: clock.tell_to_stop())
        self.stdout.write("The clock runs. (Ctrl-C ends it)")
        self.stdout.flush()
        clock.run()
        self.stdout.write("The clock has stopped.")
