"""Run the clock by itself, for deployments whose server processes do not."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from reservations_site.clock import Clock


class Command(BaseCommand):
    help = "Do once a second what is due; start as many as you like, one of them leads."

    def handle(self, *args: Any, **options: Any) -> None:
        clock = Clock()
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, lambda *_: clock.tell_to_stop())
        self.stdout.write("The clock runs. (Ctrl-C ends it)")
        self.stdout.flush()
        clock.run()
        self.stdout.write("The clock has stopped.")
