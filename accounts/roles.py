"""Who may do what where: the one table that pages, sockets, programs and the admin read.

A person's roles are read once per user object: one query, whatever the number of venues.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Q

from accounts.models import Role, User
from accounts.sql import fetch
from reservations.errors import Forbidden

GUEST = "guest"
OF_PERSON = "SELECT venue_id, role FROM accounts_membership WHERE user_id = %s"
RANK: Mapping[str, int] = MappingProxyType({GUEST: 0, Role.STAFF: 1, Role.MANAGER: 2, Role.OWNER: 3})

# Each action with the least role at a venue that it asks for, and what it is, after "may": the words that
# refusals use. A guest is anybody who is logged in.
_TABLE: tuple[tuple[str, str, str], ...] = (
    ("book", GUEST, "book what is free, and wait for what is not"),
    ("cancel_own", GUEST, "see, change and cancel their own bookings"),
    ("see_titles", Role.STAFF, "see who booked what, on boards and at the desk"),
    ("check_in_any", Role.STAFF, "check anybody in and out"),
    ("mark_absent", Role.STAFF, "say that somebody is not there"),
    ("let_in", Role.STAFF, "let somebody in"),
    ("book_for_others", Role.STAFF, "book for somebody else"),
    ("exceed_quota", Role.STAFF, "book more than a guest may have"),
    ("move_any", Role.STAFF, "move anybody's booking"),
    ("cancel_any", Role.STAFF, "cancel anybody's booking"),
    ("approve", Role.STAFF, "approve requests"),
    ("decline", Role.STAFF, "decline requests"),
    ("block", Role.STAFF, "take rooms out of use"),
    ("unblock", Role.STAFF, "put rooms back into use"),
    ("hang", Role.STAFF, "hang displays"),
    ("revoke", Role.STAFF, "switch displays off"),
    ("answer", Role.STAFF, "answer what guests write"),
    ("take_money", Role.STAFF, "take money"),
    ("give_money_back", Role.STAFF, "give money back"),
    ("forgive", Role.STAFF, "forgive what was not paid"),
    ("check_tickets", Role.STAFF, "check tickets"),
    ("delay", Role.STAFF, "say that a departure is late"),
    ("replan", Role.STAFF, "plan a departure anew"),
    ("call_off", Role.STAFF, "cancel a departure"),
    ("edit_venue", Role.MANAGER, "change rooms, hours, terms, prices and the plan"),
    ("see_reports", Role.MANAGER, "see reports and what the venue earns"),
    ("see_plates", Role.MANAGER, "see the whole plates of cars that have left"),
    ("see_history", Role.MANAGER, "see who changed what, when and from where"),
    ("manage_members", Role.OWNER, "invite people, and give and take roles"),
)
ACTIONS: Mapping[str, str] = MappingProxyType({action: least for action, least, _ in _TABLE})
"""The least role at a venue that each action there asks for."""

WORDS: Mapping[str, str] = MappingProxyType({action: words for action, _, words in _TABLE})
"""What each action is, in words."""

ACTION_OF: Mapping[str, str] = MappingProxyType({words: action for action, words in WORDS.items()})
"""Which action the words of a refusal mean."""


def may(user: Any, action: str, venue_id: int) -> bool:
    """Test whether the person may do the action at the venue; nobody may who is not logged in.

    :raises KeyError: if the table does not know the action, rather than guess
    """
    least = RANK[ACTIONS[action]]
    return _is_somebody(user) and RANK[role_at(user, venue_id)] >= least


def role_at(user: Any, venue_id: int) -> str:
    """Return the person's role at the venue: "guest" unless a Membership says more."""
    if not _is_somebody(user):
        return GUEST
    if user.is_superuser:
        return Role.OWNER
    return roles_of(user).get(venue_id, GUEST)


def roles_of(user: User) -> dict[int, str]:
    """Return the person's role at each venue where they have one; read once per user object."""
    cached: dict[int, str] | None = user.__dict__.get("_roles")
    if cached is None:
        cached = dict(fetch(OF_PERSON, [user.pk]))
        user.__dict__["_roles"] = cached
    return cached


def is_staff_at(user: Any, venue_id: int) -> bool:
    """Test whether the person works at the venue: staff, manager or owner."""
    return RANK[role_at(user, venue_id)] >= RANK[Role.STAFF]


def staff_among(people: Iterable[int | None], venue_id: int) -> set[int]:
    """Return which of these people work at the venue, or run the site."""
    wanted = User.objects.filter(pk__in=[one for one in people if one])
    works = wanted.filter(Q(memberships__venue=venue_id) | Q(is_superuser=True))
    return set(works.values_list("pk", flat=True))


def manages(user: Any, venue_id: int) -> bool:
    """Test whether the person may change the venue itself: manager or owner."""
    return RANK[role_at(user, venue_id)] >= RANK[Role.MANAGER]


def manages_somewhere(user: Any) -> bool:
    """Test whether there is a venue that the person may change; superusers may change any."""
    if not _is_somebody(user):
        return False
    return user.is_superuser or any(RANK[role] >= RANK[Role.MANAGER] for role in roles_of(user).values())


def works_somewhere(user: Any) -> bool:
    """Test whether there is a venue where the person works; superusers work at any."""
    return _is_somebody(user) and (user.is_superuser or bool(roles_of(user)))


def require_owner(by: Any, venue_id: int) -> None:
    """Refuse anybody who may not give and take roles at the venue."""
    if not may(by, "manage_members", venue_id):
        raise Forbidden("Only the venue's owners may give and take roles.")


def table() -> str:
    """Return who may do what as a table for people to read, one action a line, ready to print."""
    wide = max(map(len, ACTIONS))
    lines = [f"{'action':<{wide}}  " + "  ".join(f"{role:<7}" for role in RANK)]
    for action, least in ACTIONS.items():
        marks = ("yes" if rank >= RANK[least] else "-" for rank in RANK.values())
        lines.append(f"{action:<{wide}}  " + "  ".join(f"{mark:<7}" for mark in marks))
    return "\n".join(line.rstrip() for line in lines)


def _is_somebody(user: Any) -> bool:
    """Test whether this is a person who may log in: a deactivated one keeps no right for the while."""
    return bool(getattr(user, "is_authenticated", False) and user.is_active)
