"""What guests of the demo's hotels paid: some of them before they came, some a deposit, some at the desk.

Made by the same operations as everybody's payments. The guest one can log in as has paid, and one stay of
each hotel was paid, cancelled and given back.
"""

import random
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from payments import demo_past, operations
from payments.models import Payment
from reservations import ReservationError, lifecycle
from rooms import operations as rooms
from rooms.demo import people as cast
from rooms.models import Booking, Venue, VenueKind
from rooms.sql import database_now

CARD = "4242 4242 4242 4242"
OFTEN = 14  # of a hundred stays are paid already: enough to look at, and quickly made
WAYS = ("card", "card", "deposit", "desk", "desk")
FORGOTTEN = 6  # of a hundred who have left did not pay: desks show them
DEPOSIT = 30  # percent
AHEAD = timedelta(days=5)  # so far ahead, a cancelled stay costs nothing


def pay_some(
    sender: Any, *, venues: Iterable[Venue], people: Mapping[str, User], now: datetime | None = None, **_: Any
) -> int:
    """Let what is over be paid, and some stays of these hotels that are not yet; return how many are."""
    moment, paid = now or database_now(), 0
    for venue in venues:
        paid += demo_past.pay(venue, moment)
        if venue.kind == VenueKind.HOTEL:
            with transaction.atomic():
                paid += _pay_some(venue, people, moment)
    return paid


def _pay_some(venue: Venue, people: Mapping[str, User], now: datetime) -> int:
    stays = Booking.objects.filter(
        venue=venue,
        payments=None,
        price__gt=0,
        guest__isnull=False,
        state__in=[lifecycle.CONFIRMED, lifecycle.CHECKED_IN, lifecycle.COMPLETED],
    )
    paid = [one for one in stays.select_related("venue", "guest").order_by("pk") if _pay(one, people, now)]
    ahead = Payment.objects.filter(booking__venue=venue, booking__starts_at__gt=now)
    if not ahead.filter(refunded__gt=0).exists():
        _give_one_back(paid, people, now)
    rooms.tick_off(paid)
    return len(paid)


def _pay(stay: Booking, people: Mapping[str, User], now: datetime) -> Payment | None:
    """Pay for the stay as its own chance will have it: asked again, it answers the same."""
    chance = random.Random(f"{stay.venue.slug} {stay.starts_at} {stay.pk}")  # noqa: S311 -- a demo, not a secret
    way = chance.choice(WAYS) if chance.randrange(100) < OFTEN else "later"
    way = "card" if stay.guest == people[cast.GUEST] else way
    came = stay.state != lifecycle.CONFIRMED
    if way == "later" and stay.state == lifecycle.COMPLETED and chance.randrange(100) >= FORGOTTEN:
        way = "desk"
    try:
        if way == "desk" and came:
            method = chance.choice(["cash", "terminal"])
            at = min(now, stay.starts_at + timedelta(minutes=chance.randint(5, 240)))
            return operations.take_at_desk(stay, method, by=people[cast.STAFF], now=at)
        if way in ("card", "deposit"):
            amount = stay.price * DEPOSIT // 100 if way == "deposit" else None
            return operations.pay(stay, by=stay.guest, card=CARD, amount=amount, now=stay.created_at)
    except ReservationError:
        pass  # Where the terms say otherwise, it is paid otherwise.
    return None


def _give_one_back(paid: Iterable[Booking], people: Mapping[str, User], now: datetime) -> None:
    for stay in paid:
        if stay.state == lifecycle.CONFIRMED and stay.starts_at > now + AHEAD:
            if stay.guest == people[cast.GUEST]:
                continue
            rooms.cancel(stay, by=stay.guest, now=now)
            operations.settle(stay, now=now)
            operations.send_refunds(now=now)
            return
