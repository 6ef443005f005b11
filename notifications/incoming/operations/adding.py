"""Give a room an outside calendar, have it read now, and take it away again."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts import roles
from notifications.incoming.fetching import address_of
from notifications.models import IncomingCalendar
from reservations import Forbidden, Invalid, NotFound, PolicyViolation
from rooms import permissions
from rooms.models import Room, Unit, Venue
from rooms.sql import database_now
from rooms.texts import text

MOST, NAME = 10, 60  # calendars of one room; characters


def add_calendar(
    room: Room, *, by: Any, name: Any, url: Any, every: Any = IncomingCalendar.Every.QUARTER,
    now: datetime | None = None,
) -> IncomingCalendar:  # fmt: skip
    """Let the busy times of an outside calendar take the room out of use, read at once and every so often.

    :param every: minutes, one of `IncomingCalendar.Every`
    :raises Invalid: if the address is not a public one of https, or the room reads it already
    :raises PolicyViolation: if the room has as many as one may have, or is sold from stop to stop
    """
    _require_manager(by, room.venue_id)
    problems: dict[str, list[str]] = {}
    name = text(name, "name", NAME, problems)
    if not name:
        problems.setdefault("name", ["Say whose calendar it is."])
    if every not in IncomingCalendar.Every.values:
        problems["every"] = ["Choose how often it is read."]
    if problems:
        raise Invalid(next(iter(problems.values()))[0], field_errors=problems)
    address = address_of(url if isinstance(url, str) else "")
    if room.type.unit == Unit.LEG:
        raise PolicyViolation("Seats are sold from stop to stop: they have no calendar.", rule="calendars")
    moment = now or database_now()
    with transaction.atomic():
        # The lock makes others queue here: else two at once were both the last one.
        Venue.objects.select_for_update(no_key=True).get(pk=room.venue_id)
        own = IncomingCalendar.objects.filter(room=room, room__archived_at=None, removed_at=None)
        if own.filter(url=address).exists():
            sentence = f"{room.name} reads this calendar already."
            raise Invalid(sentence, field_errors={"url": [sentence]})
        if own.count() >= MOST:
            raise PolicyViolation(
                f"{room.name} has {MOST} calendars already. Please remove one first.", rule="calendars"
            )
        return IncomingCalendar.objects.create(
            room=room, name=name, url=address, every=every, created_by=by, created_at=moment, next_at=moment
        )


def read_now(calendar: IncomingCalendar, *, by: Any, now: datetime | None = None) -> None:
    """Have the calendar read as soon as may be, and whole."""
    _require_manager(by, calendar.room.venue_id)
    known = IncomingCalendar.objects.filter(pk=calendar.pk, removed_at=None)
    if not known.update(next_at=now or database_now(), etag="", last_modified=""):
        raise NotFound("There is no such calendar.")


def remove_calendar(calendar: IncomingCalendar, *, by: Any, now: datetime | None = None) -> None:
    """Read the calendar no more; what is out of use because of it is put back into use within moments."""
    _require_manager(by, calendar.room.venue_id)
    moment = now or database_now()
    known = IncomingCalendar.objects.filter(pk=calendar.pk, removed_at=None)
    # Whoever reads it at this moment is overtaken.
    gone = known.update(removed_at=moment, next_at=moment, leased_until=None, reading=F("reading") + 1)
    if not gone:
        raise NotFound("There is no such calendar.")


def _require_manager(by: Any, venue_id: int) -> None:
    permissions.require_person(by)
    if by is not permissions.SYSTEM and not roles.may(by, "edit_venue", venue_id):
        raise Forbidden("Calendars of rooms are for the venue's managers.")
