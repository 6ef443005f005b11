"""An outlet: how frames leave for one socket, so that a slow reader holds nobody else back."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

from live import wire
from live.wire import Message

Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]

MOST_WAITING = 64  # frames; with more to say, one fresh snapshot says it in less
PATIENCE = 10.0  # seconds in which a reader must have read anything at all
FAREWELL = 3.0  # seconds for a close frame to go out to somebody who reads slowly


class _Rest:
    """The rest of a coroutine that was stepped once and then had to wait."""

    def __init__(self, started: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._started, self._waits_for = started, waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        waits_for = self._waits_for
        while True:
            failure: BaseException | None = None
            try:
                # As it is: a future that was awaited once may not be asked to begin again.
                yield waits_for
            except BaseException as error:  # noqa: BLE001 -- it is handed on, into the coroutine
                failure = error
            try:
                waits_for = self._started.throw(failure) if failure else self._started.send(None)
            except StopIteration:
                return


class Outlet:
    """Sends messages to one socket in order, without ever making the caller wait.

    A server's `send` waits only while the peer's buffer is full. So each message is sent by stepping the
    coroutine once, which costs no task and no switch; only when it waits does a task of this socket's own
    take over, and what comes meanwhile queues up here, to a limit.
    """

    __slots__ = (
        *("_overflowed", "_protocol", "_send", "_since", "_task", "_waiting"),
        *("closed", "is_broken", "on_overflow"),
    )

    def __init__(self, send: Send, on_overflow: Callable[[], None]) -> None:
        self._send = send
        self._protocol = wire.protocol_of(send)
        self.on_overflow = on_overflow
        self._waiting: deque[Message] = deque()
        self._task: asyncio.Task[None] | None = None
        self._since = 0.0
        self._overflowed = False
        self.closed = False
        self.is_broken = False

    @property
    def is_waiting(self) -> bool:
        """Tell whether the peer has yet to read what it was sent."""
        return self._task is not None

    def put(self, message: Message) -> None:
        """Send the message, now or as soon as the peer has read what went before."""
        if self.closed or self.is_broken:
            return
        if self._task is not None:
            self._queue(message)
            return
        if self._protocol is not None and wire.write(self._protocol, message):
            return
        sending = self._send(message.asgi)
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return
        except Exception:  # noqa: BLE001 -- each server has its own way to say that the peer is gone
            self.is_broken = True
            return
        loop = asyncio.get_running_loop()
        self._since = loop.time()
        self._task = loop.create_task(self._drain(_Rest(sending, waits_for)))

    def _queue(self, message: Message) -> None:
        if self._overflowed:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.clear()
            self._overflowed = True
            return
        self._waiting.append(message)

    async def _drain(self, rest: Awaitable[None]) -> None:
        loop = asyncio.get_running_loop()
        try:
            await rest
            while self._waiting:
                self._since = loop.time()
                await self._send(self._waiting.popleft().asgi)
        except Exception:  # noqa: BLE001 -- as in put
            self.is_broken = True
        finally:
            self._task = None
        if self._overflowed:
            self._overflowed = False
            self.on_overflow()

    def is_stuck(self, now: float) -> bool:
        """Tell whether the peer has read nothing for ten seconds, although there is something to read."""
        return self._task is not None and now - self._since > PATIENCE

    async def close(self, code: int, reason: str = "") -> None:
        """Close the socket: in order if the peer reads, and by force if it does not."""
        if self.closed:
            return
        self.closed = True
        self._waiting.clear()
        self._overflowed = False
        task, self._task = self._task, None
        try:
            async with asyncio.timeout(FAREWELL):
                if task is not None:
                    await asyncio.wait([task])
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except Exception:  # noqa: BLE001 -- gone, or never going to read it
            self._abort()
        finally:
            if task is not None:
                task.cancel()

    def _abort(self) -> None:
        # ASGI has no word for dropping a peer that does not read, and a polite close waits for its
        # buffer to empty, which is what it never does: its memory would be kept until TCP gives up.
        transport = getattr(getattr(self._send, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()
