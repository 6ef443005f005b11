"""How long a search for journeys takes: 300 departures a day of 400 seats, for 30 days, half of them sold.

    python -m benchmarks.journeys                     takes some minutes to fill the tables
    python -m benchmarks.journeys --departures 30     a tenth of it

It needs PostgreSQL (DATABASE_URL, or postgres://postgres@127.0.0.1:5432/reserve_bench_journeys), and makes a
database of its own there. Ten routes of six stops share the vehicles; a search finds a tenth of them.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any

DEFAULT = "postgres://postgres@127.0.0.1:5432/reserve_bench_journeys"
SEATS, DAYS, STOPS, ROUTES = 400, 30, 6, 10
ROUNDS = 20
FIRST = date(2030, 1, 7)
NOW = datetime(2030, 1, 1, tzinfo=UTC)


def main() -> None:
    """Fill the tables, measure, and print the table."""
    options = _options()
    os.environ.setdefault("DATABASE_URL", DEFAULT)
    os.environ.setdefault("SECRET_KEY", "only for benchmarks, and fifty characters long at the very least")
    _django()
    began = time.perf_counter()
    made = _fill(options.departures)
    say(f"{made:,} departures generated, half of their seats sold: {time.perf_counter() - began:,.0f} s")
    say(f"{'what':<34}{'p50 ms':>8}{'p95 ms':>8}{'queries':>9}{'found':>7}")
    from rooms.models import Departure
    from rooms.queries.departures import run_of
    from rooms.queries.journeys import nearby, search
    from rooms.queries.seats import seat_map

    run = run_of(Departure.objects.order_by("pk").values_list("pk", flat=True)[0])
    way = run.way(0, STOPS - 1)
    day = FIRST + timedelta(days=3)
    _row("a search of one date", lambda: search("Stop 0", "Stop 5", day, now=NOW))
    _row("the dates around it", lambda: nearby("Stop 0", "Stop 5", day))
    _row(f"a seat map of {SEATS} seats", lambda: seat_map(run, way, now=NOW).seats)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--departures", type=int, default=300, help="a day")
    return parser.parse_args()


def say(text: str) -> None:
    """Print one line of progress or result at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _django() -> None:
    import environ
    import psycopg

    address = environ.Env.db_url_config(os.environ["DATABASE_URL"])
    os.environ["DJANGO_SETTINGS_MODULE"] = "reservations_site.settings"
    os.environ.setdefault("PAYMENTS_SANDBOX", "on")
    with psycopg.connect(
        host=address["HOST"], port=address["PORT"] or 5432, user=address["USER"],
        password=address["PASSWORD"], dbname="postgres", autocommit=True,
    ) as session:  # fmt: skip
        name = psycopg.sql.Identifier(str(address["NAME"]))
        session.execute(psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        session.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(name))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _fill(departures: int) -> int:
    from django.db import connection

    from rooms import operations
    from rooms.demo.progress import Progress

    routes = [_route(number) for number in range(ROUTES)]
    with Progress("vehicles", sys.stderr) as progress:
        progress.start(departures)
        for number in range(departures):
            _vehicle(number, routes[number % ROUTES])
            progress.step(1)
    with Progress("departures", sys.stderr) as progress:
        progress.start(departures * DAYS)
        made = operations.generate_departures(FIRST, FIRST + timedelta(days=DAYS - 1), step=progress.step)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        with Progress("seats sold", sys.stderr) as progress:
            progress.start(departures * DAYS * SEATS // 2)
            with _without_guards(cursor):
                for day in range(DAYS):
                    cursor.execute(SOLD, [NOW, FIRST + timedelta(days=day)])
                    progress.step(cursor.rowcount)
        cursor.execute("VACUUM ANALYZE")  # of a table that was not written a moment ago
    return made


@contextmanager
def _without_guards(cursor: Any) -> Iterator[None]:
    """Drop the constraints and indexes of allocations, and make them anew from all rows at once."""
    cursor.execute(GUARDS)
    guards = cursor.fetchall()
    for is_constraint, name, _ in guards:
        drop = "ALTER TABLE rooms_allocation DROP CONSTRAINT {}" if is_constraint else "DROP INDEX {}"
        cursor.execute(drop.format(f'"{name}"'))
    yield
    for is_constraint, name, made in guards:
        say(f"  making {name} anew")
        add = f'ALTER TABLE rooms_allocation ADD CONSTRAINT "{name}" {made}'
        cursor.execute(add if is_constraint else made)


def _route(number: int) -> Any:
    from rooms.models import Fare, Route, Stop

    route = Route.objects.create(slug=f"route-{number}", name=f"Route {number}", mode="train")
    for position in range(STOPS):
        Stop.objects.create(
            route=route,
            position=position,
            place=f"Stop {number}-{position}" if number else f"Stop {position}",
            arrives=60 * position - 5 if position else None,
            departs=60 * position if position < STOPS - 1 else None,
        )
    Fare.objects.create(route=route, type_name="Second", amount=2000)
    return route


def _vehicle(number: int, route: Any) -> None:
    from rooms.models import Policy, Room, RoomType, Timetable, Venue

    vehicle = Venue.objects.create(slug=f"vehicle-{number}", name=f"Vehicle {number}", kind="vehicle")
    policy = Policy.objects.create(venue=vehicle)
    second = RoomType.objects.create(venue=vehicle, name="Second", unit="leg", policy=policy)
    Room.objects.bulk_create(
        Room(venue=vehicle, type=second, name=f"{seat}", x=seat % 4, y=seat // 4, order=seat)
        for seat in range(SEATS)
    )
    Timetable.objects.create(route=route, vehicle=vehicle, departs=clock(number % 18, number % 60))


GUARDS = """
SELECT TRUE, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = 'rooms_allocation'::regclass AND contype IN ('x', 'f', 'c')
UNION ALL
SELECT FALSE, indexname, indexdef FROM pg_indexes WHERE tablename = 'rooms_allocation'
  AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""
# Every other seat of a day's departures, from the first stop to the last, as operations would write it.
SOLD = """
WITH sold AS (
  INSERT INTO rooms_blocking (venue_id, reason, note, starts_at, ends_at, created_at)
  SELECT vehicle_id, 'private', '', starts_at, ends_at, %s FROM rooms_departure WHERE service_date = %s
  RETURNING id, venue_id, starts_at, ends_at
)
INSERT INTO rooms_allocation
  (room_id, blocking_id, starts_at, ends_at, blocks_from, blocks_until, state, active)
SELECT room.id, sold.id, sold.starts_at, sold.ends_at, sold.starts_at, sold.ends_at, 'blocked', TRUE
FROM sold JOIN rooms_room AS room ON room.venue_id = sold.venue_id AND room."order" %% 2 = 0
"""


def _row(what: str, ask: Callable[[], Any]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask()
    with CaptureQueriesContext(connection) as asked:
        found = len(ask())
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - began))
    times.sort()
    say(f"{what:<34}{statistics.median(times):>8.1f}{times[-2]:>8.1f}{len(asked):>9}{found:>7}")


if __name__ == "__main__":
    main()
