"""The crowd of benchmarks.rush: buyers on HTTP connections of their own, and watchers on websockets."""

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

GOOD, BAD = "4242424242424242", "4000000000000002"
PATIENCE = 300.0  # seconds for all of it
WALKS_AWAY, FAILS_FIRST, CHOOSES = 0.05, 0.1, 0.5  # shares of the buyers
HESITATES = 3.0  # seconds, at most, from seeing a free seat to pressing again


def quantile(times: Sequence[float], part: float) -> float:
    """Return the time that this part of the times does not exceed."""
    ordered = sorted(times) or [0.0]
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


@dataclass(frozen=True, slots=True)
class Sale:
    """What is on sale, and the tokens of those who want it."""

    departure: int
    seats: list[int]
    tokens: list[str]


@dataclass
class Watcher:
    """One open seat map: what it was told so far of each seat, and which are free."""

    known: dict[int, tuple[int, Any]] = field(default_factory=dict)
    free: set[int] = field(default_factory=set)
    sold: set[int] = field(default_factory=set)

    def hear(self, text: str | bytes) -> None:
        """Take one frame, as static/js/live/changes.js does: the higher revision of a room wins."""
        frame = json.loads(text)
        if frame["type"] == "snapshot":
            rows: dict[int, list[Any]] = {room["id"]: [] for room in frame["rooms"]}
            for row in frame["allocations"]:
                rows[row["room"]].append(row)
            self.known = {}
            told = [(room["id"], room["revision"], rows[room["id"]]) for room in frame["rooms"]]
        elif frame["type"] == "change":
            told = [(room["id"], room["revision"], room["allocations"]) for room in frame["rooms"]]
        else:
            return
        for room, revision, allocations in told:
            if revision >= self.known.get(room, (0, None))[0]:
                self.known[room] = (revision, allocations)
                states = {row["state"] for row in allocations} - {"released"}
                (self.free.discard if states else self.free.add)(room)
                (self.sold.add if "booked" in states else self.sold.discard)(room)


class Crowd:
    """Everybody who wants a seat, and everybody who only looks."""

    def __init__(self, sale: Sale, port: int, *, watchers: int) -> None:
        self.sale, self.port = sale, port
        self.watchers = [Watcher() for _ in range(watchers)]
        self.fresh = Watcher()
        self.times: dict[str, list[float]] = {"the first answer of each buyer": [], "a hold": [],
            "a refusal": [], "a payment": []}  # fmt: skip
        self.odd: list[str] = []
        self.again = self.bought = 0
        self.lasted = 0.0

    async def rush(self, say: Callable[[str], None]) -> None:
        """Open the sale, and wait until it is over."""
        sockets = [await self._look(watcher) for watcher in self.watchers]
        listening = [
            asyncio.create_task(self._listen(*pair)) for pair in zip(sockets, self.watchers, strict=True)
        ]
        buyers = [Buyer(self, number) for number in range(len(self.sale.tokens))]
        await asyncio.gather(*(buyer.connect() for buyer in buyers))
        began = time.perf_counter()
        running = asyncio.gather(*(buyer.buy() for buyer in buyers))
        while not running.done() and time.perf_counter() - began < PATIENCE:
            await asyncio.wait([running], timeout=5)
            passed, refused = time.perf_counter() - began, len(self.times["a refusal"])
            say(f"  {passed:4.0f} s: {self.bought} bought, {refused} refused")
        if not running.done():
            self.odd.append(f"The sale was not over after {PATIENCE:.0f} s.")
            running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await asyncio.sleep(3)  # a last hint that was lost is found by the look
        newcomer = await self._look(self.fresh)
        for socket in (*sockets, newcomer):
            await socket.close()
        await asyncio.gather(*listening, return_exceptions=True)
        self.began = began

    async def _look(self, watcher: Watcher) -> ClientConnection:
        """Open the seat map and wait until it shows."""
        socket = await connect(f"ws://127.0.0.1:{self.port}/ws/live/", max_size=2**24, max_queue=None)
        await socket.send(json.dumps({"type": "watch", "topic": f"journey:{self.sale.departure}"}))
        while not watcher.known:
            watcher.hear(await asyncio.wait_for(socket.recv(), 30))
        return socket

    async def _listen(self, socket: ClientConnection, watcher: Watcher) -> None:
        async for text in socket:
            watcher.hear(text)

    @property
    def is_over(self) -> bool:
        """Tell whether the seat map says that all is sold."""
        return len(self.watchers[0].sold) == len(self.sale.seats)

    def faults(self) -> list[str]:
        """Return what went otherwise than it should."""
        lost = sum(watcher.known != self.fresh.known for watcher in self.watchers)
        found = self.odd[:10] + [f"and {len(self.odd) - 10} more"] * (len(self.odd) > 10)
        return found + [f"{lost} watchers do not know what a fresh one is told."] * bool(lost)


class Buyer:
    """One who wants one seat; with a temper of their own that is the same in every run."""

    def __init__(self, crowd: Crowd, number: int) -> None:
        self.crowd, self.number = crowd, number
        self.chance = random.Random(number)  # noqa: S311 -- a rush that can be run again
        self.head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {crowd.sale.tokens[number]}\r\n"
        self.keys = 0

    async def connect(self) -> None:
        """Be there before the sale opens."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.crowd.port, limit=2**22)

    async def buy(self) -> None:
        """Press until one has a seat, walks away from one, or all are sold."""
        began = time.perf_counter()
        try:
            chosen = self.chance.choice(self.crowd.sale.seats) if self.chance.random() < CHOOSES else None
            while (held := await self._hold(chosen)) is None:
                chosen = None
                if not await self._sees_a_free_one():
                    return
            if self.chance.random() < WALKS_AWAY:
                await self._call(f"bookings/{held}/cancel", {}, 200)
                return
            await self._pay(held)
            self.crowd.bought += 1
            self.crowd.lasted = max(self.crowd.lasted, time.perf_counter() - began)
        except Exception as error:  # noqa: BLE001 -- told with the verdict
            self.crowd.odd.append(f"buyer {self.number}: {error!r}")
        finally:
            self.writer.close()

    async def _hold(self, seat: int | None) -> str | None:
        wanted = {"departure": self.crowd.sale.departure, "hold": True}
        which: dict[str, Any] = {"room_type": "Economy", "count": 1} if seat is None else {"seats": [seat]}
        status, told, lasted = await self._call("bookings", {**wanted, **which}, 201, 409)
        self.crowd.times["a hold" if status == 201 else "a refusal"].append(lasted)
        if self.keys == 1:
            self.crowd.times["the first answer of each buyer"].append(lasted)
        return str(told["reference"]) if status == 201 else None

    async def _sees_a_free_one(self) -> bool:
        """Wait before the seat map until it shows a free seat; False once all are sold."""
        while True:
            await asyncio.sleep(HESITATES * self.chance.random())
            if self.crowd.is_over:
                return False
            if self.crowd.watchers[0].free:
                return True

    async def _pay(self, reference: str) -> None:
        cards = [BAD, GOOD] if self.chance.random() < FAILS_FIRST else [GOOD]
        for card in cards:
            right = 201 if card == GOOD else 402
            _, _, lasted = await self._call(
                f"bookings/{reference}/payments", {"method": "card", "card": card}, right
            )
            self.crowd.times["a payment"].append(lasted)

    async def _call(self, path: str, body: dict[str, Any], *right: int) -> tuple[int, Any, float]:
        """Return status, answer and how long it took; a 503 is asked again with the same key, as it says."""
        self.keys += 1
        key, began = f"{self.number}-{self.keys}", time.perf_counter()
        sent = json.dumps(body).encode()
        while True:
            # A server hangs up on who says nothing for a while; browsers connect anew, and so do these.
            if self.reader.at_eof():
                await self.connect()
            self.writer.write(
                f"POST /api/v1/{path} HTTP/1.1\r\n{self.head}Idempotency-Key: {key}\r\nContent-Type: "
                f"application/json\r\nContent-Length: {len(sent)}\r\n\r\n".encode()
                + sent
            )
            try:
                head = await self.reader.readuntil(b"\r\n\r\n")
            except (ConnectionError, asyncio.IncompleteReadError):  # it hung up while this was on its way
                await self.connect()
                continue
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            answer = await self.reader.readexactly(length)
            status = int(head[9:12])
            if status == 503:
                self.crowd.again += 1
                wait = head.lower().split(b"retry-after:")[1].split(b"\r\n")[0]
                await asyncio.sleep(float(wait) * (0.5 + self.chance.random()))
                continue
            if status not in right:
                raise RuntimeError(f"{path}: {status} {answer[:300]!r}")
            return status, json.loads(answer), time.perf_counter() - began
