"""Give and take roles at a venue; accounts/inviting.py brings new people."""

from typing import Any

from django.db import transaction

from accounts.models import Membership, Role, User
from accounts.roles import require_owner
from reservations.errors import Invalid, NotFound, PolicyViolation


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
