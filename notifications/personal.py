"""What this floor keeps of one person: mails they want and got, their calendars, webhooks and reports."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from accounts import keepers
from accounts.keepers import Hindrance, Keeper, Section
from accounts.models import User
from notifications.models import OPEN, CalendarFeed, MailPreference, Notice, ReportMail, Webhook
from rooms.sql import database_now

CHUNK = 500  # rows read at a time


def connect() -> None:
    """Answer for this floor."""
    keepers.add(Keeper(told, hindrances, erase, revoke))


def told(person: User) -> Iterator[Section]:
    """Yield what is sent to the person and what they made; no secret, with which others could read it too."""
    wanted = MailPreference.objects.filter(user=person)
    yield (
        "mails_wanted",
        _rows(wanted, {"bookings": "bookings", "reminders": "reminders", "invitations": "invitations"}),
    )
    letters = Notice.objects.filter(Q(recipient=person) | Q(address=person.email)).order_by("pk")
    about = {"kind": "kind", "booking": "booking__reference", "of": "at"}
    yield "mails", _rows(letters, {**about, "state": "state", "sent_at": "sent_at"})
    feeds = CalendarFeed.objects.filter(owner=person).order_by("pk")
    place = {"venue": "venue__name", "room": "room__name", "created_at": "created_at"}
    yield "calendars", _rows(feeds, {**place, "revoked_at": "revoked_at"})
    hooks = Webhook.objects.filter(owner=person).order_by("pk")
    names = {"url": "url", "venue": "venue__name", "created_at": "created_at", "disabled_at": "disabled_at"}
    yield "webhooks", _rows(hooks, names)
    reports = ReportMail.objects.filter(owner=person).order_by("pk")
    names = {"report": "report", "asked": "query", "every": "every", "created_at": "created_at"}
    yield "reports_by_mail", _rows(reports, names)


def _rows(found: Any, names: dict[str, str]) -> Iterator[dict[str, Any]]:
    for row in found.values_list(*names.values()).iterator(chunk_size=CHUNK):
        yield dict(zip(names, row, strict=True))


def hindrances(person: User) -> list[Hindrance]:
    """Return nothing: what is sent to somebody keeps them nowhere."""
    return []


def erase(person: User) -> None:
    """Send the person nothing any more, and let nobody read or hear of them by what they made."""
    own = Notice.objects.filter(recipient=person)
    own.filter(letter__isnull=False).delete()  # it says what is in it itself
    Notice.objects.filter(address=person.email).delete()
    gone = "There is nobody to tell any more."
    own.filter(state__in=OPEN).update(state=Notice.State.SKIPPED, error=gone)
    for model, column in (
        (CalendarFeed, "owner"),
        (Webhook, "owner"),
        (ReportMail, "owner"),
        (MailPreference, "user"),
    ):
        model._default_manager.filter(**{column: person}).delete()


def revoke(person: User) -> None:
    """End calendar addresses and webhooks: whoever made them reads and hears nothing more."""
    CalendarFeed.objects.filter(owner=person, revoked_at=None).update(revoked_at=database_now())
    Webhook.objects.filter(owner=person).delete()
