"""Choose which letters one gets."""

from typing import Any

from accounts.models import User
from notifications.models import MailPreference
from rooms import operations, permissions


def choose(*, by: Any, bookings: bool, reminders: bool) -> MailPreference:
    """Write down which letters about their bookings the person wants."""
    permissions.require_person(by)
    wanted = {"bookings": bookings, "reminders": reminders}
    chosen, _ = MailPreference.objects.update_or_create(user=by, defaults=wanted)
    return chosen


def unsubscribe(user: User, what: str = "reminders") -> None:
    """Send the person no more such letters; asked for by a link in one, so nobody needs to be logged in.

    :param what: "reminders", or "watching" of rooms
    """
    if what == "watching":
        operations.mail_no_more(user)
    else:
        MailPreference.objects.update_or_create(user=user, defaults={what: False})
