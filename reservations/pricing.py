"""Pricing: what a span costs, as lines a person can check; money is integer minor units throughout.

A stay over midnight is priced by its nights, where there are rates by the night; anything else by its
hours, to the minute and in real, elapsed time. A rate by the stay is charged once on top.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reservations.hours import MIDNIGHT, to_instant
from reservations.spans import LONGEST, Span, counted, in_words

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rate:
    """A price by the hour, night or stay, and the days it is for; both ends of its dates belong to it.

    Of several that fit, the highest priority counts, then the one that names dates, then the one that
    names weekdays (0 is Monday), then the one that asks for the longest stay.
    """

    name: str
    unit: str
    amount: int
    weekdays: frozenset[int] | None = None
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    min_units: int = 1
    priority: int = 0

    def is_for(self, date: dt.date) -> bool:
        """Test whether the rate is for that local date."""
        return (
            (self.starts_on is None or self.starts_on <= date)
            and (self.ends_on is None or date <= self.ends_on)
            and (self.weekdays is None or date.weekday() in self.weekdays)
        )

    @property
    def rank(self) -> tuple[int, bool, bool, int]:
        """Return what decides between two rates that both fit: the greater one counts."""
        return (
            self.priority,
            bool(self.starts_on or self.ends_on),
            self.weekdays is not None,
            self.min_units,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a quote. `units` are nights, stays, or minutes of a price by the hour."""

    text: str
    units: int
    unit_amount: int
    amount: int
    on: dt.date | None = None

    def as_json(self, **more: Any) -> dict[str, Any]:
        """Return the line in the types of JSON, for a table to keep and a page to show."""
        return {
            "text": self.text,
            "units": self.units,
            "unit_amount": self.unit_amount,
            "amount": self.amount,
            "on": self.on.isoformat() if self.on else None,
            **more,
        }


@dataclass(frozen=True, slots=True)
class Quote:
    """What a span costs, line by line, in one currency."""

    lines: tuple[Line, ...]
    currency: str

    @property
    def total(self) -> int:
        """Return the sum of the lines, in minor units."""
        return sum(line.amount for line in self.lines)


def quote(span: Span, rates: Sequence[Rate], zone: ZoneInfo, currency: str) -> Quote:
    """Return what the span costs at these rates; without an end or a rate that fits, nothing (yet).

    A span longer than any policy allows has no price either.
    """
    if span.end is None or not rates or span.end - span.start > LONGEST:
        return Quote((), currency)
    arrives, leaves = span.start.astimezone(zone).date(), span.end.astimezone(zone).date()
    by_night = any(rate.unit == "night" for rate in rates)
    if by_night and (arrives < leaves or not any(rate.unit == "hour" for rate in rates)):
        lines = _by_night(arrives, leaves, rates)
    else:
        lines = _by_hour(span.start, span.end, rates, zone)
    whole = _best(rates, "stay", arrives, 1)
    if whole is not None:
        lines.append(Line(whole.name, 1, whole.amount, whole.amount, arrives))
    return Quote(tuple(lines), currency)


def _by_night(arrives: dt.date, leaves: dt.date, rates: Sequence[Rate]) -> list[Line]:
    """Price each night by the date on which it begins; a stay within one day is one night."""
    nights = max((leaves - arrives).days, 1)
    dates = ((arrives + night * _DAY, 1) for night in range(nights))
    lines = []
    for first, rate, count in _runs(dates, rates, "night", nights):
        lines.append(
            Line(f"{rate.name}, {counted(count, 'night')}", count, rate.amount, rate.amount * count, first)
        )
    return lines


def _by_hour(start: datetime, end: datetime, rates: Sequence[Rate], zone: ZoneInfo) -> list[Line]:
    """Price real, elapsed time, split at local midnights; a minute that has begun counts."""
    lines = []
    days, hours = _split_at_midnights(start, end, zone), max((end - start) // _HOUR, 1)
    for first, rate, seconds in _runs(days, rates, "hour", hours):
        minutes = -(-seconds // 60)
        # Half a cent and more is rounded up: twice the price plus one, halved.
        amount = (2 * rate.amount * minutes + 60) // 120
        lines.append(Line(f"{rate.name}, {in_words(minutes)}", minutes, rate.amount, amount, first))
    return lines


def _runs(
    parts: Iterator[tuple[dt.date, int]], rates: Sequence[Rate], unit: str, units: int
) -> Iterator[tuple[dt.date, Rate, int]]:
    """Yield first date, rate and size of each run of days with one rate; days without a rate cost nothing."""
    running: tuple[dt.date, Rate, int] | None = None
    for date, size in parts:
        rate = _best(rates, unit, date, units)
        if running and running[1] == rate:
            running = (running[0], rate, running[2] + size)
            continue
        if running:
            yield running
        running = (date, rate, size) if rate else None
    if running:
        yield running


def _best(rates: Sequence[Rate], unit: str, date: dt.date, units: int) -> Rate | None:
    fitting = [rate for rate in rates if rate.unit == unit and rate.min_units <= units and rate.is_for(date)]
    return max(fitting, key=lambda rate: rate.rank, default=None)


def _split_at_midnights(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[dt.date, int]]:
    """Yield each local date of the span with the seconds that really pass on it."""
    while start < end:
        date = start.astimezone(zone).date()
        midnight = to_instant(date + _DAY, MIDNIGHT, zone)
        if midnight <= start:  # clocks set back across midnight show it twice: the second is meant
            midnight = datetime.combine(date + _DAY, MIDNIGHT.replace(fold=1), zone).astimezone(UTC)
        until = min(end, midnight)
        yield date, -(-(until - start) // timedelta(seconds=1))
        start = until
