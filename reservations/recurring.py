"""Recurring: how a rule of RFC 5545 is written, and which dates it means.

Only what a calendar of rooms needs is read: by the day, week, month or year, never by the hour or second.
All else is refused with a sentence, whatever it is and however long.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from reservations.errors import Invalid

LONGEST_TEXT = 1000
"""Characters of a rule, its line of dates that are left out included."""

MOST_INTERVAL, MOST_COUNT = 366, 366
MOST_OF_A_MONTH = 5  # Mondays
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_BY_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_LAST_YEAR = 2199  # as spans have it; also far from where dates cannot be added to any more


@dataclass(frozen=True, slots=True)
class Rule:
    """What an RRULE and its EXDATE say; empty where they say nothing of it. Weekdays count from 0, Monday."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: dt.date | datetime | None = None
    week_starts: int = 0
    weekdays: tuple[tuple[int, int], ...] = ()  # (which one of the month or year or 0 for each, weekday)
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    excluded: frozenset[dt.date] = frozenset()

    def __str__(self) -> str:
        named = {
            "FREQ": self.frequency,
            "INTERVAL": self.interval if self.interval > 1 else "",
            "COUNT": self.count or "",
            "UNTIL": _written(self.until),
            "WKST": _DAYS[self.week_starts] if self.week_starts else "",
            "BYDAY": ",".join(f"{which or ''}{_DAYS[day]}" for which, day in self.weekdays),
            "BYMONTHDAY": ",".join(map(str, self.month_days)),
            "BYMONTH": ",".join(map(str, self.months)),
            "BYSETPOS": ",".join(map(str, self.positions)),
        }
        text = "RRULE:" + ";".join(f"{name}={value}" for name, value in named.items() if value != "")
        if not self.excluded:
            return text
        return f"{text}\nEXDATE;VALUE=DATE:{','.join(f'{date:%Y%m%d}' for date in sorted(self.excluded))}"

    def matches(self, date: dt.date, first: dt.date) -> bool:
        """Test whether the rule means a date of its periods; what it leaves open, the first date says."""
        if self.months and date.month not in self.months:
            return False
        if self.month_days and not {date.day, date.day - _days_in_month(date) - 1} & set(self.month_days):
            return False
        if self.weekdays:
            return any(day == date.weekday() and self._is_which(date, which) for which, day in self.weekdays)
        return bool(self.month_days) or self._follows(date, first)

    def period_of(self, date: dt.date) -> dt.date:
        """Return the first date of the day, week, month or year that the date lies in."""
        if self.frequency == "WEEKLY":
            return date - timedelta(days=(date.weekday() - self.week_starts) % 7)
        if self.frequency == "MONTHLY":
            return date.replace(day=1)
        return date.replace(month=1, day=1) if self.frequency == "YEARLY" else date

    def next_period(self, start: dt.date, number: int) -> dt.date:
        """Return the first date of the period so many further on."""
        if self.frequency == "YEARLY":
            return start.replace(year=start.year + number)
        if self.frequency == "MONTHLY":
            years, month = divmod(start.month - 1 + number, 12)
            return start.replace(year=start.year + years, month=month + 1)
        return start + timedelta(days=number * (7 if self.frequency == "WEEKLY" else 1))

    def chosen(self, dates: list[dt.date]) -> list[dt.date]:
        """Return which of the dates of one period BYSETPOS chooses; without it, all."""
        if not self.positions:
            return dates
        at = {place - 1 if place > 0 else len(dates) + place for place in self.positions}
        return [date for number, date in enumerate(dates) if number in at]

    def _follows(self, date: dt.date, first: dt.date) -> bool:
        """Test what neither weekdays nor days of the month decide."""
        if self.frequency == "WEEKLY":
            return date.weekday() == first.weekday()
        if self.frequency == "MONTHLY":
            return date.day == first.day
        if self.frequency == "YEARLY":
            return date.day == first.day and (bool(self.months) or date.month == first.month)
        return True

    def _is_which(self, date: dt.date, which: int) -> bool:
        """Test whether it is the first, second or last such weekday of its month, or of its year."""
        if which == 0:
            return True
        if self.frequency == "YEARLY" and not self.months:
            day = date.timetuple().tm_yday
            days = date.replace(month=12, day=31).timetuple().tm_yday
        else:
            day, days = date.day, _days_in_month(date)
        return which in ((day - 1) // 7 + 1, -((days - day) // 7 + 1))


def parse(text: str) -> Rule:
    """Return the rule that a text says.

    :raises Invalid: if it says no rule, one by the hour or finer, or one without an end
    """
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise refused(f"A rule is a text of at most {LONGEST_TEXT} characters.")
    lines = text.strip().upper().splitlines()
    if not lines or len(lines) > 2:
        raise refused("A rule is one line of RRULE, and one of EXDATE where dates are left out.")
    excluded = _excluded(lines[1]) if len(lines) == 2 else frozenset()
    rule = _read(lines[0].removeprefix("RRULE:"), excluded)
    if (rule.count is None) == (rule.until is None):
        raise refused("A series needs an end: either COUNT or UNTIL.")
    return rule


def _read(line: str, excluded: frozenset[dt.date]) -> Rule:
    told = _parts(line)
    fields: dict[str, Any] = {_NAMES[name][0]: _NAMES[name][1](name, value) for name, value in told.items()}
    rule = Rule(**fields, excluded=excluded)
    _require_sense(rule)
    return rule


def parse_foreign(text: str) -> Rule:
    """Return the rule of a calendar elsewhere, which may go on for ever, and count as far as it likes.

    :raises Invalid: if it says no rule, or one by the hour or finer
    """
    said = text.strip().upper()
    count = re.search(r"(?:^|;)COUNT=([1-9][0-9]{0,5})(?=;|$)", said)
    far = re.search(r"(?:^|;)UNTIL=(?:2[2-9]|[3-9][0-9])[0-9]{6}(?:T[0-9]{6}Z?)?(?=;|$)", said)  # for ever
    for one in filter(None, (count, far)):
        said = said.replace(one[0], "", 1)
    rule = _read(said.strip(";"), frozenset())
    return replace(rule, count=int(count[1])) if count else rule


def refused(sentence: str, *, field: str = "recurrence") -> Invalid:
    """Return the refusal of a rule that makes no sense."""
    return Invalid(sentence, field_errors={field: [sentence]})


def _parts(line: str) -> dict[str, str]:
    told: dict[str, str] = {}
    for part in line.split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value:
            raise refused("A rule is written as in FREQ=WEEKLY;BYDAY=TU;COUNT=10.")
        if name in told:
            raise refused(f"A rule says {_shown(name)} once.")
        if name not in _NAMES:
            raise refused(f"A series cannot be told by {_shown(name)}: {', '.join(_NAMES)} are understood.")
        told[name] = value
    if "FREQ" not in told:
        raise refused(f"A rule says FREQ, which is one of {', '.join(_FREQUENCIES)}.")
    return told


def _require_sense(rule: Rule) -> None:
    if any(which for which, _ in rule.weekdays) and rule.frequency not in ("MONTHLY", "YEARLY"):
        raise refused("Only by the month or year is there a first or last weekday.")
    by_month = rule.frequency == "MONTHLY" or rule.months
    if by_month and any(abs(which) > MOST_OF_A_MONTH for which, _ in rule.weekdays):
        raise refused(f"A month has at most {MOST_OF_A_MONTH} of a weekday.")
    if rule.month_days and rule.frequency == "WEEKLY":
        raise refused("BYMONTHDAY says nothing of a week.")
    if rule.positions and not (rule.weekdays or rule.month_days or rule.months):
        raise refused("BYSETPOS chooses among BYDAY, BYMONTHDAY or BYMONTH.")


def _shown(text: str) -> str:
    """Return what somebody wrote, short and harmless enough for a sentence."""
    kept = "".join(one for one in text[:20] if one.isalnum() or one in "-_")
    return kept or "that"


def _frequency(name: str, value: str) -> str:
    if value not in _FREQUENCIES:
        raise refused(f"FREQ is one of {', '.join(_FREQUENCIES)}.")
    return value


def _number(name: str, value: str, least: int, most: int) -> int:
    number = int(value) if re.fullmatch(r"[+-]?[0-9]{1,3}", value) else 0
    if number == 0 or not least <= number <= most:
        raise refused(f"{name} is a number from {least} to {most}.")
    return number


def _numbers(least: int, most: int) -> Callable[[str, str], tuple[int, ...]]:
    def read(name: str, value: str) -> tuple[int, ...]:
        return tuple(sorted({_number(name, one, least, most) for one in value.split(",")}))

    return read


def _weekdays(name: str, value: str) -> tuple[tuple[int, int], ...]:
    found = set()
    for one in value.split(","):
        known = _BY_DAY.fullmatch(one)
        which = int(known[1] or 0) if known else 99
        if known is None or abs(which) > 53 or (known[1] and which == 0):
            raise refused("BYDAY is a list such as MO,WE or, by the month, 1MO or -1FR.")
        found.add((which, _DAYS.index(known[2])))
    return tuple(sorted(found))


def _week_start(name: str, value: str) -> int:
    if value not in _DAYS:
        raise refused(f"WKST is one of {', '.join(_DAYS)}.")
    return _DAYS.index(value)


def _until(name: str, value: str) -> dt.date | datetime:
    sentence = "UNTIL is a date such as 20271231, or with a time 20271231T190000Z."
    if re.fullmatch(r"[0-9]{8}", value):
        return _date(value, sentence)
    if not re.fullmatch(r"[0-9]{8}T[0-9]{6}Z?", value):
        raise refused(sentence)
    _date(value[:8], sentence)
    try:
        moment = datetime.strptime(value[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 -- the zone is the next line's
    except ValueError:
        raise refused(sentence) from None
    return moment.replace(tzinfo=UTC) if value.endswith("Z") else moment


def _excluded(line: str) -> frozenset[dt.date]:
    """Return the dates of an EXDATE line, by the wall clock: at what time adds nothing."""
    sentence = "Dates are left out as in EXDATE;VALUE=DATE:20271224,20271231."
    known = re.fullmatch(r"EXDATE(?:;VALUE=DATE(?:-TIME)?)?:(.+)", line)
    if known is None:
        raise refused(sentence)
    dates = known[1].split(",")
    if not all(re.fullmatch(r"[0-9]{8}(?:T[0-9]{6})?", one) for one in dates):
        raise refused(sentence)
    return frozenset(_date(one[:8], sentence) for one in dates)


def _date(value: str, sentence: str) -> dt.date:
    try:
        date = dt.date(int(value[:4]), int(value[4:6]), int(value[6:8]))
    except ValueError:
        raise refused(sentence) from None
    if not 1970 <= date.year <= _LAST_YEAR:
        raise refused(f"A rule's dates lie between the years 1970 and {_LAST_YEAR}.")
    return date


def _written(until: dt.date | datetime | None) -> str:
    if isinstance(until, datetime):
        return f"{until:%Y%m%dT%H%M%S}{'Z' if until.tzinfo else ''}"
    return "" if until is None else f"{until:%Y%m%d}"


def _days_in_month(date: dt.date) -> int:
    following = date.replace(day=28) + timedelta(days=4)
    return (following - timedelta(days=following.day)).day


_NAMES: dict[str, tuple[str, Callable[[str, str], object]]] = {
    "FREQ": ("frequency", _frequency),
    "INTERVAL": ("interval", lambda name, value: _number(name, value, 1, MOST_INTERVAL)),
    "COUNT": ("count", lambda name, value: _number(name, value, 1, MOST_COUNT)),
    "UNTIL": ("until", _until),
    "WKST": ("week_starts", _week_start),
    "BYDAY": ("weekdays", _weekdays),
    "BYMONTHDAY": ("month_days", _numbers(-31, 31)),
    "BYMONTH": ("months", _numbers(1, 12)),
    "BYSETPOS": ("positions", _numbers(-366, 366)),
}
