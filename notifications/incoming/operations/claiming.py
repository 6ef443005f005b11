"""Claim a calendar that is due, as a lease: whoever dies with it leaves it to another minutes later."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from notifications.incoming import queries
from notifications.models import IncomingCalendar
from rooms.sql import database_now

LEASE = timedelta(minutes=5)  # to ask four servers takes two, each with a name that is slow to resolve


class Overtaken(Exception):
    """The calendar was removed, or is somebody else's to read by now."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A calendar of a venue that is this process's to read until the lease ends; `number` counts who had it.

    `is_due` tells whether it is to be asked for; else only what is known of it is looked at again.
    """

    id: int
    venue: int
    number: int
    is_due: bool


def claim(now: datetime | None = None, *, busy: Collection[int] = ()) -> Claim | None:
    """Take a calendar that is due, or of which a conflict may be over, if there is one.

    :param busy: venues of which one is under way: theirs are taken if nobody else's is due
    """
    moment = now or database_now()
    while (one := queries.due(now=moment, busy=busy)) is not None:
        key, venue, number, next_at = one
        # One statement decides between two clocks: the second finds another number.
        still = IncomingCalendar.objects.filter(pk=key, reading=number)
        if still.update(reading=F("reading") + 1, leased_until=moment + LEASE):
            return Claim(key, venue, number + 1, next_at <= moment)
    return None


def held(claimed: Claim) -> IncomingCalendar:
    """Return the calendar under lock, in the running transaction, if it is still the claim's.

    :raises Overtaken: if it is not
    """
    locked = IncomingCalendar.objects.select_for_update(no_key=True, of=("self",))
    calendar = locked.filter(pk=claimed.id, reading=claimed.number).first()
    if calendar is None:
        raise Overtaken
    return calendar
