"""Choose which letters one gets."""

from typing import Any

from accounts.models import User
from notifications.models import MailPreference
from rooms import operations, permissions


def choose(*, by: Any, bookings: bool, reminders: bool, watching: bool = True) -> MailPreference:
    """Write down which letters the person wants."""
    permissions.require_person(by)
    before = MailPreference.objects.filter(user=by).first()
    if watching and before is not None and not before.watching:
        operations.skip_mails(by)  # about what happened meanwhile
    wanted = {"bookings": bookings, "reminders": reminders, "watching": watching}
    chosen, _ = MailPreference.objects.update_or_create(user=by, defaults=wanted)
    return chosen


def unsubscribe(user: User, what: str = "reminders") -> None:
    """Send the person no more such letters; asked for by a link in one, so nobody needs to be logged in.

    :param what: "reminders", or "watching" of rooms
    """
    MailPreference.objects.update_or_create(user=user, defaults={what: False})
