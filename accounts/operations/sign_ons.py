"""Whose account an identity at a provider opens: linked before, found by a proven address, or new.

The provider's word for an address counts as much as a mail that was read: it opens the account of that
address, and forgets the password of whoever registered with it without ever reading its mail. But an address
that the provider has given to somebody else since does not open what another identity is linked to.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, OperationalError, transaction

from accounts.models import User
from accounts.operations.logins import prove
from accounts.proving import is_confirmed, note_proven, require_password
from accounts.sso.claims import Identity
from reservations.errors import Forbidden, Unready

OUT = "This account is closed. The people who run this site can open it again."
NO_ADDRESS = "Your log-in there has no e-mail address that this site could write to. Add one there first."
UNPROVEN = (
    "Nobody has confirmed there that {email} is your address. Confirm it there, or ask the people who run it."
)
SOMEBODY_ELSES = (
    "Somebody else's log-in there opens the account of {email}. Log in by password or code instead."
)


class Opened(Enum):
    """What an identity found: the account that it is linked to, one that it is linked to now, or none yet."""

    KNOWN, LINKED, TAKEN_OVER, MADE = range(4)


def sign_on(identity: Identity) -> tuple[User, Opened]:
    """Return whose account the identity opens, and how it was found.

    :raises Forbidden: if it opens none: the account is closed, or the address may be somebody else's
    """
    try:
        with _at_once():
            return _opened(identity)
    except IntegrityError:  # the same person, by another window, was a moment faster
        with _at_once():
            return _opened(identity)


@contextmanager
def _at_once() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except OperationalError as error:
        raise Unready("Somebody is busy with that account. Please try again in a moment.") from error


def _opened(identity: Identity) -> tuple[User, Opened]:
    known = SocialAccount.objects.filter(provider=identity.issuer, uid=identity.subject).first()
    if known is not None:
        return _if_active(known.user), Opened.KNOWN
    if not identity.is_proven:
        raise Forbidden(UNPROVEN.format(email=identity.email) if identity.email else NO_ADDRESS)
    person = User.objects.select_for_update().filter(email=identity.email).first()
    if person is None:
        person, how = _made(identity), Opened.MADE
    elif SocialAccount.objects.filter(user=_if_active(person), provider=identity.issuer).exists():
        raise Forbidden(SOMEBODY_ELSES.format(email=identity.email))
    else:
        how = Opened.TAKEN_OVER if prove(person) else Opened.LINKED
    SocialAccount.objects.create(user=person, provider=identity.issuer, uid=identity.subject)
    return person, how


def _made(identity: Identity) -> User:
    person = User(email=identity.email, name=identity.name, timezone=identity.timezone)
    person.set_unusable_password()
    person.save()
    note_proven(person)
    return person


def _if_active(person: User) -> User:
    if not person.is_active:
        raise Forbidden(OUT)
    return person


def link(person: User, identity: Identity) -> bool:
    """Let the identity open the person's account from now on, and return whether it did not before.

    :raises Forbidden: if it opens another one, or nobody has confirmed the account's address
    """
    with _at_once():
        person = _if_active(User.objects.select_for_update().get(pk=person.pk))
        if not is_confirmed(person):
            # Else whoever registered with somebody's address keeps a way in that its owner does not see.
            raise Forbidden("Confirm your e-mail address first.")
        SocialAccount.objects.filter(user=person, provider=identity.issuer).exclude(
            uid=identity.subject
        ).delete()
        # The row that is there, whoever's it is: of two who link the same identity at once, one has it.
        known, is_new = SocialAccount.objects.get_or_create(
            provider=identity.issuer, uid=identity.subject, defaults={"user": person}
        )
        if known.user_id != person.pk:
            raise Forbidden("That log-in opens another account here. Log in with it, and unlink it there.")
        return bool(is_new)


def unlink(person: User, issuer: str) -> bool:
    """Let no identity at the provider open the account any more, and return whether one did.

    :raises PolicyViolation: if nothing else would that can be asked for
    """
    with _at_once():
        person = User.objects.select_for_update().get(pk=person.pk)
        require_password(person)
        return bool(SocialAccount.objects.filter(user=person, provider=issuer).delete()[0])
