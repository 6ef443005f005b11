"""Generate departures from the timetable: each rule once a day, however often this runs."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from django.db import transaction

from reservations import hours, journeys
from rooms.models import Call, Departure, Stop, Timetable

BATCH = 200  # departures in one transaction


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
    rules = (
        Timetable.objects.select_related("route", "vehicle").prefetch_related("route__stops").order_by("pk")
    )
    if route is not None:
        rules = rules.filter(route=route)
    for day in _days(first, last):
        for batch in _batches([rule for rule in rules if runs_on(rule, day)]):
            made += _generate(batch, day)
            step(len(batch))
    return made


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
def _generate(rules: Sequence[Timetable], day: date) -> int:
    there = set(
        Departure.objects.filter(timetable__in=rules, service_date=day).values_list("timetable", flat=True)
    )
    planned = [_planned(rule, day) for rule in rules if rule.pk not in there]
    Departure.objects.bulk_create(departure for departure, _ in planned)
    Call.objects.bulk_create(call for _, calls in planned for call in calls)
    return len(planned)


def _planned(rule: Timetable, day: date) -> tuple[Departure, list[Call]]:
    stops: list[Stop] = list(rule.route.stops.all())
    starts_at = hours.to_instant(day, rule.departs, stops[0].zone)
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
