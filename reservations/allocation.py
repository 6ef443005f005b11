"""Allocation: which rooms, when any will do.

The best fit leaves the most for those who come later: the smallest room that is large enough, of equals the
one with the least that nobody asked for, and then the one whose free time the booking fills most tightly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from reservations.errors import Invalid, Unavailable


@dataclass(frozen=True, slots=True)
class Candidate:
    """A room that could be had. A gap is the free time before or after the span; None is endless.

    Its `extras` are how much it has that was not asked for: a charger, or the spot beside the lift, is for
    those who ask for it, as long as there are others.

    Rooms of one `kind`, as doubles of a hotel, are the same to whoever asks; without one, a room is its own.
    """

    id: int
    capacity: int = 1
    gap_before: timedelta | None = None
    gap_after: timedelta | None = None
    price: int = 0
    kind: int | None = None
    extras: int = 0


def choose(candidates: Sequence[Candidate], count: int, party: int = 1) -> list[int]:
    """Return the ids of `count` of these free rooms that fit the party best, or none at all.

    :raises Unavailable: if there are too few, or they are too small together
    :raises Invalid: if fewer than one is asked for
    """
    if count < 1:
        sentence = "Please ask for at least one."
        raise Invalid(sentence, field_errors={"count": [sentence]})
    if count > len(candidates):
        raise Unavailable(_only(len(candidates)), free=len(candidates))
    fitting = sorted(candidates, key=_fit)
    room = sum(candidate.capacity for candidate in fitting[:count])
    first = 0
    # Slide from the smallest rooms to the largest; the first that hold the party waste the least.
    while room < party and first + count < len(fitting):
        room += fitting[first + count].capacity - fitting[first].capacity
        first += 1
    if room < party:
        raise Unavailable(_too_small(count, room, party))
    return [candidate.id for candidate in fitting[first : first + count]]


def choose_each(groups: Sequence[tuple[Sequence[Candidate], int]], party: int = 1) -> list[list[int]]:
    """Return for each group of free rooms the ids of so many of them, which hold the party all together.

    Every group begins with its smallest rooms; only as far as these are too small do larger ones take
    their place, in the first group first.

    :raises Unavailable: if a group has too few, or all together are too small
    """
    chosen = [choose(rooms, count, 0) for rooms, count in groups]
    sizes = [{room.id: room.capacity for room in rooms} for rooms, _ in groups]
    for number, (rooms, count) in enumerate(groups):
        others = sum(
            sizes[other][room] for other, ids in enumerate(chosen) if other != number for room in ids
        )
        most = sum(sorted(sizes[number].values(), reverse=True)[:count])
        # A group that cannot make up for the rest alone gives what it has, and the next one goes on.
        chosen[number] = choose(rooms, count, min(party - others, most))
    room = sum(sizes[number][key] for number, ids in enumerate(chosen) for key in ids)
    if room < party:
        raise Unavailable(_too_small(sum(count for _, count in groups), room, party))
    return chosen


def choose_open(candidates: Sequence[Candidate]) -> Candidate:
    """Return the room to take until it is released: one with nothing later, or else the one free longest.

    Of equals, the first.

    :raises Unavailable: if there is none
    """
    if not candidates:
        raise Unavailable(_only(0), free=0)
    return max(candidates, key=lambda one: (one.gap_after is None, one.gap_after or timedelta(0)))


def _fit(candidate: Candidate) -> tuple[int, int, bool, timedelta, int, int]:
    before, after = candidate.gap_before, candidate.gap_after
    endless = before is None or after is None
    slack = (before or timedelta(0)) + (after or timedelta(0))
    return candidate.capacity, candidate.extras, endless, slack, candidate.price, candidate.id


def _only(free: int) -> str:
    if free == 0:
        return "None are free."
    return "Only 1 is free." if free == 1 else f"Only {free} are free."


def _too_small(count: int, room: int, party: int) -> str:
    if count == 1:
        return f"The largest that is free has room for {room}, not for {party}."
    return f"The {count} largest that are free have room for {room} together, not for {party}."
