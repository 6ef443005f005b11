"""Rates, and the lines they come to; money is integer minor units throughout."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

_DAY = timedelta(days=1)
_NO_LIMITS = (None,) * 6


@dataclass(frozen=True, slots=True)
class Rate:
    """A price by the hour, night or stay, and the days it is for; both ends of its dates belong to it.

    Of several that fit, the highest priority counts, then the one for some hours of the day only, then the
    one that names dates, then the one that names weekdays (0 is Monday), then the one that asks for the
    longest stay. By the hour, a rate may hold from one time of day until another (22:00 until 06:00 is a
    night, and belongs to the day it begins on), charge nothing for a stay of a few minutes, and charge
    no more than `most_a_day` in each 24 hours from the start.
    """

    name: str
    unit: str
    amount: int
    weekdays: frozenset[int] | None = None
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    min_units: int = 1
    priority: int = 0
    free_minutes: int = 0
    most_a_day: int | None = None
    from_time: time | None = None
    until_time: time | None = None

    def is_for(self, date: dt.date) -> bool:
        """Test whether the rate is for that local date."""
        return (
            (self.starts_on is None or self.starts_on <= date)
            and (self.ends_on is None or date <= self.ends_on)
            and (self.weekdays is None or date.weekday() in self.weekdays)
        )

    def holds_at(self, local: datetime) -> bool:
        """Test whether the rate holds at that time by the venue's clocks."""
        date = local.date()
        if self.from_time is None or self.until_time is None:
            return self.is_for(date)
        at = local.time()
        if self.from_time < self.until_time:
            return self.from_time <= at < self.until_time and self.is_for(date)
        # Over midnight: the small hours belong to the evening before.
        return (
            self.is_for(date) if at >= self.from_time else at < self.until_time and self.is_for(date - _DAY)
        )

    @property
    def is_plain(self) -> bool:
        """Test whether the rate holds on every date and at every time, with no cap: one price throughout."""
        limits = (
            self.weekdays,
            self.starts_on,
            self.ends_on,
            self.from_time,
            self.until_time,
            self.most_a_day,
        )
        return limits == _NO_LIMITS

    @property
    def rank(self) -> tuple[int, bool, bool, bool, int]:
        """Return what decides between two rates that both fit: the greater one counts."""
        return (
            self.priority,
            self.from_time is not None,
            bool(self.starts_on or self.ends_on),
            self.weekdays is not None,
            self.min_units,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a quote. `units` are nights, stays, or minutes of a price by the hour."""

    text: str
    units: int
    unit_amount: int
    amount: int
    on: dt.date | None = None

    def as_json(self, **more: Any) -> dict[str, Any]:
        """Return the line in the types of JSON, for a table to keep and a page to show."""
        return {
            "text": self.text,
            "units": self.units,
            "unit_amount": self.unit_amount,
            "amount": self.amount,
            "on": self.on.isoformat() if self.on else None,
            **more,
        }
