"""When, as people type it: "tomorrow 15:00 2 nights", "mon 10-11", "2026-11-23 15:00 90m".

Pure: the time at the venue is handed in, and what comes out is the venue's wall clock. Words may come in any
order; a dash, "to" or "until" turns to the end; a day, a time and a length each have a usual value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

ARRIVE, LEAVE = time(15), time(11)  # of a hotel that does not say
HOUR, STEP = timedelta(hours=1), timedelta(minutes=15)
EXAMPLES = "tomorrow 15:00 2 nights · mon 10-11 · today 14:00 90m · 2026-11-23 9:30 to 11:00"

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = rf"({'|'.join(MONTHS)})[a-z]*\.?"


T = TypeVar("T", date, time)


class NotADate(ValueError):
    """What was typed says no time; the sentence helps."""


@dataclass(frozen=True, slots=True)
class House:
    """The usual times of a place that lets its rooms by the night."""

    check_in: time = ARRIVE
    check_out: time = LEAVE


@dataclass(slots=True)
class _Said:
    """What has been understood so far, and whether what follows is about the end."""

    now: datetime
    day: date | None = None
    clock: time | None = None
    end_day: date | None = None
    end_clock: time | None = None
    length: timedelta | None = None
    nights: int | None = None
    is_open: bool = False
    ending: bool = False

    def put_day(self, day: date) -> None:
        # In "10-11 tomorrow" the day is that of both.
        if self.ending and not (self.day is None and self.end_clock is not None):
            self.end_day = _once(self.end_day, day)
        else:
            self.day = _once(self.day, day)

    def put_clock(self, clock: time) -> None:
        if self.ending:
            self.end_clock = _once(self.end_clock, clock)
        else:
            self.clock = _once(self.clock, clock)


def _once(before: T | None, now: T) -> T:
    if before is not None:
        raise NotADate(f"That says two times: {before} and {now}.")
    return now


def when(text: str, now: datetime, house: House | None = None) -> tuple[datetime, datetime | None]:
    """Return start and end by the venue's clocks; the end is None for "until released".

    :param now: the time at the venue, without an offset
    :param house: where rooms are let by the night
    :raises NotADate: with a sentence that helps
    """
    said, rest = _Said(now), text.strip().lower()
    while rest:
        for pattern, understand in WORDS:
            found = pattern.match(rest)
            if found:
                understand(said, found)
                rest = rest[found.end() :].lstrip(" ,")
                break
        else:
            raise NotADate(f"“{rest}” says no time. Say it like this: {EXAMPLES}")
    try:
        start = _start(said, house)
        end = None if said.is_open else _end(said, start, house)
    except OverflowError:
        raise NotADate("That is further away than any calendar goes.") from None
    if end is not None and end <= start:
        raise NotADate("That ends before it starts.")
    return start, end


def day(text: str, now: datetime) -> date:
    """Return the day that is said, by the clocks of a place; today if nothing is.

    :raises NotADate: if that is no day, or says a time as well
    """
    return when(f"{text} 12:00 1 hour", now)[0].date()


def _start(said: _Said, house: House | None) -> datetime:
    clock = said.clock
    if clock is None:
        if house is not None and (said.nights or said.length is None):
            clock = house.check_in
        elif said.nights:
            clock = ARRIVE
        elif (said.length or said.is_open or said.end_clock) and said.day in (None, said.now.date()):
            clock = _floored(said.now)
        else:
            raise NotADate(f"Say at what time, like this: {EXAMPLES}")
    return datetime.combine(said.day or said.now.date(), clock)


def _floored(now: datetime) -> time:
    # The quarter of an hour that runs may still be booked.
    minutes = (now.hour * 60 + now.minute) // 15 * 15
    return time(minutes // 60, minutes % 60)


def _end(said: _Said, start: datetime, house: House | None) -> datetime:
    leave = house.check_out if house else LEAVE
    if said.nights is not None:
        return datetime.combine(start.date() + timedelta(days=said.nights), said.end_clock or leave)
    if said.length is not None:
        return start + said.length
    if said.end_day is not None:
        return datetime.combine(said.end_day, said.end_clock or leave)
    if said.end_clock is not None:
        end = datetime.combine(start.date(), said.end_clock)
        return end if end > start else end + timedelta(days=1)
    return datetime.combine(start.date() + timedelta(days=1), leave) if house else start + HOUR


def _make_date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NotADate(f"There is no {year}-{month:02}-{day:02}.") from None


def _soon(said: _Said, day: int, month: int, year: str | None) -> date:
    """Return the date in that year, or else the next time that there is one."""
    if year:
        return _make_date(int(year), month, day)
    found = _make_date(said.now.year, month, day)
    return found if found >= said.now.date() else _make_date(said.now.year + 1, month, day)


def _iso(said: _Said, found: re.Match[str]) -> None:
    said.put_day(_make_date(int(found[1]), int(found[2]), int(found[3])))


def _dotted(said: _Said, found: re.Match[str]) -> None:
    said.put_day(_soon(said, int(found[1]), int(found[2]), found[3]))


def _day_month(said: _Said, found: re.Match[str]) -> None:
    said.put_day(_soon(said, int(found[1]), MONTHS.index(found[2]) + 1, found[3]))


def _month_day(said: _Said, found: re.Match[str]) -> None:
    said.put_day(_soon(said, int(found[2]), MONTHS.index(found[1]) + 1, found[3]))


def _named_day(said: _Said, found: re.Match[str]) -> None:
    ahead = {"today": 0, "tonight": 0, "tomorrow": 1, "overmorrow": 2}[found[1]]
    said.put_day(said.now.date() + timedelta(days=ahead))


def _now(said: _Said, found: re.Match[str]) -> None:
    said.put_day(said.now.date())
    said.put_clock(_floored(said.now))


def _weekday(said: _Said, found: re.Match[str]) -> None:
    # In "fri until mon" the Monday meant is the one after that Friday.
    since = said.day if said.ending and said.day else said.now.date()
    ahead = (WEEKDAYS.index(found[2]) - since.weekday()) % 7
    said.put_day(since + timedelta(days=ahead or (7 if found[1] else 0)))


def _in(said: _Said, found: re.Match[str]) -> None:
    said.put_day(said.now.date() + timedelta(days=int(found[1]) * (7 if found[2] == "week" else 1)))


def _until_released(said: _Said, found: re.Match[str]) -> None:
    said.is_open = True


def _nights(said: _Said, found: re.Match[str]) -> None:
    said.nights = 1 if found[1] in ("a", "one") else int(found[1])


def _days(said: _Said, found: re.Match[str]) -> None:
    said.length = timedelta(days=int(found[1]))


def _hours(said: _Said, found: re.Match[str]) -> None:
    said.length = timedelta(hours=float(found[1].replace(",", ".")), minutes=int(found[2] or 0))


def _minutes(said: _Said, found: re.Match[str]) -> None:
    said.length = timedelta(minutes=int(found[1]))


def _turn(said: _Said, found: re.Match[str]) -> None:
    said.ending = True


def _clock(said: _Said, found: re.Match[str]) -> None:
    if found[4]:
        said.put_clock(time(12) if found[4] == "noon" else time(0))
        return
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] and not 1 <= hour <= 12:
        raise NotADate(f"There is no {found[0].strip()}.")
    if found[3]:
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    if (hour, minute) == (24, 0):
        hour = 0
    if hour > 23 or minute > 59:
        raise NotADate(f"There is no {found[0].strip()} o'clock.")
    said.put_clock(time(hour, minute))


def _skip(said: _Said, found: re.Match[str]) -> None:
    """Words that say nothing."""


WORDS: tuple[tuple[re.Pattern[str], Callable[[_Said, re.Match[str]], None]], ...] = tuple(
    (re.compile(pattern), understand)
    for pattern, understand in (
        (r"(\d{4})-(\d{1,2})-(\d{1,2})(?:t(?=\d)|(?!\d))", _iso),
        (r"(\d{1,2})\.(\d{1,2})\.(\d{4})?(?!\d)", _dotted),
        (rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+{MONTH}(?:\s+(\d{{4}})\b)?", _day_month),
        (rf"{MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?(?![:.\d])(?:,?\s+(\d{{4}})\b)?", _month_day),
        (r"(today|tonight|tomorrow|overmorrow)\b", _named_day),
        (r"now\b", _now),
        (rf"(next\s+)?({'|'.join(WEEKDAYS)})[a-z]*\b", _weekday),
        (r"in\s+(\d{1,3})\s+(day|week)s?\b", _in),
        (r"(?:until\s+)?(?:released|open|further notice)\b", _until_released),
        (r"(a|one|\d{1,3})\s*nights?\b", _nights),
        (r"(\d{1,3})\s*d(?:ays?)?\b", _days),
        (
            r"(\d{1,3}(?:[.,]\d{1,2})?)\s*h(?:ours?|rs?)?\s*(?:(\d{1,2})(?:\s*m(?:in(?:utes?)?)?)?)?(?!\w)",
            _hours,
        ),
        (r"(\d{1,4})\s*m(?:in(?:ute)?s?)?\b", _minutes),
        (r"(?:-|–|—|to\b|until\b|till\b)", _turn),  # noqa: RUF001 -- people paste long dashes
        (r"(?:(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?|(noon|midnight))(?!\w)", _clock),
        (r"(?:at|on|for|from|the|and)\b", _skip),
    )
)
"""What is understood, in the order in which it is tried: a length before a time, a date before a length."""
