"""Plans: where rooms stand on their floor, as a drawing needs it; rooms without a place are laid in rows.

A car park is drawn as spots along lanes (`plan_of`), a building as boxes of their own sizes (`floor_plans`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reservations.placing import Box, around
from rooms.models import VenueKind
from rooms.queries.terms import RoomTerms
from rooms.texts import natural

WIDE, DEEP, PITCH = 42, 90, 46
"""How large a spot is drawn, and how far from one to the next, in the units of the plan."""


@dataclass(frozen=True, slots=True)
class Units:
    """How the editor draws rooms of a kind of venue: `scale` units of it are one of what is kept.

    Where it is `sized`, each room has a size of its own.
    """

    scale: int = 1
    pitch: int = PITCH
    deep: int = DEEP
    grid: int = 2
    sized: bool = False

    def kept(self, drawn: float) -> float:
        """Return a coordinate as it is kept: of seats a whole number, for they stand in rows."""
        return round(drawn / self.scale) if self.scale > 1 else drawn


SPOTS, DESKS = Units(), Units(deep=WIDE)
GAP = 12
ROOM = 120, 84  # how large a room is drawn that has no size yet: a name and its seats can be read in it
DESK = WIDE, WIDE  # the same of what is for one person
ROOMS = Units(pitch=ROOM[0] + GAP, deep=ROOM[1], grid=4, sized=True)
SEATS = Units(scale=PITCH, deep=WIDE, grid=PITCH)  # a seat stands in a row and a column, not in between


def units_of(kind: str) -> Units:
    """Return how the rooms of that kind of venue are drawn: seats, spots, rooms, or else desks."""
    known = {VenueKind.VEHICLE: SEATS, VenueKind.CAR_PARK: SPOTS, VenueKind.BUILDING: ROOMS}
    return known.get(VenueKind(kind), DESKS)


def drawn_size(size: tuple[float, float] | None, capacity: int) -> tuple[float, float]:
    """Return how far across and down a room of a building is drawn."""
    return size or (DESK if capacity == 1 else ROOM)


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


@dataclass(frozen=True, slots=True)
class Placed:
    """One room of a building, as the box that it is on the plan of its floor."""

    room: RoomTerms
    box: Box


@dataclass(frozen=True, slots=True)
class FloorPlan:
    """One floor of a building: its rooms line by line as one reads, and the box around them with a margin."""

    name: str
    places: list[Placed]
    box: Box


BROAD = 6 * ROOMS.pitch  # of the rows of rooms that have no place, unless those that have reach farther


def floor_plans(rooms: Iterable[RoomTerms]) -> list[FloorPlan]:
    """Return the plan of each floor, by their names; coordinates are those that are kept."""
    by_floor: dict[str, list[RoomTerms]] = {}
    for room in rooms:
        by_floor.setdefault(room.floor, []).append(room)
    return [_floor_plan(name, by_floor[name]) for name in sorted(by_floor, key=natural)]


def standing_in(rooms: Iterable[RoomTerms], within: Box, floor: str | None = None) -> frozenset[int]:
    """Return which of the rooms lie in the rectangle: on that floor, or if none is said, on any."""
    return frozenset(
        place.room.id
        for plan in floor_plans(rooms)
        if floor in (None, plan.name)
        for place in plan.places
        if within.holds(place.box)
    )


def _floor_plan(name: str, rooms: Sequence[RoomTerms]) -> FloorPlan:
    places = [Placed(room, _box_at(room, *_bounded(room.place))) for room in rooms if room.place is not None]
    drawn = around(place.box for place in places)
    loose = [room for room in rooms if room.place is None]
    places += _in_rows(loose, drawn.left, drawn.bottom + GAP if places else 0, max(BROAD, drawn.width))
    # As one reads: what surrounds others begins above or before them, and else it is larger.
    places.sort(key=lambda one: (one.box.top, one.box.left, -one.box.width * one.box.height))
    return FloorPlan(name, places, around(place.box for place in places).grown(MARGIN))


def _box_at(room: RoomTerms, x: float, y: float) -> Box:
    across, down = drawn_size(room.size, room.capacity)
    return Box(x, y, x + across, y + down)


def _in_rows(rooms: Iterable[RoomTerms], left: float, top: float, broad: float) -> list[Placed]:
    """Return rooms that have no place one after the other, in rows as broad as that."""
    places: list[Placed] = []
    x, y, bottom = left, top, top
    for room in rooms:
        box = _box_at(room, x, y)
        if x > left and box.right > left + broad:
            box = _box_at(room, left, bottom + GAP)
        places.append(Placed(room, box))
        x, y, bottom = box.right + GAP, box.top, max(bottom, box.bottom)
    return places
