"""How fast `operations.book` writes, as a ratio to the bare INSERT limit measured in the same run.

    python -m benchmarks.booking                       1,000,000 allocations, 1 and 4 processes
    python -m benchmarks.booking --rows 20000 --seconds 2

It needs PostgreSQL (DATABASE_URL, or postgres://postgres@127.0.0.1:5432/reserve_bench) and makes a
database of its own there. The limit is one INSERT of one row of the same shape, without any guard,
committed alone, by psycopg itself. Rounds of the two alternate, and the median of the rounds is quoted:
this machine's speed drifts by a factor of two within minutes.

Each process books as a guest of its own, as people do; all book at one venue. Beside the rates stands what
one INSERT and one booking cost in processor time, here and in the process of PostgreSQL that serves it (on
Linux, with the database on the same machine): that says more where other work keeps the processors busy.
"""

import argparse
import multiprocessing
import os
import random
import statistics
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

DEFAULT = "postgres://postgres@127.0.0.1:5432/reserve_bench"
ROOMS = 10_000
FIRST = datetime(2030, 1, 7, 0, 0, tzinfo=UTC)  # a Monday; history lies before it


def main() -> None:
    """Fill the tables, measure, and print a table of ratios."""
    options = _options()
    os.environ.setdefault("DATABASE_URL", DEFAULT)
    os.environ["DEBUG"] = "off"  # else Django logs every statement, and takes the slower way to do so
    os.environ.setdefault("SECRET_KEY", "only for benchmarks, and fifty characters long at the very least")
    _django()
    _prepare(options.rows)
    say(f"{ROOMS:,} rooms, {options.rows:,} allocations; {options.rounds} rounds of {options.seconds} s each")
    names = f"{'INSERT /s':>9}  {'book /s':>9}  {'ratio':>6}  {'INSERT CPU':>16}  {'book CPU':>16}"
    say(f"{'processes':>9}  {names}")
    for processes in options.processes:
        rounds = [
            (_run(_insert, processes, options.seconds, n), _run(_book, processes, options.seconds, n))
            for n in range(options.rounds)
        ]
        limit, booked = (_median(runs) for runs in zip(*rounds, strict=True))
        ratio = statistics.median(own.rate / bare.rate for bare, own in rounds)
        rates = f"{limit.rate:>9,.0f}  {booked.rate:>9,.0f}  {ratio:>6.0%}"
        say(f"{processes:>9}  {rates}  {limit.cost:>16}  {booked.cost:>16}")
    say(f"CPU is milliseconds for each, here + in PostgreSQL. Round trips of one booking: {_round_trips()}.")


class Run(NamedTuple):
    """What a round came to: how many a second, and the processor time of one, in milliseconds."""

    rate: float
    here: float
    there: float

    @property
    def cost(self) -> str:
        return f"{self.here:.3f} + {self.there:.3f}"


def _median(runs: Iterable[Run]) -> Run:
    return Run(*(statistics.median(figures) for figures in zip(*runs, strict=True)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 4])
    return parser.parse_args()


def say(text: str) -> None:
    """Print one line of progress or result at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reservations_site.settings")
    import django

    django.setup()


def _prepare(rows: int) -> None:
    """Make the database anew, with so many allocations spread over the rooms' history."""
    from django.core.management import call_command
    from django.db import connection

    _create_database()
    call_command("migrate", verbosity=0)
    from accounts.models import User
    from rooms.models import Policy, Room, RoomType, Venue

    guest, *_ = [User.objects.create_user(GUEST.format(n), None) for n in range(10)]
    venue = Venue.objects.create(slug="bench", name="Bench", currency="EUR")
    policy = Policy.objects.create(venue=venue, max_advance_days=3650)
    kind = RoomType.objects.create(venue=venue, name="Room", capacity=8, policy=policy)
    kind.rates.create(amount=2400)
    Room.objects.bulk_create(
        [Room(venue=venue, type=kind, name=f"Room {n}", capacity=8, order=n) for n in range(ROOMS)],
        batch_size=1000,
    )
    per_room = rows // ROOMS
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # the limit of a site, not of a hundred thousand rows
        for chunk in range(0, per_room, 10):
            cursor.execute(FILL, [FIRST, FIRST, chunk, min(chunk + 10, per_room) - 1, venue.pk, guest.pk])
            say(f"  filled {min(chunk + 10, per_room) * ROOMS:,} of {rows:,}")
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute("CREATE TABLE bare (LIKE rooms_allocation INCLUDING DEFAULTS INCLUDING IDENTITY)")
        cursor.execute("ALTER TABLE bare ADD PRIMARY KEY (id)")
        cursor.execute("INSERT INTO bare OVERRIDING SYSTEM VALUE SELECT * FROM rooms_allocation")
        cursor.execute("SELECT setval(pg_get_serial_sequence('bare', 'id'), (SELECT max(id) FROM bare))")
        # As history is on a site that has run for a while; else autovacuum does it in the middle of a round.
        for table in ("rooms_booking", "rooms_allocation", "rooms_room", "bare"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")  # a constant name
        cursor.execute("CHECKPOINT")
    connection.close()


GUEST = "bench{}@example.com"
FILL = """
WITH slot AS (
  SELECT room.id AS room, n, nextval(pg_get_serial_sequence('rooms_booking', 'id')) AS booking,
    %s::timestamptz - make_interval(hours => 2 * (n + 1)) AS starts_at,
    %s::timestamptz - make_interval(hours => 2 * (n + 1) - 1) AS ends_at
  FROM rooms_room AS room, generate_series(%s, %s) AS n
), made AS (
  INSERT INTO rooms_booking (id, reference, venue_id, guest_id, booked_by_id, state, title, party, note,
    starts_at, ends_at, renewals, price, currency, lines, created_at)
  OVERRIDING SYSTEM VALUE
  SELECT booking, 'B' || booking, %s, guest, guest, 'confirmed', 'Bench', 1, '',
    starts_at, ends_at, 0, 2400, 'EUR', '[]', starts_at FROM slot, (SELECT %s::bigint AS guest) AS someone
)
INSERT INTO rooms_allocation (room_id, booking_id, starts_at, ends_at, blocks_from, blocks_until,
  state, active)
SELECT room, booking, starts_at, ends_at, starts_at, ends_at, 'confirmed', TRUE FROM slot
"""


def _create_database() -> None:
    import psycopg
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "postgresql":
        raise SystemExit("This benchmark needs PostgreSQL: set DATABASE_URL=postgres://…")
    database = settings.DATABASES["default"]
    name = psycopg.sql.Identifier(database["NAME"])
    address = {"host": database["HOST"], "port": database["PORT"] or 5432, "user": database["USER"]}
    with psycopg.connect(
        dbname="postgres", password=database["PASSWORD"], autocommit=True, **address
    ) as admin:
        admin.execute(psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        admin.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(name))


def _run(work: object, processes: int, seconds: float, turn: int) -> Run:
    """Run the work in so many processes for so long, and return what they did together."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(processes)
    done = context.Queue()
    workers = [
        context.Process(
            target=work, args=(start, done, seconds, processes * 100 + turn * 10 + n), daemon=True
        )
        for n in range(processes)
    ]
    for worker in workers:
        worker.start()
    runs = [done.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join()
    rates, here, there = zip(*runs, strict=True)
    return Run(sum(rates), statistics.mean(here), statistics.mean(there))


def _spread(number: int) -> "random.Random":
    return random.Random(number)  # noqa: S311 -- a repeatable spread of rooms


def _insert(start: object, done: object, seconds: float, number: int) -> None:
    """The limit: one INSERT of one row of the same shape, committed alone, by psycopg itself."""
    _django()
    import psycopg
    from django.conf import settings

    database = settings.DATABASES["default"]
    chance = _spread(number)
    with psycopg.connect(
        dbname=database["NAME"],
        host=database["HOST"],
        port=database["PORT"] or 5432,
        user=database["USER"],
        password=database["PASSWORD"],
        autocommit=True,
    ) as connection:
        cursor = connection.cursor()

        def one(n: int) -> None:
            at = FIRST + timedelta(hours=n)
            cursor.execute(BARE, [chance.randrange(1, ROOMS), at, at + HOUR, at, at + HOUR], prepare=True)

        done.put(_timed(one, start, seconds, connection.info.backend_pid))  # type: ignore[attr-defined]


HOUR = timedelta(hours=1)
BARE = (
    "INSERT INTO bare (room_id, booking_id, starts_at, ends_at, blocks_from, blocks_until, state, active) "
    "VALUES (%s, 1, %s, %s, %s, %s, 'confirmed', TRUE)"
)


def _book(start: object, done: object, seconds: float, number: int) -> None:
    _django()
    from django.db import connection

    from accounts.models import User
    from reservations import Span
    from rooms import operations
    from rooms.models import Room

    guest = User.objects.get(email=GUEST.format(number % 10))
    rooms = list(Room.objects.all())
    chance = _spread(number)
    # Every process of every round books hours of its own: nobody is refused, all is written.
    first = FIRST + timedelta(days=number)
    now = first - timedelta(days=1)

    def one(n: int) -> None:
        at = first + timedelta(hours=n // len(rooms) % 24)
        operations.book(rooms[n % len(rooms)], Span(at, at + HOUR), by=guest, key=f"{number}-{n}", now=now)

    chance.shuffle(rooms)
    for n in range(20):
        operations.book(rooms[-1 - n], Span(first + 20 * HOUR, first + 21 * HOUR), by=guest, now=now)
    backend = connection.connection.info.backend_pid
    done.put(_timed(one, start, seconds, backend))  # type: ignore[attr-defined]


def _timed(one: object, start: object, seconds: float, backend: int) -> Run:
    start.wait()  # type: ignore[attr-defined]
    here, there = time.process_time(), _spent(backend)
    began, n = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        one(n)  # type: ignore[operator]
        n += 1
    rate = n / (time.perf_counter() - began)
    return Run(rate, (time.process_time() - here) / n * 1000, (_spent(backend) - there) / n * 1000)


def _spent(process: int) -> float:
    """Return the processor time of another process on this machine, in seconds; 0 where nobody can tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _round_trips() -> str:
    """Count the statements of one booking; BEGIN and COMMIT would be among them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User
    from reservations import Span
    from rooms import operations
    from rooms.models import Room

    guest, room = User.objects.get(email=GUEST.format(0)), Room.objects.first()
    at = FIRST + timedelta(days=3000, hours=random.randrange(10_000))  # noqa: S311 -- any free hour
    operations.book(room, Span(at - HOUR, at), by=guest, now=at - 2 * HOUR)  # the terms are in memory now
    with CaptureQueriesContext(connection) as seen:
        operations.book(room, Span(at, at + HOUR), by=guest, key=f"trip {at}", now=at - 2 * HOUR)
    return str(len(seen))


if __name__ == "__main__":
    main()
