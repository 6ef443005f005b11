"""Today at venues: who comes and goes, what is taken now, what came in, and what somebody should look at.

Each figure is one statement for all of the venues, however many: a day is that of each venue's own clocks.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from notifications.incoming.queries import TELLING
from notifications.models import IncomingCalendar, IncomingEvent, Notice, Webhook
from payments.models import LedgerEntry, Refund
from reservations import Span
from reservations.hours import day_span
from rooms.models import Allocation, Booking, Unit
from rooms.queries import desks, lots
from rooms.queries.lots import Occupancy
from rooms.queries.terms import VenueTerms

LATE = timedelta(minutes=15)
SOON = timedelta(hours=2)
AGO = timedelta(days=1)  # letters that were given up longer ago are no news


@dataclass(frozen=True, slots=True)
class Movement:
    """How many have come or gone today, and how many still will."""

    done: int = 0
    due: int = 0

    @property
    def all(self) -> int:
        """Everybody of today."""
        return self.done + self.due


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that somebody should look at: how much of it, and what it is."""

    number: int
    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class Day:
    """What the day of one venue comes to, or of several together."""

    occupancy: Occupancy
    arrivals: Movement
    departures: Movement
    requests: int
    alerts: tuple[Alert, ...]  # the most urgent first; none where all is well
    came_in: tuple[tuple[int, str], ...] = ()  # minor units in each currency, refunds taken off


def days(venues: Sequence[VenueTerms], *, now: datetime) -> dict[int, Day]:
    """Return the day of each venue, by its id."""
    today = {venue.id: day_span(now.astimezone(venue.zone).date(), venue.zone) for venue in venues}
    taken = _occupancies(venues, now)
    came, due = _counted(_came(today)), _counted(_due(today, now))
    left, leaving = _counted(_left(today)), _counted(_leaving(today))
    requests = _counted(Booking.objects.filter(desks.is_asked_for(now), venue__in=today))
    alerts, money = _alerts(today, now), _came_in(today)
    return {
        key: Day(
            occupancy=taken[key],
            arrivals=Movement(done=came[key], due=due[key]),
            departures=Movement(done=left[key], due=leaving[key]),
            requests=requests[key],
            alerts=tuple(alerts[key]),
            came_in=tuple(money[key]),
        )
        for key in today
    }


def together(found: Iterable[Day]) -> Day:
    """Return what the days of several venues come to."""
    each = list(found)
    money: Counter[str] = Counter()
    alerts: dict[str, Alert] = {}
    for day in each:
        for amount, currency in day.came_in:
            money[currency] += amount
        for one in day.alerts:
            before = alerts[one.kind].number if one.kind in alerts else 0
            alerts[one.kind] = Alert(before + one.number, one.words, one.kind)
    return Day(
        occupancy=Occupancy(
            free=sum(day.occupancy.free for day in each),
            taken=sum(day.occupancy.taken for day in each),
            blocked=sum(day.occupancy.blocked for day in each),
        ),
        arrivals=_sum(day.arrivals for day in each),
        departures=_sum(day.departures for day in each),
        requests=sum(day.requests for day in each),
        alerts=tuple(sorted(alerts.values(), key=lambda one: KINDS.index(one.kind))),
        came_in=tuple((amount, currency) for currency, amount in sorted(money.items())),
    )


def _sum(movements: Iterable[Movement]) -> Movement:
    each = list(movements)
    return Movement(done=sum(one.done for one in each), due=sum(one.due for one in each))


def _occupancies(venues: Sequence[VenueTerms], now: datetime) -> dict[int, Occupancy]:
    """Return how many rooms are free, taken and out of use now, for each venue.

    A hall that divides is counted by its parts, as in every report.
    """
    counted = (room for venue in venues for room in venue.rooms.values() if not room.parts)
    rooms = lots.now_of_rooms(counted, now=now)
    return {
        venue.id: lots.occupancy_of(rooms[room] for room in venue.rooms if room in rooms) for venue in venues
    }


def _counted(rows: QuerySet[Any], venue: str = "venue") -> Counter[int]:
    """Return how many of the rows each venue has."""
    return Counter(dict(rows.order_by().values_list(venue).annotate(number=Count("pk"))))


def _each(today: dict[int, Span], condition: Any, venue: str = "venue") -> Q:
    """Return a condition of each venue's own day; venues whose clocks agree share one."""
    alike: defaultdict[Span, list[int]] = defaultdict(list)
    for key, day in today.items():
        alike[day].append(key)
    found = Q(pk__in=[])
    for day, keys in alike.items():
        found |= Q(**{f"{venue}__in": keys}) & condition(day)
    return found


def _came(today: dict[int, Span]) -> QuerySet[Booking]:
    begins = _each(today, lambda day: Q(starts_at__gte=day.start, starts_at__lt=day.end))
    return Booking.objects.filter(begins, state__in=["checked_in", "completed"])


def _due(today: dict[int, Span], now: datetime) -> QuerySet[Booking]:
    return Booking.objects.filter(_each(today, lambda day: desks.is_expected(day, now=now)))


def _left(today: dict[int, Span]) -> QuerySet[Booking]:
    ends = _each(today, lambda day: Q(ends_at__gte=day.start, ends_at__lt=day.end))
    return Booking.objects.filter(ends, state="completed")


def _leaving(today: dict[int, Span]) -> QuerySet[Booking]:
    return Booking.objects.filter(_each(today, desks.is_leaving))


def _late(today: dict[int, Span], now: datetime) -> QuerySet[Booking]:
    """Return who should be there by now: of a series nobody, of a night until the day is over."""
    nights = Allocation.objects.filter(booking=OuterRef("pk"), room__type__unit=Unit.NIGHT)
    by_now = _each(today, lambda day: Q(starts_at__lt=day.start) | ~Exists(nights))
    begun = Q(state="confirmed", recurrence="", starts_at__lte=now - LATE)
    return Booking.objects.filter(by_now, desks.lasts(now), begun)


def _came_in(today: dict[int, Span]) -> defaultdict[int, list[tuple[int, str]]]:
    """Return what the ledger says of today for each venue, in each currency."""
    own = _each(today, lambda day: Q(at__gte=day.start, at__lt=day.end), "booking__venue")
    rows = LedgerEntry.objects.filter(own, account=LedgerEntry.Account.OWED)
    found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for venue, currency, amount in (
        rows.values_list("booking__venue", "booking__currency")
        .annotate(sum=Sum("amount"))
        .order_by("booking__venue", "booking__currency")
    ):
        found[venue].append((amount, currency))
    return found


def _alerts(today: dict[int, Span], now: datetime) -> defaultdict[int, list[Alert]]:
    """Return what is not as it should be at each venue."""
    lasts = desks.lasts(now)
    bookings = Booking.objects.filter(venue__in=today)
    blocked = Allocation.objects.filter(lasts, blocking__isnull=False, active=True, starts_at__lte=now)
    found: list[tuple[str, QuerySet[Any], str]] = [
        ("requests", bookings.filter(lasts, state="pending", starts_at__lte=now + SOON), "venue"),
        ("overdue", bookings.filter(state="checked_in", ends_at__lt=now), "venue"),
        ("late", _late(today, now), "venue"),
        ("blocked", blocked.filter(room__venue__in=today), "room__venue"),
        (
            "refunds",
            Refund.objects.filter(Refund.AT_DESK, payment__booking__venue__in=today),
            "payment__booking__venue",
        ),
        (
            "letters",
            Notice.objects.filter(
                booking__venue__in=today, state=Notice.State.GIVEN_UP, created_at__gte=now - AGO
            ),
            "booking__venue",
        ),
        ("webhooks", Webhook.objects.filter(venue__in=today, disabled_at__isnull=False), "venue"),
        *_of_other_calendars(today, now),
    ]
    alerts: defaultdict[int, list[Alert]] = defaultdict(list)
    for kind, rows, venue in found:
        for key, number in _counted(rows, venue).items():
            alerts[key].append(Alert(number, WORDS[kind], kind))
    return alerts


def _of_other_calendars(today: dict[int, Span], now: datetime) -> list[tuple[str, QuerySet[Any], str]]:
    calendars = IncomingCalendar.objects.filter(removed_at=None, room__venue__in=today)
    events = IncomingEvent.objects.filter(
        calendar__in=calendars, conflict_since__isnull=False, ends_at__gt=now
    )
    return [
        ("conflicts", events, "calendar__room__venue"),
        ("calendars", calendars.filter(failures__gte=TELLING), "room__venue"),
    ]


WORDS = {  # the most urgent first
    "requests": "asked for, within two hours",
    "overdue": "should have left",
    "late": "should have come by now",
    "conflicts": "in conflict with other calendars",
    "blocked": "out of use",
    "refunds": "refunds to give back at the desk",
    "letters": "letters that did not arrive",
    "webhooks": "webhooks switched off",
    "calendars": "other calendars that cannot be read",
}
KINDS = list(WORDS)
