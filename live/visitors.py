"""Visitors: who is at the other end of a socket, by session cookie or by token."""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import parse_cookie

from accounts import tokens


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person, or nobody in particular, and what ends their stay: a session, a new password, a date.

    `family` is the log-in of a program, as auth/logout ends it ("" if there is none).
    """

    user: Any = None
    session_key: str | None = None
    session_hash: str = ""
    expires_at: datetime | None = None
    family: str = ""


NOBODY = Visitor()


def session_key_of(headers: list[tuple[bytes, bytes]]) -> str | None:
    """Return the key in the session cookie, if the handshake brought one."""
    for name, value in headers:
        if name.lower() == b"cookie":
            key = parse_cookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
            if key:
                return key
    return None


def by_session(key: str) -> Visitor:
    """Return who is logged in to the session, as any page would find it."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(key)
    request: Any = SimpleNamespace(session=store)  # It is all that Django reads of a request here.
    user = get_user(request)
    if not user.is_authenticated:
        return NOBODY
    return Visitor(user, store.session_key, user.get_session_auth_hash())


def by_token(token: Any) -> Visitor:
    """Return whom the token stands for.

    :raises NotAuthenticated: if it is forged, over, or its person is gone, deactivated or logged out
    """
    found = tokens.read(token)
    return Visitor(found.user, None, found.user.get_session_auth_hash(), found.expires_at, found.family)
