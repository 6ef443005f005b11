"""How many calls a second the REST API answers, beside the peers on the same kind of machine.

    python -m benchmarks.api                          100 rooms, 20,000 bookings, two web processes
    python -m benchmarks.api --seconds 2 --rounds 1

It needs PostgreSQL (DATABASE_URL, or postgres://postgres@127.0.0.1:5432/reserve_bench_api), makes a
database of its own there, and starts two uvicorn processes. The clients speak plain HTTP over sockets
that stay open, and run on the same cores. Every call carries a token and is counted by the throttles.

Calls a second drift with whatever else the machine does; the processor time of the web processes for one
call does not, so it is told as well.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

DEFAULT = "postgres://postgres@127.0.0.1:5432/reserve_bench_api"
ROOMS, DAYS, A_DAY = 100, 50, 4  # 20,000 bookings, 400 of them on the day that is looked at
FIRST = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=7)
HOUR = timedelta(hours=1)
PASSWORD = "correct horse battery"  # noqa: S105 -- of somebody who exists only here
# performance.md §2, measured 2026-11-22 on a machine of this kind with two workers: 1 / 8 clients.
PEERS = {
    "create": {"Indico 3.3": (11.9, 27.5), "MRBS MariaDB": (56.6, 73.8), "MRBS PostgreSQL": (17.3, 32.1)},
    "cancel": {"Indico 3.3": (14.2, 29.4), "MRBS MariaDB": (56.2, 55.9), "MRBS PostgreSQL": (16.9, 20.7)},
    "timeline": {"Indico 3.3": (6.8, 15.4), "MRBS MariaDB": (11.6, 22.5), "MRBS PostgreSQL": (12.9, 22.0)},
    "availability": {"Indico 3.3": (21.1, 33.6), "MRBS MariaDB": (5.5, 17.4), "MRBS PostgreSQL": (3.8, 8.9)},
}


def main() -> None:
    """Fill the tables, start the servers, measure, and print a table."""
    options = _options()
    os.environ.setdefault("DATABASE_URL", DEFAULT)
    os.environ.setdefault("SECRET_KEY", "only-for-the-benchmark-0123456789-abcdefghijklmnopqrstuvwxyz")
    os.environ.update(API_THROTTLE_USER=str(10**9), DJANGO_SETTINGS_MODULE="reservations_site.settings")
    rooms = _prepare()
    say(f"{ROOMS} rooms, {ROOMS * DAYS * A_DAY:,} bookings; {options.rounds} rounds of {options.seconds} s")
    with _served(options.port, options.processes) as server:
        found = asyncio.run(_measure(options, rooms, server))
    say(f"{'call':<13}{'clients':>8}{'ours /s':>9}{'ms of CPU':>11}   {'the better peer':<24}{'ratio':>7}")
    for (call, clients), rounds in found.items():
        rate, cost = (statistics.median(column) for column in zip(*rounds, strict=True))
        name, best = max(
            ((peer, rates[clients > 1]) for peer, rates in PEERS[call].items()), key=lambda pair: pair[1]
        )
        peer = f"{best} ({name})"
        say(f"{call:<13}{clients:>8}{rate:>9,.0f}{cost:>11.2f}   {peer:<24}{rate / best:>7.1f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--port", type=int, default=8971)
    return parser.parse_args()


def say(text: str) -> None:
    """Print one line of progress or result at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _prepare() -> list[int]:
    """Make the database anew, and return the ids of its rooms."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.booking import FILL, _create_database

    _create_database()
    call_command("migrate", verbosity=0)
    from accounts.models import User
    from rooms.models import Policy, Room, RoomType, Venue

    guest = User.objects.create_user("bench@example.com", PASSWORD)
    venue = Venue.objects.create(slug="bench", name="Bench", currency="EUR")
    policy = Policy.objects.create(venue=venue, max_advance_days=3650)
    kind = RoomType.objects.create(venue=venue, name="Room", capacity=8, policy=policy)
    kind.rates.create(amount=2400)
    Room.objects.bulk_create(
        [Room(venue=venue, type=kind, name=f"Room {n}", capacity=8, order=n) for n in range(ROOMS)]
    )
    last = FIRST + timedelta(days=DAYS)
    with connection.cursor() as cursor:
        # FILL lays an hour every two hours back from `last`; six hours apart makes four a day.
        statement = FILL.replace("2 * (n + 1)", "6 * (n + 1)")
        cursor.execute(statement, [last, last, 0, DAYS * A_DAY - 1, venue.pk, guest.pk])
        cursor.execute("ANALYZE")
    found = list(Room.objects.values_list("pk", flat=True))
    connection.close()
    return found


@contextlib.contextmanager
def _served(port: int, processes: int) -> Iterator[int]:
    """Serve the site from so many uvicorn processes on one port; yields their process group."""
    command = [sys.executable, "-m", "uvicorn", "reservations_site.asgi:application", "--port", str(port)]
    command += ["--workers", str(processes), "--no-access-log", "--lifespan", "off", "--log-level", "warning"]
    server = subprocess.Popen(command, start_new_session=True)  # noqa: S603 -- our own command
    try:
        _wait_for(port, server)
        yield server.pid
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if server.poll() is not None:
            raise SystemExit("The server did not start.")
        time.sleep(0.1)


def _cpu(group: int) -> float:
    """Return the processor time in seconds that the processes of the group have used."""
    ticks = 0
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if process.name.isdecimal() and os.getpgid(int(process.name)) == group:
                fields = (process / "stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


Rounds = dict[tuple[str, int], list[tuple[float, float]]]


async def _measure(options: argparse.Namespace, rooms: list[int], server: int) -> Rounds:
    """Return calls a second and milliseconds of processor a call of every round, by call and clients."""
    token = _token(options.port)
    found: Rounds = {(call, clients): [] for call in PEERS for clients in (1, 8)}
    for turn in range(options.rounds):
        for clients in (1, 8):
            made: list[str] = []
            run = Run(options.port, token, clients, options.seconds)
            calls = {
                "create": (_creating(rooms, 2 * turn + (clients > 1)), made),
                "cancel": (_cancelling(made), None),
                "availability": (_availability(), None),
                "timeline": (_timeline(), None),
            }
            for call, (asks, kept) in calls.items():
                before = _cpu(server)
                done, seconds = await run.through(asks, kept)
                cost = 1000 * (_cpu(server) - before) / max(done, 1)
                found[call, clients].append((done / seconds, cost))
                say(f"  round {turn + 1}: {call}, {clients} clients: {done / seconds:,.0f} /s, {cost:.2f} ms")
    return found


def _token(port: int) -> str:
    body = json.dumps({"email": "bench@example.com", "password": PASSWORD}).encode()
    address = f"http://127.0.0.1:{port}/api/v1/auth/token"
    asked = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked) as answer:  # noqa: S310 -- the same
        found: str = json.load(answer)["access"]
        return found


def _creating(rooms: list[int], day: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield bookings of hours that nobody has: each round has weeks of its own."""
    first = FIRST + timedelta(days=DAYS + 10 + 40 * day)
    for n in range(40 * 24 * len(rooms)):
        at = first + HOUR * (n // len(rooms))
        wanted = {"venue": "bench", "rooms": [rooms[n % len(rooms)]], "title": "Bench"}
        span = {"start": at.isoformat(), "end": (at + HOUR).isoformat()}
        yield "POST", "bookings", json.dumps({**wanted, **span}).encode()


def _cancelling(made: list[str]) -> Iterator[tuple[str, str, bytes]]:
    while made:
        yield "POST", f"bookings/{made.pop()}/cancel", b""


def _availability() -> Iterator[tuple[str, str, bytes]]:
    for n in range(10**9):
        at = FIRST + timedelta(days=10) + HOUR * (n % 24)
        yield "GET", f"venues/bench/availability?start={_z(at)}&end={_z(at + HOUR)}", b""


def _timeline() -> Iterator[tuple[str, str, bytes]]:
    at = FIRST + timedelta(days=10)
    while True:
        yield "GET", f"venues/bench/timeline?start={_z(at)}&end={_z(at + timedelta(days=1))}", b""


def _z(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Run:
    """So many clients, each on a connection of its own, one call after the other."""

    def __init__(self, port: int, token: str, clients: int, seconds: float) -> None:
        self.port, self.clients, self.seconds = port, clients, seconds
        self.head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"

    async def through(
        self, asks: Iterator[tuple[str, str, bytes]], kept: list[str] | None
    ) -> tuple[int, float]:
        """Make calls until the time is over, and return how many were answered well in how many seconds."""
        began = time.perf_counter()
        ends = began + self.seconds
        done = await asyncio.gather(*(self._client(asks, kept, ends) for _ in range(self.clients)))
        return sum(done), time.perf_counter() - began

    async def _client(
        self, asks: Iterator[tuple[str, str, bytes]], kept: list[str] | None, ends: float
    ) -> int:
        done = 0
        async with self._connection() as (reader, writer):
            for method, path, body in asks:
                if time.perf_counter() > ends:
                    break
                writer.write(self._request(method, path, body))
                status, answer = await _answer(reader)
                if status >= 300:
                    raise SystemExit(f"{method} {path}: {status} {answer[:300]!r}")
                if kept is not None:
                    kept.append(json.loads(answer)["reference"])
                done += 1
        return done

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
        try:
            yield reader, writer
        finally:
            writer.close()

    def _request(self, method: str, path: str, body: bytes) -> bytes:
        head = f"{method} /api/v1/{path} HTTP/1.1\r\n{self.head}"
        if body:
            head += "Content-Type: application/json\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    return int(head[9:12]), await reader.readexactly(length)


if __name__ == "__main__":
    main()
