"""The door under ASGI: straight from the server's event to a thread, past Django's own handler.

That handler starts a thread for each request and changes threads for each signal; the answer to a program
takes less time than that. Bodies are bounded while they arrive, not after they have filled a disk.
"""

import asyncio
import io
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpResponse
from django.http.request import HttpRequest

from api.door import answer, is_ours
from api.errors import TooLarge, problem
from api.reading import LARGEST_BODY
from reservations import Invalid

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]
THREADS = 6  # requests that are answered at once; a database pool has ten connections
KEPT = 5.0  # seconds that a thread keeps its connection: asking the pool costs a round trip each time


class ApiFirst:
    """Answers what is under /api/, and hands everything else to the application behind it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="api")

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
        loop = asyncio.get_running_loop()
        await _send(await loop.run_in_executor(self._threads, _answered, scope, body), send)


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
    """Answer in this thread; its database connection goes back when it is broken, or was kept a while."""
    try:
        return answer(_request(scope, body))
    except UnicodeDecodeError:
        return problem(Invalid("The address is not written in UTF-8."))
    finally:
        for connection in connections.all(initialized_only=True):
            _look_after(connection)


def _look_after(connection: Any) -> None:
    """Do what Django's handler does by its signals."""
    connection.queries_log.clear()  # of DEBUG
    now = time.monotonic()
    # Django has it closed at the end of this request; we at the first one after a while.
    connection.close_at = getattr(connection, "kept_until", now + KEPT)
    connection.kept_until = connection.close_at
    connection.close_if_unusable_or_obsolete()
    if connection.connection is None:
        del connection.kept_until


def _request(scope: dict[str, Any], body: bytes) -> HttpRequest:
    return ASGIRequest(scope, io.BytesIO(body))


async def _send(response: HttpResponse, send: Send) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
    headers += [
        (b"set-cookie", morsel.output(header="").strip().encode()) for morsel in response.cookies.values()
    ]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
