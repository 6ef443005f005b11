"""How long a map of 5,000 seats takes to show a change: in Chromium, over the real websocket.

    python -m benchmarks.seats                    5,000 seats, 10 changes a second for 8 seconds
    python -m benchmarks.seats --seats 1000

It makes a database of its own (SQLite in a temporary folder), serves it by uvicorn as `serve` does, and opens
the seats of one departure in a window. What counts is how long the page works for one change (script, style,
layout) and how long its frames are while changes arrive: at most one frame, of 16.7 ms.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from typing import Any

from benchmarks.watched_page import CHROMIUM, metrics_of, say, served_page, spread, watch_changes

A_COACH, ACROSS = 100, (0, 1, 3, 4)
WORK = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration")


def main() -> None:
    """Seed, serve, look while seats are taken, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seats", type=int, default=5_000)
    parser.add_argument("--rate", type=int, default=10, help="changes a second")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--writer", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="reserve-bench-")
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reservations_site.settings")
    os.environ["DEBUG"] = os.environ.get("DEBUG", "1")
    import django

    django.setup()
    if options.writer:
        return _change(options.rate, options.seconds)
    try:
        departure = _seed(options.seats)
        _measure(departure, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return None


def _seed(seats: int) -> int:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from accounts.models import User
    from rooms import operations
    from rooms.models import Departure, Fare, Policy, Room, RoomType, Route, Stop, Timetable, Venue

    User.objects.create_user("bench@example.com", None)
    vehicle = Venue.objects.create(slug="bench", name="Bench", kind="vehicle", currency="EUR")
    terms = {"step_minutes": 1, "min_minutes": 1, "max_holds": 30_000, "max_held_rooms": 30_000}
    policy = Policy.objects.create(venue=vehicle, **terms)
    kind = RoomType.objects.create(venue=vehicle, name="Second", capacity=1, unit="leg", policy=policy)
    Room.objects.bulk_create(
        Room(
            venue=vehicle,
            type=kind,
            name=f"{n // A_COACH + 1}-{n % A_COACH // 4 + 1}{'ABCD'[n % 4]}",
            floor=f"{n // A_COACH + 1}",
            x=ACROSS[n % 4],
            y=n % A_COACH // 4 + 1,
            order=n,
        )
        for n in range(seats)
    )
    route = Route.objects.create(slug="bench", name="Bench", mode="train")
    Stop.objects.create(route=route, position=0, place="Istanbul", departs=0)
    Stop.objects.create(route=route, position=1, place="Ankara", arrives=240)
    Fare.objects.create(route=route, type_name="Second", amount=2_000)
    Timetable.objects.create(route=route, vehicle=vehicle, departs=clock(9))
    day = (datetime.now(UTC) + timedelta(days=7)).date()
    operations.generate_departures(day, day)
    return Departure.objects.get().pk


def _measure(departure: int, options: argparse.Namespace) -> None:
    if not CHROMIUM.exists():
        raise SystemExit(f"This benchmark needs Chromium at {CHROMIUM}.")
    with served_page() as (page, site):
        began = time.perf_counter()
        page.goto(f"{site}/journeys/{departure}/", timeout=120_000)
        page.wait_for_selector("[data-live].is-live, [data-live]:text('Live')", timeout=60_000)
        say(f"{options.seats:,} seats: until the page is live", f"{time.perf_counter() - began:.1f} s")
        _watch(page, options)


def _watch(page: Any, options: argparse.Namespace) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.wait_for_timeout(2_000)
    before, taken = metrics_of(session), _taken(page)
    made, frames = watch_changes(page, "benchmarks.seats", options.rate, options.seconds)
    page.wait_for_timeout(2_500)  # a last hint that was lost is found by the look
    after = metrics_of(session)
    work = [1000 * (after[name] - before[name]) / max(made, 1) for name in WORK]
    say("  changes made, and shown", f"{made} and {_taken(page) - taken}")
    say("  script, style, layout for one change", " / ".join(f"{one:.1f}" for one in work) + " ms")
    say("  all of it, beside a frame of 16.7 ms", f"{sum(work):.1f} ms")
    say("  frames meanwhile: p50 / p95 / max", spread(frames))


def _taken(page: Any) -> int:
    return int(page.evaluate("document.querySelectorAll('.seat.is-booked').length"))


def _change(rate: int, seconds: float) -> None:
    """Book one seat after another at the rate, and print how many were booked."""
    from accounts.models import User
    from rooms import operations
    from rooms.models import Departure, Room
    from rooms.rides import Ride

    guest, run = User.objects.get(email="bench@example.com"), Departure.objects.get()
    seats = list(Room.objects.order_by("order"))
    made, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        if made / rate > passed:
            time.sleep(made / rate - passed)
        seat = seats[made * 37 % len(seats)]
        operations.book_seats(Ride(run.pk, 0, 1, [seat]), by=guest)
        made += 1
    sys.stdout.write(f"{made}\n")


if __name__ == "__main__":
    main()
