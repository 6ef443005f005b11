"""The door: one request of a program, from its bytes to its answer.

Everything under /api/ goes through here and past the middleware of pages, of which a program needs
little: that costs more than a booking does (docs/decisions/0010). What it does need is here by name: the
redirect to HTTPS and its headers, the host check, who asks, the throttles, and compression.
"""

import logging
from typing import Any

import msgspec
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.middleware.security import SecurityMiddleware

from accounts.middleware import Middleware
from api import endpoints, reading, throttles
from api.auth import Caller, caller_of
from api.errors import DOCS, Internal, MethodNotAllowed, TooLarge, problem
from api.routing import MANAGER, PERSON, PREFIX, STAFF, Call, Endpoint, Match, Reply, match
from reservations import Invalid, NotAuthenticated, NotFound, ReservationError, Unready

logger = logging.getLogger(__name__)
endpoints.load()
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}
VARY = "Authorization, Cookie, Accept-Encoding"
WORTH_COMPRESSING = 1_400  # bytes: less fits one packet anyway


def is_ours(path: str) -> bool:
    """Test whether the path is answered here; the manual is a page, with a page's middleware."""
    return path.startswith("/api/") and path != DOCS


def answer(request: HttpRequest) -> HttpResponse:
    """Answer the request, whatever it is: no input makes this raise, or answer 500."""
    try:
        redirect: Any = _security.process_request(request)
        response = redirect or _answered(request)
    except ReservationError as refusal:
        response = problem(refusal)
    except (OperationalError, InterfaceError):
        logger.warning("The database does not answer.", exc_info=True)
        response = problem(Unready("The database does not answer. Please try again in a moment."))
    except DisallowedHost:
        response = problem(Invalid("This host is not one of this site's."))
    except (SuspiciousOperation, DataError) as error:
        response = problem(TooLarge() if isinstance(error, RequestDataTooBig) else Invalid())
    except Exception:
        logger.exception("%s %s could not be answered.", request.method, request.path)
        response = problem(Internal())
    return _finished(request, response)


def _answered(request: HttpRequest) -> HttpResponse:
    request.get_host()
    found = match(request.path_info.removeprefix(PREFIX)) if request.path_info.startswith(PREFIX) else None
    if found is None:
        raise NotFound(f"There is no such address. The manual is at {DOCS}.")
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": found.allowed, "Cache-Control": "no-store"})
    method = "GET" if request.method == "HEAD" else request.method or ""
    if method not in found.methods:
        raise MethodNotAllowed(found.allowed)
    return _called(request, found, found.methods[method])


def _called(request: HttpRequest, found: Match, asked: Endpoint) -> HttpResponse:
    caller = _admitted(request)
    if asked.who in (PERSON, STAFF, MANAGER) and caller.user is None:
        raise NotAuthenticated("Log in to do that: send Authorization: Bearer and a token.")
    query = reading.query(request, asked.query)
    body = reading.body(request, asked.body, required=asked.body_required) if asked.body else None
    told = asked.view(Call(request, caller, found.named(asked), query, body))
    return _response(asked, told)


def _admitted(request: HttpRequest) -> Caller:
    """Return who asks, once they are counted: people by themselves, all others by their address."""
    try:
        caller = caller_of(request)
    except NotAuthenticated:
        throttles.count("address", throttles.address_of(request), settings.API_THROTTLE_ADDRESS)
        raise
    if caller.pk is not None:
        throttles.count("user", caller.pk, settings.API_THROTTLE_USER)
    else:
        throttles.count("address", throttles.address_of(request), settings.API_THROTTLE_ADDRESS)
    return caller


def _response(asked: Endpoint, told: Any) -> HttpResponse:
    reply = told if isinstance(told, Reply) else Reply(told)
    status = reply.status or asked.status
    if reply.content is None:
        response = HttpResponse(status=status)
        del response.headers["Content-Type"]
    else:
        content = reply.content if isinstance(reply.content, bytes) else msgspec.json.encode(reply.content)
        response = HttpResponse(content, status=status, content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=60" if asked.shared else "private, no-cache"
    for name, value in reply.headers.items():
        response.headers[name] = value
    return response


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Add what every answer has; a HEAD keeps its Content-Length and loses its body."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers["Vary"] = VARY
    if len(response.content) > WORTH_COMPRESSING and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        _gzip.process_response(request, response)  # in place
    if response.status_code not in (204, 304):
        response.headers["Content-Length"] = str(len(response.content))
    if request.method == "HEAD":
        response.content = b""
    _security.process_response(request, response)  # in place as well
    return response


def _nobody(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


_gzip, _security = GZipMiddleware(_nobody), SecurityMiddleware(_nobody)


class ApiDoor(Middleware):
    """The door as Django's outermost middleware: for WSGI, for tests, and for whatever serves us."""

    def __call__(self, request: HttpRequest) -> Any:
        if not is_ours(request.path_info):
            return self.get_response(request)
        return sync_to_async(answer)(request) if self.is_later else answer(request)
