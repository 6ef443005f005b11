"""How long reports take on 1,000,000 allocations, beside statements as one would write them by hand.

    python -m benchmarks.reports                  takes some minutes to fill the tables
    python -m benchmarks.reports --rows 100000    a tenth of it
    python -m benchmarks.reports --staggered      each begins and ends at another five minutes of its hour

It needs PostgreSQL (DATABASE_URL, or postgres://postgres@127.0.0.1:5432/reserve_bench_reports), and makes a
database of its own there: an office whose rooms are taken every other hour for more than a year, and a train.
The bare statements answer as much of each question as one writes by hand in a minute: they know no hours,
divided halls or other time zones, no holds that were only cancelled, and no days on which nothing happened.
"""

# ruff: noqa: S608 -- statements of our own words
import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

DEFAULT = "postgres://postgres@127.0.0.1:5432/reserve_bench_reports"
ROOMS, SEATS = 180, 100
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
ZONE = "Europe/Istanbul"
WITHIN = """booking.venue_id = ANY(%(venues)s)
  AND booking.created_at >= %(since)s AND booking.created_at < %(until)s"""
USED = "taken.state IN ('confirmed', 'checked_in', 'completed')"
OCCUPANCY = f"""
        SELECT room.{{by}}, COUNT(*), SUM(EXTRACT(EPOCH FROM LEAST(taken.ends_at, %(until)s)
          - GREATEST(taken.starts_at, %(since)s)))
        FROM rooms_allocation AS taken JOIN rooms_room AS room ON room.id = taken.room_id
        WHERE room.venue_id = ANY(%(venues)s) AND {USED}
          AND taken.starts_at < %(until)s AND taken.ends_at > %(since)s GROUP BY 1"""
BARE = {
    "revenue": f"""
        SELECT (posting.at AT TIME ZONE '{ZONE}')::date, booking.currency,
          SUM(posting.amount) FILTER (WHERE account = 'captured'),
          SUM(posting.amount) FILTER (WHERE account = 'refunded'),
          SUM(posting.amount) FILTER (WHERE account = 'owed')
        FROM payments_ledgerentry AS posting JOIN rooms_booking AS booking ON booking.id = posting.booking_id
        WHERE booking.venue_id = ANY(%(venues)s) AND posting.at >= %(since)s AND posting.at < %(until)s
        GROUP BY 1, 2 ORDER BY 1""",
    "revenue/room": """
        SELECT taken.room_id, booking.currency,
          SUM(posting.amount) FILTER (WHERE account = 'captured'),
          SUM(posting.amount) FILTER (WHERE account = 'refunded'),
          SUM(posting.amount) FILTER (WHERE account = 'owed')
        FROM payments_ledgerentry AS posting JOIN rooms_booking AS booking ON booking.id = posting.booking_id
        JOIN rooms_allocation AS taken ON taken.booking_id = booking.id
        WHERE booking.venue_id = ANY(%(venues)s) AND posting.at >= %(since)s AND posting.at < %(until)s
        GROUP BY 1, 2 ORDER BY 5 DESC""",
    "occupancy": OCCUPANCY.format(by="venue_id"),
    "occupancy/type": OCCUPANCY.format(by="type_id"),
    "occupancy/room": OCCUPANCY.format(by="id"),
    "popular-routes": f"""
        SELECT run.route_id, COUNT(*), COUNT(DISTINCT booking.id), SUM(kept.amount)
        FROM rooms_booking AS booking
        JOIN rooms_journey AS journey ON journey.booking_id = booking.id
        JOIN rooms_departure AS run ON run.id = journey.departure_id
        JOIN rooms_allocation AS taken ON taken.booking_id = booking.id AND {USED}
        LEFT JOIN (
          SELECT booking_id, SUM(amount) AS amount FROM payments_ledgerentry WHERE account = 'owed' GROUP BY 1
        ) AS kept ON kept.booking_id = booking.id
        WHERE {WITHIN} GROUP BY 1 ORDER BY 2 DESC""",
    "active-guests": f"""
        SELECT booking.guest_id, COUNT(*), COUNT(*) FILTER (WHERE state = 'cancelled'), SUM(kept.amount),
          RANK() OVER (ORDER BY COUNT(*) DESC)
        FROM rooms_booking AS booking LEFT JOIN (
          SELECT booking_id, SUM(amount) AS amount FROM payments_ledgerentry WHERE account = 'owed' GROUP BY 1
        ) AS kept ON kept.booking_id = booking.id
        WHERE {WITHIN} AND booking.state NOT IN ('held', 'expired') GROUP BY 1 ORDER BY 2 DESC""",
    "trends": f"""
        SELECT (at AT TIME ZONE '{ZONE}')::date, COUNT(*) FILTER (WHERE kind = 'made'),
          COUNT(*) FILTER (WHERE kind = 'cancelled'), AVG(ahead) FROM (
            SELECT booking.created_at AS at, 'made' AS kind,
              EXTRACT(EPOCH FROM booking.starts_at - booking.created_at) AS ahead
            FROM rooms_booking AS booking WHERE {WITHIN} AND booking.state NOT IN ('held', 'expired')
            UNION ALL
            SELECT change.at, change.kind, NULL FROM rooms_change AS change
            JOIN rooms_booking AS booking ON booking.id = change.booking_id
            WHERE booking.venue_id = ANY(%(venues)s) AND change.kind IN ('cancelled', 'no_show')
              AND change.at >= %(since)s AND change.at < %(until)s
          ) AS happened GROUP BY 1 ORDER BY 1""",
    "heatmap": f"""
        SELECT EXTRACT(ISODOW FROM taken.starts_at AT TIME ZONE '{ZONE}'),
          EXTRACT(HOUR FROM taken.starts_at AT TIME ZONE '{ZONE}'),
          SUM(EXTRACT(EPOCH FROM taken.ends_at - taken.starts_at))
        FROM rooms_allocation AS taken JOIN rooms_room AS room ON room.id = taken.room_id
        WHERE room.venue_id = ANY(%(venues)s) AND {USED}
          AND taken.starts_at < %(until)s AND taken.ends_at > %(since)s GROUP BY 1, 2""",
    "turned-away": """
        SELECT code, rule, SUM(times) FROM rooms_refusal
        WHERE venue_id = ANY(%(venues)s) AND day >= %(since)s::date AND day <= %(until)s::date
        GROUP BY 1, 2""",
}
FILL = """
WITH slot AS (
  SELECT room.id AS room, row_number() OVER () AS key, n,
    %(now)s::timestamptz - make_interval(hours => 2 * (n + 1)) AS starts_at,
    %(now)s::timestamptz - make_interval(hours => 2 * (n + 1) - 1) AS ends_at
  FROM rooms_room AS room, generate_series(0, %(each)s - 1) AS n WHERE room.venue_id = %(venue)s
), made AS (
  INSERT INTO rooms_booking (id, reference, venue_id, guest_id, state, title, party, note, starts_at, ends_at,
    renewals, price, kept, currency, lines, created_at)
  OVERRIDING SYSTEM VALUE
  SELECT %(first)s + key, 'B' || %(first)s + key, %(venue)s, %(guest)s + key %% %(guests)s,
    CASE key %% 20 WHEN 7 THEN 'cancelled' ELSE 'completed' END, 'Bench', 1, '', starts_at, ends_at, 0, 2400,
    CASE key %% 20 WHEN 7 THEN 0 END, 'EUR', '[]',
    starts_at - make_interval(hours => (key %% 200)::int) FROM slot
), gone AS (
  INSERT INTO rooms_change (room_id, revision, kind, booking_id, at, before, after, told)
  SELECT room, n + 1, 'cancelled', %(first)s + key, starts_at - interval '1 hour',
    '{"state": "confirmed"}', '{"state": "cancelled"}', TRUE FROM slot WHERE key %% 20 = 7
)
INSERT INTO rooms_allocation (room_id, booking_id, starts_at, ends_at, blocks_from, blocks_until,
  state, active)
SELECT room, %(first)s + key, starts_at, ends_at, starts_at, ends_at,
  CASE key %% 20 WHEN 7 THEN 'cancelled' ELSE 'completed' END, FALSE FROM slot"""
STAGGER = """
UPDATE rooms_allocation SET starts_at = starts_at + id % 12 * interval '5 minutes',
  ends_at = ends_at + 7 * id % 12 * interval '5 minutes'"""
PAY = """
WITH paid AS (
  SELECT id, created_at, row_number() OVER () AS key FROM rooms_booking WHERE id % 5 = 0
), payment AS (
  INSERT INTO payments_payment (id, booking_id, uuid, key, method, gateway, amount, currency, capture, state,
    captured, refunded, reference, action_url, failure, sentence, created_at, looks, followed)
  OVERRIDING SYSTEM VALUE
  SELECT key, id, gen_random_uuid(), 'k', 'card', 'sandbox', 2400, 'EUR', TRUE, 'captured', 2400, 0, '', '',
    '', '', created_at, 0, TRUE FROM paid
)
INSERT INTO payments_ledgerentry (booking_id, payment_id, account, amount, cause, at)
SELECT id, key, account, 2400, 'c' || key, created_at
FROM paid, unnest(ARRAY['captured', 'owed']) AS account"""
RIDE = """
INSERT INTO rooms_journey (booking_id, departure_id, first, last, together)
SELECT id, %(run)s + id %% %(runs)s, 0, 3, FALSE FROM rooms_booking WHERE venue_id = %(venue)s"""


def main() -> None:
    """Fill the tables, ask every report, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--staggered", action="store_true")
    parser.add_argument("--keep", action="store_true", help="take the tables of the last time")
    options = parser.parse_args()
    os.environ.setdefault("DATABASE_URL", DEFAULT)
    os.environ.setdefault("SECRET_KEY", "only-for-the-benchmark-0123456789-abcdefghijklmnopqrstuvwxyz")
    os.environ["DJANGO_SETTINGS_MODULE"] = "reservations_site.settings"
    import django

    django.setup()
    if not options.keep:
        _prepare(options.rows, staggered=options.staggered)
    _measure(options.rounds)


def say(text: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _prepare(rows: int, *, staggered: bool) -> None:
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.booking import _create_database

    _create_database()
    call_command("migrate", verbosity=0)
    office, train, run, guest = _world()
    each = rows // (ROOMS + SEATS)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET session_replication_role = replica")
        first = 0
        for venue, number in ((office, ROOMS), (train, SEATS)):
            told = {"now": NOW, "each": each, "first": first, "venue": venue, "guest": guest, "guests": 1000}
            cursor.execute(FILL, told)
            first += number * each
            say(f"  filled {first:,} of {rows:,}")
        if staggered:
            cursor.execute(STAGGER)
        cursor.execute(PAY)
        cursor.execute(RIDE, {"run": run, "runs": 40, "venue": train})
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM (FULL, ANALYZE)" if staggered else "VACUUM ANALYZE")


def _world() -> tuple[int, int, int, int]:
    """Make an office, a train with 40 departures, and a thousand guests; return the first ids of each."""
    from datetime import time as clock

    from accounts.models import User
    from rooms.models import Departure, OpeningHours, Policy, Room, RoomType, Route, Venue

    guests = User.objects.bulk_create(
        User(email=f"guest{n}@example.com", name=f"Guest {n}") for n in range(1001)
    )
    made = []
    for slug, kind, unit, number in (
        ("office", "building", "hour", ROOMS),
        ("train", "vehicle", "leg", SEATS),
    ):
        venue = Venue.objects.create(slug=slug, name=slug.title(), kind=kind, timezone=ZONE)
        policy = Policy.objects.create(venue=venue)
        types = [
            RoomType.objects.create(venue=venue, name=f"Type {n}", unit=unit, policy=policy) for n in range(3)
        ]
        Room.objects.bulk_create(
            Room(venue=venue, type=types[n % 3], name=str(n), order=n) for n in range(number)
        )
        made.append(venue)
    for weekday in range(6):
        OpeningHours.objects.create(venue=made[0], weekday=weekday, opens=clock(7), closes=clock(20))
    routes = [Route.objects.create(slug=f"r{n}", name=f"Route {n}", mode="train") for n in range(8)]
    runs = [
        Departure.objects.create(
            route=routes[n % 8], vehicle=made[1], service_date=(NOW - timedelta(days=9 * n)).date(),
            starts_at=NOW - timedelta(days=9 * n), ends_at=NOW - timedelta(days=9 * n, hours=-6),
        )
        for n in range(40)
    ]  # fmt: skip
    return made[0].pk, made[1].pk, runs[0].pk, guests[0].pk or 1


def _measure(rounds: int) -> None:
    from accounts.models import User
    from reports.asking import asked, managed_by
    from reports.catalog import REPORTS
    from reports.sql import patient
    from rooms.sql import fetch

    mine = managed_by(User(pk=1, is_superuser=True, is_active=True))
    last = NOW.date()
    say(f"{'report, cut by':<28} {'days':>5} {'rows':>6} {'report':>9} {'bare':>9} {'ratio':>6}")
    for days in (30, 365):
        told = {"from": str(last - timedelta(days=days - 1)), "to": str(last)}
        for what, by_hand in BARE.items():
            name, _, by = what.partition("/")
            report = REPORTS[name]
            question = asked(told | ({"by": by} if by else {}), mine, ways=report.ways)
            _, since, until, *_ = question.bounds()[0]
            params = {"venues": [place.id for place in question.places], "since": since, "until": until}
            with patient():
                rows = report.ask(question).rows
                work = partial(report.ask, question), partial(fetch, by_hand, params)
                ours, bare = _medians(work, rounds)
            shown = f"{name}, {question.by}"
            say(f"{shown:<28} {days:>5} {len(rows):>6} {ours:>6.0f} ms {bare:>6.0f} ms {ours / bare:>6.2f}")


def _medians(work: tuple[Callable[[], Any], ...], rounds: int) -> list[float]:
    """Return the median time of each, taken in turns: what else the machine does hits both alike."""
    times: list[list[float]] = [[] for _ in work]
    for _ in range(rounds):
        for place, one in enumerate(work):
            began = time.perf_counter()
            one()
            times[place].append((time.perf_counter() - began) * 1000)
    return [statistics.median(some) for some in times]


if __name__ == "__main__":
    main()
