"""When rooms can be used: what the library says of each day by itself, whatever the clocks do between."""

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest

from reports.asking import Asked, Place
from reports.queries import calendars
from reservations import Exception_, Hours, Opening, Span, open_spans, to_instant
from rooms.models import OpeningException, OpeningHours
from tests.worlds import office, room

DAY = timedelta(days=1)
PERIODS = [
    ("Europe/Berlin", date(2026, 3, 26), date(2026, 4, 2)),
    ("Europe/Berlin", date(2026, 10, 22), date(2026, 10, 28)),
    ("Pacific/Apia", date(2011, 12, 27), date(2012, 1, 2)),
    ("Pacific/Apia", date(2011, 12, 30), date(2011, 12, 30)),  # there was no such day
    ("Africa/Cairo", date(2026, 4, 22), date(2026, 4, 26)),  # clocks skip midnight
]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("zone", "first", "last"), PERIODS)
def test_days_are_open_as_the_library_says_it_of_each(db, zone, first, last, seed):
    rules = arbitrary(random.Random(seed), first)  # noqa: S311 -- a test, not a secret
    venue = office("office", timezone=zone, hours=None)
    room(venue)
    for one in rules.weekly:
        OpeningHours.objects.create(venue=venue, weekday=one.weekday, opens=one.opens, closes=one.closes)
    for one in rules.exceptions:
        OpeningException.objects.create(venue=venue, date=one.date, opens=one.opens, closes=one.closes)
    place = Place(venue.pk, "office", "Office", venue.kind, zone, "EUR", is_listed=True)
    now = datetime(2026, 10, 27, tzinfo=UTC)

    _, found = calendars.marks(Asked(first=first, last=last, places=(place,), by="day", now=now))

    assert [row[1:] for row in found] == day_by_day(rules, venue.zone, first, last)


def arbitrary(chance, first):
    """Return hours of some weekdays, also past midnight and twice a day, and of dates that differ."""
    at = [time(hour, chance.choice([0, 30])) for hour in range(24)]
    weekly = {(chance.randrange(7), chance.choice(at)): chance.choice(at) for _ in range(chance.randrange(9))}
    exceptions = [
        Exception_(first + 2 * DAY, None),
        Exception_(first + 3 * DAY, time(22), time(3)),
        Exception_(first - DAY, time(20), time(5)),
    ]
    return Hours(
        tuple(Opening(weekday, opens, closes) for (weekday, opens), closes in sorted(weekly.items())),
        tuple(exceptions[: chance.randrange(4)]),
    )


def day_by_day(rules, zone, first, last):
    base = int(to_instant(first, time.min, zone).timestamp())
    found = []
    for day in (first + n * DAY for n in range((last - first).days + 1)):
        start, end = (to_instant(one, time.min, zone) for one in (day, day + DAY))
        spans = open_spans(rules, Span(start, end), zone) if start < end else []
        found += [
            (day, int(span.start.timestamp()) - base, int(span.end.timestamp()) - base) for span in spans
        ]
    return found
