"""What this floor keeps of one person: who they are, where they work, how they log in."""

import json
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.db.models import Q
from django.urls import reverse

from accounts import keepers
from accounts.keepers import Hindrance, Keeper, Section
from accounts.models import CLOSED, Acting, Invitation, Membership, RefreshToken, Role, User, fresh_stamp

CHUNK = 500  # rows read at a time


def connect() -> None:
    """Answer for this floor."""
    keepers.add(Keeper(told, hindrances, erase))


def told(person: User) -> Iterator[Section]:
    """Yield who the person is to the site."""
    yield "account", [_account(person)]
    yield "roles", _rows(person.memberships.order_by("venue__name"), "role", venue="venue__name")
    yield "log_ins_of_programs", _rows(person.families.order_by("pk"), "created_at", "used_at", "expires_at")
    linked = SocialAccount.objects.filter(user=person).order_by("pk")
    yield (
        "log_ins_at_a_provider",
        _rows(linked, "provider", "last_login", known_there_as="uid", linked_at="date_joined"),
    )
    invited = Invitation.objects.filter(Q(email=person.email) | Q(invited_by=person)).order_by("pk")
    yield "invitations", _rows(invited, "email", "role", "created_at", "taken_at", venue="venue__name")
    # Who it was is the business of others; that it was, is the person's.
    yield (
        "superusers_acted",
        _rows(Acting.objects.filter(person=person).order_by("pk"), "began_at", "ended_at"),
    )
    yield "acted_for_others", _rows(Acting.objects.filter(by=person).order_by("pk"), "began_at", "ended_at")
    done = LogEntry.objects.filter(user=person).order_by("pk")
    yield "done_in_the_admin", _rows(done, at="action_time", table="content_type__model", row="object_id")


def _account(person: User) -> dict[str, Any]:
    addresses = EmailAddress.objects.filter(user=person).order_by("pk").values("email", "verified")
    return {
        "email": person.email,
        "name": person.name,
        "timezone": person.timezone,
        "addresses": list(addresses),
        "may_open_the_admin": person.is_staff,
        "is_superuser": person.is_superuser,
        "joined_at": person.date_joined,
        "last_login": person.last_login,
    }


def _rows(found: Any, *names: str, **renamed: str) -> Iterator[dict[str, Any]]:
    wanted = {**{name: name for name in names}, **renamed}
    for row in found.values_list(*wanted.values()).iterator(chunk_size=CHUNK):
        yield dict(zip(wanted, row, strict=True))


def hindrances(person: User) -> list[Hindrance]:
    """Return the venues and the site that would be left to nobody."""
    found = _of_venues(person)
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    if person.is_superuser and not others.exists():
        link = reverse("admin:accounts_user_changelist")
        found.append(
            Hindrance("This site", "is run by nobody else: make somebody else a superuser first.", link)
        )
    return found


def _of_venues(person: User) -> list[Hindrance]:
    own = {one.venue_id: one for one in person.memberships.select_related("venue").order_by("venue__name")}
    others = Membership.objects.filter(venue__in=own, user__is_active=True).exclude(user=person)
    held: dict[int, set[str]] = {}
    for venue, role in others.values_list("venue", "role"):
        held.setdefault(venue, set()).add(role)
    found = []
    for venue, mine in own.items():
        link = reverse("rooms:members", args=[mine.venue.slug])
        there = held.get(venue, set())
        if mine.role == Role.OWNER and Role.OWNER not in there:
            found.append(
                Hindrance(f"Nobody else owns {mine.venue}: make somebody else an owner first.", link)
            )
        elif mine.role == Role.MANAGER and not there & {Role.MANAGER, Role.OWNER}:
            says = "is managed by nobody else: it needs another manager first."
            found.append(Hindrance(mine.venue.name, says))
    more = Hindrance(f"{len(found) - keepers.MOST} more venues", "would be left to nobody.")
    return keepers.named_or_counted(found, len(found), more)


def erase(person: User) -> None:
    """Forget who the person was: their row stays, for what refers to it, and says nothing of them."""
    email = person.email
    person.email = f"closed-{fresh_stamp()}@account.invalid".lower()
    Invitation.objects.filter(email=email, taken_at=None, withdrawn_at=None).update(
        withdrawn_at=person.closed_at
    )
    Invitation.objects.filter(email=email).update(email=person.email)
    EmailAddress.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    RefreshToken.objects.filter(user=person).delete()
    Membership.objects.filter(user=person).delete()
    person.user_permissions.clear()
    person.groups.clear()
    person.name, person.timezone, person.last_login = CLOSED, "UTC", None
    person.is_active = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.login_stamp = fresh_stamp()
    person.save()
    _erase_from_log(email, str(person))


def _erase_from_log(email: str, instead: str) -> None:
    """Replace the address in what the admin wrote down: it names rows by what they were called then."""
    written = json.dumps(email)[1:-1]  # as the admin's own messages spell it
    found = LogEntry.objects.filter(
        Q(object_repr__icontains=email)
        | Q(change_message__icontains=email)
        | Q(change_message__contains=written)
    )
    for entry in found:
        entry.object_repr = entry.object_repr.replace(email, instead)
        entry.change_message = entry.change_message.replace(email, instead).replace(written, instead)
        entry.save(update_fields=["object_repr", "change_message"])
