"""Whom guests of the demo have invited to their meetings, and what they were answered."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from reservations import inviting, lifecycle
from rooms import operations
from rooms.demo import people as cast
from rooms.demo import worlds
from rooms.models import Booking, Participant, Venue
from rooms.sql import database_now

LONG_AGO = timedelta(hours=3)  # by then what people are invited to was booked
MEETINGS = 2
STRANGER = "jana.horak@partner.example"  # somebody without an account


def invite(venues: Iterable[Venue], people: dict[str, User], *, now: datetime | None = None) -> int:
    """Let colleagues invite each other and those who can log in, where nobody has; return how many did."""
    moment = now or database_now()
    office = next((venue for venue in venues if venue.slug == worlds.HARBOUR), None)
    if office is None or Participant.objects.filter(booking__venue=office).exists():
        return 0
    others = [user for address, user in people.items() if address not in cast.LOG_INS]
    coming = Booking.objects.filter(venue=office, state=lifecycle.CONFIRMED, guest__in=others)
    coming = coming.annotate(last=Max("changes__at")).filter(starts_at__gt=moment, last__lt=moment - LONG_AGO)
    found = list(coming.select_related("guest").order_by("starts_at", "pk")[10 : 10 + MEETINGS])
    with transaction.atomic():
        for booking in found:
            _invite(booking, people, others, moment - LONG_AGO / 2)
        operations.tick_off(found)
    return len(found)


def _invite(booking: Booking, people: dict[str, User], others: list[User], at: datetime) -> None:
    colleagues = [user for user in others if user != booking.guest][:3]
    asked = [people[cast.GUEST], *colleagues]
    operations.invite(booking, [*(user.email for user in asked), STRANGER], by=booking.guest, now=at)
    for user, said in zip(colleagues, (inviting.ACCEPTED, inviting.ACCEPTED, inviting.DECLINED), strict=True):
        operations.answer(booking, said, by=user, now=at)
