"""How answers look: tables, colors where there is a terminal, and times as the venue's clocks show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Json = dict[str, Any]
WIDE = 48  # characters of a line of rooms, beside the other columns
COLORS = {"red": "31", "green": "32", "yellow": "33", "dim": "2", "bold": "1", "cyan": "36"}
STATES = {
    **dict.fromkeys(("free", "confirmed", "checked_in", "booked"), "green"),
    **dict.fromkeys(("held", "pending"), "yellow"),
    **dict.fromkeys(("cancelled", "expired", "declined", "blocked", "occupied"), "red"),
}


class Paint:
    """Colors words, or leaves them as they are."""

    def __init__(self, *, is_on: bool) -> None:
        self.is_on = is_on

    def __call__(self, text: str, color: str) -> str:
        return f"\x1b[{COLORS[color]}m{text}\x1b[0m" if self.is_on else text

    def state(self, state: str, wide: int = 0) -> str:
        """Return the state, in the color that says whether it is good."""
        shown = f"{state.replace('_', ' '):<{wide}}"
        return self(shown, STATES[state]) if state in STATES else shown


def clean(text: Any) -> str:
    """Return the text without what would steer a terminal: a guest's title must not ring its bell."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(text))


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], paint: Paint) -> str:
    """Return the rows in columns as wide as they need; a column called "state" is colored.

    A cell that is a list of texts takes a line for each.
    """
    cells = [line for row in rows for line in _lines_of(row)]
    wide = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    lines = [paint("  ".join(f"{word:<{w}}" for word, w in zip(head, wide, strict=True)).rstrip(), "dim")]
    for row in cells:
        shown = [
            paint.state(cell, w) if name == "state" else f"{cell:<{w}}"
            for name, cell, w in zip(head, row, wide, strict=True)
        ]
        lines.append("  ".join(shown).rstrip())
    return "\n".join(lines)


def _lines_of(row: Sequence[Any]) -> Iterable[Sequence[str]]:
    cells = [cell if isinstance(cell, list) else [cell] for cell in row]
    return ([clean(part) for part in line] for line in zip_longest(*cells, fillvalue=""))


def zone_of(name: str) -> tzinfo:
    """Return the zone of that name, or UTC on a machine that knows none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def span_told(start: str, end: str | None, zone: tzinfo) -> str:
    """Return the span as the venue's clocks show it: Tue 24 Nov 10:00 to 11:00."""
    first = datetime.fromisoformat(start).astimezone(zone)
    if end is None:
        return f"{_day(first)} {first:%H:%M} until released"
    last = datetime.fromisoformat(end).astimezone(zone)
    if first.date() == last.date():
        return f"{_day(first)} {first:%H:%M} to {last:%H:%M}"
    return f"{_day(first)} {first:%H:%M} to {_day(last)} {last:%H:%M}"


def _day(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b}"


def price_told(price: Json | None) -> str:
    """Return the price, or nothing where nothing is charged."""
    if not price or float(price["amount"]) == 0:
        return ""
    return f"{price['amount']} {price['currency']}"


def rooms_told(rooms: Sequence[Json]) -> str:
    """Return the names of the rooms: all of them, for who booked them has to find them."""
    return ", ".join(clean(room["name"]) for room in rooms)


def bookings_told(found: Sequence[Json], paint: Paint) -> str:
    """Return the bookings as a table; the rooms of a large one take several lines."""
    head = ("booking", "state", "venue", "rooms", "when", "title")
    rows = [
        (
            one["reference"],
            one["state"],
            one["venue"],
            _wrapped(room["name"] for room in one["rooms"]),
            span_told(one["start"], one["end"], zone_of(one["timezone"])),
            one["title"],
        )
        for one in found
    ]
    return table(head, rows, paint)


def _wrapped(names: Iterable[str]) -> list[str]:
    """Return the names in lines that are not too long; none is broken."""
    lines = [""]
    for name in names:
        if lines[-1] and len(lines[-1]) + len(name) > WIDE:
            lines.append("")
        lines[-1] += f"{name}, "
    return [*lines[:-1], lines[-1].removesuffix(", ")]
