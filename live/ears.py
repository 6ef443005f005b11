"""Ears: this process's one channel on the layer, in the group of every topic that is watched here."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds for the layer to let us into a group; a snapshot waits no longer for it
PAUSES = (0.2, 1.0, 2.0, 5.0)  # seconds to the next try, while the layer is away
# Layers forget members after `group_expiry` (a day) and after a Redis that lost its memory.
JOIN_AGAIN = 600.0

Hear = Callable[[str, Mapping[int, int]], None]


class Ears:
    """Hears hints for the groups it is told to, for as long as the layer lets it; outages are waited out."""

    def __init__(self, hear: Hear) -> None:
        self.heard = self.failed = 0
        self._hear = hear
        self._wanted: set[str] = set()
        self._joined: dict[str, float] = {}  # group -> when we last said so
        self._channel: str | None = None
        self._lock = asyncio.Lock()
        self._outage = False

    async def listen(self) -> None:
        """Hear until cancelled."""
        failures = 0
        while True:
            layer: Any = get_channel_layer()
            try:
                async with asyncio.timeout(PATIENCE):
                    self._channel = await layer.new_channel("live.")
                self._joined.clear()
                await self.join_all()
                failures = 0
                while True:
                    self._take(await layer.receive(self._channel))
            except Exception:  # noqa: BLE001 -- each layer has its own errors; we listen on after any
                self._fail()
                await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
                failures += 1

    def _take(self, message: Mapping[str, Any]) -> None:
        self.heard += 1
        self._hear(message["group"], dict(message["rooms"]))

    async def join(self, *groups: str) -> None:
        """Hear hints for the groups; returns when we do, or when the layer has had its second."""
        self._wanted.update(groups)
        for group in groups:
            if group not in self._joined and not await self._join(group):
                return  # It would not answer for the others either; the next look asks again.

    async def join_all(self) -> None:
        """Join every group that we are not in, or have been in for so long that the layer may forget."""
        now = asyncio.get_running_loop().time()
        for group in list(self._wanted):
            if self._outage and group not in self._joined and self._channel is None:
                return
            if now - self._joined.get(group, -JOIN_AGAIN) >= JOIN_AGAIN and not await self._join(group):
                return  # It would not answer the others either.

    async def _join(self, group: str) -> bool:
        layer: Any = get_channel_layer()
        async with self._lock:
            if self._channel is None or group not in self._wanted:
                return False
            try:
                async with asyncio.timeout(PATIENCE):
                    await layer.group_add(group, self._channel)
            except Exception:  # noqa: BLE001 -- as in listen
                self._fail()
                return False
            self._joined[group] = asyncio.get_running_loop().time()
        if self._outage:
            logger.warning("The channel layer answers again.")
        self._outage = False
        return True

    async def leave(self, group: str) -> None:
        """Hear no more hints for the group."""
        self._wanted.discard(group)
        layer: Any = get_channel_layer()
        async with self._lock:
            if group in self._wanted or self._channel is None or self._joined.pop(group, None) is None:
                return
            try:
                async with asyncio.timeout(PATIENCE):
                    await layer.group_discard(group, self._channel)
            except Exception:  # noqa: BLE001 -- as in listen
                self._fail()

    def _fail(self) -> None:
        self.failed += 1
        if not self._outage:
            logger.warning("The channel layer is away; looking every 2 s instead.", exc_info=True)
        self._outage = True
