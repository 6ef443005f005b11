"""Whose address is confirmed: by the link in a mail, or because the account was made for its person.

And who has a password, by which they prove that it is them and not just their open browser.
"""

from allauth.account.models import EmailAddress

from accounts.models import User
from reservations.errors import PolicyViolation

CONFIRMED = "Your address is confirmed now. Calendar addresses and webhooks from before it was are over."
TAKEN_OVER = f"{CONFIRMED} So is the password: choose one by “Forgot your password?”, or go on with codes."
CHOOSE_FIRST = "Choose a password first, by mail: without one, an open browser would be enough for this."


def require_password(person: User) -> None:
    """Refuse what only the password opens to who has none, and so cannot be asked for it.

    Allauth asks nobody who has none, and goes on.

    :raises PolicyViolation: with what to do first
    """
    if not person.has_usable_password():
        raise PolicyViolation(CHOOSE_FIRST, rule="account")


def is_confirmed(person: User) -> bool:
    """Test whether the address is the person's own, and not one that somebody only registered with."""
    return not EmailAddress.objects.filter(user=person, email=person.email, verified=False).exists()


def note_given(person: User) -> None:
    """Note as confirmed the address of an account that an administrator or a command made for its person.

    Allauth notes an address that it has not met as unconfirmed, when its page is opened or when anybody at
    all asks for a new password: from then on the person would count as one who never read their mail.
    """
    own = EmailAddress.objects.filter(user=person)
    if own.filter(email=person.email).exists():
        return
    # An address is confirmed for one account: here it is this one's, whoever left it before.
    EmailAddress.objects.filter(email=person.email, verified=True).delete()
    is_first = not own.filter(primary=True).exists()
    EmailAddress.objects.get_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": is_first}
    )


def note_proven(person: User) -> None:
    """Note the address as confirmed: somebody whose word counts has said so."""
    EmailAddress.objects.filter(email=person.email, verified=True).exclude(user=person).delete()
    EmailAddress.objects.filter(user=person, email=person.email).update(verified=True)
    note_given(person)
