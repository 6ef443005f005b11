"""The verbs of waiting, as a part of the one table."""

from __future__ import annotations

from live.line_shapes import SOME_TUESDAY, TITLE, Param, Verb

WAITING: tuple[Verb, ...] = (
    Verb(
        "wait",
        "Stand in line for what is taken: once it is free, it is held for you.",
        (
            Param("venue", "text", "the slug of a venue; none where one waits for a departure"),
            Param("rooms", "list of rooms", "these rooms, by id or by name: all of them"),
            Param("count", "whole number", "any so many of a type; of a departure, so many seats of a class"),
            Param("type", "id or name", "the type or the class, where any of it will do"),
            Param("start", "instant", "with an offset, or else by the venue's clocks"),
            Param("end", "instant", "the same"),
            TITLE,
            Param("party", "whole number", "how many people; 1 if nothing is said"),
            Param("departure", "whole number", "the id of a departure, from journeys"),
            Param("from_stop", "stop", "where one gets on; the first stop if nothing is said"),
            Param("to_stop", "stop", "where one gets off; the last stop if nothing is said"),
        ),
        {
            "venue": "harbour-office",
            "rooms": ["Room 1"],
            "start": f"{SOME_TUESDAY}T10:00",
            "end": f"{SOME_TUESDAY}T11:00",
        },
    ),
    Verb("waitlist", "List one's own places in queues, the newest first.", (), {}),
    Verb(
        "leave_waitlist",
        "Give up a place in a queue.",
        (Param("id", "whole number", "which, as the waitlist says", required=True),),
        {"id": 7},
    ),
)
