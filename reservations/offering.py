"""Offering: what to offer to somebody who cannot have what they want, nearest to the wish first."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from zoneinfo import ZoneInfo

from reservations.allocation import Candidate
from reservations.errors import Invalid
from reservations.hours import days_away
from reservations.spans import Span

# Other times looked at in each direction: a week of quarter hours, and bounded for any step.
MOST_STEPS = 7 * 24 * 4

# How often `allowed` is asked at most: a full house is free all night, when nobody may have it. At 20 µs
# a look, whoever lost a race waits a tenth of a second for the news, not ten.
MOST_LOOKS = 5_000

_DAY = timedelta(days=1)
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What could not be had: these rooms (or any of these `kinds`, one for each room; or any `count`).

    Other times lie whole steps away, up to `reach` earlier and later; steps of whole days, as of nights,
    keep the wall clock of the zone. The buffers must be free too, around each offer.
    """

    span: Span
    rooms: tuple[int, ...] = ()
    kinds: tuple[int, ...] = ()
    count: int = 1
    party: int = 1
    step: timedelta = timedelta(minutes=15)
    reach: timedelta = timedelta(days=1)
    buffer_before: timedelta = timedelta(0)
    buffer_after: timedelta = timedelta(0)
    zone: ZoneInfo | None = None

    @property
    def number(self) -> int:
        """Return how many rooms were wanted at once."""
        return len(self.rooms) or len(self.kinds) or self.count


@dataclass(frozen=True, slots=True)
class Offer:
    """Rooms that can be had for a span instead."""

    rooms: tuple[int, ...]
    span: Span


Allowed = Callable[[int, Span], bool]
Kind = tuple[bool, int]  # whether others are alike, and the kind of these, or the room itself


def alternatives(
    wanted: Wanted,
    rooms: Sequence[Candidate],
    occupied: Mapping[int, Sequence[Span]],
    *,
    allowed: Allowed,
    open_spans: Sequence[Span] | None = None,
    limit: int = 6,
) -> list[Offer]:
    """Return what to offer instead, nearest to the wish first, each truly free and allowed.

    First the same span in other rooms (the smallest that fit first), then the same rooms at the nearest
    times, then other rooms at near times. Each way has a share of the list before any way fills it. Rooms
    that are alike are offered once for each time: whoever asks cannot tell one such offer from another.

    :param allowed: tells whether the room may be had for the span: terms, party, rights
    :param open_spans: times outside these are not looked at; a full house needs them, or its closed and
        past hours use up the 5,000 looks that `allowed` is asked for
    """
    looks = count()
    board = _Board.of(
        wanted, rooms, occupied, lambda *asked: next(looks) < MOST_LOOKS and allowed(*asked), open_spans
    )
    told: set[tuple[tuple[Kind, ...], Span]] = set()
    found = (board.same_span(limit), board.same_rooms(), board.others(limit))
    ways = [board.once(way, told) for way in found]
    chosen: tuple[list[Offer], ...] = ([], [], [])
    # Where one way has too little to give, the others give more: hence twice round.
    for shares in ((-(-limit // 2), 2, limit), (limit, limit, 0)):
        for offers, way, share in zip(chosen, ways, shares, strict=True):
            offers += islice(way, min(share, limit - sum(map(len, chosen))))
    return [offer for offers in chosen for offer in offers]


@dataclass(frozen=True, slots=True)
class _Board:
    """The wish at every time it could be moved to, and for each room the times it is free, as bits."""

    wanted: Wanted
    spans: list[Span]
    free: dict[int, int]
    kinds: dict[int, Kind]
    allowed: Allowed

    @classmethod
    def of(
        cls,
        wanted: Wanted,
        rooms: Sequence[Candidate],
        occupied: Mapping[int, Sequence[Span]],
        allowed: Allowed,
        open_spans: Sequence[Span] | None,
    ) -> _Board:
        """Lay the rooms out, the one that fits best first."""
        spans = _times(wanted, open_spans)
        starts = [span.start - wanted.buffer_before for span in spans]
        ends = [_FOREVER if span.end is None else span.end + wanted.buffer_after for span in spans]
        share = -(-wanted.party // wanted.number)
        fitting = sorted(rooms, key=lambda room: (room.capacity < share, room.capacity, room.extras, room.id))
        free = {room.id: _free_times(occupied.get(room.id, ()), starts, ends) for room in fitting}
        kinds = {room.id: (False, room.id) if room.kind is None else (True, room.kind) for room in rooms}
        return cls(wanted, spans, free, kinds, allowed)

    def once(self, offers: Iterator[Offer], told: set[tuple[tuple[Kind, ...], Span]]) -> Iterator[Offer]:
        """Yield the offers that nothing told already is like."""
        for offer in offers:
            mark = tuple(sorted(self.kinds[room] for room in offer.rooms)), offer.span
            if mark not in told:
                told.add(mark)
                yield offer

    def same_span(self, limit: int) -> Iterator[Offer]:
        """Yield the wanted span, with the rooms that are free of those wanted and others for the rest."""
        at = self.spans.index(self.wanted.span)
        kept = self.own(at)
        others = (room for room in self.free if room not in (*self.wanted.rooms, *kept))
        for found in self.choices(others, at, self.wanted.number - len(kept), limit):
            yield Offer((*kept, *found), self.wanted.span)

    def own(self, place: int) -> tuple[int, ...]:
        """Return which rooms can be had then of those that are wanted by name or by kind."""
        if self.wanted.rooms:
            return tuple(room for room in self.wanted.rooms if self.is_free(room, place))
        missing = Counter(self.wanted.kinds)
        found = []
        for room in self.free if missing else ():
            _, kind = self.kinds[room]
            if missing[kind] and self.is_free(room, place):
                missing[kind] -= 1
                found.append(room)
        return tuple(found)

    def same_rooms(self) -> Iterator[Offer]:
        """Yield what is wanted at other times: the nearest earlier, the nearest later, then the rest."""
        start = self.wanted.span.start
        sides: set[bool] = set()
        rest: list[Offer] = []
        for place in self.by_distance() if self.wanted.rooms or self.wanted.kinds else ():
            rooms = self.own(place)
            if len(rooms) < self.wanted.number:
                continue
            offer = Offer(rooms, self.spans[place])
            if (side := offer.span.start < start) in sides:
                rest.append(offer)
            else:
                sides.add(side)
                yield offer
        yield from rest

    def others(self, limit: int) -> Iterator[Offer]:
        """Yield other rooms at other times, the nearest times first.

        No room, or with several rooms no time, comes twice before every other came once.
        """
        seen: set[int] = set()
        rest: list[Offer] = []
        for place in self.by_distance():
            for rooms in self.choices(self.free, place, self.wanted.number, limit + 1):
                if set(rooms) == set(self.wanted.rooms):
                    continue
                offer = Offer(rooms, self.spans[place])
                new = place if self.wanted.number > 1 else rooms[0]
                if new not in seen:
                    seen.add(new)
                    yield offer
                elif len(rest) < limit:
                    rest.append(offer)
        yield from rest

    def choices(self, rooms: Iterable[int], place: int, number: int, limit: int) -> Iterator[tuple[int, ...]]:
        """Yield up to `limit` ways to take that many of the rooms that are free then, no two alike.

        It looks at no more rooms than that takes.
        """
        alike: dict[Kind, list[int]] = {}
        left = number + limit
        for room in rooms:
            if not left:
                break
            if len(alike.get(self.kinds[room], ())) < number and self.is_free(room, place):
                alike.setdefault(self.kinds[room], []).append(room)
                left -= 1
        return islice(_choices(list(alike.values()), number), limit)

    def is_free(self, room: int, place: int) -> bool:
        """Test whether the room is free then, and may be had."""
        return bool(self.free.get(room, 0) >> place & 1) and self.allowed(room, self.spans[place])

    def by_distance(self) -> list[int]:
        """Return the places of the other times at which any room is free, nearest first, earlier first."""
        start, some = self.wanted.span.start, 0
        for bits in self.free.values():
            some |= bits
        away = [
            (abs(span.start - start), place)
            for place, span in enumerate(self.spans)
            if span.start != start and some >> place & 1
        ]
        return [place for _, place in sorted(away)]


def _choices(alike: Sequence[Sequence[int]], number: int) -> Iterator[tuple[int, ...]]:
    """Yield the ways to take that many rooms, as many as can be of the first that are alike before fewer."""
    if number > sum(map(len, alike)):
        return
    if not number:
        yield ()
        return
    first, rest = alike[0], alike[1:]
    for taken in range(min(number, len(first)), -1, -1):
        for others in _choices(rest, number - taken):
            yield (*first[:taken], *others)


def _times(wanted: Wanted, open_spans: Sequence[Span] | None) -> list[Span]:
    """Return the wanted span and all it could be moved to, in order."""
    steps = min(wanted.reach // wanted.step, MOST_STEPS) if wanted.step > timedelta(0) else 0
    moved = {_moved(wanted, step * wanted.step) for step in range(-steps, steps + 1) if step}
    spans = {span for span in moved if span and _is_open(span, open_spans)} | {wanted.span}
    return sorted(spans, key=lambda span: span.start)


def _is_open(span: Span, open_spans: Sequence[Span] | None) -> bool:
    return open_spans is None or any(span.within(opened) for opened in open_spans)


def _moved(wanted: Wanted, by: timedelta) -> Span | None:
    """Return the wanted span moved, by the wall clock if that is by days; None where no span can be."""
    span, zone = wanted.span, wanted.zone
    try:
        if zone is None or wanted.step % _DAY:
            return span.shift(by)
        start, end = days_away(span.start, by, zone), span.end and days_away(span.end, by, zone)
        return Span(start, end)
    except Invalid:
        return None


def _free_times(taken: Sequence[Span], starts: Sequence[datetime], ends: Sequence[datetime]) -> int:
    """Return a bit for each time, set if the room is free from its start to its end."""
    bits, cursor = 0, _BEGINNING
    for span in sorted(taken, key=lambda span: span.start):
        bits |= _run(bisect_left(starts, cursor), bisect_right(ends, span.start))
        cursor = max(cursor, span.end or _FOREVER)
    return bits | _run(bisect_left(starts, cursor), len(starts))


def _run(first: int, last: int) -> int:
    return ((1 << (last - first)) - 1) << first if first < last else 0
