"""The load of benchmarks.live: a writer that really books, and the least a broadcaster can be."""

import asyncio
import json
import os
import random
import socket
import struct
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from reservations.errors import ReservationError

ROOMS = 24
DAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)


def text_frame(text: str) -> bytes:
    """Return an unmasked websocket text frame."""
    body = text.encode()
    if len(body) < 126:
        return bytes((0x81, len(body))) + body
    if len(body) < 65_536:
        return struct.pack("!BBH", 0x81, 126, len(body)) + body
    return struct.pack("!BBQ", 0x81, 127, len(body)) + body


class Bare(asyncio.Protocol):
    """The least a websocket server can be: it shakes hands and writes what it is told to everybody."""

    everybody: "set[asyncio.Transport]" = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.transport in self.everybody:
            return
        self.transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: x\r\n\r\n" + text_frame('{"type":"snapshot"}')
        )
        self.everybody.add(self.transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.everybody.discard(self.transport)


class Told(asyncio.DatagramProtocol):
    """Takes a frame from the writer and hands it to everybody."""

    def datagram_received(self, data: bytes, addr: object) -> None:
        for transport in Bare.everybody:
            transport.write(data)


async def broadcast(port: int) -> None:
    """Serve as the bare broadcaster until killed."""
    loop = asyncio.get_running_loop()
    await loop.create_server(Bare, "127.0.0.1", port, backlog=4096)
    await loop.create_datagram_endpoint(Told, local_addr=("127.0.0.1", port))
    await asyncio.Event().wait()


def write(rate: float, seconds: float, bare_port: int) -> None:
    """Book and cancel at the rate; print one line for each COMMIT: room, revision, time."""
    django()
    from accounts.models import User
    from reservations import Span
    from rooms import events, operations
    from rooms.models import Room

    stamps: list[tuple[int, int, float]] = []
    told = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def committed(change: events.Changed) -> None:
        now = time.time()
        stamps.extend((room, revision, now) for room, revision in change.rooms.items())
        if bare_port:
            told.sendto(text_frame(bare_text(change.rooms, now)), ("127.0.0.1", bare_port))

    events.changed.connect(committed)
    guest = User.objects.get(email="bench@example.com")
    rooms = list(Room.objects.order_by("pk"))
    dice = random.Random(7)  # noqa: S311 -- a load, not a secret
    booked: list[object] = []
    start = time.time() + 0.2
    for number in range(int(rate * seconds)):
        time.sleep(max(0.0, start + number / rate - time.time()))
        if len(booked) > 100 or (booked and dice.random() < 0.4):
            operations.cancel(booked.pop(dice.randrange(len(booked))), by=guest)
            continue
        begin = DAY + timedelta(minutes=15 * dice.randrange(96))
        with suppress(ReservationError):  # Taken already: no change, then.
            booked.append(
                operations.book(dice.choice(rooms), Span(begin, begin + timedelta(minutes=15)), by=guest)
            )
    time.sleep(3)  # A last hint that was lost is found by the look.
    json.dump(stamps, sys.stdout)


def bare_text(rooms: dict[int, int], now: float) -> str:
    """Return a frame that says as much as the site's do."""
    moment = datetime.fromtimestamp(now, UTC).isoformat()
    rows = [
        {"id": n, "room": room, "start": DAY.isoformat(), "end": DAY.isoformat(), "state": "booked"}
        for room in rooms
        for n in range(3)
    ]
    told = [{"id": room, "revision": revision, "allocations": rows} for room, revision in rooms.items()]
    return json.dumps({"type": "change", "topic": "venue:bench", "revision": 1, "now": moment, "rooms": told})


def django() -> None:
    """Set Django up in this process."""
    import django as framework

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reservations_site.settings")
    framework.setup()


def make_world() -> None:
    """Make a venue with rooms that are always open, and one guest."""
    django()
    from django.core.management import call_command

    from accounts.models import User
    from rooms.models import Policy, Room, RoomType, Venue

    call_command("migrate", verbosity=0)
    User.objects.create(email="bench@example.com")
    venue = Venue.objects.create(slug="bench", name="Bench")
    kind = RoomType.objects.create(
        venue=venue, name="Room", policy=Policy.objects.create(venue=venue), capacity=8
    )
    Room.objects.bulk_create(Room(venue=venue, type=kind, name=f"Room {n}", capacity=8) for n in range(ROOMS))


def tables() -> str:
    """Return what a fresh reader finds in the tables, in the form that watchers keep."""
    django()
    from live.topics import VenueTopic
    from reservations import Span
    from rooms.models import Venue

    topic = VenueTopic("venue:bench", Venue.objects.get(slug="bench").pk)
    picture = topic.read(Span(DAY, DAY + timedelta(days=1)), None)
    return json.dumps(sorted((room.id, (room.revision, room.allocations)) for room in picture.rooms.values()))
