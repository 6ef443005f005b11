"""Pictures of a day's plan: a lane for each room, a bar for each event, in the units of an SVG."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

WIDE, LANE, HEAD = 480, 28, 20  # of the drawing, of one lane, and of the hours above them
NAMES = 90  # kept for the rooms' names
LETTER = 9  # about as wide as one is
MOST_LETTERS = 11  # of a room's name


def picture_of(places: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return lanes, bars and hours of the places of one day: each with title, room, start and end."""
    rooms = sorted({one["room"].id: one["room"] for one in places}.values(), key=lambda one: one.order)
    first = min(_hour(one["start"], one) for one in places) // 1
    last = max(-(-_hour(one["end"], one) // 1) for one in places)
    scale = (WIDE - NAMES) / max(last - first, 1)
    lanes = {room.id: HEAD + LANE * number for number, room in enumerate(rooms)}
    step = 1 if last - first <= 12 else 2
    return {
        "width": WIDE,
        "height": HEAD + LANE * len(rooms),
        "lanes": [{"y": lanes[room.id] + LANE // 2, "name": _cut(room.name, MOST_LETTERS)} for room in rooms],
        "hours": [
            {"x": round(NAMES + (hour - first) * scale), "text": f"{int(hour) % 24:02}"}
            for hour in range(int(first), int(last), step)
        ],
        "bars": [_bar(one, lanes, first, scale) for one in places],
    }


def _bar(one: Mapping[str, Any], lanes: Mapping[int, int], first: float, scale: float) -> dict[str, Any]:
    start, end = _hour(one["start"], one), _hour(one["end"], one)
    width = round((end - start) * scale)
    return {
        "x": round(NAMES + (start - first) * scale),
        "y": lanes[one["room"].id] + 3,
        "width": width,
        "height": LANE - 6,
        "text": _cut(one["title"], max(width // LETTER - 1, 0)),
        "title": f"{one['title']}, {one['start']:%H:%M} to {one['end']:%H:%M}, {one['room'].name}",
    }


def _hour(moment: datetime, one: Mapping[str, Any]) -> float:
    """Return the hours since midnight of the day on which it starts, by the clock on the wall."""
    days: int = (moment.date() - one["start"].date()).days
    return days * 24 + moment.hour + moment.minute / 60


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: max(letters - 1, 0)]}…" if letters > 1 else ""
