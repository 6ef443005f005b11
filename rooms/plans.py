"""Plans: where rooms stand on their floor, as a drawing needs it; rooms without a place are laid in rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rooms.models import VenueKind
from rooms.queries.terms import RoomTerms

WIDE, DEEP, PITCH = 42, 90, 46
"""How large a spot is drawn, and how far from one to the next, in the units of the plan."""


@dataclass(frozen=True, slots=True)
class Units:
    """How the editor draws rooms of a kind of venue: `scale` units of it are one of what is kept."""

    scale: int = 1
    pitch: int = PITCH
    deep: int = DEEP
    grid: int = 2

    def kept(self, drawn: float) -> float:
        """Return a coordinate as it is kept: of seats a whole number, for they stand in rows."""
        return round(drawn / self.scale) if self.scale > 1 else drawn


SPOTS, DESKS = Units(), Units(deep=WIDE)
SEATS = Units(scale=PITCH, deep=WIDE, grid=PITCH)  # a seat stands in a row and a column, not in between


def units_of(kind: str) -> Units:
    """Return how the rooms of that kind of venue are drawn: seats, spots, or desks and whatever else."""
    return {VenueKind.VEHICLE: SEATS, VenueKind.CAR_PARK: SPOTS}.get(VenueKind(kind), DESKS)


LANE = 50  # a gap between two rows that a car fits through
MARGIN = 30
A_ROW = 18  # rooms in a row of those that have no place yet
MOST = 10_000  # units: a plan a mistyped position makes no larger


@dataclass(frozen=True, slots=True)
class Place:
    """One room on the plan; `down` says that its entrance is below it."""

    room: RoomTerms
    x: float
    y: float
    down: bool = True


@dataclass(frozen=True, slots=True)
class Lane:
    """A way between two rows, drawn as a dashed line with arrows."""

    x: float
    y: float
    length: float
    to_the_left: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """One floor, drawn from (0, 0)."""

    places: list[Place]
    lanes: list[Lane]
    width: float
    height: float


def floors_of(rooms: Iterable[RoomTerms]) -> list[str]:
    """Return the floors in the order in which the venue lists its rooms."""
    return list(dict.fromkeys(room.floor for room in rooms))


def plan_of(rooms: Sequence[RoomTerms]) -> Plan:
    """Return the plan of the rooms of one floor."""
    placed = [(room, *_bounded(room.place)) for room in rooms if room.place is not None]
    left = min((x for _, x, _ in placed), default=0)
    top = min((y for _, _, y in placed), default=0)
    set_down = [(room, x - left + MARGIN, y - top + MARGIN) for room, x, y in placed]
    bottom = max((y + DEEP for _, _, y in set_down), default=0)
    loose = [room for room in rooms if room.place is None]
    for number, room in enumerate(loose):
        row, column = divmod(number, A_ROW)
        set_down.append((room, MARGIN + column * PITCH, bottom + MARGIN + row * (DEEP + LANE)))
    width = max((x + WIDE for _, x, _ in set_down), default=0) + MARGIN
    height = max((y + DEEP for _, _, y in set_down), default=0) + MARGIN
    rows = sorted({y for _, _, y in set_down})
    places = [Place(room, x, y, _opens_down(y, rows)) for room, x, y in set_down]
    return Plan(places, _lanes(rows, width), width, height)


def _bounded(place: tuple[float, float]) -> tuple[float, float]:
    x, y = (min(max(value, -MOST), MOST) for value in place)
    return x, y


def _opens_down(y: float, rows: Sequence[float]) -> bool:
    """Test whether the lane by which one gets there is below, and not above."""
    below = min((row - y - DEEP for row in rows if row >= y + DEEP), default=None)
    above = min((y - row - DEEP for row in rows if row + DEEP <= y), default=None)
    if below is not None and below >= LANE:
        return True
    return below is None and above is not None and above < LANE


def _lanes(rows: Sequence[float], width: float) -> list[Lane]:
    gaps = [(y + DEEP, after) for y, after in pairwise(rows) if after - y - DEEP >= LANE]
    return [
        Lane(MARGIN, (start + end) / 2, width - 2 * MARGIN, to_the_left=bool(number % 2))
        for number, (start, end) in enumerate(gaps)
    ]
