"""Who asks: by bearer token, by session cookie with CSRF, or nobody in particular."""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from accounts import acting, origins, tokens
from reservations import Forbidden, NotAuthenticated

SAFE = ("GET", "HEAD", "OPTIONS")
LONGEST_TOKEN = 4_096  # characters


@dataclass(slots=True)
class Caller:
    """Somebody, or nobody (`user` is None); `family` is the log-in their token came from."""

    user: Any = None
    family: str = ""
    expires_at: datetime | None = None
    by_cookie: bool = False

    @property
    def pk(self) -> int | None:
        """Return the person's key, or None."""
        return self.user.pk if self.user is not None else None


class Csrf(CsrfViewMiddleware):
    """Django's own check, asked about one request; its refusal is a sentence and not a page."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        raise Forbidden(f"{reason} Send the X-CSRFToken header, or a bearer token instead of the cookie.")


_csrf = Csrf(lambda request: HttpResponse())


def caller_of(request: HttpRequest) -> Caller:
    """Return who asks. A token decides alone: a cookie beside it is not looked at.

    :raises NotAuthenticated: if a token was sent that is no good (any more)
    :raises Forbidden: if a cookie asks for a change without proof that its own page does
    """
    origins.superuser.set(0)  # Threads are used again, and what they know with them.
    given = request.META.get("HTTP_AUTHORIZATION")
    if given is not None:
        return _by_token(given)
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return _by_session(request)
    return Caller()


def _by_token(given: str) -> Caller:
    scheme, _, token = given.partition(" ")
    if scheme.lower() != "bearer" or len(token) > LONGEST_TOKEN:
        raise NotAuthenticated("Send Authorization: Bearer and a token from auth/token.")
    found = tokens.read(token.strip())
    return Caller(found.user, found.family, found.expires_at)


def _by_session(request: HttpRequest) -> Caller:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(request.COOKIES[settings.SESSION_COOKIE_NAME])
    user = get_user(request)
    if isinstance(user, AnonymousUser) or not user.is_active:
        return Caller()
    acting.superuser_of(request.session)
    request.user = user
    if request.method not in SAFE:
        _csrf.process_request(request)
        _csrf.process_view(request, _unprotected, (), {})
    return Caller(user, by_cookie=True)


def _unprotected(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
