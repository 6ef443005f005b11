"""What to offer to who cannot have a series: it elsewhere, at another time of day, or less some dates."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from reservations import Invalid, Span, iso, merge
from reservations.hours import date_in_words
from reservations.recurrence import Series
from rooms.queries.availability import hits, taken_ranges, with_buffers
from rooms.queries.breaking import violations
from rooms.queries.confirming import must_be_held
from rooms.queries.lines import lines_of_span
from rooms.queries.offers import alternatives_to, rooms_like
from rooms.queries.offers_of_seats import seats_instead
from rooms.queries.terms import RoomTerms, VenueTerms, terms_of, without_parts
from rooms.queries.timeline import timeline
from rooms.sql import database_now
from rooms.wishes import Wish

MOST_ROOMS = 40  # looked at for every date
ELSEWHERE, AT_OTHER_TIMES = 3, 2  # offers of a kind
REACH, LEAST_STEP = timedelta(hours=4), timedelta(minutes=30)  # other times of day


def alternatives(asked: Wish, *, now: datetime | None = None) -> list[dict[str, Any]]:
    """Return offers near the wish, whether of a series or a journey, each with what to post to have it."""
    if asked.ride is not None:
        return seats_instead(asked, now=now)
    if asked.series is None:
        return alternatives_to(asked, now=now)
    terms, moment = terms_of(asked.venue_id), now or database_now()
    rooms = rooms_like(asked, terms)[:MOST_ROOMS]
    if not rooms:
        return []
    board = _Board.of(asked, asked.series, terms, rooms, moment)
    offers = [
        *islice(board.elsewhere(), ELSEWHERE),
        *board.less_some_dates(),
        *islice(board.at_other_times(), AT_OTHER_TIMES),
    ]
    return [_ready(offer, asked, terms) for offer in offers]


@dataclass(frozen=True, slots=True)
class _Offer:
    rooms: tuple[int, ...]
    series: Series
    what: str


@dataclass(frozen=True, slots=True)
class _Board:
    """The wish, the rooms that would do, and when each is taken."""

    asked: Wish
    series: Series
    terms: VenueTerms
    now: datetime
    own: list[int]  # rooms that were asked for, by name or by type
    others: list[int]
    number: int
    taken: dict[int, list[Span]]

    @classmethod
    def of(
        cls, asked: Wish, series: Series, terms: VenueTerms, rooms: Sequence[RoomTerms], now: datetime
    ) -> "_Board":
        window, ids = with_buffers(series.whole), [room.id for room in rooms]
        found = timeline(terms, window, rooms=ids, now=now)
        types = {one.type.pk for one in asked.any_of}
        named = without_parts(terms, asked.rooms)
        own = [room.id for room in rooms if room.id in named or room.type_id in types]
        return cls(
            asked=asked,
            series=series,
            terms=terms,
            now=now,
            own=own,
            others=[room.id for room in rooms if room.id not in own],
            number=len(named) or sum(one.count for one in asked.any_of),
            taken={room: merge(taken_ranges(rows, terms.rooms[room].policy)) for room, rows in found.items()},
        )

    def elsewhere(self) -> Iterator[_Offer]:
        """Yield the same series in other rooms that are free on all of its dates."""
        free = [room for room in self.others if not self.missed(room, self.series, most=0)]
        for first in range(0, len(free) - self.number + 1, self.number):
            rooms = tuple(free[first : first + self.number])
            if without_parts(self.terms, rooms) == rooms:
                yield _Offer(rooms, self.series, self.every)

    def less_some_dates(self) -> list[_Offer]:
        """Return the series without the dates that cannot be had in the rooms where most can."""
        missed = {room: self.missed(room, self.series) for room in self.own}
        rooms = sorted(self.own, key=lambda room: len(missed[room]))[: self.number]
        gone = set().union(*(missed[room] for room in rooms))
        left = self.series.without(gone) if len(rooms) == self.number and gone else None
        if left is None:
            return []
        dates = [one for one in self.series.occurrences if one.number in gone]
        named = [date_in_words(one.span.start.astimezone(self.series.zone)) for one in dates]
        more = f" and {len(named) - 3} more" if len(named) > 3 else ""
        without = f"{', '.join(named[:3])}{more}"
        what = f"{len(left.occurrences)} of the {len(self.series.occurrences)} dates, without {without}"
        return [_Offer(tuple(rooms), left, what)]

    def at_other_times(self) -> Iterator[_Offer]:
        """Yield the series earlier or later on the same days, the nearest first."""
        step = max(timedelta(minutes=self.terms.rooms[self.own[0]].policy.step_minutes), LEAST_STEP)
        for number in range(1, REACH // step + 1):
            for by in (-number * step, number * step):
                try:
                    shifted = self.series.shifted(by)
                except Invalid:
                    continue
                free = [room for room in self.own if not self.missed(room, shifted, most=0)]
                if len(free) >= self.number:
                    clock = f"{shifted.starts:%H:%M} to {shifted.ends:%H:%M}"
                    yield _Offer(tuple(free[: self.number]), shifted, f"{clock}, {self.every}")

    @property
    def every(self) -> str:
        return f"all {len(self.series.occurrences)} dates"

    def missed(self, room: int, series: Series, *, most: int | None = None) -> set[int]:
        """Return the numbers of dates on which the room cannot be had; one more than `most` is enough."""
        found: set[int] = set()
        for one in series.occurrences:
            if hits(self.taken.get(room, []), one.span) or not self._is_allowed(room, one.span):
                found.add(one.number)
                if most is not None and len(found) > most:
                    break
        return found

    def _is_allowed(self, room: int, span: Span) -> bool:
        share = -(-self.asked.details.party // self.number)
        return not violations(self.terms.rooms[room], self.terms, span, now=self.now, party=share)


def _ready(offer: _Offer, asked: Wish, terms: VenueTerms) -> dict[str, Any]:
    names: Iterable[str] = (terms.rooms[room].name for room in offer.rooms)
    agreed = [terms.rooms[room].policy for room in offer.rooms]
    amounts = (
        line["amount"] for span in offer.series.spans for line in lines_of_span(terms, offer.rooms, span)
    )
    price = next(filter(None, amounts), 0)  # that anything is to be paid is enough to know
    first = offer.series.first
    return {
        "venue": terms.slug,
        "rooms": list(offer.rooms),
        "start": iso(first.start),
        "end": iso(first.end) if first.end else None,
        "recurrence": offer.series.text,
        "party": asked.details.party,
        **asked.words(must_be_held=must_be_held(asked.by, price, agreed, terms.id)),
        "sentence": f"{', '.join(names)}: {offer.what}",
    }
