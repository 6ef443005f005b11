"""The doorbell: tells every process that something changed, and costs the booking nothing.

The layer is only a doorbell: whoever hears it reads the tables. So hints may be merged, and may be lost:
the look that every hub takes each two seconds finds what nobody announced.

Ringing drops the hint into a small heap and wakes one publisher, which lives on the loop of this process's
hub, or on a thread of its own where there is none (a page worker, a command). It never waits and never
raises; with Redis slow or dead the booking does not notice.
"""

import asyncio
import atexit
import contextlib
import logging
import os
import threading
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from rooms.events import Changed

logger = logging.getLogger(__name__)

MOST_PENDING = 5_000  # rooms that wait to be announced; beyond, the look must find them
PATIENCE = 2.0  # seconds for the layer to take one hint
FAREWELL = 0.5  # seconds that a process which ends may take to be heard
PAUSE = 1.0  # seconds of silence after it did not: a dead Redis is not asked fifty times a second

Pending = dict[str, dict[int, int]]  # group -> room -> revision


class Doorbell:
    """Merges hints and publishes them to the channel layer, from wherever changes are made."""

    def __init__(self) -> None:
        self.published = self.failed = self.dropped = 0
        self.loops: list[asyncio.AbstractEventLoop] = []  # of this process's hubs, the latest last
        self._reset()

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._pending: Pending = {}
        self._size = 0
        self._publisher: asyncio.Task[None] | None = None
        self._own_loop: asyncio.AbstractEventLoop | None = None
        self._quiet_until = 0.0
        self._outage = False

    def after_fork(self) -> None:
        """Forget the parent's loops and threads: none of them runs in this process."""
        self.loops = []
        self._reset()

    def ring(self, change: Changed) -> None:
        """Announce the change as soon as may be; never waits, never raises."""
        try:
            loop = self._loop()
            if loop is not None:
                self._merge(change)
                loop.call_soon_threadsafe(self._start)
        except Exception:  # A booking that is made must not fail for want of a bell.
            self.failed += 1
            logger.warning("A change could not be announced.", exc_info=True)

    def _merge(self, change: Changed) -> None:
        told = {"venue": change.venues, "guest": change.guests, "display": change.displays}
        groups = [f"{kind}.{key}" for kind, keys in told.items() for key in keys]
        with self._lock:
            if self._size > MOST_PENDING:
                self.dropped += 1
                return
            for group in groups:
                heap = self._pending.setdefault(group, {})
                for room, revision in change.rooms.items():
                    heap[room] = max(revision, heap.get(room, 0))
                self._size += 1 + len(change.rooms)

    def _take(self) -> Pending:
        with self._lock:
            pending, self._pending, self._size = self._pending, {}, 0
        return pending

    def _loop(self) -> asyncio.AbstractEventLoop | None:
        """Return the loop to publish on; none where nobody could hear it."""
        for loop in reversed(self.loops):
            if loop.is_running():
                return loop
        if isinstance(get_channel_layer(), InMemoryChannelLayer):
            return None  # Only this process could hear, and it has no ears.
        with self._lock:
            if self._own_loop is None:
                self._own_loop = asyncio.new_event_loop()
                run = self._own_loop.run_forever
                threading.Thread(target=run, name="live-doorbell", daemon=True).start()
            return self._own_loop

    def _start(self) -> None:
        """Start the publisher, unless it is at work; runs on the loop."""
        busy = self._publisher
        if busy is not None and not busy.done() and not busy.get_loop().is_closed():
            return
        self._publisher = asyncio.get_running_loop().create_task(self._publish())

    async def _publish(self) -> None:
        loop = asyncio.get_running_loop()
        while pending := self._take():
            layer: Any = get_channel_layer()
            for group, rooms in pending.items():
                if loop.time() < self._quiet_until:
                    self.dropped += 1
                    continue
                hint = {"type": "hint", "group": group, "rooms": list(rooms.items())}
                try:
                    async with asyncio.timeout(PATIENCE):
                        await layer.group_send(group, hint)
                except Exception:  # noqa: BLE001 -- each layer has its own errors, and none may matter
                    self._failed(loop.time())
                else:
                    self.published += 1
                    self._recovered()

    def _failed(self, now: float) -> None:
        self.failed += 1
        self._quiet_until = now + PAUSE
        if not self._outage:
            logger.warning("The channel layer takes no hints; screens look every 2 s.", exc_info=True)
        self._outage = True

    def _recovered(self) -> None:
        if self._outage:
            logger.warning("The channel layer takes hints again.")
        self._outage = False

    def say_all(self) -> None:
        """Let hints out before the process ends: a command that books and exits is heard all the same."""
        if self._own_loop is None:
            return
        with contextlib.suppress(Exception):
            asyncio.run_coroutine_threadsafe(self._settled(), self._own_loop).result(FAREWELL)

    async def _settled(self) -> None:
        self._start()
        if self._publisher is not None:
            await asyncio.wait([self._publisher])

    async def leave(self, loop: asyncio.AbstractEventLoop) -> None:
        """Publish no more on the loop of a hub that stops."""
        if loop in self.loops:
            self.loops.remove(loop)
        busy = self._publisher
        if busy is not None and not busy.done() and busy.get_loop() is loop:
            await asyncio.wait([busy], timeout=PATIENCE)
            busy.cancel()


doorbell = Doorbell()
os.register_at_fork(after_in_child=doorbell.after_fork)
atexit.register(doorbell.say_all)
