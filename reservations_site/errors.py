"""The page of a visitor who came too often, for allauth's limits."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# The longest of the limits counts for five minutes; after one, the first tries are free again.
RETRY_AFTER = 60  # seconds


def too_many(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Say that these were too many tries, and when to come back."""
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response
