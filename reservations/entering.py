"""Entering: what of an outside event's time a room can be kept for, and whether it clashes with a booking.

Nothing is ever forced: what is free of the time is kept, so that nobody else books it; what is taken stays
as it is, and is a clash where somebody has booked it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reservations.spans import EARLIEST, LATEST, LONGEST, Span, gaps


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the room: the range it keeps from others, and the time it is shown at, if booked."""

    keeps: Span
    booked: Span | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be done: which pieces to give back, which time to take, and whether somebody is there."""

    give_back: tuple[int, ...] = ()
    take: tuple[Span, ...] = ()
    clashes: bool = False


def entered(time: Span, pieces: Mapping[int, Span], others: Iterable[Standing], *, now: datetime) -> Entry:
    """Return how to make the pieces that an event has of a room what is free of its time from now on.

    A piece that lies within the event's time stays: it is never given back to be taken anew.

    :param time: of the event
    :param pieces: what of the room is out of use for it already
    """
    give_back = tuple(key for key, piece in pieces.items() if not piece.within(time) and _lasts(piece, now))
    begun = now.replace(second=0, microsecond=0)
    rest = time if begun <= time.start else time.intersection(Span(begun, None))
    if rest is None:
        return Entry(give_back)
    standing = list(others)
    kept = [piece for key, piece in pieces.items() if key not in give_back]
    free = gaps([*kept, *(one.keeps for one in standing)], within=rest)
    clashes = any(one.booked is not None and one.booked.overlaps(rest) for one in standing)
    return Entry(give_back, tuple(part for gap in free for part in _bearable(gap)), clashes)


def _lasts(piece: Span, now: datetime) -> bool:
    return piece.end is None or piece.end > now


def _bearable(gap: Span) -> list[Span]:
    """Return the gap in parts that are no longer than anything may be out of use."""
    parts, start = [], gap.start
    while gap.end is not None and gap.end - start > LONGEST:
        parts.append(Span(start, start + LONGEST))
        start += LONGEST
    return [*parts, Span(start, gap.end)]


def in_steps(times: Sequence[Sequence[Span]], *, size: int, most: int) -> list[list[int]]:
    """Return in which steps to do what gives back or takes these times: for each step its numbers, in order.

    Whatever touches the same time is done in one step, so that what one gives back for another is nobody
    else's in between. Only where that were more than `most` it is not; else a step is of about `size`.
    """
    steps: list[list[int]] = [[]]
    for group in _groups(times):
        for first in range(0, len(group), most):
            part = group[first : first + most]
            if len(steps[-1]) + len(part) > size and steps[-1]:
                steps.append([])
            steps[-1] += part
    return steps if steps[-1] else []


def _groups(times: Sequence[Sequence[Span]]) -> list[list[int]]:
    """Return which of them hang together by times that overlap, the earliest first."""
    leaders = list(range(len(times)))

    def leader(number: int) -> int:
        while leaders[number] != number:
            number = leaders[number]
        return number

    until, last = EARLIEST, 0
    every = ((one.start, one.end or LATEST, number) for number, own in enumerate(times) for one in own)
    for start, end, number in sorted(every):
        if start < until:
            leaders[leader(number)] = leader(last)
        if end > until:
            until, last = end, number
    groups: dict[int, list[int]] = {}
    begins = [min((one.start for one in own), default=EARLIEST) for own in times]
    for number in sorted(range(len(times)), key=begins.__getitem__):
        groups.setdefault(leader(number), []).append(number)
    return list(groups.values())
