"""Invitations to work at a venue: sent by mail by its owners, taken once by whom they were sent to."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string

from accounts import letters
from accounts.models import Invitation, Membership, Role, User
from accounts.roles import require_owner
from reservations.errors import Forbidden, Invalid, NotFound, PolicyViolation

GOOD_FOR = timedelta(days=7)
MOST_OPEN = 50  # invitations of a venue that wait at once: more is no team, but somebody's mailing list
signer = Signer(salt="accounts.inviting")


def open_invitations(venue_id: int, *, now: datetime | None = None) -> QuerySet[Invitation]:
    """Return the invitations to the venue that may still be taken, the newest first."""
    waiting = Invitation.objects.filter(venue=venue_id, taken_at=None, withdrawn_at=None)
    return waiting.filter(expires_at__gt=now or datetime.now(UTC)).order_by("-pk")


def invite(
    venue: Any, email: str, role: str, *, by: Any, address: str, now: datetime | None = None
) -> Invitation:
    """Send somebody a mail that offers a role at the venue.

    :param address: where to take it, with a place for the token: "https://…/{}/"
    """
    require_owner(by, venue.pk)
    moment = now or datetime.now(UTC)
    email = _checked(email, role)
    if Membership.objects.filter(venue=venue, user__email=email).exists():
        raise PolicyViolation("They have a role here already: change it instead.", rule="one_role")
    waiting = open_invitations(venue.pk, now=moment)
    if waiting.count() >= MOST_OPEN:
        raise PolicyViolation(f"At most {MOST_OPEN} invitations may wait at once.", rule="invitations")
    with transaction.atomic():
        # A second mail takes the place of the first: of two that are good, one would be forgotten.
        waiting.filter(email=email).update(withdrawn_at=moment)
        made = Invitation.objects.create(
            venue=venue,
            email=email,
            role=role,
            invited_by=by,
            created_at=moment,
            expires_at=moment + GOOD_FOR,
        )
        _owe(made, address.format(token_of(made)), by)
    return made


def _checked(email: str, role: str) -> str:
    problems: dict[str, list[str]] = {}
    try:
        validate_email(email)
        if len(email) > 254:
            raise ValidationError("")
    except ValidationError:
        problems["email"] = ["That is no e-mail address."]
    if role not in Role.values:
        problems["role"] = ["Choose a role."]
    if problems:
        raise Invalid(next(iter(problems.values()))[0], field_errors=problems)
    return email.lower()


def _owe(made: Invitation, address: str, by: User) -> None:
    facts = {"invitation": made, "address": address, "by": by.called}
    subject = f"{made.venue.name}: you are invited as {made.get_role_display().lower()}"
    text = render_to_string("account/email/invitation.txt", facts)
    letters.owe(made.email, subject, text, until=made.expires_at)


def token_of(invitation: Invitation) -> str:
    """Return what the mail carries: the invitation's number, signed."""
    return signer.sign(str(invitation.pk))


def invitation_of(token: str, *, now: datetime | None = None) -> Invitation:
    """Return the invitation, if it may still be taken.

    :raises NotFound: if it never was, is taken, withdrawn or over: nobody learns which
    """
    try:
        key = int(signer.unsign(token))
    except (BadSignature, ValueError):
        key = 0
    waiting = Invitation.objects.select_related("venue").filter(pk=key, taken_at=None, withdrawn_at=None)
    found = waiting.filter(expires_at__gt=now or datetime.now(UTC)).first()
    if found is None:
        raise NotFound("This invitation is over, or was taken already. Ask for another one.")
    return found


def accept(token: str, *, by: Any, now: datetime | None = None) -> Invitation:
    """Take the role; only once, and only the person whose address the mail went to.

    :raises Forbidden: to anybody else, who may have been forwarded the mail
    """
    moment = now or datetime.now(UTC)
    found = invitation_of(token, now=moment)
    if by.email != found.email:
        raise Forbidden(f"This invitation is for {found.email}. Log in, or register, with that address.")
    with transaction.atomic():
        # One statement decides between two who press the button at once.
        if not Invitation.objects.filter(pk=found.pk, taken_at=None).update(taken_at=moment):
            raise NotFound("This invitation is over, or was taken already. Ask for another one.")
        Membership.objects.get_or_create(user=by, venue_id=found.venue_id, defaults={"role": found.role})
        _open_the_admin(by)
    return found


def withdraw(venue: Any, key: int, *, by: Any, now: datetime | None = None) -> None:
    """Let an invitation be good no more."""
    require_owner(by, venue.pk)
    if not open_invitations(venue.pk).filter(pk=key).update(withdrawn_at=now or datetime.now(UTC)):
        raise NotFound("There is no such invitation.")


def _open_the_admin(person: User) -> None:
    # Whoever works at a venue may open the admin, and sees of it what is theirs.
    person.__dict__.pop("_roles", None)
    if not person.is_staff:
        User.objects.filter(pk=person.pk).update(is_staff=True)
