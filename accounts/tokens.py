"""Tokens: a log-in that fits in one message, for programs and sockets without a cookie.

A token lives 15 minutes, and less if the person changes their password, logs out everywhere or is
deactivated: it carries a fingerprint of what every session of theirs carries. One that was given out
with a refresh token also ends with its family (accounts/operations/logins.py).
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import RefreshToken, User
from accounts.sql import columns
from accounts.sql import read as read_rows
from reservations.errors import NotAuthenticated

LIFE = timedelta(minutes=15)
ALGORITHM = "HS256"
CLAIMS = ["sub", "iat", "exp", "fingerprint"]


# Asked with every request of a program: the ORM takes six times as long to say the same.
OF_NONE = f"SELECT {columns(User)} FROM accounts_user WHERE id = %s AND is_active"  # noqa: S608 -- names only
OF_FAMILY = f"""
SELECT {columns(User, "person")} FROM accounts_user AS person
JOIN accounts_refreshtoken AS login ON login.user_id = person.id
WHERE person.id = %s AND person.is_active AND login.family = %s AND login.revoked_at IS NULL
"""  # noqa: S608 -- the same


class Ended(NotAuthenticated):
    """The token was one of this site's, and is over: whoever holds it has to log in again."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What a good token says: who, by which log-in ("" if it belongs to none), and until when."""

    user: User
    family: str
    expires_at: datetime


def issue(user: User, *, family: str = "", now: datetime | None = None) -> str:
    """Return a token that stands for the person for the next 15 minutes, or as long as its family does."""
    moment = now or datetime.now(UTC)
    claims = {
        "sub": str(user.pk),
        "iat": int(moment.timestamp()),
        "exp": int((moment + LIFE).timestamp()),
        "fingerprint": fingerprint(user),
    }
    return jwt.encode({**claims, "fam": family} if family else claims, _key(), algorithm=ALGORITHM)


def user_of(token: Any, *, now: datetime | None = None) -> User:
    """Return the person a token stands for, as they are in the table at this moment.

    :raises NotAuthenticated: if it is forged, over, or its person is gone, deactivated or logged out
    """
    return read(token, now=now).user


def read(token: Any, *, now: datetime | None = None) -> Pass:
    """Return what the token says, checked against the tables as they are at this moment, in one query.

    :raises Ended: if it is over, or its person is gone, deactivated or logged out
    :raises NotAuthenticated: if it is none of this site's
    """
    claims = _claims_of(token)
    if (now or datetime.now(UTC)).timestamp() >= claims["exp"]:
        raise Ended("The token has run out. Please log in again.")
    family = claims.get("fam", "")
    key = int(claims["sub"])
    statement, params = (OF_FAMILY, [key, family]) if family else (OF_NONE, [key])
    user = next(iter(read_rows(User, statement, params)), None)
    if user is None or not constant_time_compare(claims["fingerprint"], fingerprint(user)):
        raise Ended("The token has been ended. Please log in again.")
    return Pass(user, family, datetime.fromtimestamp(claims["exp"], UTC))


def living(families: Iterable[str]) -> frozenset[str]:
    """Return those of the families that have not been ended: what holds a socket open asks this."""
    asked = {family for family in families if family}
    alive = RefreshToken.objects.filter(family__in=asked, revoked_at=None) if asked else None
    return frozenset(alive.values_list("family", flat=True) if alive is not None else ())


def fingerprint(user: User) -> str:
    """Return what changes when every log-in of the person ends.

    A token can be read by whoever holds it: it shows a hash of the session's value, not the value.
    """
    session_hash = user.get_session_auth_hash()
    return salted_hmac("accounts.tokens.fingerprint", session_hash, algorithm="sha256").hexdigest()[:32]


def _claims_of(token: Any) -> dict[str, Any]:
    try:
        return _signed(token, _key())
    except (jwt.InvalidTokenError, ValueError, TypeError) as error:
        raise NotAuthenticated("That is not a token of this site.") from error


@functools.lru_cache(maxsize=2_000)
def _signed(token: str, key: bytes) -> dict[str, Any]:
    """Return the claims of a token that was signed with the key; what is none raises, and is not kept.

    A program sends the same token with every call, and what it says does not change: whether it still
    counts is asked of the tables each time.
    """
    # The clock is the caller's: the library would read its own. One algorithm, named here: a token
    # may not choose "none" for itself.
    checks: Any = {"require": CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
    return dict(jwt.decode(token, key, algorithms=[ALGORITHM], options=checks))


def _key() -> bytes:
    # Derived, so that a token can never pass for any other thing that SECRET_KEY signs.
    return salted_hmac("accounts.tokens.key", ALGORITHM, algorithm="sha256").digest()
