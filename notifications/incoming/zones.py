"""Zones that calendars name: by the zone database, by Windows, or spelled out in the file itself."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache
from itertools import islice
from operator import itemgetter
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from reservations.busy import Effort, matching
from reservations.recurring import Rule

EARLIEST, LATEST = 1900, 2199
"""The years that are told apart: before and after, clocks are as in the first and the last of them."""


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

    def onsets(self, year: int, effort: Effort) -> Sequence[datetime]:
        """Return its onsets of the year and of the one before, and the last of those earlier.

        :raises Invalid: if to follow its rule takes more than the effort that is left
        """
        found = [self.onset]
        if self.rule is None:
            return found
        near = dt.date(year, 12, 31)
        until = near if self.last is None else min(near, self.last)
        since = dt.date(until.year - 1, 1, 1)
        dates = matching(self.rule, self.onset.date(), since=since, until=until, effort=effort)
        for date in islice(dates, self.rule.count):
            if date < since:
                found.clear()
            found.append(datetime.combine(date, self.onset.time()))
        return found


class SpelledOut(tzinfo):
    """A zone by what its file says of it: nobody else knows its name."""

    def __init__(self, name: str, observances: Iterable[Observance], effort: Effort) -> None:
        self._name, self._observances, self._effort = name, tuple(observances), effort
        if not self._observances:
            raise ValueError("A zone without an offset.")
        self._of_year: dict[int, list[tuple[datetime, timedelta]]] = {}

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """Return the offset that holds when the wall clock shows that time.

        :raises Invalid: if to find it takes more than the effort that is left
        """
        if moment is None:
            return self._observances[0].offset
        shown = moment.replace(tzinfo=None)
        onsets = self._onsets(shown.year)
        number = bisect_right(onsets, shown, key=itemgetter(0))
        return onsets[number - 1][1] if number else onsets[0][1]

    def dst(self, moment: datetime | None) -> None:
        """Return nothing: the file does not say."""

    def tzname(self, moment: datetime | None) -> str:
        """Return the name that the file gives it."""
        return self._name

    def _onsets(self, year: int) -> list[tuple[datetime, timedelta]]:
        near = min(max(year, EARLIEST), LATEST)
        if near not in self._of_year:
            told = {
                (onset, one.offset) for one in self._observances for onset in one.onsets(near, self._effort)
            }
            self._of_year[near] = sorted(told)
        return self._of_year[near]
