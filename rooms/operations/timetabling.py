"""Generate departures from the timetable: each rule once a day, however often this runs.

The clock keeps every route planned for as many days ahead as it says. A departure that was called off is a
row like any other: it stands in the place of its rule and date, and never comes back.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from reservations import ReservationError, hours, journeys
from rooms.models import Call, Departure, Stop, Timetable
from rooms.sql import database_now

BATCH = 200  # departures in one transaction
log = logging.getLogger("reserve.timetable")


def generate_departures(
    first: date,
    last: date,
    *,
    route: int | None = None,
    step: Callable[[int], None] = lambda number: None,
) -> int:
    """Create the departures of these dates, both included, that are not there yet; return how many.

    :param route: only of this one
    :param step: hears how many rules and dates were looked at since it was called last
    """
    made = 0
    rules = list(_rules(route))
    for day in _days(first, last):
        for batch in _batches([rule for rule in rules if runs_on(rule, day)]):
            made += _generate(batch, day)
            step(len(batch))
    return made


def plan_ahead(*, route: int | None = None, now: datetime | None = None, limit: int = BATCH) -> int:
    """Create what is missing of the days that each route is planned ahead, the next first; return how many.

    What has left already is not made up for. It stops after the first day with which it made `limit`.

    :param route: only of this one
    """
    moment = now or database_now()
    today = moment.date()
    asked = _rules(route).filter(route__days_ahead__gt=0)
    rules = [rule for rule in asked if _can_run(rule, today)]
    last = today + timedelta(days=max((rule.route.days_ahead for rule in rules), default=0))
    found = Departure.objects.filter(timetable__in=asked.values("pk"), service_date__range=(today, last))
    there = set(found.values_list("timetable", "service_date"))
    made = 0
    for day in _days(today, last):
        ahead = (day - today).days
        due = [rule for rule in rules if ahead <= rule.route.days_ahead and runs_on(rule, day)]
        for batch in _batches([rule for rule in due if (rule.pk, day) not in there]):
            made += _generate(batch, day, after=moment)
        if made >= limit:
            break
    return made


def _rules(route: int | None) -> QuerySet[Timetable]:
    rules = Timetable.objects.select_related("route", "vehicle").prefetch_related("route__stops")
    return (rules if route is None else rules.filter(route=route)).order_by("pk")


def _can_run(rule: Timetable, day: date) -> bool:
    """Test whether the stops make a journey: a route that is still being drawn holds up no other."""
    try:
        _planned(rule, day)
    except (ReservationError, OverflowError):
        log.warning("The route %s has no stops that a vehicle could serve.", rule.route.slug)
        return False
    return True


def runs_on(rule: Timetable, day: date) -> bool:
    """Test whether the rule has a departure on that date."""
    return (
        (not rule.weekdays or day.weekday() in rule.weekdays)
        and (rule.starts_on is None or rule.starts_on <= day)
        and (rule.ends_on is None or day <= rule.ends_on)
    )


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _batches(rules: Sequence[Timetable]) -> Iterator[Sequence[Timetable]]:
    for begin in range(0, len(rules), BATCH):
        yield rules[begin : begin + BATCH]


@transaction.atomic
def _generate(rules: Sequence[Timetable], day: date, *, after: datetime | None = None) -> int:
    # Whoever else generates the same waits here, and then finds it made.
    keys = [rule.pk for rule in rules]
    standing = set(Timetable.objects.select_for_update().filter(pk__in=keys).values_list("pk", flat=True))
    made = Departure.objects.filter(timetable__in=keys, service_date=day)
    missing = standing - set(made.values_list("timetable", flat=True))
    planned = [_planned(rule, day) for rule in rules if rule.pk in missing]
    # A rule that was removed and written again finds what the old one made, called off or not.
    starts = {departure.starts_at for departure, _ in planned}
    vehicles = {departure.vehicle_id for departure, _ in planned}
    runs = Departure.objects.filter(vehicle__in=vehicles, starts_at__in=starts)
    known = set(runs.values_list("route", "vehicle", "starts_at"))
    planned = [
        (one, calls)
        for one, calls in planned
        if (one.route_id, one.vehicle_id, one.starts_at) not in known and (not after or one.starts_at > after)
    ]
    Departure.objects.bulk_create(departure for departure, _ in planned)
    Call.objects.bulk_create(call for _, calls in planned for call in calls)
    return len(planned)


def _planned(rule: Timetable, day: date) -> tuple[Departure, list[Call]]:
    stops: list[Stop] = list(rule.route.stops.all())
    starts_at = hours.to_instant(day, rule.departs, stops[0].zone if stops else ZoneInfo("UTC"))
    halts = journeys.timed([(stop.place, stop.arrives, stop.departs) for stop in stops], starts_at)
    departure = Departure(
        route=rule.route,
        vehicle=rule.vehicle,
        timetable=rule,
        service_date=day,
        starts_at=starts_at,
        ends_at=halts[-1].arrives_at or starts_at,
    )
    calls = [
        Call(
            departure=departure,
            position=position,
            place=stop.place,
            station=stop.station,
            platform=stop.platform,
            timezone=stop.timezone,
            arrives_at=halt.arrives_at,
            departs_at=halt.departs_at,
        ).timed()
        for position, (stop, halt) in enumerate(zip(stops, halts, strict=True))
    ]
    return departure, calls
