"""One line: bytes in, answers out, in the order in which they were asked for.

Nothing here waits for a peer with memory: reading stops while 32 lines wait or the peer does not read its
answers, an unfinished line has 64 KiB and 30 seconds, and whoever is told to go has two seconds to do so.
"""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from live.line_answers import answer_to
from live.line_protocol import REFUSED, TOO_LONG, Failure, Lines, encode, error
from live.line_watching import Watching
from live.visitors import NOBODY, Visitor

if TYPE_CHECKING:
    from live.line_server import LineServer

logger = logging.getLogger(__name__)

MOST_WAITING, FEW_WAITING = 32, 8  # lines: reading stops at the one, and goes on at the other
HIGH_WATER = 64 * 1024  # bytes of answers that wait for the peer to read, before nothing more is done
AT_ONCE = 8  # lines answered before other lines have their turn: garbage needs no thread that would give way
FAREWELL = 2.0  # seconds to hear why, for whoever is told to go


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a peer may take, in seconds."""

    idle: float = 600.0  # between one line and the next
    line: float = 30.0  # from the first byte of a line to its newline: slower is a slowloris
    reading: float = 30.0  # to read any of its answers


class Connection(asyncio.BufferedProtocol):
    """One line, from the handshake to the hanging up."""

    def __init__(self, server: "LineServer", address: str) -> None:
        self.server, self.address = server, address
        self.visitor: Visitor = NOBODY
        self.watching = Watching(self)
        self.transport: asyncio.Transport | None = None
        self._lines = Lines()
        self._waiting: deque[bytes] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._can_write = asyncio.Event()
        self._can_write.set()
        self._loop = asyncio.get_running_loop()
        now = self._loop.time()
        self._heard_at = self._line_began = self._stuck_since = now
        self._ending_since: float | None = None
        self._is_paused = self._said_all = False
        self.was_made = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's classes, but all that asyncio's are.
        stream = cast(asyncio.Transport, transport)
        self.transport, self.was_made = stream, True
        stream.set_write_buffer_limits(high=HIGH_WATER)
        self.server.remember(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._waiting.clear()
        self._can_write.set()
        self.transport = None
        if self._worker is not None:
            self._worker.cancel()
        self.server.forget(self)

    # Reading

    def get_buffer(self, sizehint: int) -> memoryview:
        # One for all lines: what arrives is copied out of it before anything else is read.
        return self.server.buffer

    def buffer_updated(self, nbytes: int) -> None:
        if self._ending_since is not None:
            return  # It is told to go: what it still says is not kept.
        began = self._lines.is_unfinished
        lines = self._lines.feed(bytes(self.server.buffer[:nbytes]))
        if lines or not began:
            self._line_began = self._loop.time()
        self._take(lines)

    def eof_received(self) -> bool:
        if self._ending_since is not None or self.transport is None:
            return False
        self._said_all = True
        self._take(self._lines.finish())
        if self._worker is None:
            self._hang_up()
        # Answers may still go out, for a pipe that has ended wants to read them; TLS cannot close by half.
        return self.transport.get_extra_info("sslcontext") is None

    def _take(self, lines: list[bytes]) -> None:
        self._waiting.extend(line for line in lines if line.strip())
        if lines:
            self._heard_at = self._loop.time()
        if len(self._waiting) >= MOST_WAITING or self._lines.is_over:
            self._pause(True)
        if self._worker is None and (self._waiting or self._lines.is_over):
            self._worker = self._loop.create_task(self._work())

    def _pause(self, wanted: bool) -> None:
        if self._is_paused == wanted or self.transport is None or self.transport.is_closing():
            return
        self._is_paused = wanted
        if wanted:
            self.transport.pause_reading()
        else:
            self._line_began = self._loop.time()  # The peer could not go on while nobody read.
            self.transport.resume_reading()

    # Answering

    async def _work(self) -> None:
        answered = 0
        try:
            while self._waiting and self._ending_since is None:
                line = self._waiting.popleft()
                if len(self._waiting) <= FEW_WAITING and not self._lines.is_over:
                    self._pause(False)
                await self._answer(line)
                await self.drained()
                answered += 1
                if answered % AT_ONCE == 0:
                    await asyncio.sleep(0)
        except Exception:
            logger.exception("A line failed.")
            self.abort()
        finally:
            self._worker = None
            self._heard_at = self._loop.time()
        if self._lines.is_over:
            self.end(TOO_LONG)
        elif self._said_all and not self._waiting:
            self._hang_up()

    async def _answer(self, line: bytes) -> None:
        said = await answer_to(line, self)
        if said is not None:
            self.write(encode(said))
        self.watching.release()

    def write(self, line: bytes) -> None:
        """Send a line, or keep it until the peer reads."""
        if self.transport is not None and self._ending_since is None:
            self.transport.write(line)

    async def drained(self) -> None:
        """Wait until the peer has read enough."""
        await self._can_write.wait()

    def pause_writing(self) -> None:
        self._stuck_since = self._loop.time()
        self._can_write.clear()

    def resume_writing(self) -> None:
        self._can_write.set()

    # Ending

    def look(self, now: float, patience: Patience) -> None:
        """End the line if its peer takes too long for anything."""
        if self._ending_since is not None:
            if now - self._ending_since > FAREWELL:
                self.abort()
        elif not self._can_write.is_set():
            if now - self._stuck_since > patience.reading:
                self.abort()  # It would not read why, either.
        elif self._lines.is_unfinished and not self._is_paused and now - self._line_began > patience.line:
            self.end(Failure(REFUSED, "That line took too long.", code="throttled"))
        elif self._worker is None and now - self._heard_at > patience.idle:
            self.end(Failure(REFUSED, "Nothing was said for too long.", code="throttled"))

    def stop_listening(self) -> None:
        """Begin nothing more; what is being done is finished, and answered."""
        self._waiting.clear()
        self._pause(True)

    def end(self, failure: Failure) -> None:
        """Say why, and hang up; what is being done is finished, what waits is not begun."""
        if self._ending_since is not None or self.transport is None:
            return
        self.write(encode(error(failure)))
        self._hang_up(lingering=True)

    def _hang_up(self, *, lingering: bool = False) -> None:
        """Say no more. Linger while the peer talks: closing at once would take the last word back."""
        if self._ending_since is not None or self.transport is None:
            return
        self._ending_since = self._loop.time()
        self._waiting.clear()
        if not lingering or self._said_all:
            self.transport.close()
            return
        self._is_paused = True
        self._pause(False)  # What still comes is read, and thrown away.
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def abort(self) -> None:
        """Drop the line, whatever is unsaid."""
        if self.transport is not None:
            self.transport.abort()

    @property
    def is_busy(self) -> bool:
        """Tell whether something is being done for this line."""
        return self._worker is not None

    async def leave(self) -> None:
        """Let the hub go, once the line is gone."""
        await self.watching.leave_all()
