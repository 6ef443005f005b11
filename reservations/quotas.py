"""Quotas: how much one guest may have in a day, a week or a month of the venue's calendar, or at a time.

It is counted date by date. A booking counts where it begins; hours and nights where they lie, so a night
between two weeks is split, and an hour that the clocks skip or repeat is as long as it really was. What has
no end yet counts its hours up to now.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reservations.errors import PolicyViolation
from reservations.hours import MIDNIGHT, date_in_words, in_local_words, to_instant
from reservations.lifecycle import CANCELLED, DECLINED, EXPIRED, STATES
from reservations.spans import EARLIEST, LATEST, Span, counted

BOOKINGS, HOURS, NIGHTS = "bookings", "hours", "nights"
DAY, WEEK, MONTH, AHEAD = "day", "week", "month", "ahead"
RULE = "quota"

COUNTED: frozenset[str] = frozenset(STATES) - {EXPIRED, DECLINED, CANCELLED}
"""The states of a booking that count: who was waited for in vain had the room too."""

_NIGHT = timedelta(days=1)
_ONE = {BOOKINGS: 1, NIGHTS: 1, HOURS: timedelta(hours=1) // timedelta.resolution}  # hours in microseconds
_PER = {DAY: "a day", WEEK: "a week", MONTH: "a month", AHEAD: "at a time"}

First = dt.date | None
"""A period, told by its first day; of a quota on what lies ahead there is one, and it has none."""


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many for one guest; of one type of room, or of everything at a venue.

    `measure` is bookings, hours or nights; nights are those of rooms by the night, and hours of all others.
    `per` is day, week (from Monday on), month, or ahead: at once, of what has not ended yet.
    """

    most: int
    measure: str = BOOKINGS
    per: str = WEEK
    type_id: int | None = None
    type_name: str = ""

    @property
    def words(self) -> str:
        """The quota as people say it: "2 bookings a week"."""
        return f"{counted(self.most, self.measure[:-1])} {_PER[self.per]}"

    def covers(self, type_id: int, unit: str) -> bool:
        """Test whether rooms of that type, let by that unit of time, are what the quota is about."""
        if self.type_id not in (None, type_id):
            return False
        return self.measure == BOOKINGS or (self.measure == NIGHTS) == (unit == "night")


@dataclass(frozen=True, slots=True)
class Use:
    """One room on one date of a booking; rooms that are had together share `date`."""

    date: Hashable
    type_id: int
    unit: str
    span: Span


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of a quota is used in one period, and whether that is all of it."""

    words: str
    is_reached: bool


class Count:
    """How much of a quota one guest has used, period by period, by the calendar of a zone."""

    def __init__(self, quota: Quota, uses: Iterable[Use] = (), *, zone: ZoneInfo, now: datetime) -> None:
        self.quota, self.zone, self.now = quota, zone, now
        self._one = _ONE[quota.measure]
        self._used: Counter[First] = Counter()
        self._seen: set[Hashable] = set()
        self._ends: list[tuple[datetime, int]] = []  # of what lies ahead: when how much of it ends
        self.add(uses)

    def add(self, uses: Iterable[Use]) -> None:
        """Count these too."""
        for use in self._new(uses, self._seen):
            for first, amount in self._amounts(use.span):
                self._used[first] += amount
                if first is None and use.span.end is not None:
                    self._ends.append((use.span.end, amount))

    def refusal(self, asked: Iterable[Use], own: Iterable[Use] = ()) -> PolicyViolation | None:
        """Return why this is more than the quota leaves; None if it is not.

        :param own: what is given up for it, and not counted: who moves a booking takes no more than before
        """
        given = self._tally(own)
        for first, amount in self._tally(asked).items():
            have = self._used[first]
            is_more = first not in given or amount > given[first]
            if is_more and (have + amount > self._limit or have >= self._limit):
                return self._refused(first, have, amount)
        return None

    def standing(self, at: datetime) -> Standing:
        """Return how much is used of the period in which the instant lies: "1 of 2 bookings this week"."""
        first = self._first(at.astimezone(self.zone).date())
        have, quota = self._used[first], self.quota
        words = f"{self._number(have)} of {counted(quota.most, quota.measure[:-1])} {self._when(first)}"
        return Standing(f"{quota.type_name}: {words}" if quota.type_name else words, have >= self._limit)

    @property
    def _limit(self) -> int:
        return self.quota.most * self._one

    def _new(self, uses: Iterable[Use], seen: set[Hashable]) -> Iterator[Use]:
        """Yield what counts: of a booking each room has its hours, and all of them together are one."""
        for use in uses:
            is_over = self.quota.per == AHEAD and use.span.end is not None and use.span.end <= self.now
            if is_over or not self.quota.covers(use.type_id, use.unit):
                continue
            if self.quota.measure != BOOKINGS or use.date not in seen:
                seen.add(use.date)
                yield use

    def _tally(self, uses: Iterable[Use]) -> Counter[First]:
        found: Counter[First] = Counter()
        for use in self._new(uses, set()):
            for first, amount in self._amounts(use.span):
                found[first] += amount
        return found

    def _amounts(self, span: Span) -> Iterator[tuple[First, int]]:
        """Yield how much of which period one room has by the span, in order."""
        day = span.start.astimezone(self.zone).date()
        end = span.end or max(self.now, span.start)
        if self.quota.measure == BOOKINGS:
            yield self._first(day), 1
        elif self.quota.measure == NIGHTS:
            while day < end.astimezone(self.zone).date():
                yield self._first(day), 1
                day += _NIGHT
        elif self.quota.per == AHEAD or end == span.start:
            yield self._first(day), (end - span.start) // timedelta.resolution
        else:
            yield from self._hours(span.start, end)

    def _hours(self, start: datetime, end: datetime) -> Iterator[tuple[First, int]]:
        while start < end:
            first, following = _period(start.astimezone(self.zone).date(), self.quota.per)
            stop = min(end, to_instant(following, MIDNIGHT, self.zone))
            yield first, (stop - start) // timedelta.resolution
            start = stop

    def _first(self, day: dt.date) -> First:
        return None if self.quota.per == AHEAD else _period(day, self.quota.per)[0]

    def _refused(self, first: First, have: int, amount: int) -> PolicyViolation:
        quota = self.quota
        where = f"for {quota.type_name}" if quota.type_name else "here"
        until = self._until(first, have + amount - self._limit) if amount <= self._limit else None
        told = f"{self._number(have)} of {quota.most}"
        if have >= self._limit:
            sentence = f"Your limit of {quota.words} {where} is reached ({told}){self._ends_in_words(until)}."
        else:
            left = f"{self._number(self._limit - have)} ({told})"
            sentence = f"Your limit of {quota.words} {where} leaves {left}, and this takes"
            sentence = f"{sentence} {self._number(amount)}."
        return PolicyViolation(sentence, rule=RULE, until=until)

    def _until(self, first: First, needed: int) -> datetime | None:
        """Return when there is room again for so much: in the next period, or once enough has ended."""
        if first is not None:
            return to_instant(_period(first, self.quota.per)[1], MIDNIGHT, self.zone)
        for end, amount in sorted(self._ends):
            needed -= amount
            if needed <= 0:
                return end
        return None

    def _ends_in_words(self, until: datetime | None) -> str:
        if until is None:
            return ""
        if self.quota.per == AHEAD:
            return f", until {in_local_words(until, self.zone, seen_from=self.now)}"
        begins = date_in_words(until.astimezone(self.zone).date())
        return f": the next {self.quota.per} begins on {begins}"

    def _number(self, amount: int) -> str:
        """Return the amount as a number of what is measured: of hours, as exact as anybody cares for."""
        return f"{amount / self._one:.2f}".rstrip("0").rstrip(".")

    def _when(self, first: First) -> str:
        per = self.quota.per
        if first is None:
            return _PER[AHEAD]
        if first == self._first(self.now.astimezone(self.zone).date()):
            return "today" if per == DAY else f"this {per}"
        _, day, month = date_in_words(first).split(" ", 2)
        if per == MONTH:
            return f"in {month}"
        return f"{'on' if per == DAY else 'in the week of'} {day} {month}"


def reach(quotas: Iterable[Quota], spans: Iterable[Span], zone: ZoneInfo, now: datetime) -> Span:
    """Return the time in which what a guest has may count for these spans, by any of the quotas."""
    asked = list(spans)
    start, end = min(span.start for span in asked), max(span.end or max(now, span.start) for span in asked)
    pers = {quota.per for quota in quotas}
    starts, ends = [start], [end]
    for per in pers - {AHEAD}:
        starts.append(to_instant(_period(start.astimezone(zone).date(), per)[0], MIDNIGHT, zone))
        ends.append(to_instant(_period(end.astimezone(zone).date(), per)[1], MIDNIGHT, zone))
    if AHEAD in pers:
        return Span(max(min(*starts, now), EARLIEST), None)
    return Span(max(min(starts), EARLIEST), min(max(ends), LATEST))


def _period(day: dt.date, per: str) -> tuple[dt.date, dt.date]:
    """Return the first day of the period in which the day lies, and of the next one."""
    if per == MONTH:
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1)
    if per == WEEK:
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=7)
    return day, day + _NIGHT
