"""How the site is served: one uvicorn server, which leaves in order when it is told to.

uvicorn, because it tells open sockets of a restart (1012) and keeps up with a thousand of them where the
others lose frames; its own command would neither end with 0 nor say which setting is missing.
"""

import asyncio
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Protocol

import uvicorn

from reservations_site.bounds import BoundedRequests

APPLICATION = "reservations_site.asgi:application"
GRACE = 7  # seconds for requests that run to be answered, once no more come in
LAST_MOMENT = 9.5  # seconds after which the process ends, whatever hangs: ten were promised
BACKLOG = 2048  # connections that wait while workers restart
LARGEST_MESSAGE = 65_536  # bytes; the live protocol's own limit is 16 KiB
PING = 20  # seconds: a peer that vanished is found within two of these


class Beside(Protocol):
    """Something that runs in the same process as the server: the clock."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Within(Protocol):
    """Something that shares the server's loop: lines hear of changes from the same hub as websockets."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Taken(Exception):
    """Somebody else listens there."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at the address.

    :raises Taken: if it cannot be had, with the sentence to show
    """
    try:
        return socket.create_server((host, port), backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        raise Taken(
            f"Cannot listen on {host}:{port} ({reason}). Stop what runs there, "
            f"or choose another port: PORT={port + 1 if port < 65_535 else 8001} make run"
        ) from None


class Server(uvicorn.Server):
    """A uvicorn server that says when it is there, and that ends with 0 in the time that was promised."""

    def __init__(
        self, config: uvicorn.Config, started: Callable[[], None], within: Sequence[Within] = ()
    ) -> None:
        super().__init__(config)
        self._say_started, self._within = started, within
        # uvicorn raises the signal once more when all is done; it must meet a handler then as well, or
        # the process ends as if it had been killed.
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, self.handle_exit)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        for one in self._within:
            await one.start()
        self._say_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        leaving = [asyncio.ensure_future(one.stop()) for one in self._within]
        await super().shutdown(sockets=sockets)
        await asyncio.gather(*leaving)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            leave_at_the_latest()
        super().handle_exit(sig, frame)


def leave_at_the_latest() -> None:
    """End the process with 0 at the last moment, even if a request or a thread will not end."""

    def leave() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)

    last = threading.Timer(LAST_MOMENT, leave)
    last.daemon = True
    last.start()


def if_ours(record: logging.LogRecord) -> bool:
    """Keep quiet about what the server itself cut off when it left, and about frames that are no UTF-8.

    Nothing of ours failed in them, and any stranger could fill a disk with tracebacks.
    """
    strange = (asyncio.CancelledError, UnicodeDecodeError)
    return not (record.exc_info and isinstance(record.exc_info[1], strange))


def configuration(*, access_log: bool = False) -> uvicorn.Config:
    """Return how uvicorn serves this site."""
    return uvicorn.Config(
        APPLICATION,
        lifespan="off",
        http=BoundedRequests,
        ws="websockets-sansio",
        ws_max_size=LARGEST_MESSAGE,
        ws_ping_interval=PING,
        ws_ping_timeout=PING,
        # Frames are small and encoded once for all: compressing them again for each socket costs more
        # than it saves, in time and in 64 KiB of memory a socket.
        ws_per_message_deflate=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE,
        # Forwarded addresses are Django's to judge (BEHIND_PROXY): here anybody could forge them.
        proxy_headers=False,
        server_header=False,
        access_log=access_log,
        log_level="info" if access_log else "warning",
    )


def serve(
    listener: socket.socket,
    *,
    started: Callable[[], None],
    beside: Sequence[Beside],
    within: Sequence[Within] = (),
    access_log: bool = False,
) -> None:
    """Serve on the socket until a signal ends it, with what runs beside the server and within its loop."""
    server = Server(configuration(access_log=access_log), started, within)
    logging.getLogger("uvicorn.error").addFilter(if_ours)
    for one in beside:
        one.start()
    try:
        server.run(sockets=[listener])
    finally:
        for one in reversed(beside):
            one.stop()
