"""Several processes, real ports, real faults: killed writers, a killed Redis, a reader that never reads."""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import struct
import time
from pathlib import Path

import pytest

from tests.days import TUE, WED
from tests.live.clients import until
from tests.live.conftest import TEST_REDIS, answers
from tests.live.servers import POSTGRES, Killed, Redis, Site, Watching, drop_database, make_database

WATCH = {
    "topic": "venue:office",
    "start": f"{TUE}T00:00:00Z",
    "end": f"{WED}T00:00:00Z",
}
CLEAR = """
from rooms.models import Allocation
Allocation.objects.filter(active=True).update(active=False, state="cancelled")
"""
KILLED_BEFORE_THE_HINT = """
import os, signal
from live.doorbell import doorbell
doorbell.ring = lambda change: os.kill(os.getpid(), signal.SIGKILL)
"""
LARGE = """
if not Venue.objects.filter(slug="large").exists():
    large = office("large")
    kind = large.types.get()
    Room.objects.bulk_create(Room(venue=large, type=kind, name=f"Room {n}") for n in range(5000))
"""
STAMP = "import time; print(time.time())"
BOOK = """
from tests.days import span
aurora = Room.objects.get(name="Aurora")
guest = User.objects.get(email="guest@example.com")
for hour in {hours}:
    operations.book(aurora, span(hour, hour + 0.5), by=guest)
"""


def book(*hours: float) -> str:
    return BOOK.format(hours=hours)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """Make each kind of database once, with one venue, one room and one guest in it."""
    made = {}

    def make(engine: str) -> str:
        if engine not in made:
            made[engine] = make_database(engine, tmp_path_factory.mktemp("site"))
            site = Site(made[engine])
            site.run(
                "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
                "room(office(hours=None)); person('guest')"
            )
            site.stop()
        return made[engine]

    yield make

    for url in made.values():
        drop_database(url)


@pytest.fixture
def site(request, migrated):
    """Return a site on the database and the Redis that the test names."""
    opened = []

    def open_site(engine: str, redis: str = "") -> Site:
        if engine == "postgres" and not answers(POSTGRES):
            pytest.skip(f"LEFT OUT: no PostgreSQL answers at {POSTGRES}")
        if redis == TEST_REDIS and not answers(redis):
            pytest.skip(f"LEFT OUT: no Redis answers at {redis}")
        one = Site(migrated(engine), redis)
        one.run(CLEAR)
        opened.append(one)
        return one

    yield open_site

    for one in opened:
        one.stop()


@pytest.fixture
def redis():
    """Run a Redis that may be killed."""
    if shutil.which("redis-server") is None:
        pytest.skip("LEFT OUT: there is no redis-server to start and kill")
    one = Redis()
    one.start()
    yield one
    one.kill()


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
async def test_a_booking_made_in_one_process_appears_on_the_sockets_of_all(site, engine):
    one = site(engine, TEST_REDIS)
    ports = one.serve(), one.serve()
    async with Watching(ports[0], **WATCH) as first, Watching(ports[1], **WATCH) as second:
        before = len(first.frames), len(second.frames)

        await one.runs(book(9))

        for board, heard in zip((first, second), before, strict=True):
            await until(lambda b=board, h=heard: len(b.frames) > h)
            [rows] = board.taken.values()
            assert [row["start"] for row in rows] == [f"{TUE}T09:00:00Z"]


async def test_a_writer_killed_between_commit_and_hint_costs_seconds_and_no_change(site):
    one = site("sqlite", TEST_REDIS)
    async with Watching(one.serve(), **WATCH) as board:
        heard = board.revision

        with pytest.raises(Killed):
            await one.runs(KILLED_BEFORE_THE_HINT + book(10))
        await until(lambda: board.revision > heard, 3.5)

        [rows] = board.taken.values()
        assert [row["start"] for row in rows] == [f"{TUE}T10:00:00Z"]


async def test_a_redis_that_dies_costs_seconds_and_one_that_returns_rings_again(site, redis):
    one = site("sqlite", redis.url)
    async with Watching(one.serve(), **WATCH) as board:
        for hours, end in (((8,), 3.0), ((9, 9.5), 3.5), ((11, 11.5), 3.5)):
            wanted = board.revision + len(hours)
            await one.runs(book(*hours))
            await until(lambda w=wanted: board.revision == w, end)
            if end == 3.0:
                redis.kill()
        redis.start()
        await asyncio.sleep(6)  # Both ends find it again: the server's back-off is five seconds at most.

        lags = []
        for hour in (13, 14, 15, 16, 17):
            wanted = board.revision + 1
            stamp = float(await one.runs(book(hour) + STAMP))
            await until(lambda w=wanted: board.revision == w)
            lags.append(board.risen_at - stamp)

        assert sorted(lags)[2] < 0.5  # By the bell: looks alone would take a second in the middle.


def never_reading(port: int) -> socket.socket:
    """Return a socket that asks for very much, and reads nothing."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.connect(("127.0.0.1", port))
    one.sendall(
        b"GET /ws/live/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    time.sleep(0.3)
    for watch in [WATCH, *[{"topic": "venue:large"}] * 12]:
        body = json.dumps({"type": "watch", **watch}).encode()
        one.sendall(struct.pack("!BBH4x", 0x81, 0x80 | 126, len(body)) + body)
        time.sleep(0.15)
    return one


def resident(pid: int) -> int:
    """Return the memory of a process in bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def sockets_of(pid: int) -> int:
    """Return how many sockets a process has open."""
    count = 0
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            count += str(descriptor.readlink()).startswith("socket:")
    return count


async def test_readers_that_never_read_are_dropped_and_hold_nobody_back(site):
    one = site("sqlite", TEST_REDIS)
    one.run(LARGE)
    port = one.serve()
    async with Watching(port, **WATCH) as board:
        before, connected = resident(one.pid), sockets_of(one.pid)
        stuck = await asyncio.gather(*(asyncio.to_thread(never_reading, port) for _ in range(5)))

        lags = []
        for hour in range(8, 14):
            wanted = board.revision + 1
            stamp = float(await one.runs(book(hour) + STAMP))
            await until(lambda w=wanted: board.revision == w)
            lags.append(board.risen_at - stamp)
        assert sorted(lags)[3] < 0.5
        assert resident(one.pid) - before < 64 * 2**20

        # Their buffers are let go: the kernel may go on to offer them what it had taken already.
        await until(lambda: sockets_of(one.pid) <= connected, 60)  # at once, but for a machine that is busy
        for dropped in stuck:
            dropped.close()
