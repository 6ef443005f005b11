"""Frames: what the server says over a websocket, as plain data and as text (contracts §5).

A frame says what is true now of the rooms it names, so one that comes twice, late or never does no harm:
the higher room revision wins, and the sum of the revisions tells whether anything is missing.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from live.wire import Message, message
from reservations import Span
from reservations.errors import ReservationError, iso
from rooms import boards, metrics

Frame = dict[str, Any]
_encoder = json.JSONEncoder(separators=(",", ":"), check_circular=False)


@dataclass(frozen=True, slots=True)
class RoomNow:
    """A room as it is: its revision, how it is described, and what of the window is taken."""

    id: int
    revision: int
    about: Mapping[str, Any]
    allocations: list[Frame] = field(default_factory=list)
    also: Mapping[str, Any] = field(default_factory=dict)  # what is told of it besides, each time


@dataclass(frozen=True, slots=True)
class Picture:
    """What one read of the tables found; `terms` tells one set of descriptions from the next."""

    now: datetime
    rooms: Mapping[int, RoomNow]
    terms: str = ""
    is_listed: bool = True
    hides: bool = False  # whether not everybody may see all of its rooms


def encode(frame: Frame) -> Message:
    """Return the frame as text, ready to be sent to any number of sockets."""
    return message(_encoder.encode(frame))


def snapshot(topic: str, picture: Picture, span: Span) -> Frame:
    """Return all there is to know of the topic in the span."""
    rooms = picture.rooms.values()
    return {
        "type": "snapshot",
        "topic": topic,
        "revision": sum(room.revision for room in rooms),
        "now": iso(picture.now),
        "terms": picture.terms,
        "window": boards.window(span),
        "rooms": [{"id": room.id, "revision": room.revision, **room.also, **room.about} for room in rooms],
        "allocations": [allocation for room in rooms for allocation in room.allocations],
    }


def change(
    topic: str, revision: int, rooms: Iterable[RoomNow], *, now: datetime, known: Mapping[int, int]
) -> Frame:
    """Return what is true now of the rooms; those that are not yet known are described too."""
    return {
        "type": "change",
        "topic": topic,
        "revision": revision,
        "now": iso(now),
        "rooms": [
            {
                "id": room.id,
                "revision": room.revision,
                **room.also,
                **({} if room.id in known else room.about),
                "allocations": room.allocations,
            }
            for room in rooms
        ],
    }


def heartbeat(topic: str, revision: int, *, now: datetime) -> Frame:
    """Return the sign of life by which a client finds its own gap."""
    return {"type": "heartbeat", "topic": topic, "revision": revision, "now": iso(now)}


def error(code: str, detail: str, **about: str) -> Frame:
    """Return what to say to a message that cannot be obeyed, with the topic or the reference it was about."""
    return {"type": "error", "code": code, "detail": detail, **about}


def refusal(refused: ReservationError, **about: str) -> Frame:
    """Return the error frame of a refusal."""
    metrics.refused("websocket", refused.code)
    return error(refused.code, refused.sentence, **about)


PONG = encode({"type": "pong"})
