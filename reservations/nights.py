"""Nights: how many rooms are left, night by night and for a whole stay.

A room can be free, on hold for somebody, on hold for who asks, or taken. A hold that ran out is nothing, and
one's own hold never hides a room: without that, who holds the last one would read that it is sold out.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reservations.hours import MIDNIGHT, days_away, night_span
from reservations.policies import Policy, blocked
from reservations.spans import Span

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """What keeps a room for a while; `expires_at` if it is a hold, and `mine` if that is one's own."""

    span: Span
    expires_at: datetime | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """How many rooms are free, on hold for others (until `frees_at` at the earliest), and held by oneself."""

    free: int = 0
    held: int = 0
    frees_at: datetime | None = None
    mine: int = 0


@dataclass(frozen=True, slots=True)
class _Room:
    """What one room is for one stay; all False is taken."""

    free: bool = False
    mine: bool = False
    frees_at: datetime | None = None


_FREE, _TAKEN = _Room(free=True), _Room()


def stay_span(arrive: dt.date, depart: dt.date, policy: Policy, zone: ZoneInfo) -> Span:
    """Return the span of a stay, from check-in on the first date to check-out on the last.

    :raises Invalid: if the guest would leave before the first night
    """
    check_in = policy.check_in or MIDNIGHT
    return night_span(arrive, depart, check_in, policy.check_out or check_in, zone)


def stay_moved(stay: Span, start: datetime, zone: ZoneInfo) -> Span:
    """Return a stay of as many nights from that start, which ends at the same hour by the wall clock.

    :raises Invalid: if that leads beyond the years a span can have
    """
    moved = Span(start, None)
    if stay.end is None:
        return moved
    by = moved.start.astimezone(zone).date() - stay.start.astimezone(zone).date()
    return Span(moved.start, days_away(stay.end, by, zone))


def dates_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the dates of the nights from the first up to, but not including, the last."""
    return [first + night * _DAY for night in range((last - first).days)]


def nights_between(first: dt.date, last: dt.date, policy: Policy, zone: ZoneInfo) -> list[Span]:
    """Return for each night the time that a stay of that night alone keeps from others, buffers included."""
    return [
        blocked(stay_span(date, date + _DAY, policy, zone), policy) for date in dates_between(first, last)
    ]


def left(rooms: Iterable[Sequence[Standing]], stay: Span, *, now: datetime) -> Left:
    """Return how many of the rooms, each given by what stands in it, are left for the whole stay."""
    return _counted(_room([one for one in room if one.span.overlaps(stay)], now) for room in rooms)


def left_by_night(
    rooms: Sequence[Sequence[Standing]], nights: Sequence[Span], *, now: datetime
) -> list[Left]:
    """Return how many of the rooms are left in each of the nights, which are in order."""
    starts, ends = [night.start for night in nights], [night.end for night in nights]
    found: list[list[_Room]] = [[] for _ in nights]
    for room in rooms:
        there: defaultdict[int, list[Standing]] = defaultdict(list)
        for one in room:
            last = len(nights) if one.span.end is None else bisect_left(starts, one.span.end)
            for night in range(bisect_right(ends, one.span.start), last):  # type: ignore[type-var]
                there[night].append(one)
        for night, standing in there.items():
            found[night].append(_room(standing, now))
    number = len(rooms)
    # A room in which nothing stands that night is free, and was not looked at.
    return [_counted(looked_at, free=number - len(looked_at)) for looked_at in found]


def _room(standing: Sequence[Standing], now: datetime) -> _Room:
    stays = [one for one in standing if one.expires_at is None or one.expires_at > now]
    if not stays:
        return _FREE
    if any(one.expires_at is None for one in stays):
        return _TAKEN
    others = [one.expires_at for one in stays if one.expires_at is not None and not one.mine]
    return _Room(frees_at=max(others)) if others else _Room(mine=True)


def _counted(rooms: Iterable[_Room], *, free: int = 0) -> Left:
    held, mine = 0, 0
    frees_at: datetime | None = None
    for room in rooms:
        free += room.free
        mine += room.mine
        if room.frees_at is not None:
            held += 1
            frees_at = room.frees_at if frees_at is None else min(frees_at, room.frees_at)
    return Left(free, held, frees_at, mine)
