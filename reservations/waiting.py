"""Waiting: what a change gives back that somebody may wait for, and how long an offer of it lasts."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from reservations.lifecycle import COMPLETED, KEEPS_ROOM
from reservations.spans import Span

SHARE: Final = 24  # of the time until it begins, so that what is a day ahead is offered for an hour
MOST: Final = timedelta(hours=2)
STAYS: Final = KEEPS_ROOM | {COMPLETED, "blocked"}
"""States in which what was taken stays taken; what is completed lies in the past, save an end that moved."""


def offer_lasts(hold: timedelta, *, ahead: timedelta) -> timedelta:
    """Return how long an offer waits for its guest: as long as any hold, and longer what is further ahead.

    Whoever waited does not sit there looking, and while they make up their mind nobody loses anything yet.
    """
    return max(hold, min(ahead / SHARE, MOST))


def freed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Span | None:
    """Return the time of a room that a change gave back, by what a Change says of before and after."""
    if before.get("state") not in STAYS:
        return None
    if after.get("state") in STAYS and all(before[edge] == after.get(edge) for edge in ("start", "end")):
        return None
    end = before["end"]
    return Span(_moment(before["start"]), None if end is None else _moment(end))


def _moment(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
