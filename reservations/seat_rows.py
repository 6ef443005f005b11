"""Rows of seats as one walks past them: by where they were drawn, or else by their number and letter.

What nobody has drawn is put in order and nothing is claimed of it: which seat is at a window, and where the
aisle runs, only the drawing says.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

WINDOW, MIDDLE, AISLE, UNKNOWN = "window", "middle", "aisle", ""
LABEL = re.compile(r"(\d{1,4})([A-Z])", re.ASCII)
A_ROW = 4  # seats beside each other that have neither a place nor a letter


@dataclass(frozen=True, slots=True)
class Stands:
    """One seat: what is written on it, and where it was drawn: how far across its row, and in which row."""

    id: int
    label: str
    across: float | None
    row: float | None

    @property
    def is_drawn(self) -> bool:
        """Test whether it has a place."""
        return self.across is not None and self.row is not None


@dataclass(frozen=True, slots=True)
class Line:
    """One row, in parts between which there is an aisle; each seat by its id with what it is beside.

    The number is 0 where the seats are counted by no row.
    """

    number: int
    parts: tuple[tuple[tuple[int, str], ...], ...]


Placed = tuple[float, Stands]


def rows_of(seats: Sequence[Stands]) -> list[Line]:
    """Return the rows of one coach, from the first to the last."""
    seats = _apart(seats)
    letters = _letters(seats)
    rows: dict[float, list[Placed]] = {}
    loose: list[Stands] = []
    for seat in seats:
        written = LABEL.fullmatch(seat.label)
        if seat.across is not None and seat.row is not None:
            rows.setdefault(seat.row, []).append((seat.across, seat))
        elif written:
            rows.setdefault(float(written[1]), []).append((letters[written[2]], seat))
        else:
            loose.append(seat)
    found = [_line(int(number), row) for number, row in sorted(rows.items())]
    return [*found, *(Line(0, (_unclaimed(loose[at : at + A_ROW]),)) for at in range(0, len(loose), A_ROW))]


def _apart(seats: Iterable[Stands]) -> list[Stands]:
    """Return the seats without a place that several have: nobody drew them there."""
    seats = list(seats)
    held = Counter((seat.across, seat.row) for seat in seats if seat.is_drawn)
    return [
        replace(seat, across=None, row=None) if held[seat.across, seat.row] > 1 else seat for seat in seats
    ]


def _letters(seats: Iterable[Stands]) -> Mapping[str, float]:
    """Return how far across each letter is: as others of it were drawn, or in the order of the alphabet."""
    found: dict[str, float] = {}
    for seat in seats:
        if written := LABEL.fullmatch(seat.label):
            by_alphabet = float(ord(written[2]) - ord("A"))
            found.setdefault(written[2], by_alphabet)
            if seat.is_drawn and seat.across is not None:
                found[written[2]] = seat.across
    return found


def _line(number: int, row: Iterable[Placed]) -> Line:
    ordered = sorted(row, key=lambda one: one[0])
    if not all(seat.is_drawn for _, seat in ordered):
        return Line(number, (_unclaimed(seat for _, seat in ordered),))
    parts: list[list[Placed]] = []
    for across, seat in ordered:
        if parts and across - parts[-1][-1][0] <= 1:
            parts[-1].append((across, seat))
        else:
            parts.append([(across, seat)])
    ends = (ordered[0][0], ordered[-1][0])
    return Line(number, tuple(tuple(_beside(part, ends)) for part in parts))


def _unclaimed(seats: Iterable[Stands]) -> tuple[tuple[int, str], ...]:
    return tuple((seat.id, UNKNOWN) for seat in seats)


def _beside(part: Sequence[Placed], ends: tuple[float, float]) -> Iterable[tuple[int, str]]:
    for across, seat in part:
        is_edge = across in (part[0][0], part[-1][0])
        yield seat.id, WINDOW if across in ends else AISLE if is_edge else MIDDLE
