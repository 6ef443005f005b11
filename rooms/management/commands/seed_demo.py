"""Load the demo worlds."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms import events
from rooms.demo import bulk, days, invited, past, people, vehicles, worlds, written
from rooms.demo.progress import Progress
from rooms.models import Venue


class Command(BaseCommand):
    help = (
        "Load the demo: people, venues, bookings around today, and eight weeks before them. "
        "Running it again adds only new days."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--big", action="store_true", help="Also 1,000 rooms with 1,000,000 allocations; takes minutes."
        )
        parser.add_argument("--force", action="store_true", help="Even though DEBUG is off.")
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="Do nothing where there is more than the demo, or no DEBUG.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        allowed = settings.DEBUG or options["force"]
        if options["if_empty"] and not (allowed and only_the_demo()):
            return
        if not allowed:
            # Everybody knows the demo's password: it must not come near a real site by a slip.
            raise CommandError(
                "The demo has log-ins whose password everybody knows. Set DEBUG=on, or give --force."
            )
        everybody = people.settle()
        venues = worlds.build()
        people.employ(everybody, venues)
        vehicles.timetable()
        happened = past.live(venues, everybody)
        happened += sum(days.live_in(venue, everybody) for venue in venues)
        happened += written.write(venues, everybody)
        happened += invited.invite(venues, everybody)
        if happened:
            events.lived.send(sender=None, venues=venues, people=everybody)
            self.stdout.write(f"Demo: {happened} things happened at {len(venues)} venues.")
        else:
            self.stdout.write("Demo: it is there already, and nothing is missing.")
        if options["big"]:
            with Progress("allocations", sys.stderr) as progress:
                made = bulk.build(progress=progress)
            self.stdout.write(f"Demo: {made:,} allocations in {bulk.ROOMS:,} rooms.")


def only_the_demo() -> bool:
    """Test whether the database is empty, or holds nothing but what this command makes."""
    known = {*worlds.SLUGS, *bulk.SLUGS}
    return not Venue.objects.exclude(slug__in=known).exists()
