"""Close an account for good: nobody logs in to it again, and what it said of a person is erased.

Its row stays under another name, because bookings, the ledger and the history refer to it by its number. What
bookings say of their guest is erased by the clock a moment later (rooms/operations/erasing.py), however many
there are and whatever happens meanwhile.
"""

from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from django.db import OperationalError, transaction
from django.db.models import Q

from accounts import keepers
from accounts.models import Membership, User
from accounts.registering import OwnRequest
from reservations.errors import Forbidden, IllegalTransition, NotFound, PolicyViolation, Unready


def close(person: User, *, by: Any, now: datetime | None = None) -> User:
    """Close the account, and confirm it to the address that it had.

    :raises PolicyViolation: while something is in the way, such as a booking that is still ahead
    """
    if not (by.is_active and (by.is_superuser or by.pk == person.pk)):
        raise Forbidden("Only a superuser may close the account of somebody else.")
    try:
        with transaction.atomic():
            return _close(person.pk, now or datetime.now(UTC))
    except OperationalError as error:
        raise Unready("Somebody is busy with that account. Please try again in a moment.") from error


def _close(key: int, now: datetime) -> User:
    person = _locked(key)
    if person.closed_at is not None:
        raise IllegalTransition("This account is closed already.", state="closed", move="close")
    found = keepers.hindrances(person)
    if found:
        raise PolicyViolation(found[0].sentence, rule="account")
    email, person.closed_at = person.email, now
    keepers.erase(person)
    transaction.on_commit(lambda: _confirm(email), robust=True)
    return person


def _locked(key: int) -> User:
    """Return the person under lock, with whom their leaving would leave alone.

    Members before people, as who changes a role does: of the last two owners who leave at once, one stays.
    """
    venues = Membership.objects.filter(user=key).values("venue")
    list(Membership.objects.select_for_update().filter(venue__in=venues).order_by("pk"))
    # Not only against rivals: a booking that is being written refers to its guest, and is waited for.
    rows = User.objects.select_for_update().filter(Q(pk=key) | Q(is_superuser=True)).order_by("pk")
    person = {one.pk: one for one in rows}.get(key)
    if person is None:
        raise NotFound("There is no such account.")
    return person


def _confirm(email: str) -> None:
    request = OwnRequest()
    with context.request_context(request):
        get_adapter(request).send_mail("account/email/account_closed", email, {"request": request})


def note_erased(person: User, *, now: datetime | None = None) -> None:
    """Write down that nothing personal is left of a closed account."""
    User.objects.filter(pk=person.pk, erased_at=None).update(erased_at=now or datetime.now(UTC))
