"""Today at a venue: who comes and goes, what is taken now, what came in, and what somebody should look at."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from notifications.models import Notice, Webhook
from payments.models import Refund
from reports.asking import Asked, Place
from reports.queries.revenue import revenue
from reservations import Span
from rooms.models import Allocation, Booking
from rooms.queries import desks, lots
from rooms.queries.terms import VenueTerms

MOST = 100  # rows of a list, and of what is counted for an alert
LATE = timedelta(minutes=15)
LONGEST = timedelta(days=31)  # of a stay that is counted when it ends
SOON = timedelta(hours=2)
AGO = timedelta(days=1)  # letters that were given up longer ago are no news


@dataclass(frozen=True, slots=True)
class Occupancy:
    """How the rooms are at this moment."""

    free: int
    taken: int
    blocked: int

    @property
    def share(self) -> int:
        """How many of a hundred rooms that could be used are taken."""
        usable = self.free + self.taken
        return round(100 * self.taken / usable) if usable else 0


def occupancy(terms: VenueTerms, *, now: datetime) -> Occupancy:
    """Return how many rooms are free, taken and out of use now."""
    kinds = Counter(one.kind for one in lots.now_of(terms, now=now).values())
    blocked, free = kinds["blocked"], kinds["free"]
    return Occupancy(free=free, taken=sum(kinds.values()) - free - blocked, blocked=blocked)


@dataclass(frozen=True, slots=True)
class Movement:
    """How many have come or gone today, and how many still will."""

    done: int
    due: int

    @property
    def all(self) -> int:
        """Everybody of today."""
        return self.done + self.due


def arrivals(venue_id: int, day: Span, *, now: datetime) -> Movement:
    """Return who has come today and who is expected."""
    of_today = Booking.objects.filter(venue=venue_id, starts_at__gte=day.start, starts_at__lt=day.end)
    came = of_today.filter(state__in=["checked_in", "completed"])
    return Movement(done=came.count(), due=desks.arrivals(venue_id, day, now=now).count())


def departures(venue_id: int, day: Span) -> Movement:
    """Return who has left today and who still leaves."""
    # The index of a venue's bookings goes by their starts: who came longer ago is not looked for.
    left = Booking.objects.filter(venue=venue_id, state="completed", ends_at__gte=day.start)
    left = left.filter(ends_at__lt=day.end, starts_at__gte=day.start - LONGEST)
    return Movement(done=left.count(), due=desks.departures(venue_id, day).count())


def came_in(place: Place, day: datetime, *, now: datetime) -> list[tuple[int, str]]:
    """Return what the ledger says of today, what was given back taken off, in each currency."""
    today = day.date()
    asked = Asked(first=today, last=today, places=(place,), by="total", now=now)
    table = revenue(asked)
    return list(zip(table.column("revenue"), table.column("currency"), strict=True))


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that somebody should look at: how much of it, and what it is."""

    number: int
    words: str
    kind: str


def alerts(venue_id: int, *, now: datetime) -> list[Alert]:
    """Return what is not as it should be, the most urgent first; nothing where all is well."""
    bookings = Booking.objects.filter(venue=venue_id)
    late = bookings.filter(state="confirmed", starts_at__lte=now - LATE).filter(_lasts(now))
    found: list[tuple[QuerySet[Any], str, str]] = [
        (
            bookings.filter(state="pending", starts_at__lte=now + SOON).filter(_lasts(now)),
            "asked for, within two hours",
            "requests",
        ),
        (bookings.filter(state="checked_in", ends_at__lt=now), "should have left", "overdue"),
        (late, "should have come 15 minutes ago", "late"),
        (_blocked(venue_id, now), "out of use", "blocked"),
        (
            Refund.objects.filter(payment__booking__venue=venue_id, state="failed"),
            "refunds refused by the bank",
            "refunds",
        ),
        (_given_up(venue_id, now), "letters that did not arrive", "letters"),
        (
            Webhook.objects.filter(venue=venue_id, disabled_at__isnull=False),
            "webhooks switched off",
            "webhooks",
        ),
    ]
    counted = [(rows.order_by()[:MOST].count(), words, kind) for rows, words, kind in found]
    return [Alert(number, words, kind) for number, words, kind in counted if number]


def _lasts(now: datetime) -> Q:
    return Q(ends_at=None) | Q(ends_at__gt=now)


def _blocked(venue_id: int, now: datetime) -> QuerySet[Any]:
    rows = Allocation.objects.filter(room__venue=venue_id, blocking__isnull=False, active=True)
    return rows.filter(starts_at__lte=now).filter(_lasts(now))


def _given_up(venue_id: int, now: datetime) -> QuerySet[Any]:
    rows = Notice.objects.filter(booking__venue=venue_id, state=Notice.State.GIVEN_UP)
    return rows.filter(created_at__gte=now - AGO)
