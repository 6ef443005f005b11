"""The verbs of journeys, as a part of the one table."""

from __future__ import annotations

from dataclasses import replace

from live.line_shapes import ANSWERS, KEY, NOTE, SOME_TUESDAY, TITLE, Param, Verb

DEPARTURE = Param("departure", "whole number", "the id of a departure, from journeys", required=True)
FROM, TO = (
    Param("from_stop", "stop", "where one gets on; the first stop if nothing is said"),
    Param("to_stop", "stop", "where one gets off; the last stop if nothing is said"),
)
RIDING = (
    DEPARTURE,
    FROM,
    TO,
    Param("seats", "list of rooms", "these seats, by id or by name: all of them, or none"),
    Param("count", "whole number", "so many of a class, together as near as there are; 1 if nothing is said"),
    Param("type", "id or name", "the class, where any seats of it will do"),
    Param("passengers", "list of passengers", "who travels, in the order of the seats; adults if not said"),
    replace(TITLE, about="what it is for; from where to where if nothing is said"),
    NOTE,
    ANSWERS,
    KEY,
)

JOURNEYS: tuple[Verb, ...] = (
    Verb(
        "journeys",
        "Search departures from one place to another on a date, the earliest first.",
        (
            Param("origin", "text", "a place, however it is typed", required=True),
            Param("destination", "text", "another", required=True),
            Param("date", "text", "by the clocks of the origin, such as 2026-11-24", required=True),
            Param("mode", "text", "train, bus or flight"),
            Param("class", "text", "only what has this class, and of its classes only this one"),
        ),
        {"origin": "Istanbul", "destination": "Ankara", "date": str(SOME_TUESDAY)},
    ),
    Verb(
        "seats",
        "Tell how every seat of a departure is between two stops.",
        (DEPARTURE, FROM, TO),
        {"departure": 1, "from_stop": "Istanbul", "to_stop": "Ankara"},
    ),
    Verb(
        "hold_seats",
        "Keep seats for a while, to be confirmed or paid.",
        RIDING,
        {"departure": 1, "seats": ["1A"], "passengers": [{"name": "Ada"}]},
    ),
    Verb(
        "book_seats",
        "Book seats: exactly what is asked for, or nothing.",
        RIDING,
        {"departure": 1, "type": "Second", "count": 2, "to_stop": "Izmit"},
    ),
    Verb(
        "tickets",
        "List the tickets of a booking: one for each passenger, with the text of its QR code.",
        (Param("reference", "text", "the reference of a booking, such as RX7K-42QM", required=True),),
        {"reference": "RX7K-42QM"},
    ),
)
