"""Seating: which seats, when any will do, for people who want to sit together.

The nearest that there is: side by side; then in one row across the aisle; then in rows behind each other,
without a stranger between; then in one coach; then anywhere. Of equals, the choice that leaves no seat alone
between taken ones, then that of seats whose other legs are sold already, then the first in the vehicle.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reservations.errors import Invalid, Unavailable

MOST = 100  # seats asked for together


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat by its place: in which coach, how far back (row), how far across; an aisle leaves a gap.

    `spare` says on how many other legs it is still free.
    """

    id: int
    coach: str = ""
    row: float = 0
    across: float = 0
    spare: int = 0


@dataclass(frozen=True, slots=True)
class Seated:
    """The seats chosen, and whether nobody else sits between them."""

    seats: tuple[int, ...]
    together: bool


def seat_together(seats: Sequence[Seat], free: Collection[int], count: int) -> Seated:
    """Return `count` of the free seats that are nearest to each other.

    :param seats: all that there are, in the vehicle's order
    :raises Unavailable: with how many are free, if that is fewer
    :raises Invalid: if the count makes no sense
    """
    if not 1 <= count <= MOST:
        sentence = f"Ask for 1 to {MOST} seats."
        raise Invalid(sentence, field_errors={"count": [sentence]})
    open_ = [seat for seat in seats if seat.id in free]
    if len(open_) < count:
        raise too_few(len(open_))
    plan = Plan(seats, {seat.id for seat in open_})
    for choices in (_side_by_side, _in_one_row, _in_rows):
        if found := min((plan.weighed(group) for group in choices(plan, count)), default=None):
            return Seated(tuple(seat.id for seat in found[-1]), together=True)
    return Seated(tuple(seat.id for seat in _nearest(open_, count)), together=count == 1)


def too_few(free: int) -> Unavailable:
    """Return the refusal that says how many seats are left, where more are asked for."""
    if free == 1:
        return Unavailable("There is only 1 seat left.", free=free)
    told = f"There are only {free} seats left." if free else "There is no seat left."
    return Unavailable(told, free=free)


def are_together(seats: Sequence[Seat], chosen: Collection[int]) -> bool:
    """Test whether one can go from each chosen seat to each other over neighbors that are chosen too."""
    plan = Plan(seats, set(chosen))
    start = next((seat for seat in seats if seat.id in plan.free), None)
    return start is not None and len(list(plan.spread(start))) == len(plan.free)


Group = tuple[Seat, ...]
Weight = tuple[int, int, int, Group]


class Plan:
    """The seats of a vehicle as rows, and which of them are free."""

    def __init__(self, seats: Sequence[Seat], free: set[int]) -> None:
        self.free = free
        self.order = {seat.id: number for number, seat in enumerate(seats)}
        rows: defaultdict[tuple[str, float], list[Seat]] = defaultdict(list)
        for seat in seats:
            rows[seat.coach, seat.row].append(seat)
        self.rows = {place: sorted(row, key=lambda seat: seat.across) for place, row in rows.items()}
        self._block = {
            seat.id: block
            for row in self.rows.values()
            for block in _blocks(row)
            if block[1:]
            for seat in block
        }
        self._at = {(seat.coach, seat.row, seat.across): seat for seat in seats}
        numbers: defaultdict[str, list[float]] = defaultdict(list)
        for coach, number in self.rows:
            numbers[coach].append(number)
        self._next = {
            (coach, one): other for coach, found in numbers.items() for one, other in pairwise(sorted(found))
        }
        self._before = {(coach, other): one for (coach, one), other in self._next.items()}

    def runs(self, row: Sequence[Seat], *, over_the_aisle: bool) -> Iterator[Group]:
        """Yield each unbroken run of free seats of the row."""
        run: list[Seat] = []
        for seat in row:
            touches = run and (over_the_aisle or seat.across - run[-1].across <= 1)
            if seat.id in self.free and (touches or not run):
                # Across the aisle a run goes on only from seat to seat: a taken one between ends it.
                run.append(seat)
                continue
            if run:
                yield tuple(run)
            run = [seat] if seat.id in self.free else []
        if run:
            yield tuple(run)

    def neighbors(self, seat: Seat) -> Iterator[Seat]:
        """Yield the free seats beside it, also over the aisle, and right before and behind it."""
        row = self.rows[seat.coach, seat.row]
        place = row.index(seat)
        near = [*row[max(place - 1, 0) : place], *row[place + 1 : place + 2]]
        before_and_behind = (self._before.get((seat.coach, seat.row)), self._next.get((seat.coach, seat.row)))
        near += [
            self._at[seat.coach, number, seat.across]
            for number in before_and_behind
            if number is not None and (seat.coach, number, seat.across) in self._at
        ]
        return (one for one in near if one.id in self.free)

    def spread(self, start: Seat) -> Iterator[Seat]:
        """Yield the free seats that can be reached from this one, the nearest first."""
        seen, waiting = {start.id}, [start]
        while waiting:
            waiting.sort(key=lambda seat: (abs(seat.row - start.row), self.order[seat.id]))
            seat = waiting.pop(0)
            yield seat
            for near in self.neighbors(seat):
                if near.id not in seen:
                    seen.add(near.id)
                    waiting.append(near)

    def weighed(self, group: Group) -> Weight:
        """Return what decides between two groups; the lesser is better."""
        alone = self._left_alone(group)
        spare = sum(seat.spare for seat in group)
        return alone, spare, min(self.order[seat.id] for seat in group), _ByOrder(group)

    def _left_alone(self, group: Group) -> int:
        """Count the free seats beside the group that would have nobody's free seat beside them any more."""
        gone = {seat.id for seat in group}
        touched = {block[0].id: block for seat in group if (block := self._block.get(seat.id))}
        return sum(
            _lonely(tuple(seat.id in self.free and seat.id not in gone for seat in block))
            for block in touched.values()
        )


class _ByOrder(tuple[Seat, ...]):
    """A group that two weights never need to compare: what comes before it is different already."""

    def __lt__(self, other: object) -> bool:
        return False


def _blocks(row: Sequence[Seat]) -> Iterator[list[Seat]]:
    """Yield the seats of a row that have no aisle between them."""
    block: list[Seat] = []
    for seat in row:
        if block and seat.across - block[-1].across > 1:
            yield block
            block = []
        block.append(seat)
    if block:
        yield block


@functools.lru_cache(maxsize=4096)
def _lonely(free: tuple[bool, ...]) -> int:
    return sum(
        is_free
        and not (free[place - 1] if place else False)
        and not (free[place + 1] if free[place + 1 :] else False)
        for place, is_free in enumerate(free)
    )


def _windows(runs: Iterator[Group], count: int) -> Iterator[Group]:
    for run in runs:
        for first in range(len(run) - count + 1):
            yield run[first : first + count]


def _side_by_side(plan: Plan, count: int) -> Iterator[Group]:
    for row in plan.rows.values():
        yield from _windows(plan.runs(row, over_the_aisle=False), count)


def _in_one_row(plan: Plan, count: int) -> Iterator[Group]:
    for row in plan.rows.values():
        yield from _windows(plan.runs(row, over_the_aisle=True), count)


def _in_rows(plan: Plan, count: int) -> Iterator[Group]:
    """Yield the groups of fewest rows that grow from each free seat backward."""
    found: list[tuple[int, Group]] = []
    for row in plan.rows.values():
        for start in row:
            if start.id not in plan.free:
                continue
            group: list[Seat] = []
            for seat in plan.spread(start):
                group.append(seat)
                if len(group) == count:
                    break
            if len(group) == count:
                found.append((len({seat.row for seat in group}), tuple(group)))
    least = min((rows for rows, _ in found), default=0)
    return (group for rows, group in found if rows == least)


def _nearest(open_: Sequence[Seat], count: int) -> Sequence[Seat]:
    """Return seats of one coach, where one has as many, the closest in order; or the first there are."""
    by_coach: Mapping[str, list[Seat]] = _by_coach(open_)
    for seats in (*by_coach.values(), list(open_)):
        if len(seats) >= count:
            windows = [seats[first : first + count] for first in range(len(seats) - count + 1)]
            return min(windows, key=lambda seats: seats[-1].row - seats[0].row)
    return open_[:count]


def _by_coach(open_: Sequence[Seat]) -> dict[str, list[Seat]]:
    found: dict[str, list[Seat]] = {}
    for seat in open_:
        found.setdefault(seat.coach, []).append(seat)
    return found
