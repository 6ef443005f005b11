"""Agendas: find rooms and times for several events at once, so that none is in the way of another.

An event is put as early in a stretch of free time as it can be, after what was put there before it. Whatever
plan there is can be pushed together like that, event by event in the order of their starts: so to try every
order, and every stretch for each event, is to try enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import permutations

from reservations.spans import LATEST, Span, gaps

MOST = 12
"""Events in one agenda."""

# How often a stretch of free time is looked at, at about 4 µs each: whoever asks waits for the answer.
MOST_LOOKS = 100_000


@dataclass(frozen=True, slots=True)
class Event:
    """What is to be placed: how long it takes, and in which rooms it may be, the best first."""

    length: timedelta
    rooms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """A room: when bookings may lie in it, and how much time it keeps clear before and after each.

    What is booked in a room takes time in those it is `linked` with too: a hall and its parts.
    """

    free: tuple[Span, ...]
    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)
    linked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when an event, told by its number in the list, can be."""

    event: int
    room: int
    span: Span


@dataclass(frozen=True, slots=True)
class Agenda:
    """A place for each event, by time, and the events that got none.

    Only if `is_certain` there is no plan with a place for all of them: else nobody looked long enough.
    """

    places: tuple[Place, ...]
    left: tuple[int, ...]
    is_certain: bool


Align = Callable[[int, datetime], datetime]
"""Lifts an instant to the next one at which a booking of the room may start."""


def agenda(
    events: Sequence[Event], grounds: Mapping[int, Ground], *, align: Align, apart: bool = False
) -> Agenda:
    """Return a place for as many of the events as can be found, in few looks for all that is usual.

    Whatever is left out would not fit in beside the others as they are placed.

    :param apart: whether no two events may be at the same time, as where everybody goes to all of them
    """
    best: list[Place] = []
    search = _Search(events, grounds, align, apart)
    # Those for which there is the least to choose from come first, and of these the longest: most plans are
    # found in the first order.
    hard = sorted(range(len(events)), key=lambda one: (len(events[one].rooms), -events[one].length))
    free = {room: list(ground.free) for room, ground in grounds.items()}
    is_certain = True
    for order in permutations(hard):
        for places in search.plans(order, free, []):
            if len(places) > len(best):
                best = list(places)
            if len(best) == len(events) or search.is_out:
                break
        if len(best) == len(events) or search.is_out:
            is_certain = len(best) == len(events) or not search.is_out
            break
    placed = {place.event for place in best}
    left = tuple(one for one in range(len(events)) if one not in placed)
    return Agenda(tuple(sorted(best, key=lambda place: (place.span.start, place.event))), left, is_certain)


Free = Mapping[int, list[Span]]


@dataclass(slots=True)
class _Search:
    """The looks for places, counted."""

    events: Sequence[Event]
    grounds: Mapping[int, Ground]
    align: Align
    apart: bool
    looks: int = field(default=0)

    @property
    def is_out(self) -> bool:
        """Whether enough was looked at."""
        return self.looks >= MOST_LOOKS

    def plans(self, order: Sequence[int], free: Free, placed: list[Place]) -> Iterator[list[Place]]:
        """Yield what comes of every way to place the events in this order; what has no place is left out."""
        if not order:
            yield placed
            return
        event, *rest = order
        options = self.options(event, free)
        if not options:
            yield from self.plans(rest, free, placed)
        for place in options:
            yield from self.plans(rest, self.less(free, place), [*placed, place])
            if self.is_out:
                return  # the first way is gone to its end, so that nothing is left out which would fit in

    def options(self, number: int, free: Free) -> list[Place]:
        """Return where the event can be: in each stretch of free time, as early as it can; sorted by that."""
        event, found = self.events[number], []
        for rank, room in enumerate(event.rooms):
            for stretch in free[room]:
                self.looks += 1
                start = self.align(room, stretch.start)
                if start + event.length <= (stretch.end or LATEST):
                    found.append((start, rank, Place(number, room, Span(start, start + event.length))))
        return [place for *_, place in sorted(found, key=lambda one: one[:2])]

    def less(self, free: Free, place: Place) -> Free:
        """Return what is free once the place is taken."""
        own = self.grounds[place.room]
        return {
            room: self._less(stretches, place, own, room) if self._touches(room, place, own) else stretches
            for room, stretches in free.items()
        }

    def _touches(self, room: int, place: Place, own: Ground) -> bool:
        return self.apart or room == place.room or room in own.linked

    def _less(self, stretches: list[Span], place: Place, own: Ground, room: int) -> list[Span]:
        """Return the stretches less the place; where both take the same room, with the buffers of both."""
        taken = [place.span]
        if room == place.room or room in own.linked:
            ground, end = self.grounds[room], place.span.end or LATEST
            taken = [Span(place.span.start - own.before - ground.after, end + own.after + ground.before)]
        return [left for one in stretches for left in gaps(taken, within=one)]
