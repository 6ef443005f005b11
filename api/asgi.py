"""The door under ASGI: straight from the server's event to a thread, past Django's own handler.

That handler starts a thread for each request and changes threads for each signal; the answer to a program
takes less time than that. Bodies are bounded while they arrive, not after they have filled a disk.
"""

import io
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpResponse
from django.http.request import HttpRequest

from api.door import answer, is_ours
from api.errors import TooLarge, problem
from api.reading import LARGEST_BODY
from api.workers import Workers
from reservations import Invalid

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]
THREADS = 6  # requests that are answered at once; a database pool has ten connections


class ApiFirst:
    """Answers what is under /api/, and hands everything else to the application behind it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.workers = Workers(THREADS)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_ours(scope["path"]):
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            return  # Nobody is there to hear an answer.
        if len(body) > LARGEST_BODY:
            await _send(problem(TooLarge()), send)
            return
        await _send(await self.workers.run(_answered, scope, body), send)


async def _read(receive: Receive) -> bytes | None:
    """Return the body, or its beginning if it is too large; None if the client left."""
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body") or len(body) > LARGEST_BODY:
            return body


def _answered(scope: dict[str, Any], body: bytes) -> HttpResponse:
    """Answer in this thread."""
    try:
        return answer(_request(scope, body))
    except UnicodeDecodeError:
        return problem(Invalid("The address is not written in UTF-8."))
    finally:
        for connection in connections.all(initialized_only=True):
            _look_after(connection)


def _look_after(connection: Any) -> None:
    """Do what Django's handler does by its signals, but keep a connection that is as it should be."""
    connection.queries_log.clear()  # of DEBUG
    if connection.errors_occurred or not connection.get_autocommit():
        connection.close()


def _request(scope: dict[str, Any], body: bytes) -> HttpRequest:
    return ASGIRequest(scope, io.BytesIO(body))


async def _send(response: HttpResponse, send: Send) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
    headers += [
        (b"set-cookie", morsel.output(header="").strip().encode()) for morsel in response.cookies.values()
    ]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
