"""What whoever watches a room is told of a change there: as much as its board shows, and of no mere hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reservations import lifecycle

BOOKED, REQUESTED, CANCELLED, FREED = "booked", "requested", "cancelled", "freed"
MOVED, MOVED_HERE, MOVED_AWAY = "moved", "moved_here", "moved_away"
CLOSED, REOPENED = "closed", "reopened"
WORDS = {
    BOOKED: "booked",
    REQUESTED: "asked for",
    CANCELLED: "cancelled",
    FREED: "free again",
    MOVED: "moved to",
    MOVED_HERE: "moved here",
    MOVED_AWAY: "moved to another room",
    CLOSED: "out of use",
    REOPENED: "in use again",
}
"""What happened, as people say it after the room's name."""

THERE = lifecycle.KEEPS_ROOM - {lifecycle.HELD}
Edges = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to a room's time, from when to when; of a move also where it was before."""

    what: str
    start: datetime
    end: datetime | None
    was: Edges | None = None


def happened(
    kind: str, before: Mapping[str, Any], after: Mapping[str, Any], *, at: datetime
) -> Happened | None:
    """Return what a change tells a watcher; None where a board shows nothing new, or only a hold."""
    if kind in ("blocked", "unblocked"):
        return _of_use(before, after, at)
    was, now = before.get("state") in THERE, after.get("state") in THERE
    if was and now:
        return _of_both(before, after)
    if now:
        what = MOVED_HERE if kind == "moved" and not before else _taken(after)
        return Happened(what, *edges(after))
    if was:
        return Happened(MOVED_AWAY, *edges(before)) if kind == "moved" and not after else _ended(before, at)
    return None


def _of_use(before: Mapping[str, Any], after: Mapping[str, Any], at: datetime) -> Happened | None:
    if "start" in after and after.get("state") == "blocked":
        return Happened(CLOSED, *edges(after))
    if "start" not in before:
        return None
    start, end = edges(before)
    return None if end is not None and end <= at else Happened(REOPENED, max(start, at), end)


def _of_both(before: Mapping[str, Any], after: Mapping[str, Any]) -> Happened | None:
    if edges(before) != edges(after):
        return Happened(MOVED, *edges(after), edges(before))
    is_approved = (before["state"], after["state"]) == (lifecycle.PENDING, lifecycle.CONFIRMED)
    return Happened(BOOKED, *edges(after)) if is_approved else None


def _taken(after: Mapping[str, Any]) -> str:
    return REQUESTED if after.get("state") == lifecycle.PENDING else BOOKED


def _ended(before: Mapping[str, Any], at: datetime) -> Happened | None:
    """Return that the time is free again, however it ended: why is nobody else's business."""
    start, end = edges(before)
    if end is not None and end <= at:
        return None
    return Happened(CANCELLED, start, end) if start > at else Happened(FREED, at, end)


def edges(picture: Mapping[str, Any]) -> Edges:
    """Return from when to when it is, as a change wrote it down."""
    return _instant(picture["start"]), _instant(picture["end"]) if picture.get("end") else None


def _instant(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
