"""Take rooms in from a CSV file."""

import sys
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reservations import Invalid
from reservations.spans import counted
from rooms.demo.progress import Progress
from rooms.operations import importing


class Command(BaseCommand):
    help = (
        "Take rooms in from FILE.csv, whose first line names its columns: "
        f"{', '.join(importing.COLUMNS)}. A room of that name is changed; amenities are slugs, with ; "
        "between. A row that is wrong is named and left out, and the command exits with 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--dry-run", action="store_true", help="Only say what would happen.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as file:
                tally = self._taken_in(file, options["dry_run"])
        except (OSError, Invalid) as error:
            why = getattr(error, "strerror", None) or error  # which says the file's name by itself
            raise CommandError(f"{options['file']}: {why}") from error
        for line, why in tally.refused:
            self.stderr.write(f"Line {line}: {why}")
        would = "would be " if options["dry_run"] else ""
        counts = f"{counted(tally.added, 'room')} {would}added, {tally.changed} {would}changed"
        self.stdout.write(f"{counts}, {len(tally.refused)} {would}refused.")
        if tally.refused:
            sys.exit(1)

    def _taken_in(self, file: TextIO, dry_run: bool) -> importing.Tally:
        rows = importing.rows_of(file)
        with Progress("rooms", sys.stderr) as progress:
            progress.start(len(rows))
            return importing.import_rooms(rows, dry_run=dry_run, done=lambda: progress.step(1))
