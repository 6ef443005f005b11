"""Generate departures from the timetable."""

import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms import operations
from rooms.demo.progress import Progress
from rooms.models import Timetable


class Command(BaseCommand):
    help = "Create the departures of the coming days that are not there yet, however often it runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="How many days ahead (30).")
        parser.add_argument("--from", dest="first", help="The first date, such as 2026-12-01; or today.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            first = date.fromisoformat(options["first"]) if options["first"] else datetime.now(UTC).date()
        except ValueError as error:
            raise CommandError("Give the first date as 2026-12-01.") from error
        if not 1 <= options["days"] <= 400:
            raise CommandError("Give 1 to 400 days.")
        last = first + timedelta(days=options["days"] - 1)
        with Progress("departures", sys.stderr) as progress:
            progress.start(options["days"] * max(Timetable.objects.count(), 1))
            made = operations.generate_departures(first, last, step=progress.step)
        self.stdout.write(f"{made:,} departures from {first} to {last}.")
