"""Problems: every refusal as RFC 9457 `application/problem+json`, however badly somebody asked."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

import msgspec
from django.conf import settings
from django.http import HttpResponse

from reservations import NotAuthenticated, ReservationError
from reservations.errors import STATUS as LIBRARY_STATUS
from rooms import metrics

STATUS: Mapping[str, int] = {
    **LIBRARY_STATUS,
    "method_not_allowed": 405,
    "too_large": 413,
    "unsupported_media_type": 415,
    "internal": 500,
}
"""The status of every code: those of the library, and those that only a transport can give."""

TITLES: Mapping[str, str] = {
    "invalid": "This makes no sense",
    "not_authenticated": "Nobody is logged in",
    "payment_failed": "The payment failed",
    "forbidden": "Not allowed",
    "not_found": "Nothing here",
    "unavailable": "Already taken",
    "illegal_transition": "Not possible in this state",
    "hold_expired": "The hold ran out",
    "policy_violation": "Against the venue's terms",
    "idempotency_mismatch": "The key was used for something else",
    "throttled": "Too many requests",
    "unready": "Busy, please try again",
    "method_not_allowed": "No such method here",
    "too_large": "Too large",
    "unsupported_media_type": "Not JSON",
    "internal": "Our mistake",
}
DOCS = "/api/v1/docs"
PROBLEM = "application/problem+json"


class TransportRefusal(ReservationError):
    """A refusal that only HTTP knows."""

    headers: Mapping[str, str] = {}

    @property
    def status(self) -> int:
        """Return the HTTP status of this refusal."""
        return STATUS[self.code]


class MethodNotAllowed(TransportRefusal):
    code: ClassVar[str] = "method_not_allowed"

    def __init__(self, allowed: str) -> None:
        super().__init__(f"This address answers to {allowed}.")
        self.headers = {"Allow": allowed}


class TooLarge(TransportRefusal):
    code: ClassVar[str] = "too_large"
    usual: ClassVar[str] = "A body has at most 64 KiB."
    headers = {"Connection": "close"}


class UnsupportedMediaType(TransportRefusal):
    code: ClassVar[str] = "unsupported_media_type"
    usual: ClassVar[str] = "A body is JSON in UTF-8: Content-Type: application/json."


class Internal(TransportRefusal):
    """A mistake of ours: no input gives one, and the log says which it was."""

    code: ClassVar[str] = "internal"
    usual: ClassVar[str] = "Something went wrong here. It has been written down."


def problem(refusal: ReservationError) -> HttpResponse:
    """Return the refusal as RFC 9457 asks, with the headers that go with its status."""
    metrics.refused("api", refusal.code)
    response = HttpResponse(encoded(refusal), status=refusal.status, content_type=PROBLEM)
    response.headers["Cache-Control"] = "no-store"
    for name, value in getattr(refusal, "headers", {}).items():
        response.headers[name] = value
    if isinstance(refusal, NotAuthenticated):
        response.headers["WWW-Authenticate"] = 'Bearer realm="Reserve"'
    if after := getattr(refusal, "retry_after", None):
        response.headers["Retry-After"] = str(after)
    return response


def encoded(refusal: ReservationError) -> bytes:
    """Return the problem document."""
    return msgspec.json.encode(document(refusal))


def document(refusal: ReservationError) -> dict[str, Any]:
    """Return the fields of the problem document."""
    return {
        "type": f"{settings.BASE_URL.rstrip('/')}{DOCS}#{refusal.code}",
        "title": TITLES[refusal.code],
        "status": refusal.status,
        **refusal.as_problem(),
    }


def of_status(status: int) -> str:
    """Return the standard phrase of a status."""
    return HTTPStatus(status).phrase
