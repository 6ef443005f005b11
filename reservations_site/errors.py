"""The pages of what is refused before any view is asked: too many tries, a missing token, a huge body."""

from typing import Any

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from servestatic.middleware import ServeStaticMiddleware
from servestatic.responders import MissingFileError

from accounts.middleware import Middleware
from reservations import Forbidden, Invalid, NotFound
from reservations_site import requests
from rooms.views.answers import page, problem, wants_json

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
