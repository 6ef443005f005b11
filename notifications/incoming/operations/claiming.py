"""Claim a calendar that is due, as a lease: whoever dies with it leaves it to another minutes later."""

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
    """A calendar that is this process's to read until the lease ends; `number` counts who had it.

    `is_due` tells whether it is to be asked for; else only what is known of it is looked at again.
    """

    id: int
    number: int
    is_due: bool


def claim(now: datetime | None = None) -> Claim | None:
    """Take a calendar that is due, or of which a conflict may be over, if there is one."""
    moment = now or database_now()
    while (one := queries.due(now=moment)) is not None:
        key, number, next_at = one
        # One statement decides between two clocks: the second finds another number.
        still = IncomingCalendar.objects.filter(pk=key, reading=number)
        if still.update(reading=F("reading") + 1, leased_until=moment + LEASE):
            return Claim(key, number + 1, next_at <= moment)
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
