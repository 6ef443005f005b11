"""Time zones as calendars spell them out: the clock changes of some years, each at its exact instant.

Written by hand, because icalendar's own put the spring change an hour late (its onset is local time as it
was before the change, by RFC 5545), and so moved an early check-out of that morning.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

STEP = timedelta(days=7)  # no zone changes its clocks twice within a week and is back again
EXACT = timedelta(seconds=1)


@lru_cache(maxsize=256)
def timezone(name: str, first: int, last: int) -> Timezone:
    """Return the zone as it is from the first year to the last, both included."""
    zone = ZoneInfo(name)
    # Somewhere on earth the year begins a day earlier, and ends a day later.
    begin, end = datetime(first - 1, 12, 31, tzinfo=UTC), datetime(last + 1, 1, 2, tzinfo=UTC)
    told = Timezone()
    told.add("tzid", name)
    told.add_component(_observance(begin, begin.astimezone(zone).utcoffset(), zone))
    for instant in _changes(zone, begin, end):
        before = (instant - EXACT).astimezone(zone).utcoffset()
        told.add_component(_observance(instant, before, zone))
    return told


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Yield each instant from which another offset holds."""
    earlier = begin
    while earlier < end:
        later = earlier + STEP
        if _offset(earlier, zone) != _offset(later, zone):
            yield _between(earlier, later, zone)
        earlier = later


def _between(earlier: datetime, later: datetime, zone: ZoneInfo) -> datetime:
    offset = _offset(earlier, zone)
    while later - earlier > EXACT:
        middle = earlier + timedelta(seconds=(later - earlier) // EXACT // 2)
        if _offset(middle, zone) == offset:
            earlier = middle
        else:
            later = middle
    return later


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta | None:
    return instant.astimezone(zone).utcoffset()


def _observance(
    instant: datetime, before: timedelta | None, zone: ZoneInfo
) -> TimezoneDaylight | TimezoneStandard:
    local = instant.astimezone(zone)
    told = TimezoneDaylight() if local.dst() else TimezoneStandard()
    told.add("dtstart", (instant + (before or timedelta())).replace(tzinfo=None))
    told.add("tzoffsetfrom", before)
    told.add("tzoffsetto", local.utcoffset())
    told.add("tzname", local.tzname() or zone.key)
    return told
