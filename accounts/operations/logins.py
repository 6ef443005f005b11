"""Log-ins of programs: begun, prolonged by a token that is good once, ended, and forgotten."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q

from accounts import keepers, tokens
from accounts.models import RefreshToken, User, fresh_stamp
from accounts.proving import is_confirmed, note_proven
from reservations.errors import NotAuthenticated

REST = timedelta(days=30)  # a log-in that nobody refreshes for so long is over
LONGEST_FAMILY = 22  # characters
KEPT = timedelta(days=7)  # rows of ended log-ins stay so long, for whoever asks what happened


@dataclass(frozen=True, slots=True)
class Pair:
    """What a program gets when it logs in: a token to show, and one to get the next pair with, once."""

    user: User
    access: str
    refresh: str
    expires_in: int  # seconds


def log_out_everywhere(user: User) -> None:
    """End every session, token and socket of the person, on every device, this one too."""
    user.login_stamp = fresh_stamp()
    user.save(update_fields=["login_stamp"])


@transaction.atomic
def prove(user: User) -> bool:
    """Note that the address is the person's own: they read its mail, or their provider says so.

    Anybody may register with anybody's address. Whoever reads its mail is its owner; whoever chose the
    password may be somebody else, who waits for the owner to use the account. So an account whose address
    nobody had confirmed yet is taken over.

    :returns: whether it was
    """
    is_taken = not is_confirmed(user)
    if is_taken:
        _take_over(user)
    note_proven(user)
    return is_taken


def _take_over(user: User) -> None:
    """Forget the password, and every log-in, link and address with which somebody could go on."""
    user.set_unusable_password()
    user.login_stamp = fresh_stamp()
    user.save(update_fields=["password", "login_stamp"])
    # Whoever began a move to a mailbox of their own has its link.
    EmailAddress.objects.filter(user=user, verified=False).exclude(email=user.email).delete()
    keepers.revoke(user)


def begin_login(user: User, *, now: datetime | None = None) -> Pair:
    """Begin a log-in of a program: a new family of tokens."""
    moment = now or datetime.now(UTC)
    family, secret = fresh_stamp(), _secret()
    RefreshToken.objects.create(
        user=user,
        family=family,
        hash=_hash(secret),
        fingerprint=tokens.fingerprint(user),
        created_at=moment,
        expires_at=moment + REST,
    )
    return _pair(user, family, secret, moment)


def refresh(token: str, *, now: datetime | None = None) -> Pair:
    """Exchange a refresh token for the next pair; it is good once.

    A token that comes a second time has been stolen from somebody, and nobody can tell by whom: its whole
    family ends, the thief's tokens with the owner's.

    :raises NotAuthenticated: if the token is no good, or not any more
    """
    moment = now or datetime.now(UTC)
    family, _, secret = token.partition(".")
    known = RefreshToken.objects.select_related("user").filter(family=family, revoked_at=None)
    row = known.first() if family.isalnum() and len(family) <= LONGEST_FAMILY else None
    if row is None or row.expires_at <= moment or not row.user.is_active:
        raise NotAuthenticated("That refresh token is over. Please log in again.")
    # A new password, or a log-out everywhere, ended this log-in with all others.
    stands = row.fingerprint == tokens.fingerprint(row.user)
    following = _secret()
    # One statement decides between two who bring the same token at once: the second finds another hash.
    current = RefreshToken.objects.filter(family=family, hash=_hash(secret), revoked_at=None)
    if not stands or not current.update(hash=_hash(following), used_at=moment, expires_at=moment + REST):
        end_login(row.family, now=moment)
        raise NotAuthenticated("That refresh token is over. Please log in again.")
    return _pair(row.user, row.family, following, moment)


def end_login(family: str, *, now: datetime | None = None) -> None:
    """End one log-in of a program: its refresh token, its access tokens and, in a moment, its sockets."""
    RefreshToken.objects.filter(family=family, revoked_at=None).update(revoked_at=now or datetime.now(UTC))


def forget_logins(*, now: datetime | None = None) -> int:
    """Delete the rows of log-ins that ended a week ago, and return how many; the clock calls this."""
    before = (now or datetime.now(UTC)) - KEPT
    return RefreshToken.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before)).delete()[0]


def _pair(user: User, family: str, secret: str, now: datetime) -> Pair:
    access = tokens.issue(user, family=family, now=now)
    return Pair(user, access, f"{family}.{secret}", int(tokens.LIFE.total_seconds()))


def _secret() -> str:
    return secrets.token_urlsafe(32)


def _hash(secret: str) -> str:
    # No salt and no slow hash: it is 256 random bits, which nobody guesses.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
