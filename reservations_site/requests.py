"""Around every request: an id to find it by, how long it took, and how it ended.

Outside of Django and not one of its middlewares: what programs ask passes by those (docs/decisions/0010).
"""

import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextvars import ContextVar
from typing import Any

from prometheus_client import Counter, Histogram

from accounts import origins

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]

log = logging.getLogger("reserve.requests")
current: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered, for logs and for the page that says something broke."""

HEADER = "X-Request-ID"
SANE = re.compile(r"^[\w.-]{8,64}$", re.ASCII)
LONGEST = 20  # characters of a segment that is logged: tokens are longer, and grant what they are for
# The first segments of our addresses: a label must not grow with whatever visitors type.
AREAS = frozenset(
    [
        *("accounts", "admin", "api", "bookings", "calendar", "desk", "display", "healthz", "journeys"),
        *("metrics", "payments", "readyz", "reports", "static", "tickets", "venues", "waitlist"),
    ]
)
METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
REQUESTS = Counter("reserve_requests", "Requests that were answered.", ["method", "area", "status"])
TOOK = Histogram("reserve_request_seconds", "How long answers took.", ["area"], buckets=SECONDS)


def id_for(sent: str) -> str:
    """Return the id a proxy gave the request, if it is one, or a new one."""
    return sent if SANE.match(sent) else secrets.token_hex(8)


def ended(method: str, path: str, status: int, seconds: float) -> None:
    """Count the request, and log it where that is asked for."""
    first = path.lstrip("/").partition("/")[0]
    area = first if first in AREAS else ("home" if not first else "other")
    REQUESTS.labels(method if method in METHODS else "other", area, str(status)).inc()
    TOOK.labels(area).observe(seconds)
    if log.isEnabledFor(logging.INFO):
        facts = {"method": method, "path": shown(path), "status": status, "ms": round(seconds * 1000, 1)}
        log.info("%(method)s %(path)s %(status)s in %(ms)s ms", facts, extra={"facts": facts})


def shown(path: str) -> str:
    """Return the path as a log may have it: without tokens, and without what could end a line."""
    short = "/".join(part if len(part) <= LONGEST else "…" for part in path[:500].split("/"))
    return "".join(letter if letter.isprintable() else "�" for letter in short)


class Requests:
    """The ASGI application, with each HTTP request named and counted; sockets pass untouched."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name, began, status = _of_scope(scope), time.monotonic(), 0
        token = current.set(name)
        origins.came(_door(scope["path"]), origins.address_in(scope))

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", ()), (HEADER.lower().encode(), name.encode())]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._app(scope, receive, named)
        finally:
            # 499: whoever asked left before there was an answer.
            ended(scope["method"], scope["path"], status or 499, time.monotonic() - began)
            current.reset(token)


def _of_scope(scope: Scope) -> str:
    sent = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return id_for(sent.decode("latin-1"))


def _door(path: str) -> str:
    first = path.lstrip("/").partition("/")[0]
    return first if first in ("api", "admin") else "page"


class RequestsOfWSGI:
    """The same around the WSGI application."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        name, began, status = id_for(environ.get("HTTP_X_REQUEST_ID", "")), time.monotonic(), 500

        def named(line: str, headers: list[tuple[str, str]], *how: Any) -> Any:
            nonlocal status
            status = int(line.split(" ", 1)[0])
            return start_response(line, [*headers, (HEADER, name)], *how)

        token = current.set(name)
        asking = origins.address_of(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", ""))
        origins.came(_door(environ.get("PATH_INFO", "/")), asking)
        try:
            return self._app(environ, named)
        finally:
            ended(environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/"), status, time.monotonic() - began)
            current.reset(token)
