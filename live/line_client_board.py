"""What a watched topic looks like, and what each change says, in words.

Pure: frames in, sentences out. A frame states what is true now, so the higher revision of a room wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
Told = Callable[[str, str | None], str]  # the start and end of a span, in words


class Board:
    """One topic as the frames have told of it."""

    def __init__(self) -> None:
        self.rooms: dict[int, Json] = {}
        self._taken: dict[int, dict[int, Json]] = {}
        self._has_begun = False
        self._early: list[Json] = []  # changes that came while the snapshot was on its way

    def apply(self, frame: Json, told: Told) -> list[str]:
        """Take the frame in, and return what it says that was not known."""
        if frame.get("type") == "snapshot":
            return list(self._snapshot(frame, told))
        if not self._has_begun:
            self._early.append(frame)
            return []
        return [said for room in frame.get("rooms", ()) for said in self._change(room, told)]

    def _snapshot(self, frame: Json, told: Told) -> Iterator[str]:
        is_first, self._has_begun = not self._has_begun, True
        rows: dict[int, list[Json]] = {room["id"]: [] for room in frame["rooms"]}
        for row in frame["allocations"]:
            rows.setdefault(row["room"], []).append(row)
        for room in frame["rooms"]:
            heard = list(self._change({**room, "allocations": rows[room["id"]]}, told))
            if not is_first:
                yield from heard
        for early in self._early:
            yield from self.apply(early, told)
        self._early.clear()

    def _change(self, room: Json, told: Told) -> Iterator[str]:
        key, revision = room["id"], room["revision"]
        known = self.rooms.get(key, {"revision": -1})
        if revision <= known["revision"]:
            return
        about = {name: value for name, value in room.items() if name != "allocations"}
        self.rooms[key] = {**known, **about}
        name = self.rooms[key].get("name", f"Room {key}")
        before = self._taken.get(key, {})
        after = {row["id"]: row for row in room["allocations"]}
        self._taken[key] = after
        if before == after and known["revision"] >= 0:
            yield f"{name} has changed, on days that are not watched"
        for number, row in before.items():
            if number not in after:
                yield f"{name} is free again: {told(row['start'], row['end'])}"
        for number, row in after.items():
            if before.get(number) != row:
                yield f"{name} is {row['state']}: {told(row['start'], row['end'])}"
