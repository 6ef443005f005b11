"""Everything that is done to a person's account from more than one place.

Log-ins of programs: begin_login, refresh, end_login, forget_logins. People: register, log_out_everywhere,
set_role; accounts/inviting.py has the rest of roles.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts import tokens
from accounts.models import Membership, RefreshToken, Role, User, fresh_stamp
from accounts.registering import register
from accounts.roles import require_owner
from reservations.errors import Invalid, NotAuthenticated, NotFound, PolicyViolation

__all__ = [
    "Pair",
    "begin_login",
    "end_login",
    "forget_logins",
    "log_out_everywhere",
    "refresh",
    "register",
    "set_role",
]

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


def set_role(venue: Any, key: int, role: str, *, by: Any) -> Membership:
    """Give a member another role; with "" none at all."""
    require_owner(by, venue.pk)
    if role and role not in Role.values:
        raise Invalid("Choose a role.", field_errors={"role": ["Choose a role."]})
    with transaction.atomic():
        members = Membership.objects.select_for_update().filter(venue=venue).order_by("pk")
        found = {one.pk: one for one in members.select_related("user")}.get(key)
        if found is None:
            raise NotFound("There is no such member.")
        owners = [one.pk for one in members if one.role == Role.OWNER]
        if owners == [key] and role != Role.OWNER and not by.is_superuser:
            raise PolicyViolation(
                "A venue keeps at least one owner: make somebody else one first.", rule="owner"
            )
        _write(found, role)
    return found


def _write(member: Membership, role: str) -> None:
    if role:
        member.role = role
        member.save(update_fields=["role"])
        return
    person = member.user
    member.delete()
    if not person.is_superuser and not person.memberships.exists():
        User.objects.filter(pk=person.pk).update(is_staff=False)


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
