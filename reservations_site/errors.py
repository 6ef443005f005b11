"""The pages of what no view answers: too many tries, no token, a huge body, no database."""

import sqlite3
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter
from servestatic.middleware import ServeStaticMiddleware
from servestatic.responders import MissingFileError

from accounts.middleware import Middleware
from reservations import Forbidden, Invalid, NotFound, Unready
from reservations_site import requests
from rooms import metrics
from rooms.views.answers import page, problem, wants_json, with_retry

# The longest of the limits counts for five minutes; after one, the first tries are free again.
RETRY_AFTER = 60  # seconds


def too_many(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Say that these were too many tries, and when to come back."""
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form whose token is missing or old, as a page or as a problem document."""
    refusal = Forbidden("The page was open for too long, or came from elsewhere. Reload it and try again.")
    return problem(refusal) if wants_json(request) else page(request, refusal)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Refuse a request that Django itself could not read, as a page or as a problem document."""
    refusal = Invalid("That request could not be read: it is too large, or broken.")
    return problem(refusal) if wants_json(request) else page(request, refusal)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke here, and by which id the log knows of it."""
    name = requests.current.get()
    if wants_json(request):
        told = {"title": "Internal Server Error", "status": 500, "code": "internal", "request_id": name}
        detail = "Something went wrong here. It has been written down."
        body = {"type": "about:blank", "detail": detail, **told}
        return JsonResponse(body, status=500, content_type="application/problem+json")
    # Without the request: who is logged in is asked of a database, and perhaps that is what broke.
    return HttpResponse(render_to_string("500.html", {"request_id": name}), status=500)


def not_found(request: HttpRequest) -> HttpResponse:
    """Say that there is no such page; with DEBUG too, whose own page has inline styles."""
    refusal = NotFound("There is no such page.")
    return problem(refusal) if wants_json(request) else page(request, refusal)


class Outages(Middleware):
    """Answer 503 and when to come again, wherever below it the database was found away; with DEBUG too.

    Django makes an answer of what a step raises before the step around it is asked: `note` sees it first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        super().__init__(get_response)
        got_request_exception.connect(note)

    def __call__(self, request: HttpRequest) -> Any:
        if self.is_later:
            return self._later(request)
        return _told(request, self.get_response(request))

    async def _later(self, request: HttpRequest) -> HttpResponse:
        return _told(request, await self.get_response(request))


class _Unreported(ExceptionReporter):
    """What DEBUG shows of an outage: each variable that is a query would wait for the database again."""

    def get_traceback_html(self) -> SafeString:
        return SafeString()

    get_traceback_text = get_traceback_html


def note(request: Any, **kwargs: Any) -> None:
    """Remember of a request that the database was away when it broke."""
    if is_outage(sys.exception()):
        request.met_outage, request.exception_reporter_class = True, _Unreported


def is_outage(error: BaseException | None) -> bool:
    """Test whether the database did not answer; SQLite calls a mistake in a statement operational too."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return getattr(error.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR


def _told(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if not getattr(request, "met_outage", False):
        return response
    refusal = Unready("The database does not answer. Please try again in a moment.")
    if wants_json(request):
        return problem(refusal)
    metrics.refused("page", refusal.code)
    # Without the request: who is logged in would be asked of the database once more.
    context = {
        "sentence": "The database does not answer.",
        "is_unsure": request.method not in ("GET", "HEAD"),
    }
    return with_retry(HttpResponse(render_to_string("503.html", context), status=503), refusal)


class StaticFiles(ServeStaticMiddleware):  # type: ignore[misc]
    """Static files, of which one that is not there is no error with DEBUG either."""

    async def __call__(self, request: HttpRequest) -> Any:
        try:
            return await super().__call__(request)
        except MissingFileError:
            return await self.get_response(request)


class RefuseTooMuch(Middleware):
    """Refuse a body larger than any form of ours, or a query of more parts, before anything reads it.

    Django finds out while it looks for the form's token, where no view can answer and DEBUG shows a
    traceback to whoever sent it. Its own page about a query would read that again, and never come to an end.
    """

    def __call__(self, request: HttpRequest) -> Any:
        if _is_too_large(request) or _asks_too_much(request):
            return self.said(bad_request(request))
        return self.get_response(request)


def _is_too_large(request: HttpRequest) -> bool:
    length = request.headers.get("Content-Length", "0")
    return length.isdigit() and int(length[:15]) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _asks_too_much(request: HttpRequest) -> bool:
    try:
        return len(request.GET) > settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    except TooManyFieldsSent:
        return True
