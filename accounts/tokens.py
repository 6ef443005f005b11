"""Tokens: a log-in that fits in one message, for programs and sockets without a cookie.

A token lives 15 minutes, and less if the person changes their password, logs out everywhere or is
deactivated: it carries a fingerprint of what every session of theirs carries.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from reservations.errors import NotAuthenticated

LIFE = timedelta(minutes=15)
ALGORITHM = "HS256"
CLAIMS = ["sub", "iat", "exp", "fingerprint"]


def issue(user: User, *, now: datetime | None = None) -> str:
    """Return a token that stands for the person for the next 15 minutes."""
    moment = now or datetime.now(UTC)
    claims = {
        "sub": str(user.pk),
        "iat": int(moment.timestamp()),
        "exp": int((moment + LIFE).timestamp()),
        "fingerprint": _fingerprint(user),
    }
    return jwt.encode(claims, _key(), algorithm=ALGORITHM)


def user_of(token: Any, *, now: datetime | None = None) -> User:
    """Return the person a token stands for, as they are in the table at this moment.

    :raises NotAuthenticated: if it is forged, over, or its person is gone, deactivated or logged out
    """
    claims = _claims_of(token)
    if (now or datetime.now(UTC)).timestamp() >= claims["exp"]:
        raise NotAuthenticated("The token has run out. Please log in again.")
    user = User.objects.filter(pk=claims["sub"], is_active=True).first()
    if user is None or not constant_time_compare(claims["fingerprint"], _fingerprint(user)):
        raise NotAuthenticated("The token has been ended. Please log in again.")
    return user


def _claims_of(token: Any) -> dict[str, Any]:
    # The clock is the caller's: the library would read its own. One algorithm, named here: a token
    # may not choose "none" for itself.
    checks: Any = {"require": CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
    try:
        return dict(jwt.decode(token, _key(), algorithms=[ALGORITHM], options=checks))
    except (jwt.InvalidTokenError, ValueError) as error:
        raise NotAuthenticated("That is not a token of this site.") from error


def _key() -> bytes:
    # Derived, so that a token can never pass for any other thing that SECRET_KEY signs.
    return salted_hmac("accounts.tokens.key", ALGORITHM, algorithm="sha256").digest()


def _fingerprint(user: User) -> str:
    # A token can be read by whoever holds it: it shows a hash of the session's value, not the value.
    session_hash = user.get_session_auth_hash()
    return salted_hmac("accounts.tokens.fingerprint", session_hash, algorithm="sha256").hexdigest()[:32]
