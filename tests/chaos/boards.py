"""Screens that watch the venue throughout, come back after every fault, and must end as the tables are."""

import asyncio
import contextlib
import json
import time
from collections import Counter
from datetime import timedelta
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.chaos.guests import DAYS, MORNING
from tests.live.boards import Board

WATCH = {
    "type": "watch",
    "topic": "venue:chaos",
    "start": MORNING.isoformat(),
    "end": (MORNING + timedelta(days=DAYS)).isoformat(),
}
CONVERGED = 10.0  # seconds after the last fault


class Screen:
    """One browser: the contract's reducer, a socket that is opened again, and resuming where it was."""

    def __init__(self, port: int) -> None:
        self.board, self._port = Board(), port
        self.opened = 0
        self.backward: list[str] = []
        self.closes: Counter[int] = Counter()

    async def live(self) -> None:
        """Watch for ever."""
        while True:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                await self._watch()
            await asyncio.sleep(0.5)

    async def _watch(self) -> None:
        address = f"ws://127.0.0.1:{self._port}/ws/live/"
        async with connect(address, open_timeout=5, ping_interval=5, ping_timeout=5) as socket:
            self.opened += 1
            held = self.board.held if self.board.rooms else {}
            await socket.send(json.dumps({**WATCH, **held}))
            try:
                async for text in socket:
                    self._hear(json.loads(text))
            finally:
                self.closes[socket.close_code or 1006] += 1

    def _hear(self, frame: dict[str, Any]) -> None:
        before = self.board.revision
        if frame["type"] in ("snapshot", "change"):
            self.board.apply(frame)
            self.board.frames.clear()
        if self.board.revision < before:
            self.backward.append(f"from {before} to {self.board.revision} by a {frame['type']}")


async def fresh(port: int) -> dict[str, Any]:
    """Return what a screen shows that is opened now."""
    board = Board()
    async with connect(f"ws://127.0.0.1:{port}/ws/live/", open_timeout=10) as socket:
        await socket.send(json.dumps(WATCH))
        while not board.rooms:
            frame = json.loads(await asyncio.wait_for(socket.recv(), 10))
            if frame["type"] == "snapshot":
                board.apply(frame)
    return told(board)


def told(board: Board) -> dict[str, Any]:
    """Return what a board says of each room: its revision, and what is taken."""
    return {
        str(number): [
            room["revision"],
            sorted((row["start"], row["state"]) for row in board.taken.get(number, ())),
        ]
        for number, room in sorted(board.rooms.items())
    }


async def converge(screens: list[Screen]) -> tuple[list[str], float]:
    """Return what is wrong on screens once load has ended, and the seconds until nothing was."""
    began = time.monotonic()
    truth = await fresh(screens[0]._port)
    while time.monotonic() - began < CONVERGED:
        if all(told(one.board) == truth for one in screens):
            return [], time.monotonic() - began
        await asyncio.sleep(0.1)
    wrong = [number for number, one in enumerate(screens) if told(one.board) != truth]
    return [f"screens {wrong} differ from the tables after {CONVERGED:.0f} s"], CONVERGED
