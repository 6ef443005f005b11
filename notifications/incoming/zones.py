"""Zones that calendars name: by the zone database, by Windows, or spelled out in the file itself."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from reservations.busy import matching
from reservations.recurring import Rule

_YEAR = timedelta(days=366)


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def known(name: str) -> tzinfo | None:
    """Return the zone that the name means, however a program dresses it; None if it means none."""
    plain = name.strip().strip('"')
    parts = plain.split("/")
    tails = ("/".join(parts[-number:]) for number in (2, 3, 1))  # as in /mozilla.org/20050126_1/Europe/Berlin
    found = next((one for one in (plain, WINDOWS_TO_OLSON.get(plain, ""), *tails) if one in _names()), None)
    return ZoneInfo(found) if found else None


@dataclass(frozen=True, slots=True)
class Observance:
    """From which wall-clock times on which offset holds: once, or each year by a rule."""

    onset: datetime  # by the wall clock before it
    offset: timedelta
    rule: Rule | None = None

    @property
    def last(self) -> dt.date | None:
        """Return the last date of the rule, if it says one."""
        until = self.rule.until if self.rule else None
        return until.date() if isinstance(until, datetime) else until

    def onsets(self, near: dt.date) -> Iterable[datetime]:
        """Return its onsets of about a year before the date, and those of earlier if it has no rule."""
        if self.rule is None:
            return [self.onset]
        until = near if self.last is None else min(near, self.last)
        dates = matching(self.rule, self.onset.date(), since=near - 2 * _YEAR, until=until)
        return [self.onset, *(datetime.combine(date, self.onset.time()) for date in dates)]


class SpelledOut(tzinfo):
    """A zone by what its file says of it: nobody else knows its name."""

    def __init__(self, name: str, observances: Iterable[Observance]) -> None:
        self._name, self._observances = name, tuple(observances)
        if not self._observances:
            raise ValueError("A zone without an offset.")
        self._of_year: dict[int, list[tuple[datetime, timedelta]]] = {}

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """Return the offset that holds when the wall clock shows that time."""
        if moment is None:
            return self._observances[0].offset
        shown = moment.replace(tzinfo=None)
        onsets = self._onsets(shown.year)
        number = bisect_right([onset for onset, _ in onsets], shown)
        return onsets[number - 1][1] if number else onsets[0][1]

    def dst(self, moment: datetime | None) -> None:
        """Return nothing: the file does not say."""

    def tzname(self, moment: datetime | None) -> str:
        """Return the name that the file gives it."""
        return self._name

    def _onsets(self, year: int) -> list[tuple[datetime, timedelta]]:
        if year not in self._of_year:
            last = dt.date(year, 12, 31)
            told = {(onset, one.offset) for one in self._observances for onset in one.onsets(last)}
            self._of_year[year] = sorted(told)
        return self._of_year[year]
