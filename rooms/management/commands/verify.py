"""Check every invariant of the bookings, as fsck checks a file system."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand

from rooms.management.migrating import require_migrated
from rooms.queries import verify
from rooms.queries.invariants import INVARIANTS, SHOWN

PATIENCE = 2.0  # seconds, after which a person wants to know what takes so long


class Command(BaseCommand):
    help = (
        "Check every invariant that the tables can show; names what is broken, row by row, and exits with 1."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        began = time.monotonic()

        def begin(number: int, name: str) -> None:
            if time.monotonic() - began > PATIENCE or self.stderr.isatty():
                self.stderr.write(f"{number}/{len(INVARIANTS)} {name}")

        violations = 0
        for verdict in verify.verdicts(begin):
            violations += len(verdict.broken)
            self._tell(verdict)
        self.stdout.write(f"{violations} violations")
        if violations:
            sys.exit(1)

    def _tell(self, verdict: verify.Verdict) -> None:
        if not verdict.broken:
            return
        self.stdout.write(f"{verdict.name}: {verdict.law}")
        for row in verdict.broken:
            self.stdout.write("  " + "  ".join(f"{name}={value}" for name, value in row.items()))
        if len(verdict.broken) == SHOWN:
            self.stdout.write("  … and perhaps more: these are the first")
