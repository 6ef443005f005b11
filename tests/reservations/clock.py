"""Times for the specification: Monday 23 November 2026 in UTC unless said otherwise."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from reservations import Span

MONDAY = date(2026, 11, 23)
ISTANBUL = ZoneInfo("Europe/Istanbul")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
APIA = ZoneInfo("Pacific/Apia")
ST_JOHNS = ZoneInfo("America/St_Johns")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
ZONES = [ISTANBUL, BERLIN, NEW_YORK, LORD_HOWE, APIA, ST_JOHNS, KATHMANDU, ZoneInfo("UTC")]

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def at(hour: float, *, days: int = 0, zone: ZoneInfo | None = None) -> datetime:
    """Return that hour of the Monday, or of a day after it; 9.5 is half past nine."""
    day = datetime(2026, 11, 23, tzinfo=zone or UTC) + timedelta(days=days)
    return day + timedelta(hours=hour)


def span(start: float, end: float | None, *, days: int = 0, zone: ZoneInfo | None = None) -> Span:
    """Return a span of hours of the Monday, or of a day after it."""
    return Span(at(start, days=days, zone=zone), None if end is None else at(end, days=days, zone=zone))


def hours_of(spans: list[Span]) -> list[tuple[float, float | None]]:
    """Return the spans as hours of the Monday, which read better in a failure than instants do."""
    return [((s.start - at(0)) / HOUR, None if s.end is None else (s.end - at(0)) / HOUR) for s in spans]


@st.composite
def spans(draw: st.DrawFn, *, open_ended: bool = True, most: int = 96) -> Span:
    """Return some span of quarter hours within a few days, now and then without an end."""
    start = draw(st.integers(0, most - 1))
    end = draw(st.integers(start + 1, most))
    endless = open_ended and draw(st.integers(0, 9)) == 0
    return span(start / 4, None if endless else end / 4)


def disjoint(found: list[Span]) -> bool:
    """Test whether no two of the spans share any instant."""
    return not any(one.overlaps(other) for i, one in enumerate(found) for other in found[i + 1 :])
