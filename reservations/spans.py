"""Spans: half-open stretches of time, the one shape every reservation has.

A night in a hotel, an hour in a meeting room, a journey in a seat and a car parked
until further notice are all `[start, end)`: the end belongs to whoever comes next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from reservations.errors import Invalid, iso

# Beyond these years no database range, no zone's rules and no diary can be trusted.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

LONGEST = timedelta(days=366)
"""Longer spans with a known end are neither let nor priced: both cost work for each of their days."""

_FOREVER = datetime.max.replace(tzinfo=UTC)
_OUT_OF_RANGE = "The start must lie between the years 1970 and 2200."


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time from `start` up to, but not including, `end`.

    `end` is None while nobody knows it yet: a car is parked until it is released.
    Both are kept in UTC, whatever offset they came with.

    :raises Invalid: if an instant says no offset or is out of range, or the end does not come after the start
    """

    start: datetime
    end: datetime | None

    def __post_init__(self) -> None:
        errors: dict[str, list[str]] = {}
        start = _instant(self.start, "start", errors)
        end = None if self.end is None else _instant(self.end, "end", errors)
        if start is not None and end is not None and end <= start:
            errors["end"] = ["The end must come after the start."]
        if errors or start is None:
            raise Invalid(next(iter(errors.values()))[0], field_errors=errors)
        # A frozen dataclass can only be normalized through the back door.
        if start is not self.start:
            object.__setattr__(self, "start", start)
        if end is not self.end:
            object.__setattr__(self, "end", end)

    def __str__(self) -> str:
        return f"{iso(self.start)}/{'..' if self.end is None else iso(self.end)}"

    @property
    def duration(self) -> timedelta | None:
        """Return how long the span lasts in real, elapsed time; None while nobody knows."""
        return None if self.end is None else self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Test whether the spans share any instant; merely touching is not sharing."""
        return _precedes(self.start, other.end) and _precedes(other.start, self.end)

    def contains(self, moment: datetime) -> bool:
        """Test whether the instant lies in the span; the end does not."""
        return self.start <= moment and _precedes(moment, self.end)

    def within(self, other: Span) -> bool:
        """Test whether the whole span lies in the other one."""
        return other.start <= self.start and _last(self.end) <= _last(other.end)

    def shift(self, by: timedelta) -> Span:
        """Return the span moved in elapsed time, forward or back.

        :raises Invalid: if that leads beyond the years a span can have
        """
        try:
            return Span(self.start + by, None if self.end is None else self.end + by)
        except OverflowError:
            raise Invalid(_OUT_OF_RANGE, field_errors={"start": [_OUT_OF_RANGE]}) from None

    def intersection(self, other: Span) -> Span | None:
        """Return the stretch both spans share, or None if they share no instant."""
        if not self.overlaps(other):
            return None
        return Span(max(self.start, other.start), _earlier(self.end, other.end))


def gaps(taken: Iterable[Span], *, within: Span) -> list[Span]:
    """Return what is free of a window, in order, once every taken span has had its part."""
    free = []
    cursor: datetime | None = within.start
    for span in sorted(taken, key=_by_start):
        if cursor is None or not _precedes(span.start, within.end):
            break
        if cursor < span.start:
            free.append(Span(cursor, span.start))
        cursor = None if span.end is None else max(cursor, span.end)
    if cursor is not None and _precedes(cursor, within.end):
        free.append(Span(cursor, within.end))
    return free


def merge(spans: Iterable[Span]) -> list[Span]:
    """Return the same time as few spans as possible, in order; spans that touch become one."""
    merged: list[Span] = []
    for span in sorted(spans, key=_by_start):
        if merged and span.start <= _last(merged[-1].end):
            merged[-1] = Span(merged[-1].start, _later(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


@lru_cache(maxsize=1024)  # the same few lengths are said all day
def in_words(minutes: int) -> str:
    """Return a length as a person says it: "45 minutes", "1 hour 30 minutes", "3 days"."""
    days, rest = divmod(minutes, 24 * 60)
    hours, rest = divmod(rest, 60)
    parts = ((days, "day"), (hours, "hour"), (rest, "minute"))
    return " ".join(counted(number, noun) for number, noun in parts if number) or "no time"


def counted(number: int, noun: str) -> str:
    """Return the number with its noun: "1 night", "2 nights"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _instant(moment: datetime, field: str, errors: dict[str, list[str]]) -> datetime | None:
    """Return the instant in UTC, or note under the field's name why it is none."""
    if not isinstance(moment, datetime):
        errors[field] = [f"The {field} is not a date and time."]
        return None
    try:
        if moment.tzinfo is UTC:
            instant = moment
        elif moment.utcoffset() is None:
            errors[field] = [f"The {field} says no offset from UTC, so nobody can tell which instant it is."]
            return None
        else:
            instant = moment.astimezone(UTC)
    except (OverflowError, ValueError):  # the edges of year 1 and year 9999
        instant = _FOREVER
    if EARLIEST <= instant <= LATEST:
        return instant
    errors[field] = [f"The {field} must lie between the years 1970 and 2200."]
    return None


def _precedes(moment: datetime, end: datetime | None) -> bool:
    return end is None or moment < end


def _last(end: datetime | None) -> datetime:
    return _FOREVER if end is None else end


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)


def _by_start(span: Span) -> datetime:
    return span.start
