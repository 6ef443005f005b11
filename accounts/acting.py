"""Acting for somebody: a superuser sees the site as a person does, marked on every page and written down.

The session is the person's own, with the superuser's key beside it; it ends with the superuser's rights. What
belongs to the person alone stays closed: password, address, calendar secrets.
"""

from datetime import UTC, datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.middleware import Middleware
from accounts.models import Acting, User
from accounts.origins import superuser
from reservations.errors import Forbidden

KEY = "acted_by"
BACKEND = "accounts.backends.AddressBackend"
CLOSED = "/accounts/"  # and what may be asked for there all the same:
OPEN = ("/accounts/acting/end/", "/accounts/logout/")


def begin(request: HttpRequest, person: User, *, now: datetime | None = None) -> None:
    """Log the superuser in as the person, and write it down.

    :raises Forbidden: to anybody else, while acting already, and for people with powers of their own
    """
    by = require_superuser(request)
    if person.is_superuser or not person.is_active or person.pk == by.pk:
        raise Forbidden("Nobody acts for a superuser, for themselves, or for who may not log in.")
    row = Acting.objects.create(by=by, person=person, began_at=now or datetime.now(UTC))
    login(request, person, backend=BACKEND)
    request.session[KEY] = {"superuser": by.pk, "row": row.pk}
    request.session.set_expiry(60 * 60)  # seconds: nobody acts for others by accident, tomorrow


def require_superuser(request: HttpRequest) -> User:
    """Return who asks, if they may act for somebody.

    :raises Forbidden: to anybody but a superuser, and while acting already
    """
    by = request.user
    if not (isinstance(by, User) and by.is_active and by.is_superuser) or KEY in request.session:
        raise Forbidden("Only a superuser may act for somebody, and for one person at a time.")
    return by


def end(request: HttpRequest, *, now: datetime | None = None) -> None:
    """Be the superuser again."""
    found = request.session.get(KEY)
    if not found:
        raise Forbidden("You act for nobody.")
    Acting.objects.filter(pk=found["row"], ended_at=None).update(ended_at=now or datetime.now(UTC))
    by = User.objects.filter(pk=found["superuser"], is_active=True, is_superuser=True).first()
    logout(request)
    if by is not None:
        login(request, by, backend=BACKEND)


def superuser_of(session: SessionBase) -> User | None:
    """Return who acts in this session, None where its owner does themselves.

    :raises Forbidden: if they may not any more
    """
    found = session.get(KEY)
    if not found:
        return None
    by = User.objects.filter(pk=found["superuser"], is_active=True, is_superuser=True).first()
    if by is None:
        raise Forbidden("Acting for somebody is over.")
    superuser.set(by.pk)
    return by


class ActingMiddleware(Middleware):
    """Marks requests in which a superuser acts, and closes what is the person's own."""

    def __call__(self, request: HttpRequest) -> Any:
        superuser.set(0)  # Threads are used again, and what they know with them.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        if self.is_later:
            return self._answer_later(request)
        return _turned_away(request) or self.get_response(request)

    async def _answer_later(self, request: HttpRequest) -> Any:
        return await sync_to_async(_turned_away)(request) or await self.get_response(request)


def _turned_away(request: Any) -> HttpResponse | None:
    try:
        request.acted_by = superuser_of(request.session)
    except Forbidden:
        logout(request)
        return HttpResponseRedirect("/")
    if request.acted_by and request.path.startswith(CLOSED) and request.path not in OPEN:
        return HttpResponseRedirect("/", status=303)
    return None
