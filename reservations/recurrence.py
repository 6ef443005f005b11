"""Recurrence: a rule of RFC 5545, and the spans that it comes to by the venue's wall clock.

Every Tuesday at 19:00 stays 19:00 on both sides of a daylight saving night: start and length are wall-clock
times, and each date is turned into instants by itself. A rule is looked at one date at a time for a year and
no longer, so none takes longer to refuse than to follow; and it has at most one occurrence a date, so a date
is what tells them apart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from reservations.hours import date_in_words, to_instant
from reservations.recurring import LONGEST_TEXT, Rule, parse, refused
from reservations.spans import LONGEST, Span

MOST = 366
"""Occurrences of one series; it lasts no longer than any other span, which is a year."""

_DAY = timedelta(days=1)

__all__ = ["LONGEST_TEXT", "MOST", "Occurrence", "Series", "in_words", "remembered", "series"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a series; its number counts all dates of the rule, those left out among them, from 1."""

    number: int
    span: Span


@dataclass(frozen=True, slots=True)
class Series:
    """A rule with the first wall-clock span it was asked for, and what it comes to in a zone."""

    rule: Rule
    starts: datetime  # of the wall clock, without an offset
    ends: datetime
    zone: ZoneInfo
    occurrences: tuple[Occurrence, ...]

    @property
    def text(self) -> str:
        """Return the rule as programs read it: RRULE, and EXDATE where dates are left out."""
        return str(self.rule)

    @property
    def kept(self) -> str:
        """Return what has to be kept to know the series again, whatever becomes of its occurrences."""
        zone, shape = self.zone.key, "%Y%m%dT%H%M%S"
        first, last = self.starts.strftime(shape), self.ends.strftime(shape)
        return f"DTSTART;TZID={zone}:{first}\nDTEND;TZID={zone}:{last}\n{self.rule}"

    @property
    def spans(self) -> list[Span]:
        """Return the spans of its occurrences, in order."""
        return [one.span for one in self.occurrences]

    @property
    def whole(self) -> Span:
        """Return the span from the first start to the last end."""
        return Span(self.occurrences[0].span.start, self.occurrences[-1].span.end)

    @property
    def first(self) -> Span:
        """Return the span that was asked for first, whether or not its date is left out."""
        return Span(self.starts.replace(tzinfo=self.zone), self.ends.replace(tzinfo=self.zone))

    def start_on(self, date: dt.date) -> datetime:
        """Return when the series begins on a date, be it left out."""
        return to_instant(date, self.starts.time(), self.zone)

    def without(self, numbers: set[int]) -> Series | None:
        """Return the series less these occurrences; None if that leaves none."""
        left = tuple(one for one in self.occurrences if one.number not in numbers)
        gone = {self.date_of(one) for one in self.occurrences if one.number in numbers}
        rule = replace(self.rule, excluded=self.rule.excluded | gone)
        return replace(self, rule=rule, occurrences=left) if left and len(str(rule)) <= LONGEST_TEXT else None

    def shifted(self, by: timedelta) -> Series:
        """Return the same dates earlier or later in the day, by the wall clock.

        :raises Invalid: if that leads to another date, or to a time that one of the dates does not have
        """
        if (self.starts + by).date() != self.starts.date():
            raise refused("That is another day.", field="start")
        return _laid_out(self.rule, self.starts + by, self.ends + by, self.zone)

    def date_of(self, one: Occurrence) -> dt.date:
        """Return the date of an occurrence by the wall clock."""
        return one.span.start.astimezone(self.zone).date()


def series(text: str, span: Span, zone: ZoneInfo) -> Series:
    """Return the series of a rule whose first occurrence is the span, by the wall clock of the zone.

    `text` is an RRULE, with or without that word, and then perhaps a line of EXDATE. It is kept with a COUNT,
    also where it came with UNTIL.

    :raises Invalid: if it is no such rule, never ends, or the span is not its first occurrence
    """
    rule = parse(text)
    if span.end is None:
        raise refused("A series needs to say when each of its dates ends.", field="end")
    starts, ends = (edge.astimezone(zone).replace(tzinfo=None, fold=0) for edge in (span.start, span.end))
    if ends <= starts:  # across the hour that the clocks show twice
        raise refused("By the clocks there this ends before it starts.", field="end")
    dates = _dates(rule, starts, zone)
    counted = replace(rule, count=len(dates), until=None)
    found = _laid_out(counted, starts, ends, zone, dates)
    if found.occurrences[0].number == 1:  # of a time that the clocks show twice, the one that was meant
        first = replace(found.occurrences[0], span=span)
        found = replace(found, occurrences=(first, *found.occurrences[1:]))
    return found


def remembered(kept: str) -> Series:
    """Return the series that was kept as this text, as it was asked for."""
    first, second, text = kept.split("\n", 2)
    starts, ends = (datetime.fromisoformat(line.rpartition(":")[2]) for line in (first, second))
    zone = first.partition("=")[2].rpartition(":")[0]
    return _laid_out(parse(text), starts, ends, ZoneInfo(zone))


def in_words(kept: str, start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """Return when a series is: from which date to which, and from what time to what time.

    :param kept: as it was asked for, of which the time of day is told
    """
    asked = remembered(kept)
    first, last = (date_in_words(edge.astimezone(zone)) for edge in (start, end))
    return f"A series from {first} to {last}, {asked.starts:%H:%M} to {asked.ends:%H:%M}"


def _laid_out(
    rule: Rule, starts: datetime, ends: datetime, zone: ZoneInfo, dates: list[dt.date] | None = None
) -> Series:
    dates = dates or _dates(rule, starts, zone)
    unknown = sorted(rule.excluded - set(dates))
    if unknown:
        raise refused(f"The rule has no date on {date_in_words(unknown[0])} to leave out.")
    found = tuple(
        Occurrence(number, _span(date, starts, ends, zone))
        for number, date in enumerate(dates, 1)
        if date not in rule.excluded
    )
    if not found:
        raise refused("This leaves out every date of the rule.")
    for one, other in pairwise(found):
        if one.span.overlaps(other.span):
            raise refused("The dates of a series may not overlap: it repeats before it ends.")
    return Series(rule, starts, ends, zone, found)


def _span(date: dt.date, starts: datetime, ends: datetime, zone: ZoneInfo) -> Span:
    """Return the span of one date; a time that the clocks skip is as much later as they skip."""
    start = to_instant(date, starts.time(), zone)
    end = to_instant(date + (ends.date() - starts.date()), ends.time(), zone)
    if end <= start:
        when = date_in_words(date)
        raise refused(f"On {when} the clocks skip that time: leave that date out, or choose another time.")
    return Span(start, end)


def _dates(rule: Rule, starts: datetime, zone: ZoneInfo) -> list[dt.date]:
    """Return the dates of the rule, those left out among them."""
    first = starts.date()
    found: list[dt.date] = []
    for date in _matching(rule, first):
        if date > first + LONGEST or _is_after(rule.until, date, starts, zone):
            break
        found.append(date)
        if found[0] != first or len(found) == (rule.count or MOST + 1):
            break
    if not found or found[0] != first:
        raise refused(f"The rule has no date on {date_in_words(first)}, when this starts.", field="start")
    if len(found) > MOST:
        raise refused(f"A series has at most {MOST} dates.")
    if rule.count is not None and len(found) < rule.count:
        raise refused(f"A series lasts at most a year: in {LONGEST.days} days this has {len(found)} dates.")
    if rule.until is not None and _day_of(rule.until) > first + LONGEST:
        raise refused(f"A series lasts at most a year, which is {LONGEST.days} days.")
    return found


def _day_of(until: dt.date | datetime) -> dt.date:
    return until.date() if isinstance(until, datetime) else until


def _is_after(until: dt.date | datetime | None, date: dt.date, starts: datetime, zone: ZoneInfo) -> bool:
    """Test whether the occurrence of the date begins later than the rule goes."""
    if until is None:
        return False
    if not isinstance(until, datetime):
        return date > until
    if until.tzinfo is None:
        return datetime.combine(date, starts.time()) > until
    return to_instant(date, starts.time(), zone) > until


def _matching(rule: Rule, first: dt.date) -> Iterator[dt.date]:
    """Yield the dates of the rule from the first on, in order, for somewhat more than a year."""
    for period in _periods(rule, first):
        dates = [date for date in period if rule.matches(date, first)]
        yield from (date for date in rule.chosen(dates) if date >= first)


def _periods(rule: Rule, first: dt.date) -> Iterator[list[dt.date]]:
    """Yield the days, weeks, months or years that the rule looks at, each as its dates."""
    start = rule.period_of(first)
    while start <= first + LONGEST + _DAY:
        following = rule.next_period(start, 1)
        yield [start + number * _DAY for number in range((following - start).days)]
        start = rule.next_period(start, rule.interval)
