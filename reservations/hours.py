"""Hours: when a venue is open, in its own wall clock, and what that means in instants.

Seven in the morning stays seven in the morning on both sides of a daylight saving night, so hours and
nights are kept as wall-clock times and turned into instants one local date at a time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reservations.errors import Invalid
from reservations.spans import EARLIEST, LATEST, Span, merge

MIDNIGHT = time(0)

# How far ahead an opening is searched: past it, a venue is closed for good as far as a guest is concerned.
_SEARCHED_DAYS = 60

_DAY = timedelta(days=1)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Opening:
    """Hours of every such weekday (0 is Monday); closing at or before the opening means past midnight."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Exception_:  # noqa: N801 -- `Exception` is taken
    """Hours of one date instead of its weekly ones; `opens` is None when it is closed all day."""

    date: dt.date
    opens: time | None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """When a venue is open: every week, and on the dates that differ. No weekly rows: always."""

    weekly: tuple[Opening, ...] = ()
    exceptions: tuple[Exception_, ...] = ()

    @property
    def always(self) -> bool:
        """Test whether there is no hour at which it is closed for lack of any rule."""
        return not self.weekly and not self.exceptions


def open_spans(hours: Hours, within: Span, zone: ZoneInfo) -> list[Span]:
    """Return the open time of a window, in order; hours that touch become one span.

    Of a window without an end, the first 60 days are told, unless the venue is always open.
    """
    if hours.always:
        return [within]
    end = within.end or within.start + _SEARCHED_DAYS * _DAY
    window = Span(within.start, end)
    spans = []
    # The evening before may reach past midnight into the window.
    for date in _dates(window.start.astimezone(zone).date() - _DAY, end.astimezone(zone).date()):
        for opening in _openings(hours, date, zone):
            shared = opening.intersection(window)
            if shared is not None:
                spans.append(shared)
    return merge(spans) if len(spans) > 1 else spans


def openings(hours: Hours, within: Span, zone: ZoneInfo) -> list[Span] | None:
    """Return the open time that reaches into a window, whole, and the next after it; None if it never closes.

    It begins with the window at the earliest. An end of None lies further ahead than anybody asks.
    """
    if hours.always:
        return None
    far = within.start + _SEARCHED_DAYS * _DAY
    spans = open_spans(hours, Span(within.start, far), zone)
    reaching = sum(within.end is None or span.start < within.end for span in spans)
    return [Span(span.start, None if span.end == far else span.end) for span in spans[: reaching + 1]]


def next_opening(hours: Hours, after: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the first instant from `after` on at which it is open, or None if there is none for 60 days."""
    if hours.always:
        return after
    today = after.astimezone(zone).date()
    for date in _dates(today - _DAY, today + _SEARCHED_DAYS * _DAY):
        ends_later = [span for span in _openings(hours, date, zone) if span.end is None or span.end > after]
        if ends_later:
            return max(after, min(span.start for span in ends_later))
    return None


def to_instant(date: dt.date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant at which the wall clock shows that time, in UTC.

    A time the clocks skip is taken as much later as they skip; of a time they show twice, the first counts.

    :raises Invalid: if no clock will ever show it, at the edges of the calendar
    """
    try:
        return datetime.combine(date, at.replace(fold=0), tzinfo=zone).astimezone(UTC)
    except (OverflowError, ValueError):
        raise _invalid("start", "That date lies outside the calendar.") from None


def days_away(moment: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """Return the moment so many days later or earlier, at the same hour by the wall clock.

    :raises Invalid: if no clock will ever show it
    """
    local = moment.astimezone(zone)
    return to_instant(local.date() + by, local.time(), zone)


def wall_clock(shown: datetime, zone: ZoneInfo, *, field: str = "start") -> datetime:
    """Return what a person at the venue means by a date and time without an offset, in the venue's zone.

    One that has an offset already says its instant, and only changes zone.

    :raises Invalid: if the clocks there skip that time
    """
    try:
        if shown.tzinfo is not None:
            return shown.astimezone(zone)
        meant = shown.replace(tzinfo=zone)
        real = meant.astimezone(UTC).astimezone(zone)
    except (OverflowError, ValueError):
        raise _invalid(field, "That date lies outside the calendar.") from None
    if real.replace(tzinfo=None) != shown:
        raise _invalid(
            field, f"There is no {shown:%H:%M} on {date_in_words(shown)}: the clocks go forward then."
        )
    return meant


def night_span(arrive: dt.date, depart: dt.date, check_in: time, check_out: time, zone: ZoneInfo) -> Span:
    """Return the span of a stay, from check-in on the day of arrival to check-out on that of departure.

    :raises Invalid: if the guest would leave before the first night
    """
    if depart <= arrive:
        raise _invalid("end", "The departure must come at least a night after the arrival.")
    return Span(to_instant(arrive, check_in, zone), to_instant(depart, check_out, zone))


def day_span(date: dt.date, zone: ZoneInfo, days: int = 1) -> Span:
    """Return whole local days, midnight to midnight, however many hours they last.

    :raises Invalid: if there is no such day there, as when an island changes sides of the date line
    """
    try:
        until = date + timedelta(days=days)
    except OverflowError:
        raise _invalid("start", "That date lies outside the calendar.") from None
    start, end = to_instant(date, MIDNIGHT, zone), to_instant(until, MIDNIGHT, zone)
    if start == end:
        raise _invalid("start", f"There was no {date_in_words(date)} in {zone.key}.")
    return Span(start, end)


def date_in_words(date: dt.date) -> str:
    """Return a date as a person reads it, whatever the server's locale: "Monday 23 November 2026"."""
    return f"{_WEEKDAYS[date.weekday()]} {date.day} {_MONTHS[date.month - 1]} {date.year}"


def in_local_words(moment: datetime, zone: ZoneInfo, *, seen_from: datetime) -> str:
    """Return the local time of an instant: "07:00 on Monday", with the full date from a week's distance."""
    local = moment.astimezone(zone)
    near = abs((local.date() - seen_from.astimezone(zone).date()).days) < 7
    return f"{local:%H:%M} on {_WEEKDAYS[local.weekday()] if near else date_in_words(local)}"


def _openings(hours: Hours, date: dt.date, zone: ZoneInfo) -> Iterator[Span]:
    """Yield the hours that begin on that local date."""
    for opens, closes in _times(hours, date):
        start = to_instant(date, opens, zone)
        if start.astimezone(zone).date() != date and not _exists(date, zone):
            return
        end = to_instant(date if closes > opens else date + _DAY, closes, zone)
        # Hours that begin in a skipped hour and end right after it have no time left.
        if (start := max(start, EARLIEST)) < (end := min(end, LATEST)):
            yield Span(start, end)


def _times(hours: Hours, date: dt.date) -> list[tuple[time, time]]:
    """Return opening and closing times of one date: its exceptions if it has any, else the week's."""
    differing = [row for row in hours.exceptions if row.date == date]
    if differing:
        # One closed row closes the day, whatever the others say.
        times = [(row.opens, row.closes or MIDNIGHT) for row in differing if row.opens is not None]
        return times if len(times) == len(differing) else []
    if not hours.weekly:
        return [(MIDNIGHT, MIDNIGHT)]
    weekday = date.weekday()
    return [(row.opens, row.closes) for row in hours.weekly if row.weekday == weekday]


def _exists(date: dt.date, zone: ZoneInfo) -> bool:
    """Test whether the calendar there has that date: Samoa had no 30 December 2011."""
    return to_instant(date, time(12), zone).astimezone(zone).date() == date


def _dates(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    while first <= last:
        yield first
        first += _DAY


def _invalid(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, field_errors={field: [sentence]})
