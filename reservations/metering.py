"""Metering: what time costs by the hour, minute by minute as it really passes.

Time is cut where its price may change: at local midnights, where a rate's hours of the day begin or end, and
every 24 hours from the start. A rate may let a short stay be free, may be for some hours of the day only, and
may charge so much in 24 hours and no more. Those 24 hours are counted from the start and not from midnight:
who comes at ten in the evening and leaves at eight pays once and not twice (docs/decisions/0013).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from reservations.hours import MIDNIGHT
from reservations.rates import Line, Rate
from reservations.spans import in_words

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
Run = tuple[dt.date, Rate, int, int]  # when it begins, its price, of which 24 hours it is, and its seconds


def metered(start: datetime, end: datetime, rates: Sequence[Rate], zone: ZoneInfo) -> Iterator[Line]:
    """Yield the priced lines of real, elapsed time; a minute that has begun counts."""
    hourly = [rate for rate in rates if rate.unit == "hour"]
    hours = max((end - start) // HOUR, 1)
    arrived = start.astimezone(zone)
    at_first = _best(hourly, arrived, hours)
    if at_first and at_first.free_minutes and end - start <= timedelta(minutes=at_first.free_minutes):
        minutes = -(-(end - start) // MINUTE)
        text = f"Up to {in_words(at_first.free_minutes)} are free"
        yield Line(text, minutes, 0, 0, arrived.date())
        return
    charged: dict[tuple[int, Rate], int] = {}
    if all(rate.is_plain for rate in hourly):  # one price throughout
        whole = -(-(end - start) // SECOND)
        runs: Iterable[Run] = [(arrived.date(), at_first, 0, whole)] if at_first else []
    else:
        runs = _runs(start, end, hourly, zone)
    for first, rate, day, seconds in runs:
        minutes = -(-seconds // 60)
        # Half a cent and more is rounded up: twice the price plus one, halved.
        amount = (2 * rate.amount * minutes + 60) // 120
        text = f"{rate.name}, {in_words(minutes)}"
        if rate.most_a_day is not None:
            before = charged.get((day, rate), 0)
            if before + amount > rate.most_a_day:
                amount, text = rate.most_a_day - before, f"{text}, the most in 24 hours"
            charged[day, rate] = before + amount
        yield Line(text, minutes, rate.amount, amount, first)


def _runs(start: datetime, end: datetime, rates: Sequence[Rate], zone: ZoneInfo) -> Iterator[Run]:
    """Yield each run of one rate; time without a rate costs nothing.

    Only a rate with a cap cares for which of the 24 hours it is: any other runs on.
    """
    hours = max((end - start) // HOUR, 1)
    running: Run | None = None
    for since, until in _pieces(start, end, rates, zone):
        local = since.astimezone(zone)
        rate = _best(rates, local, hours)
        day = (since - start) // DAY if rate and rate.most_a_day is not None else 0
        seconds = -(-(until - since) // SECOND)
        if running and (running[1], running[2]) == (rate, day):
            running = (*running[:3], running[3] + seconds)
            continue
        if running:
            yield running
        running = (local.date(), rate, day, seconds) if rate else None
    if running:
        yield running


def _pieces(
    start: datetime, end: datetime, rates: Sequence[Rate], zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the time in pieces, in each of which one price holds."""
    cuts = {start, end, *_wall_cuts(start, end, rates, zone)}
    if any(rate.most_a_day is not None for rate in rates):
        cuts.update(start + DAY * number for number in range(1, (end - start) // DAY + 1))
    edges = sorted(cut for cut in cuts if start <= cut <= end)
    yield from pairwise(edges)


def _wall_cuts(start: datetime, end: datetime, rates: Sequence[Rate], zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the instants at which clocks show midnight, or a time at which a rate begins or ends.

    Clocks set back show some times twice: both are cuts, and a cut too many changes no price.
    """
    times = {MIDNIGHT, *(edge for rate in rates for edge in (rate.from_time, rate.until_time) if edge)}
    date, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    if date == last and len(times) == 1:
        return  # No midnight lies within one day, and most bookings do.
    while date <= last:
        for at in times:
            for fold in (0, 1):
                yield datetime.combine(date, at.replace(fold=fold), zone).astimezone(UTC)
        date += DAY


def _best(rates: Sequence[Rate], local: datetime, hours: int) -> Rate | None:
    fitting = [rate for rate in rates if rate.min_units <= hours and rate.holds_at(local)]
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    return max(fitting, key=lambda rate: rate.rank)
