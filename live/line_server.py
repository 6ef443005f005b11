"""The server of the line protocol: it lets lines in, counts them, looks after them, and leaves in order.

It accepts by itself, so that a connection counts before it has cost anything, a TLS handshake least of all.
It runs on the loop of the hub that websockets use, where there is one: both hear of the same changes.
"""

import asyncio
import logging
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from accounts.throttle import network_of
from live.line_connection import Connection, Patience
from live.line_hands import Hands
from live.line_listening import Limits, allow_files, limits
from live.line_protocol import REFUSED, Failure, encode, error
from live.metrics import OPEN

logger = logging.getLogger(__name__)

LOOK = 1.0  # seconds between looks for peers that take too long
GRACE = 5.0  # seconds for calls that run, once the server is told to stop
RECEIVED = 16 * 1024  # bytes that are read at once, from any line
HANDSHAKE = 5.0  # seconds for TLS
AT_ONCE = 50  # connections accepted before other tasks have their turn
THREADS, DOORMEN = 4, 2  # for calls, and for passwords, of which no more are guessed at once
KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4, "TCP_USER_TIMEOUT": 120_000}
RESTARTS = Failure(
    REFUSED, "The server restarts. Please come back in a moment.", code="unready", retry_after=1
)


class LineServer:
    """Serves lines on a socket that listens, on the running loop."""

    def __init__(
        self,
        listener: socket.socket,
        *,
        most: Limits | None = None,
        patience: Patience | None = None,
        secret: ssl.SSLContext | None = None,
    ) -> None:
        self.listener = listener
        self.buffer = memoryview(bytearray(RECEIVED))
        self.hands = Hands(THREADS, "line")
        self.doormen = Hands(DOORMEN, "line-login")
        self.lines: dict[Connection, None] = {}
        self.refused = 0
        self._most, self._patience, self._secret = most or limits(), patience or Patience(), secret
        self._per_network: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._duties: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Let lines in."""
        allow_files(self._most)
        self.listener.setblocking(False)
        self._duties = [self._do(self._accept()), self._do(self._look_after())]

    def _do(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        number = 0
        while True:
            try:
                peer, address = await loop.sock_accept(self.listener)
            except OSError:
                # Most likely no file descriptor is left: whoever waits in the backlog can wait a moment more.
                logger.warning("A line could not be accepted.", exc_info=True)
                await asyncio.sleep(0.2)
                continue
            number += 1
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
            self._receive(peer, network_of(address[0]))

    def _receive(self, peer: socket.socket, network: str) -> None:
        counted = self._per_network.total()
        if counted >= self._most.lines:
            self._refuse(peer, "Too many connections. Please try again in a moment.")
        elif self._per_network[network] >= self._most.per_network:
            self._refuse(peer, "Too many connections from your address.")
        else:
            self._per_network[network] += 1
            self._do(self._welcome(peer, network))

    def _refuse(self, peer: socket.socket, sentence: str) -> None:
        """Say no and hang up, without waiting for anything: it must cost less than a connection does."""
        self.refused += 1
        with peer:
            peer.setblocking(False)
            try:
                if self._secret is None:
                    peer.send(encode(error(Failure(REFUSED, sentence, code="throttled", retry_after=10))))
                peer.shutdown(socket.SHUT_WR)
                peer.recv(RECEIVED)  # Unread, it would turn the last word into a reset.
            except OSError:
                pass

    async def _welcome(self, peer: socket.socket, network: str) -> None:
        line = Connection(self, network)
        try:
            _keep_alive(peer)
            handshake = {"ssl_handshake_timeout": HANDSHAKE} if self._secret else {}
            loop = asyncio.get_running_loop()
            await loop.connect_accepted_socket(lambda: line, peer, ssl=self._secret, **handshake)
        except (OSError, TimeoutError, asyncio.CancelledError):
            if not line.was_made:  # No transport will tell of its end.
                peer.close()
                self._uncount(network)

    def remember(self, line: Connection) -> None:
        """Take in a line that has been made."""
        self.lines[line] = None
        OPEN.labels("lines").inc()

    def forget(self, line: Connection) -> None:
        """Let a line go that was lost."""
        if self.lines.pop(line, line) is None:
            OPEN.labels("lines").dec()
            self._uncount(line.address)
            self._do(line.leave())

    def _uncount(self, network: str) -> None:
        self._per_network[network] -= 1
        if self._per_network[network] <= 0:
            del self._per_network[network]

    async def _look_after(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK)
            now = loop.time()
            for line in list(self.lines):
                line.look(now, self._patience)

    async def stop(self) -> None:
        """Let nobody in, finish what runs, say good-bye, and hang up."""
        for duty in self._duties:
            duty.cancel()
        await asyncio.gather(*self._duties, return_exceptions=True)
        self.listener.close()
        for line in list(self.lines):
            line.stop_listening()
        await self._until(lambda: not any(line.is_busy for line in self.lines), GRACE)
        for line in list(self.lines):
            line.end(RESTARTS)
        await self._until(lambda: not self.lines, 0.5)
        for line in list(self.lines):
            line.abort()
        await self._until(lambda: not self.lines and not self._tasks, 1.0)
        self.hands.close()
        self.doormen.close()

    async def _until(self, true: Callable[[], bool], seconds: float) -> None:
        latest = asyncio.get_running_loop().time() + seconds
        while not true() and asyncio.get_running_loop().time() < latest:
            await asyncio.sleep(0.01)


def _keep_alive(peer: socket.socket) -> None:
    """Find peers that vanished without a word, in two minutes instead of two hours."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for name, value in KEEPALIVE.items():
        if option := getattr(socket, name, None):  # each system has its own few of these
            peer.setsockopt(socket.IPPROTO_TCP, option, value)
