"""Busy: which time the events of an outside calendar take, as far ahead as anybody books.

An event says when it is by dates, by a wall clock or by an instant, once or by a rule of RFC 5545. It comes
to spans here, each with a key that stays while the event does. Where rooms are let by the night, a date is a
night: who comes on the first leaves on the last. Events come from strangers, so the cost of rules is bounded.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from reservations.errors import Invalid
from reservations.hours import day_span
from reservations.nights import stay_span
from reservations.policies import Policy
from reservations.recurring import Rule
from reservations.spans import Span

MOST = 1_000
"""Busy times of one calendar that are taken ahead; one with more is no calendar of a room."""

LOOKED_AT = 1_000_000
"""What the rules of one calendar may have looked at: dates, each with all that its rule compares it with."""

_DAY = timedelta(days=1)
When = dt.date | datetime
"""A date, of a whole day; or a wall-clock time with its zone."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a calendar says of one event; `instead_of` names the occurrence that it is in the place of.

    `start` and `end` are both dates or both times with a zone. `is_busy` is False of what takes no time:
    cancelled or transparent, which an occurrence may be though its event is not.
    """

    uid: str
    start: When
    end: When
    title: str = ""
    rule: Rule | None = None
    more: tuple[When, ...] = ()
    left_out: frozenset[str] = frozenset()  # marks of occurrences
    instead_of: str = ""
    is_busy: bool = True


@dataclass(frozen=True, slots=True)
class Busy:
    """One time that is taken, and by what; the key tells it from all others of its calendar."""

    key: str
    uid: str
    span: Span
    title: str


@dataclass(frozen=True, slots=True)
class Place:
    """Whose clocks dates mean; where rooms are let by the night, its terms say from when to when."""

    zone: ZoneInfo
    nights: Policy | None = None


@dataclass(slots=True)
class Effort:
    """How much work is left for rules."""

    left: int = field(default_factory=lambda: LOOKED_AT)

    def spend(self, number: int) -> None:
        """Take so much of it.

        :raises Invalid: if there is no more
        """
        self.left -= number
        if self.left < 0:
            raise Invalid("Its events repeat more often than can be followed.")


def mark(when: When) -> str:
    """Return what names an occurrence by when it was to begin, however its zone is called."""
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}" if isinstance(when, datetime) else f"{when:%Y%m%d}"


def digest(*words: str) -> str:
    """Return a short name of what may be long; equal words, equal names."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:40]


def busy_times(events: Iterable[Event], window: Span, place: Place) -> list[Busy]:
    """Return each busy time that reaches into the window, in order.

    :raises Invalid: if there are too many, or to find them would take too long
    """
    everything, effort = list(events), Effort()
    elsewhere = {(one.uid, one.instead_of) for one in everything if one.instead_of}
    found: dict[str, Busy] = {}
    for event in everything:
        for start, end, named in _occurrences(event, window, effort):
            if not event.instead_of and elsewhere & {(event.uid, named), (event.uid, f"{start:%Y%m%d}")}:
                continue
            span = _span(start, end, place)
            if span is not None and span.overlaps(window):
                uid = digest(event.uid)
                key = digest(event.uid, event.instead_of or named)
                found[key] = Busy(key, uid, span, event.title)
        if len(found) > MOST:
            raise Invalid(f"It has more than {MOST} events in the time ahead.")
    return sorted(found.values(), key=lambda one: (one.span.start, one.key))


def _occurrences(event: Event, window: Span, effort: Effort) -> Iterator[tuple[When, When, str]]:
    """Yield start, end and mark of each occurrence that may reach into the window."""
    if not event.is_busy:
        return
    for start in (event.start, *event.more, *_by_rule(event, window, effort)):
        named = mark(start)
        if event.instead_of or not event.left_out & {named, f"{start:%Y%m%d}"}:
            yield start, _end(event, start), named


def _end(event: Event, start: When) -> When:
    """Return the end of the occurrence that begins then: as long as the event, by its own clocks."""
    if isinstance(start, datetime) and isinstance(event.start, datetime) and isinstance(event.end, datetime):
        if event.start.tzinfo is not event.end.tzinfo:
            return (start.astimezone(UTC) + (event.end - event.start)).astimezone(UTC)
        return start + (event.end - event.start)  # of one zone: Python counts by its wall clock
    return _date(start) + (_date(event.end) - _date(event.start))


def _date(when: When) -> dt.date:
    return when.date() if isinstance(when, datetime) else when


def _span(start: When, end: When, place: Place) -> Span | None:
    """Return the time between, or None where there is none, or no such day."""
    try:
        if isinstance(start, datetime) and isinstance(end, datetime):
            return Span(start, end)
        first, last = _date(start), _date(end)
        if place.nights is not None:
            return stay_span(first, last, place.nights, place.zone)
        return day_span(first, place.zone, (last - first).days)
    except (Invalid, OverflowError):
        return None


def _by_rule(event: Event, window: Span, effort: Effort) -> Iterator[When]:
    """Yield the starts that the rule adds to the first, up to the end of the window."""
    rule, first = event.rule, _date(event.start)
    if rule is None:
        return
    # A day more on each side: its clocks may be others.
    since = window.start.date() - (_date(event.end) - first) - 2 * _DAY
    until = (window.end or window.start).date() + 2 * _DAY
    number = 1
    for date in matching(rule, first, since=since, until=until, effort=effort):
        if date <= first:
            continue
        number += 1
        if rule.count is not None and number > rule.count:
            return
        if date < since:
            continue
        start = datetime.combine(date, event.start.timetz()) if isinstance(event.start, datetime) else date
        if _is_after(rule.until, start):
            return
        yield start


def _is_after(until: When | None, start: When) -> bool:
    if until is None:
        return False
    if not isinstance(until, datetime) or not isinstance(start, datetime):
        return _date(start) > _date(until)
    return (start if until.tzinfo else start.replace(tzinfo=None)) > until


def matching(
    rule: Rule, first: dt.date, *, since: dt.date, until: dt.date, effort: Effort
) -> Iterator[dt.date]:
    """Yield the dates of the rule, in order, from the first on; of one without a count those near `since`.

    What is counted must be counted from its beginning, all else begins with the period in which it matters.

    :raises Invalid: if that is more than the effort that is left
    """
    compared = 1 + len(rule.weekdays) + len(rule.month_days)
    start = rule.period_of(first)
    if rule.count is None and since > first:
        start = _period_before(rule, start, since)
    while start <= until:
        following = rule.next_period(start, 1)
        dates = []
        for number in range((following - start).days):
            effort.spend(compared)
            if rule.matches(date := start + number * _DAY, first):
                dates.append(date)
        effort.spend(len(rule.positions))
        yield from (date for date in rule.chosen(dates) if first <= date <= until)
        start = rule.next_period(start, rule.interval)


def _period_before(rule: Rule, start: dt.date, since: dt.date) -> dt.date:
    """Return the beginning of the last period of the rule that starts by then."""
    if rule.frequency == "YEARLY":
        passed = since.year - start.year
    elif rule.frequency == "MONTHLY":
        passed = (since.year - start.year) * 12 + since.month - start.month
    else:
        passed = (since - start).days // (7 if rule.frequency == "WEEKLY" else 1)
    return rule.next_period(start, max(0, passed // rule.interval * rule.interval))
