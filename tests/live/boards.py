"""What the contract says frames add up to, with Python and nothing else."""

from datetime import UTC, datetime
from typing import Any

Frame = dict[str, Any]


class Board:
    """A client's idea of one topic: the contract's reducer, in Python."""

    def __init__(self) -> None:
        self.rooms: dict[int, Frame] = {}
        self.taken: dict[int, list[Frame]] = {}
        self.terms: str | None = None
        self.window: str | None = None
        self.frames: list[Frame] = []
        self.risen_at = 0.0  # when the last news came, where the client notes it

    @property
    def revision(self) -> int:
        return sum(room["revision"] for room in self.rooms.values())

    @property
    def since(self) -> dict[str, int]:
        return {str(room["id"]): room["revision"] for room in self.rooms.values()}

    @property
    def held(self) -> Frame:
        """Return what to say on coming back, so that only what is new is told."""
        return {"since": self.since, "terms": self.terms, "window": self.window}

    def apply(self, frame: Frame) -> None:
        self.frames.append(frame)
        if frame["type"] == "snapshot":
            self.rooms = {room["id"]: room for room in frame["rooms"]}
            self.taken = {room: [] for room in self.rooms}
            self.terms, self.window = frame["terms"], frame["window"]
            for allocation in frame["allocations"]:
                self.taken[allocation["room"]].append(allocation)
        elif frame["type"] == "change":
            for room in frame["rooms"]:
                self._change(dict(room))

    def _change(self, room: Frame) -> None:
        allocations = room.pop("allocations")
        known = self.rooms.get(room["id"], {})
        if known.get("revision", -1) < room["revision"]:
            self.rooms[room["id"]] = {**known, **room}
            self.taken[room["id"]] = allocations

    def shown(self) -> Frame:
        """Return what a screen would show now: holds that ran out are shown by nobody."""
        now = datetime.now(UTC)

        def lasts(row: Frame) -> bool:
            return "expires_at" not in row or datetime.fromisoformat(row["expires_at"]) > now

        taken = {room: [row for row in rows if lasts(row)] for room, rows in self.taken.items()}
        return {"rooms": self.rooms, "taken": taken}
