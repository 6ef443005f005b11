"""What guests of the demo have written about their bookings, and what they were answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from reservations import lifecycle, messaging
from rooms import operations
from rooms.demo import hotels, worlds
from rooms.demo import people as cast
from rooms.models import Booking, Thread, Venue
from rooms.sql import database_now

LONG_AGO = timedelta(hours=3)  # by then all that is written of was booked
READ_AFTER = timedelta(minutes=25)


@dataclass(frozen=True, slots=True)
class Written:
    """One message of a guest, how long ago it came, and the answer if there is one."""

    kind: str
    text: str
    ago: timedelta
    answer: str = ""


WRITTEN = {
    worlds.HARBOUR: (
        Written(
            messaging.QUESTION,
            "We are two more than I said. Is there room for ten chairs?",
            timedelta(minutes=140),
            "There is. We put two more in before you come.",
        ),
        Written(
            messaging.PROBLEM,
            "The screen in this room stayed black last time. Could somebody look at it before we begin?",
            timedelta(minutes=35),
        ),
    ),
    hotels.LANTERN: (
        Written(
            messaging.QUESTION,
            "Our flight lands at 23:40. Is anybody at the desk that late?",
            timedelta(minutes=75),
            "All night long. Ring the bell if you see nobody.",
        ),
        Written(messaging.QUESTION, "Could we have a cot for a baby in the room?", timedelta(minutes=20)),
    ),
}


def write(venues: Iterable[Venue], people: dict[str, User], *, now: datetime | None = None) -> int:
    """Let guests write, and staff answer, where nobody has yet; return how many did."""
    moment = now or database_now()
    known = [venue for venue in venues if venue.slug in WRITTEN]
    silent = [venue for venue in known if not Thread.objects.filter(venue=venue).exists()]
    return sum(_write(venue, people, moment) for venue in silent)


def _write(venue: Venue, people: dict[str, User], now: datetime) -> int:
    told = WRITTEN[venue.slug]
    others = [user for address, user in people.items() if address not in cast.LOG_INS]
    # Whoever comes soon asks; those who can log in find their bookings as they were.
    coming = Booking.objects.filter(venue=venue, state=lifecycle.CONFIRMED, guest__in=others)
    coming = coming.annotate(last=Max("changes__at")).filter(starts_at__gt=now, last__lt=now - LONG_AGO)
    found = list(coming.order_by("starts_at", "pk")[: len(told)])
    with transaction.atomic():
        for booking, one in zip(found, told, strict=False):
            asked_at = now - one.ago
            operations.write_message(booking, one.kind, one.text, by=booking.guest, now=asked_at)
            if one.answer:
                staff = people[cast.STAFF]
                operations.write_message(
                    booking, messaging.ANSWER, one.answer, by=staff, now=asked_at + READ_AFTER
                )
        operations.tick_off(found)
    return len(found)
