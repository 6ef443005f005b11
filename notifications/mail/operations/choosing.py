"""Choose which letters one gets."""

from typing import Any

from accounts.models import User
from notifications.models import MailPreference
from rooms import permissions


def choose(*, by: Any, bookings: bool, reminders: bool, invitations: bool = True) -> MailPreference:
    """Write down which letters the person wants."""
    permissions.require_person(by)
    chosen, _ = MailPreference.objects.update_or_create(
        user=by, defaults={"bookings": bookings, "reminders": reminders, "invitations": invitations}
    )
    return chosen


def unsubscribe(user: User) -> None:
    """Send the person no more reminders; asked for by a link in one, so nobody needs to be logged in."""
    MailPreference.objects.update_or_create(user=user, defaults={"reminders": False})
