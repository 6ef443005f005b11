"""The verbs of watched rooms, as a part of the one table."""

from __future__ import annotations

from live.line_shapes import Param, Verb

VENUE = Param("venue", "text", "the slug of a venue", required=True)
ROOM = Param("room", "id or name", "a room of the venue", required=True)
EXAMPLE = {"venue": "harbour-office", "room": "Room 1"}

ROOMS: tuple[Verb, ...] = (
    Verb(
        "watch_room",
        "Hear of what others book, move or cancel in a room, on every page and by the topic watching.",
        (VENUE, ROOM, Param("by_mail", "yes or no", "whether mail tells of it as well; else as it is")),
        EXAMPLE,
    ),
    Verb(
        "unwatch_room",
        "Hear no more of a room.",
        (Param("venue", "text", "the slug of a venue; not needed with the id of a room"), ROOM),
        EXAMPLE,
    ),
    Verb("watched_rooms", "List the rooms that one watches, the newest first.", (), {}),
)
