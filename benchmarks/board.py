"""How heavy the board page is: 200 rooms with 2,000 allocations on one day, then 50 changes a second.

    python -m benchmarks.board                  server, payload, and Chromium where it is installed
    python -m benchmarks.board --no-browser

It makes a database of its own (SQLite in a temporary folder, or what DATABASE_URL names) and serves it
by uvicorn as `serve` does. In the browser it measures when the first keystroke is answered, and how the
frames come while changes arrive over the real websocket.
"""

import argparse
import gzip
import os
import shutil
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.watched_page import CHROMIUM, metrics_of, say, served_page, spread, watch_changes

ROOMS, PER_ROOM = 200, 10
DAY = (datetime.now(UTC) + timedelta(days=7)).replace(hour=0, minute=0, second=0, microsecond=0)
PAGE = f"/venues/bench/?date={DAY:%Y-%m-%d}"


def main() -> None:
    """Seed, measure the server, then the browser, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--rate", type=int, default=50, help="changes a second")
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
        _seed()
        _measure_server()
        if not options.no_browser and CHROMIUM.exists():
            _measure_browser(options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return None


def _seed() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from accounts.models import User
    from rooms.models import Policy, Room, RoomType, Venue

    if Venue.objects.filter(slug="bench").exists():
        return
    guest = User.objects.create_user("bench@example.com", "benchmark password")
    venue = Venue.objects.create(slug="bench", name="Bench", currency="EUR")
    policy = Policy.objects.create(venue=venue, max_holds=100, max_held_rooms=1_000)
    kind = RoomType.objects.create(venue=venue, name="Room", capacity=8, policy=policy)
    Room.objects.bulk_create(
        [
            Room(venue=venue, type=kind, name=f"Room {n:03}", capacity=2 + n % 19, floor=str(n // 50))
            for n in range(ROOMS)
        ]
    )
    _fill(venue, guest)


def _fill(venue: Any, guest: Any) -> None:
    from reservations import Span
    from rooms import operations
    from rooms.operations import Details

    now = DAY - timedelta(days=7)
    for number, room in enumerate(venue.rooms.order_by("pk")):
        for n in range(PER_ROOM):
            start = DAY + timedelta(hours=2 * n + 2, minutes=15 * (number % 4))
            span = Span(start, start + timedelta(hours=1))
            operations.book(room, span, by=guest, details=Details(title="Weekly planning"), now=now)
        if number % 40 == 39:
            say(f"  booked {(number + 1) * PER_ROOM:,} of {ROOMS * PER_ROOM:,}", "")


def _measure_server() -> None:
    from django.conf import settings
    from django.db import connection, reset_queries
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User

    client = Client(headers={"host": "localhost", "accept-encoding": "identity"})
    client.force_login(User.objects.get(email="bench@example.com"), settings.AUTHENTICATION_BACKENDS[0])
    client.get(PAGE)
    reset_queries()  # the log of a DEBUG run is full of the seeding, and holds no more
    with CaptureQueriesContext(connection) as seen:
        client.get(PAGE)
    times = []
    for _ in range(15):
        began = time.perf_counter()
        response = client.get(PAGE)
        times.append((time.perf_counter() - began) * 1000)
    say("board page, 200 rooms x 2,000 allocations: queries", str(len(seen)))
    say("  server time, median of 15", f"{statistics.median(times):.0f} ms")
    size, packed = len(response.content), len(gzip.compress(response.content, 6))
    say("  payload, plain / gzip", f"{size / 1000:.0f} / {packed / 1000:.0f} kB")


def _measure_browser(options: argparse.Namespace) -> None:
    with served_page() as (page, site):
        _first_interaction(page, f"{site}{PAGE}")
        _frames(page, options)


def _first_interaction(page: Any, address: str) -> None:
    times = []
    for _ in range(5):
        page.goto(address, wait_until="commit")
        page.wait_for_selector("availability-board .seg", state="attached")
        times.append(page.evaluate(ANSWERED))
    say("  first keystroke answered after navigation, median of 5", f"{statistics.median(times):.0f} ms")


ANSWERED = """async () => {
  const cell = document.querySelector('availability-board .seg[tabindex="0"]')
    ?? document.querySelector('availability-board .seg')
  cell.focus()
  cell.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown', bubbles: true}))
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  return performance.now()
}"""


def _frames(page: Any, options: argparse.Namespace) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.wait_for_timeout(1500)
    before = metrics_of(session)["ScriptDuration"]
    made, frames = watch_changes(page, "benchmarks.board", options.rate, options.seconds)
    script = (metrics_of(session)["ScriptDuration"] - before) * 1000
    say(f"  {made} changes at {options.rate}/s: frames p50 / p95 / max", spread(frames))
    say("  script time for one change", f"{script / max(made, 1):.2f} ms")


def _change(rate: int, seconds: float) -> None:
    """Cancel and book again, at the rate that was asked for, and print how many changes were made."""
    from accounts.models import User
    from reservations import Span
    from rooms import operations
    from rooms.models import Room

    guest, made, began = User.objects.get(email="bench@example.com"), 0, time.perf_counter()
    rooms = list(Room.objects.filter(venue__slug="bench"))
    while (passed := time.perf_counter() - began) < seconds:
        if made / rate > passed:
            time.sleep(made / rate - passed)
        start = DAY + timedelta(minutes=15 * (made // len(rooms)))
        operations.book(rooms[made % len(rooms)], Span(start, start + timedelta(minutes=15)), by=guest)
        made += 1
    sys.stdout.write(f"{made}\n")


if __name__ == "__main__":
    main()
