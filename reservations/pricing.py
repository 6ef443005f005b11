"""Pricing: what a span costs, as lines a person can check; money is integer minor units throughout.

A stay over midnight is priced by its nights, where there are rates by the night; anything else by its
hours (see metering). A rate by the stay is charged once on top.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reservations.metering import metered
from reservations.rates import Line, Rate
from reservations.spans import LONGEST, Span, counted

_DAY = timedelta(days=1)


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
    if span.end is None or span.end - span.start > LONGEST:
        return Quote((), currency)
    return due(span.start, span.end, rates, zone, currency)


def due(start: datetime, until: datetime, rates: Sequence[Rate], zone: ZoneInfo, currency: str) -> Quote:
    """Return what time comes to that has really passed, however long it was: so far, or in the end."""
    if until <= start or not rates:
        return Quote((), currency)
    units = {rate.unit for rate in rates}
    arrives, leaves = start.astimezone(zone).date(), until.astimezone(zone).date()
    if "night" in units and (arrives < leaves or "hour" not in units):
        lines = _by_night(arrives, leaves, rates)
    else:
        lines = list(metered(start, until, rates, zone))
    whole = _best(rates, "stay", arrives, 1) if "stay" in units else None
    if whole is not None:
        lines.append(Line(whole.name, 1, whole.amount, whole.amount, arrives))
    return Quote(tuple(lines), currency)


def _by_night(arrives: dt.date, leaves: dt.date, rates: Sequence[Rate]) -> list[Line]:
    """Price each night by the date on which it begins; a stay within one day is one night."""
    nights = max((leaves - arrives).days, 1)
    dates = (arrives + night * _DAY for night in range(nights))
    lines = []
    for first, rate, count in _runs(dates, rates, nights):
        lines.append(
            Line(f"{rate.name}, {counted(count, 'night')}", count, rate.amount, rate.amount * count, first)
        )
    return lines


def _runs(
    dates: Iterator[dt.date], rates: Sequence[Rate], nights: int
) -> Iterator[tuple[dt.date, Rate, int]]:
    """Yield first date, rate and length of each run of nights with one rate; others cost nothing."""
    running: tuple[dt.date, Rate, int] | None = None
    for date in dates:
        rate = _best(rates, "night", date, nights)
        if running and running[1] == rate:
            running = (running[0], rate, running[2] + 1)
            continue
        if running:
            yield running
        running = (date, rate, 1) if rate else None
    if running:
        yield running


def _best(rates: Sequence[Rate], unit: str, date: dt.date, units: int) -> Rate | None:
    fitting = [rate for rate in rates if rate.unit == unit and rate.min_units <= units and rate.is_for(date)]
    return max(fitting, key=lambda rate: rate.rank, default=None)
