"""The pages of what is refused before any view is asked: too many tries, a missing token, a huge body."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reservations import Forbidden, Invalid
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
