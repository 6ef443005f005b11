"""What every middleware of ours begins with."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse


class Middleware:
    """A step on the way of a request, for WSGI and ASGI alike: it costs no change of threads."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_later = iscoroutinefunction(get_response)
        if self.is_later:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def said(self, response: HttpResponse) -> HttpResponse | Awaitable[HttpResponse]:
        """Return an answer of its own as the one before it expects it."""
        return _later(response) if self.is_later else response


async def _later(response: HttpResponse) -> HttpResponse:
    return response
