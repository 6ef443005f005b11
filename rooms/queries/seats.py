"""The seats of a departure as one sees them: by coach and row, free or not on the way asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from reservations import Span, journeys
from reservations.journeys import Way, seat_label
from reservations.seat_rows import Stands, rows_of
from rooms.models import Room
from rooms.queries.departures import Run
from rooms.queries.guests import own_taken
from rooms.queries.terms import VenueTerms, terms_of_venue
from rooms.queries.timeline import RoomTimeline, Taken, timeline


@dataclass(frozen=True, slots=True)
class SeatNow:
    """One seat; its state is free, held, booked, blocked or mine, on any leg of the way.

    `where` is window, middle or aisle, or "" where nobody has drawn it.
    """

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
    """The seats of one row, in parts between which there is an aisle; 0 is the number of none."""

    number: int
    parts: tuple[tuple[SeatNow, ...], ...]

    @property
    def seats(self) -> tuple[SeatNow, ...]:
        """Return the seats of the row, from one side to the other."""
        return tuple(seat for part in self.parts for seat in part)

    @property
    def words(self) -> str:
        """Return which seats these are, where no number says it."""
        first, last = self.seats[0].label, self.seats[-1].label
        return f"Seat {first}" if first == last else f"Seats {first} to {last}"


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
    def amenities(self) -> list[str]:
        """Return the slugs of what is on board; some of it perhaps in one class only."""
        return sorted({slug for room in self.terms.rooms.values() for slug in room.amenities})

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
    drawn = Room.objects.filter(pk__in=terms.rooms).values_list("pk", "x", "y")
    at = {key: (across, row) for key, across, row in drawn}
    prices = {room.type_name: journeys.price(run.fares, room.type_name, way) for room in terms.rooms.values()}
    coaches: dict[str, list[Stands]] = {}
    seats: dict[int, SeatNow] = {}
    for room in terms.rooms.values():
        label = seat_label(room.name, room.floor)
        state, expires_at, reference = _state(rows.get(room.id), span, mine)
        seats[room.id] = SeatNow(
            room.id, room.name, label, room.type_id, room.type_name, "",
            state, prices[room.type_name], expires_at, reference,
        )  # fmt: skip
        coaches.setdefault(room.floor, []).append(Stands(room.id, label, *at.get(room.id, (None, None))))
    made = [_coach(name, seats, stands) for name, stands in coaches.items()]
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


def _coach(name: str, seats: Mapping[int, SeatNow], stands: Sequence[Stands]) -> Coach:
    rows = [
        Row(
            line.number,
            tuple(tuple(replace(seats[key], where=where) for key, where in part) for part in line.parts),
        )
        for line in rows_of(stands)
    ]
    return Coach(name, tuple(rows))
