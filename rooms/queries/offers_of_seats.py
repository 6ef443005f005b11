"""What to offer to somebody whose seats are taken: others near them, other classes, other departures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from reservations import Span, journeys, seating
from reservations.journeys import Way, seat_label
from reservations.seating import Seat
from reservations.spans import counted
from rooms.models import Departure
from rooms.queries.availability import free_candidates
from rooms.queries.breaking import violations
from rooms.queries.confirming import must_be_held
from rooms.queries.departures import Run, run_of
from rooms.queries.journeys import ClassOffered, Found, around
from rooms.queries.terms import RoomTerms, VenueTerms, terms_of, terms_of_venue
from rooms.queries.words import span_in_words
from rooms.sql import database_now
from rooms.wishes import Wish

ENOUGH = 3
MOST_NAMED = 6  # seats in one sentence; the body names all


def seats_instead(
    asked: Wish, run: Run | None = None, *, now: datetime | None = None
) -> list[dict[str, Any]]:
    """Return offers near the wish to travel, each with what to post to have it.

    Where seats were named, the nearest of their class; else so many of another class; then what else leads
    there; and last, what is left.

    :param run: the departure, where the caller has read it already
    """
    board = _Board.of(asked, run or run_of(asked.ride.departure), now or database_now())
    offers = [*islice(board.near(), ENOUGH), *board.in_other_classes()]
    if len(offers) < ENOUGH:
        offers += islice(board.on_other_departures(), ENOUGH)
    if len(offers) < ENOUGH:
        offers += [*board.in_several_classes(), *board.fewer()]
    return offers


@dataclass(frozen=True, slots=True)
class _Board:
    """The wish, and what of its departure can be had on the way."""

    asked: Wish
    run: Run
    terms: VenueTerms
    now: datetime
    sold: Mapping[int, list[Seat]]  # by class, the asked one first: seats that are on sale, free or not
    free: frozenset[int]
    kind: int  # the class that was asked for
    count: int

    @classmethod
    def of(cls, asked: Wish, run: Run, now: datetime) -> "_Board":
        terms, span = terms_of_venue(run.departure.vehicle), run.span_of(asked.ride.way)
        order = asked.ride.order
        if asked.any_of:
            kind, count = asked.any_of[0].type.pk, asked.any_of[0].count
        else:
            kind, count = (
                next((terms.rooms[one].type_id for one in order if one in terms.rooms), 0),
                len(order),
            )
        sold: dict[int, list[Seat]] = {kind: []}
        for room in _on_sale(run, terms, asked.ride.way, span, now):
            across, row = room.place or (0.0, 0.0)
            sold.setdefault(room.type_id, []).append(Seat(room.id, room.floor, row, across))
        ids = [seat.id for seats in sold.values() for seat in seats]
        free = free_candidates(terms, ids, span, now=now) if ids else []
        return cls(asked, run, terms, now, sold, frozenset(one.id for one in free), kind, count)

    def near(self) -> Iterator[dict[str, Any]]:
        """Yield the seats that were named, each that is taken replaced by the nearest of its class."""
        wanted = self.asked.ride.order
        gone = [seat for seat in wanted if seat not in self.free]
        if wanted and not gone:
            yield self._named(wanted)
        used = set(wanted)
        while gone or wanted:
            instead: dict[int, int] = {}
            for seat in gone or wanted:
                nearest = self._nearest(seat, besides=used)
                if nearest is None:
                    return
                instead[seat] = nearest
                used.add(nearest)
            yield self._named([instead.get(seat, seat) for seat in wanted])

    def _nearest(self, wanted: int, *, besides: set[int]) -> int | None:
        own = self.terms.rooms.get(wanted)
        seats = self.sold.get(own.type_id, []) if own else []
        at = next((seat for seat in seats if seat.id == wanted), None)
        open_ = [seat for seat in seats if seat.id in self.free and seat.id not in besides]
        if at is None:
            return None

        def far(seat: Seat) -> tuple[bool, float]:
            return seat.coach != at.coach, abs(seat.row - at.row) * 2 + abs(seat.across - at.across)

        found = min(open_, key=far, default=None)
        return found.id if found else None

    def in_other_classes(self) -> Iterator[dict[str, Any]]:
        """Yield as many seats of each class that has them; of the one asked for, where it has them by now."""
        for kind, seats in self.sold.items():
            free = [seat.id for seat in seats if seat.id in self.free]
            if len(free) < self.count:
                continue
            if self.asked.any_of:
                yield self._of_class(kind, self.count)
            elif kind != self.kind:
                yield self._named(seating.seat_together(seats, free, self.count).seats)

    def on_other_departures(self) -> Iterator[dict[str, Any]]:
        """Yield as many seats on what else leads there, the nearest in time first, and in the same class."""
        own = next((seat.type_name for seat in self.terms.rooms.values() if seat.type_id == self.kind), "")
        for one in around(self.run, self.asked.ride.way, now=self.now):
            for kind in sorted(one.classes, key=lambda kind: kind.name != own):
                if kind.free >= self.count and self._may(one, kind.type_id):
                    yield self._of_another(one, kind)
                    break

    def _may(self, found: Found, kind: int) -> bool:
        terms = terms_of(found.vehicle, found.terms_stamp)
        room = next(_of_type(kind, terms), None)
        span = Span(found.departs_at, found.arrives_at)
        return room is not None and not violations(room, terms, span, now=self.now, rides=True)

    def in_several_classes(self) -> Iterator[dict[str, Any]]:
        """Yield what the class asked for has left, and the rest in others."""
        order = [seat.id for seats in self.sold.values() for seat in seats if seat.id in self.free]
        own = [seat.id for seat in self.sold[self.kind] if seat.id in self.free]
        if self.asked.any_of and 0 < len(own) < self.count <= len(order):
            yield self._named(order[: self.count])

    def fewer(self) -> Iterator[dict[str, Any]]:
        """Yield what the class asked for has left, where that is enough for all who were named."""
        left = sum(seat.id in self.free for seat in self.sold[self.kind])
        if self.asked.any_of and max(len(_passengers(self.asked)), 1) <= left < self.count:
            yield self._of_class(self.kind, left)

    def _named(self, seats: tuple[int, ...] | list[int]) -> dict[str, Any]:
        known = [self.terms.rooms[seat] for seat in seats]
        classes = " and ".join(dict.fromkeys(room.type_name for room in known))
        if len(known) > MOST_NAMED:
            told = counted(len(known), "seat")
        else:
            labels = [seat_label(room.name, room.floor) for room in known]
            coaches = " and ".join(dict.fromkeys(room.floor for room in known if room.floor))
            told = f"{'Seat' if len(known) == 1 else 'Seats'} {', '.join(labels)}"
            told += f" in coach {coaches}" if coaches else ""
        return self._ready({"seats": list(seats)}, f"{told}, {classes}: {self._when}", self._is_held(known))

    def _of_class(self, kind: int, count: int) -> dict[str, Any]:
        room = next(_of_type(kind, self.terms))
        told = f"{counted(count, 'seat')}, {room.type_name}: {self._when}"
        return self._ready({"room_type": kind, "count": count}, told, self._is_held([room]))

    def _of_another(self, found: Found, kind: ClassOffered) -> dict[str, Any]:
        when = span_in_words(found.departs_at, found.arrives_at, found.departs_zone)
        told = f"{counted(self.count, 'seat')}, {kind.name}: {found.route}, {when}"
        which = {"room_type": kind.type_id, "count": self.count}
        policy = next(_of_type(kind.type_id, terms_of(found.vehicle, found.terms_stamp))).policy
        is_held = must_be_held(self.asked.by, kind.price, [policy], found.vehicle)
        return self._ready(which, told, is_held, departure=found.departure, way=found.way)

    def _is_held(self, seats: Sequence[RoomTerms]) -> bool:
        """Test whether these seats can only be held, because they are paid online."""
        way, fares = self.asked.ride.way, self.run.fares
        price = sum(journeys.price(fares, name, way) or 0 for name in {seat.type_name for seat in seats})
        return must_be_held(self.asked.by, price, [seat.policy for seat in seats], self.terms.id)

    @property
    def _when(self) -> str:
        span, leaves = self.run.span_of(self.asked.ride.way), self.run.calls[self.asked.ride.way.first]
        return f"{self.run.departure.route.name}, {span_in_words(span.start, span.end, leaves.zone)}"

    def _ready(
        self, which: dict[str, Any], sentence: str, is_held: bool, *,
        departure: int | None = None, way: Way | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        way = way or self.asked.ride.way
        return {
            "departure": departure or self.run.departure.pk,
            "from_stop": way.first,
            "to_stop": way.last,
            **which,
            "passengers": _passengers(self.asked),
            **self.asked.words(must_be_held=is_held),
            "sentence": sentence,
        }


def _on_sale(run: Run, terms: VenueTerms, way: Way, span: Span, now: datetime) -> Iterator[RoomTerms]:
    """Yield the seats of every class that is sold on the way, if the departure is."""
    if run.departure.state != Departure.State.SCHEDULED:
        return
    known: dict[int, bool] = {}
    for room in terms.rooms.values():
        if room.type_id not in known:
            price = journeys.price(run.fares, room.type_name, way)
            known[room.type_id] = price is not None and not violations(room, terms, span, now=now, rides=True)
        if known[room.type_id]:
            yield room


def _of_type(kind: int, terms: VenueTerms) -> Iterator[RoomTerms]:
    return (room for room in terms.rooms.values() if room.type_id == kind)


def _passengers(asked: Wish) -> list[dict[str, str]]:
    """Return who travels, as far as anything was said of them."""
    told = [{"name": one.name, "kind": one.kind} for one in asked.ride.travelers]
    while told and told[-1] == {"name": "", "kind": "adult"}:
        told.pop()
    return told
