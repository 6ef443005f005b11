"""How long a search for stays takes: 200 hotels with 100 rooms each, and 1,000,000 stays in them.

    python -m benchmarks.stays                    takes some minutes to fill the tables
    python -m benchmarks.stays --hotels 20        a tenth of it

It needs PostgreSQL (DATABASE_URL, or postgres://postgres@127.0.0.1:5432/reserve_bench_stays), and makes a
database of its own there. The search ranks every hotel and reads the first page in full, with its nights;
beside it stands the bare statement that counts the free rooms of every type, as one would write it by hand.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

DEFAULT = "postgres://postgres@127.0.0.1:5432/reserve_bench_stays"
ROOMS, STAYS, TYPES, PAGE = 100, 50, 4, 8
TODAY = datetime.now(UTC).replace(hour=15, minute=0, second=0, microsecond=0)
FIRST = TODAY - timedelta(days=2 * STAYS)
BARE = """
SELECT room.type_id, count(*) FROM rooms_room AS room WHERE NOT EXISTS (
  SELECT 1 FROM rooms_allocation AS taken WHERE taken.room_id = room.id AND taken.active
  AND tstzrange(taken.blocks_from, taken.blocks_until) && tstzrange(%s, %s)
) GROUP BY room.type_id"""


def main() -> None:
    """Fill the tables, search, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--hotels", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=21)
    options = parser.parse_args()
    os.environ.setdefault("DATABASE_URL", DEFAULT)
    os.environ.setdefault("SECRET_KEY", "only-for-the-benchmark-0123456789-abcdefghijklmnopqrstuvwxyz")
    os.environ["DJANGO_SETTINGS_MODULE"] = "reservations_site.settings"
    _prepare(options.hotels)
    _measure(options.rounds)


def say(name: str, value: str) -> None:
    """Print one row of the table at once."""
    sys.stdout.write(f"{name:<58} {value}\n")
    sys.stdout.flush()


def _prepare(hotels: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.booking import _create_database

    _create_database()
    call_command("migrate", verbosity=0)
    from accounts.models import User

    guest = User.objects.create_user("bench@example.com")
    for number in range(hotels):
        _hotel(number, guest)
        if number % 20 == 19:
            say(f"  filled {number + 1} hotels", f"{(number + 1) * ROOMS * STAYS:,} stays")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _hotel(number: int, guest: Any) -> None:
    from datetime import time as clock

    from django.db import connection

    from benchmarks.booking import FILL
    from rooms.models import Policy, Rate, Room, RoomType, Venue

    venue = Venue.objects.create(
        slug=f"hotel-{number}", name=f"Hotel {number}", kind="hotel", city="Istanbul"
    )
    policy = Policy.objects.create(venue=venue, check_in=clock(15), check_out=clock(11))
    kinds = [
        RoomType.objects.create(venue=venue, name=f"Type {n}", capacity=2, unit="night", policy=policy)
        for n in range(TYPES)
    ]
    for n, kind in enumerate(kinds):
        Rate.objects.create(type=kind, unit="night", amount=10_000 + 1_000 * n + number)
    Room.objects.bulk_create(
        Room(venue=venue, type=kinds[n % TYPES], name=str(n), capacity=2, order=n) for n in range(ROOMS)
    )
    # FILL lays hours back; here each room has two nights in four, beginning on a day of its own: of each
    # type, half the rooms are free on any night.
    own = f"(SELECT id FROM rooms_room WHERE venue_id = {venue.pk}) AS room"  # noqa: S608 -- a number of ours
    statement = FILL.replace("rooms_room AS room", own)
    start, end = "(4 * n + room.id / 4 %% 4)::int", "(4 * n + 2 + room.id / 4 %% 4)::int, hours => -4"
    statement = statement.replace(
        "- make_interval(hours => 2 * (n + 1))", f"+ make_interval(days => {start})"
    )
    statement = statement.replace(
        "- make_interval(hours => 2 * (n + 1) - 1)", f"+ make_interval(days => {end})"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [FIRST, FIRST, 0, STAYS - 1, venue.pk, guest.pk])


def _measure(rounds: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from rooms.queries.stay_search import StaySearch, in_full, search
    from rooms.queries.stays import Wanted
    from rooms.sql import database_now, fetch

    arrive = TODAY.date() + timedelta(days=14)
    asked = StaySearch(arrive, arrive + timedelta(days=2), Wanted(guests=2), Decimal(400), "Istanbul")

    def ranked() -> Any:
        return search(asked, now=database_now())

    def found() -> Any:
        matches, own = ranked()
        return in_full(matches[:PAGE], asked, own=own, now=database_now())

    def bare() -> Any:
        start = TODAY + timedelta(days=14)
        return fetch(BARE, [start, start + timedelta(days=2, hours=-4)])

    cold = _once(found)
    with CaptureQueriesContext(connection) as seen:
        found()
    say("hotels found", f"{len(ranked()[0])}, {PAGE} of them shown in full")
    say("queries, terms in memory", str(len(seen)))
    whole, rank, hand = (_median(work, rounds) for work in (found, ranked, bare))
    say("search, first in a process (terms are read)", f"{cold:.0f} ms")
    say("search with the page in full, median", f"{whole:.0f} ms")
    say("  of it: ranking every hotel", f"{rank:.0f} ms")
    say("bare statement: free rooms of every type, median", f"{hand:.0f} ms")
    say("ratio of the whole search to the bare statement", f"{whole / hand:.2f}")


def _once(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _median(work: Callable[[], Any], rounds: int) -> float:
    return statistics.median(_once(work) for _ in range(rounds))


if __name__ == "__main__":
    main()
