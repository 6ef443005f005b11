"""A rush: 650 seats of one departure go on sale at once to 2,000 buyers, who hold, pay, fail and walk away.

    python -m benchmarks.rush                          650 seats, 2,000 buyers, 40 watchers, two web processes
    python -m benchmarks.rush --seats 60 --buyers 200

It needs PostgreSQL and Redis (DATABASE_URL, or postgres://postgres@127.0.0.1:5432/reserve_bench_rush;
REDIS_URL), makes a database of its own there, and serves it with `manage.py serve`: pages, programs, sockets
and the clock. Everybody presses in the same instant, over HTTP, each on a connection of their own.

It ends with 1 unless every seat is sold once, every buyer has one paid seat or none and their money, no hold
and no payment is left open, and each watcher of the seat map knows what a fresh one is told.
"""

import argparse
import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from typing import Any

from benchmarks.rush_crowd import Crowd, Sale, quantile

DEFAULT = "postgres://postgres@127.0.0.1:5432/reserve_bench_rush"
REDIS = "redis://127.0.0.1:6379/14"
ACROSS = 5  # seats in a row
PRICE = 4_900


def main() -> None:
    """Fill the tables, open the sale, and print the table and the verdict."""
    options = _options()
    os.environ.setdefault("DATABASE_URL", DEFAULT)
    os.environ.setdefault("REDIS_URL", REDIS)
    os.environ.setdefault("SECRET_KEY", "only-for-the-benchmark-0123456789-abcdefghijklmnopqrstuvwxyz")
    os.environ["DJANGO_SETTINGS_MODULE"] = "reservations_site.settings"
    os.environ.update(DEBUG="off", PAYMENTS_SANDBOX="on", PORT=str(options.port), TCP_PORT="0")
    os.environ.update(WEB_PROCESSES=str(options.processes), BASE_URL=f"http://127.0.0.1:{options.port}")
    sale = _prepare(options.seats, options.buyers)
    say(f"{options.seats} seats, {options.buyers:,} buyers, {options.watchers} watchers")
    with _served(options.port):
        crowd = Crowd(sale, options.port, watchers=options.watchers)
        asyncio.run(crowd.rush(say))
    _report(crowd)
    faults = [*crowd.faults(), *_faults(options.seats)]
    for fault in faults:
        say(f"FAULT: {fault}")
    if faults:
        raise SystemExit(1)
    say("Every seat is sold once, nobody is stuck, and every watcher knows all of it.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seats", type=int, default=650)
    parser.add_argument("--buyers", type=int, default=2_000)
    parser.add_argument("--watchers", type=int, default=40)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--port", type=int, default=8972)
    return parser.parse_args()


def say(text: str) -> None:
    """Print one line of progress or result at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _prepare(seats: int, buyers: int) -> Sale:
    """Make the database anew with one departure and its buyers, who are logged in already."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.booking import _create_database

    _create_database()
    call_command("migrate", verbosity=0)
    from accounts import tokens
    from accounts.models import User
    from rooms.models import Departure, Room

    vehicle = _departing(seats)
    people = [User(email=f"buyer{number}@example.com") for number in range(buyers)]
    for person in people:
        person.set_unusable_password()
    User.objects.bulk_create(people)
    sale = Sale(
        Departure.objects.get().pk,
        list(Room.objects.filter(venue=vehicle).values_list("pk", flat=True)),
        [tokens.issue(person) for person in people],
    )
    connection.close()
    connection.close_pool()
    return sale


def _departing(seats: int) -> Any:
    """Make a flight of tomorrow's week that has to be paid online, and return its vehicle."""
    from rooms import operations
    from rooms.models import Fare, Policy, Room, RoomType, Route, Stop, Timetable, Venue

    vehicle = Venue.objects.create(slug="rush", name="Rush", kind="vehicle", currency="EUR")
    terms = Policy.objects.create(venue=vehicle, payment="online", step_minutes=1, min_minutes=1)
    kind = RoomType.objects.create(
        venue=vehicle, name="Economy", noun="Seat", capacity=1, unit="leg", policy=terms
    )
    Room.objects.bulk_create(
        Room(
            venue=vehicle,
            type=kind,
            name=f"{n // ACROSS + 1}{'ABCDE'[n % ACROSS]}",
            x=n % ACROSS,
            y=n // ACROSS,
            order=n,
        )
        for n in range(seats)
    )
    route = Route.objects.create(slug="rush", name="Rush", mode="flight", operator="Bench")
    Stop.objects.create(route=route, position=0, place="Istanbul", departs=0)
    Stop.objects.create(route=route, position=1, place="Ankara", arrives=75)
    Fare.objects.create(route=route, type_name="Economy", amount=PRICE)
    Timetable.objects.create(route=route, vehicle=vehicle, departs=clock(9))
    day = (datetime.now(UTC) + timedelta(days=7)).date()
    operations.generate_departures(day, day)
    return vehicle


@contextmanager
def _served(port: int) -> Iterator[None]:
    """Serve the site as `make run` does, until the sale is over."""
    from benchmarks.api import _wait_for

    server = subprocess.Popen([sys.executable, "manage.py", "serve"], stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, server)
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)


def _report(crowd: Crowd) -> None:
    say(f"{'time to an answer, ms':<34}{'answers':>9}{'p50':>9}{'p95':>9}{'most':>9}")
    for what, times in crowd.times.items():
        most = 1000 * max(times, default=0)
        say(
            f"{what:<34}{len(times):>9}{1000 * quantile(times, 0.5):>9,.0f}"
            f"{1000 * quantile(times, 0.95):>9,.0f}{most:>9,.0f}"
        )
    say(f"The last seat was paid {crowd.lasted:,.1f} s after the sale began; asked again: {crowd.again}.")


def _faults(seats: int) -> list[str]:
    """Return what the tables say that must not be."""
    from django.db.models import F

    from payments.models import OPEN, Payment, Refund
    from rooms.models import Allocation, Booking
    from rooms.queries.verify import violations
    from rooms.sql import fetch

    sold = Allocation.objects.filter(active=True, state="confirmed")
    kept = Payment.objects.filter(captured__gt=F("refunded"))
    [(deadlocks,)] = fetch("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    counted = {
        "seats sold": (sold.values("room").distinct().count(), seats),
        "bookings confirmed": (Booking.objects.filter(state="confirmed").count(), seats),
        "guests who have one": (
            Booking.objects.filter(state="confirmed").values("guest").distinct().count(),
            seats,
        ),
        "payments that were kept": (kept.filter(booking__state="confirmed", captured=PRICE).count(), seats),
        "payments kept for nothing": (kept.exclude(booking__state="confirmed").count(), 0),
        "holds left": (Booking.objects.filter(state="held").count(), 0),
        "payments left open": (Payment.objects.filter(state__in=OPEN).count(), 0),
        "refunds left": (Refund.objects.exclude(state="done").count(), 0),
        "deadlocks": (deadlocks, 0),
    }
    found = [f"{what}: {is_}, not {should:,}" for what, (is_, should) in counted.items() if is_ != should]
    return found + [f"verify: {name}: {rows}" for name, rows in violations().items()]


if __name__ == "__main__":
    main()
