"""The watchers of benchmarks.live: very many sockets, and what they heard."""

import base64
import json
import os
import select
import socket
import struct
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks.live_load import DAY

WATCH = {
    "type": "watch",
    "topic": "venue:bench",
    "start": DAY.isoformat(),
    "end": (DAY + timedelta(days=1)).isoformat(),
}


class Watchers:
    """Very many websockets in one epoll loop that stores what comes and when, and parses nothing."""

    def __init__(self, number: int, port: int) -> None:
        self.poll = select.epoll()
        self.by_fd: dict[int, socket.socket] = {}
        self.chunks: dict[int, list[bytes]] = {}
        self.times: dict[int, list[float]] = {}
        self._seen: dict[bytes, bytes] = {}  # equal chunks are kept once
        for _ in range(number):
            self._open(port)

    def _open(self, port: int) -> None:
        one = socket.create_connection(("127.0.0.1", port), timeout=10)
        key = base64.b64encode(os.urandom(16)).decode()
        one.sendall(
            f"GET /ws/live/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade"
            f"\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            head += one.recv(4096)
        assert b" 101 " in head.split(b"\r\n")[0], head  # noqa: S101 -- a benchmark of nothing is worth nothing
        body = json.dumps(WATCH).encode()
        one.sendall(struct.pack("!BBH4x", 0x81, 0x80 | 126, len(body)) + body)  # masked with zeros
        one.setblocking(False)
        self.by_fd[one.fileno()] = one
        self.chunks[one.fileno()] = [head.partition(b"\r\n\r\n")[2]]
        self.times[one.fileno()] = [time.time()]
        self.poll.register(one.fileno(), select.EPOLLIN)

    def listen(self, is_over: Callable[[], bool]) -> None:
        """Store what comes until it is over."""
        seen, chunks, times, clock, read = self._seen, self.chunks, self.times, time.time, os.read
        check = clock()
        while True:
            for fd, _ in self.poll.poll(0.1):
                data = read(fd, 262_144)
                if not data:
                    raise SystemExit("A watcher was disconnected.")
                chunks[fd].append(seen.setdefault(data, data))
                times[fd].append(clock())
            if clock() - check > 0.5:
                check = clock()
                if is_over():
                    return

    def close(self) -> None:
        """Hang up."""
        for one in self.by_fd.values():
            one.close()
        self.poll.close()


def parsed(chunks: list[bytes]) -> list[tuple[int, dict[str, Any]]]:
    """Return the frames in a stream of chunks, each with the number of the chunk that completed it."""
    frames, buffer = [], b""
    for at, chunk in enumerate(chunks):
        buffer += chunk
        while (size := _size(buffer)) and len(buffer) >= size[1]:
            frames.append((at, json.loads(buffer[size[0] : size[1]])))
            buffer = buffer[size[1] :]
    return frames


def _size(buffer: bytes) -> tuple[int, int] | None:
    if len(buffer) < 10:
        return None if len(buffer) < 2 or buffer[1] >= 126 else (2, 2 + buffer[1])
    if buffer[1] < 126:
        return 2, 2 + buffer[1]
    if buffer[1] == 126:
        return 4, 4 + int.from_bytes(buffer[2:4], "big")
    return 10, 10 + int.from_bytes(buffer[2:10], "big")


class Verdict:
    """What the watchers of one run heard: how late, and whether anything is missing."""

    def __init__(self, watchers: Watchers, stamps: list[list[float]]) -> None:
        self.first: list[float] = []
        self.middle: list[float] = []
        self.last: list[float] = []
        self.missing = 0
        self.cpu = 0.0
        self.states: set[str] = set()
        self._parsed: dict[tuple[bytes, ...], list[tuple[int, dict[str, Any]]]] = {}
        arrived = [self._arrivals(fd, watchers) for fd in watchers.by_fd]
        for room, revision, committed in stamps:
            heard = [known[room][revision] for known in arrived if len(known.get(room, ())) > revision]
            lags = sorted(1000 * (at - committed) for at in heard)
            self.missing += len(arrived) - len(lags)
            if lags:
                self.first.append(lags[0])
                self.middle.append(lags[len(lags) // 2])
                self.last.append(lags[-1])

    def _arrivals(self, fd: int, watchers: Watchers) -> dict[int, list[float]]:
        """Return when the watcher knew each revision of each room."""
        chunks, times = watchers.chunks[fd], watchers.times[fd]
        key = tuple(chunks)
        if key not in self._parsed:
            self._parsed[key] = parsed(chunks)
        known: dict[int, list[float]] = {}
        state: dict[int, object] = {}
        for index, frame in self._parsed[key]:
            if frame["type"] == "snapshot" and "rooms" in frame:
                for room in frame["rooms"]:
                    rows = [row for row in frame["allocations"] if row["room"] == room["id"]]
                    state[room["id"]] = (room["revision"], rows)
            for room in frame.get("rooms", ()):
                heard = known.setdefault(room["id"], [])
                heard.extend([times[index]] * (room["revision"] + 1 - len(heard)))
                if frame["type"] == "change":
                    state[room["id"]] = (room["revision"], room["allocations"])
        self.states.add(json.dumps(sorted(state.items())))
        return known
