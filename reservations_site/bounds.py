"""What one request may cost before anything of ours looks at it: bytes of its head and body, and time.

uvicorn keeps a head in memory for as long and as large as somebody sends it, and Django a body on disk. A few
strangers with patience would fill both.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from reservations_site.requests import App, Message, Receive, Scope, Send

LARGEST_HEAD = 65_536  # bytes of the address and the headers
LARGEST_BODY = 2_097_152  # bytes; the largest form has one of these two megabytes
TOO_LARGE = b"A request has at most two megabytes."


class BoundedRequests(HttpToolsProtocol):
    """uvicorn's connection, which lets go of whoever sends a head without end, or takes too long."""

    HEAD, BODY = 30.0, 60.0  # seconds for each, from its first byte to its last

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer: asyncio.TimerHandle | None = None
        self._is_head = self._is_handed_on = False
        self._unread = 0  # bytes of a head that is not over, or of a body that are not its content
        self._head = 0  # bytes of a head that are its content: all of it may come in one read

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait(self.HEAD)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_handed_on or self.transport.is_closing():
            return
        self._unread += len(data)
        if self._is_head and self._unread > LARGEST_HEAD:
            self._refuse(431)
        elif self._unread > LARGEST_BODY:
            self._refuse(400)
        elif self._timer is None and (self.cycle is None or self.cycle.response_complete):
            self._wait(self.HEAD)  # Empty lines before a request begin none, and would never end.

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_head, self._unread, self._head = True, 0, 0
        self._wait(self.HEAD)

    def on_url(self, url: bytes) -> None:
        self._head += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._is_head:  # What comes after a body is no header: no proxy has looked at it.
            self._head += len(name) + len(value)
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self._head > LARGEST_HEAD:
            raise _TooLarge  # The parser stops at it, and uvicorn calls what follows.
        self._is_head, self._unread = False, 0
        self._wait(self.BODY)
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        if self._head > LARGEST_HEAD:
            self._refuse(431)
        else:
            super().send_400_response(msg)

    def on_body(self, body: bytes) -> None:
        self._unread -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unread = 0
        self._stop()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._stop()
        self._is_handed_on = True  # to another protocol, which has its own patience
        super().handle_websocket_upgrade()

    def _wait(self, seconds: float) -> None:
        self._stop()
        self._timer = self.loop.call_later(seconds, self._refuse, 408)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: int) -> None:
        self._stop()
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(STATUS_LINE[status] + b"connection: close\r\ncontent-length: 0\r\n\r\n")
        self.transport.close()


class _TooLarge(Exception):
    """More came in than any request of ours has."""


class BoundedBodies:
    """The ASGI application behind it, which reads of each body no more than any form of ours has."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read, is_answered = 0, False

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST_BODY:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal is_answered
            is_answered = True
            await send(message)

        try:
            await self._app(scope, bounded, noted)
        except _TooLarge:
            if not is_answered:
                await _refuse(send)


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(TOO_LARGE)).encode())]
    headers += [(b"connection", b"close"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": TOO_LARGE})
