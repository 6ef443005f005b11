"""Write bookings as a table for spreadsheets."""

import os
import signal
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms import spreadsheets
from rooms.demo.progress import Progress
from rooms.models import Venue
from rooms.queries import bookings


class Command(BaseCommand):
    help = "Write bookings as CSV, oldest first: to the screen, or to a file with a bar that shows how far."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--venue", help="Only those of the venue with this slug.")
        parser.add_argument("--from", dest="since", type=_date, help="Beginning on this date …")
        parser.add_argument("--to", dest="until", type=_date, help="… and before this one.")
        parser.add_argument("--output", type=Path, help="The file to write, instead of the screen.")

    def handle(self, *args: Any, **options: Any) -> None:
        zone = self._zone(options["venue"])
        since, until = (_midnight(options[name], zone) for name in ("since", "until"))
        found = bookings.bookings(venue=options["venue"], since=since, until=until)
        table = spreadsheets.lines(bookings.HEAD, bookings.rows(found))
        if options["output"] is None:
            self._show(table)
            return
        # A byte order mark, or a spreadsheet takes the names of guests for another alphabet.
        try:
            file = options["output"].open("w", encoding="utf-8-sig", newline="")
        except OSError as error:
            raise CommandError(f"{options['output']}: {error.strerror}.") from error
        with file, Progress("bookings", sys.stderr) as progress:
            progress.start(found.count())
            file.write(next(table))
            for line in table:
                file.write(line)
                progress.step(1)
        self.stdout.write(f"{progress.done:,} bookings in {options['output']}.")

    def _show(self, table: Iterator[str]) -> None:
        """Write the lines to the screen, or to a program that may have enough of them, such as `head`."""
        try:
            for line in table:
                self.stdout.write(line, ending="")
            self.stdout.flush()
        except BrokenPipeError:
            # What is left in the buffer would be written, and fail, once more when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(128 + signal.SIGPIPE)  # as of `cat`

    def _zone(self, slug: str | None) -> ZoneInfo:
        """Return the zone whose dates are meant: the venue's, or UTC where there are several venues."""
        if slug is None:
            return ZoneInfo("UTC")
        venue = Venue.objects.filter(slug=slug).first()
        if venue is None:
            raise CommandError(f"There is no venue “{slug}”.")
        return venue.zone


def _date(written: str) -> date:
    try:
        found = date.fromisoformat(written)
    except ValueError:
        raise ArgumentTypeError(f"“{written[:40]}” is no date; one looks like 2026-12-31.") from None
    if not 1971 <= found.year <= 2198:
        raise ArgumentTypeError("Dates go from 1971 to 2198.")
    return found


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(0), zone)
