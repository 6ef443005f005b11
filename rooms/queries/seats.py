"""The seats of a departure as one sees them: by coach and row, free or not on the way asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from reservations import Span, journeys
from reservations.journeys import Way, seat_label
from rooms.models import Room
from rooms.queries.departures import Run
from rooms.queries.guests import own_taken
from rooms.queries.terms import VenueTerms, terms_of_venue
from rooms.queries.timeline import RoomTimeline, Taken, timeline


@dataclass(frozen=True, slots=True)
class SeatNow:
    """One seat; its state is free, held, booked, blocked or mine, on any leg of the way."""

    id: int
    name: str
    label: str
    type_id: int
    type_name: str
    where: str
    state: str
    price: int | None
    expires_at: datetime | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The seats of one row, in parts between which there is an aisle."""

    number: int
    parts: tuple[tuple[SeatNow, ...], ...]

    @property
    def seats(self) -> tuple[SeatNow, ...]:
        """Return the seats of the row, from one side to the other."""
        return tuple(seat for part in self.parts for seat in part)


@dataclass(frozen=True, slots=True)
class Coach:
    """A coach, or the whole of a vehicle that has none."""

    name: str
    rows: tuple[Row, ...]

    @property
    def seats(self) -> list[SeatNow]:
        """Return all its seats."""
        return [seat for row in self.rows for seat in row.seats]

    @property
    def free(self) -> int:
        """Return how many seats are free."""
        return sum(seat.state == "free" for seat in self.seats)

    @property
    def type_name(self) -> str:
        """Return the class of its first seat."""
        return next((seat.type_name for seat in self.seats), "")


@dataclass(frozen=True, slots=True)
class SeatMap:
    """All coaches, with the rows from the tables of which they were made."""

    coaches: tuple[Coach, ...]
    terms: VenueTerms
    rows: Mapping[int, RoomTimeline]

    @property
    def seats(self) -> list[SeatNow]:
        """Return all seats of the vehicle."""
        return [seat for coach in self.coaches for seat in coach.seats]


def seat_map(run: Run, way: Way, *, now: datetime, guest: int | None = None) -> SeatMap:
    """Return the seats of the departure as they are on the way, in as many queries for any number."""
    terms = terms_of_venue(run.departure.vehicle)
    rows = timeline(terms, run.span, now=now)
    span = run.span_of(way)
    mine = _mine(guest, span, rows, now) if guest else {}
    places = Room.objects.filter(pk__in=terms.rooms).values_list("pk", "y", "x")
    at = {key: (row or 0.0, across or 0.0) for key, row, across in places}
    prices = {room.type_name: journeys.price(run.fares, room.type_name, way) for room in terms.rooms.values()}
    coaches: dict[str, dict[float, list[tuple[float, SeatNow]]]] = {}
    for room in terms.rooms.values():
        row, across = at.get(room.id, (0.0, 0.0))
        state, expires_at, reference = _state(rows.get(room.id), span, mine)
        seat = SeatNow(
            room.id, room.name, seat_label(room.name, room.floor), room.type_id, room.type_name, "", state,
            prices[room.type_name], expires_at, reference,
        )  # fmt: skip
        coaches.setdefault(room.floor, {}).setdefault(row, []).append((across, seat))
    made = [Coach(name, tuple(_rows(found))) for name, found in coaches.items()]
    return SeatMap(tuple(made), terms, rows)


def _mine(guest: int, span: Span, rows: Mapping[int, RoomTimeline], now: datetime) -> dict[int, str]:
    taken = own_taken(Q(booking__guest=guest), span, rooms=list(rows), now=now)
    return {row.id: row.reference for row in taken}


def _state(own: RoomTimeline | None, span: Span, mine: Mapping[int, str]) -> tuple[str, datetime | None, str]:
    """Return the state of a seat, when a hold on it ends, and one's own booking of it."""
    here = [row for row in (own.taken if own else ()) if Span(row.start, row.end).overlaps(span)]
    for row in here:
        if row.id in mine:
            return "mine", row.expires_at, mine[row.id]
    return _kind(here)


def _kind(here: Iterable[Taken]) -> tuple[str, datetime | None, str]:
    kinds = {row.kind: row for row in here}
    if not kinds:
        return "free", None, ""
    for kind in ("blocked", "booked", "occupied", "pending"):
        if kind in kinds:
            return "blocked" if kind == "blocked" else "booked", None, ""
    return "held", max(row.expires_at for row in here if row.expires_at), ""


def _rows(found: Mapping[float, list[tuple[float, SeatNow]]]) -> Iterable[Row]:
    for number, row in sorted(found.items()):
        ordered = sorted(row, key=lambda one: one[0])
        parts: list[list[tuple[float, SeatNow]]] = []
        for across, seat in ordered:
            if parts and across - parts[-1][-1][0] <= 1:
                parts[-1].append((across, seat))
            else:
                parts.append([(across, seat)])
        first, last = ordered[0][0], ordered[-1][0]
        yield Row(int(number), tuple(tuple(_placed(part, first, last)) for part in parts))


def _placed(part: list[tuple[float, SeatNow]], first: float, last: float) -> Iterable[SeatNow]:
    for across, seat in part:
        edge = across in (part[0][0], part[-1][0])
        where = "window" if across in (first, last) else "aisle" if edge else "middle"
        values = {name: getattr(seat, name) for name in SeatNow.__slots__}
        yield SeatNow(**{**values, "where": where})
