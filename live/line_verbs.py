"""The verbs of the line protocol: one table, read by the server, by `help`, by the client and by the manual.

Pure like `line_protocol`: it checks the shape of what is asked, and knows nothing of who may ask for what.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from live.line_journey_verbs import JOURNEYS
from live.line_protocol import NO_SUCH_METHOD, WRONG_PARAMS, Failure, Params, Request
from live.line_room_verbs import ROOMS
from live.line_shapes import ANSWERS, KEY, NOTE, SOME_TUESDAY, TITLE, Param, Verb
from live.line_waiting_verbs import WAITING

VENUE = Param("venue", "text", "the slug of a venue", required=True)
REFERENCE = Param("reference", "text", "the reference of a booking, such as RX7K-42QM", required=True)
NUMBER = Param("number", "whole number", "which of its dates, as its occurrences say", required=True)
START = Param("start", "instant", "with an offset, or else by the venue's clocks", required=True)
END = Param("end", "instant", "the same; null, where rooms are let so: until released")
TOPIC = Param(
    "topic", "text", "venue:<slug>, journey:<id>, mine, or, for its staff, desk:<slug>", required=True
)
TYPE = Param("type", "id or name", "only rooms of this type")
TAKING = (
    VENUE,
    Param("count", "whole number", "any so many rooms: all of them, or none"),
    Param("rooms", "list of rooms", "these rooms, by id or by name: all of them, or none"),
    Param("types", "list of types", "any so many of each of these types: all of them, or none"),
    START,
    END,
    TYPE,
    TITLE,
    Param("party", "whole number", "how many people; 1 if nothing is said"),
    NOTE,
    Param("plate", "text", "the number plate, where one parks"),
    KEY,
    ANSWERS,
    Param("recurrence", "text", "an RRULE whose first date is this span: all of its dates, or none"),
)
SPAN = {"start": f"{SOME_TUESDAY}T10:00", "end": f"{SOME_TUESDAY}T11:00"}

TABLE: tuple[Verb, ...] = (
    Verb(
        "register",
        "Make an account, and be logged in to it.",
        (
            Param("email", "text", "an e-mail address nobody has registered with", required=True),
            Param("password", "text", "at least 10 characters", required=True),
            Param("name", "text", "shown to the staff of venues one books"),
        ),
        {"email": "ada@example.com", "password": "a few words to remember", "name": "Ada"},
    ),
    Verb(
        "login",
        "Log in, by address and password or by an access token.",
        (
            Param("email", "text", "the address"),
            Param("password", "text", "the password"),
            Param("token", "text", "an access token of the REST API, instead of both"),
        ),
        {"email": "guest@example.com", "password": "reserve-demo"},
    ),
    Verb("venues", "List the venues.", (), {}),
    Verb("rooms", "List a venue's rooms, and how each is now.", (VENUE,), {"venue": "harbour-office"}),
    Verb(
        "availability",
        "List the rooms that can be had for a span, the cheapest first.",
        (
            VENUE,
            START,
            END,
            Param("count", "whole number", "tell whether so many can be had"),
            TYPE,
            Param("party", "whole number", "only rooms that hold so many"),
        ),
        {"venue": "harbour-office", **SPAN, "count": 2},
    ),
    Verb(
        "hold",
        "Keep rooms for a while, to be confirmed.",
        TAKING,
        {"venue": "harbour-office", "count": 1, **SPAN},
    ),
    Verb(
        "book",
        "Book rooms: exactly what is asked for, or nothing.",
        TAKING,
        {"venue": "harbour-office", "count": 3, **SPAN},
    ),
    *WAITING,
    *ROOMS,
    Verb("confirm", "Make a hold a booking.", (REFERENCE, ANSWERS), {"reference": "RX7K-42QM"}),
    Verb(
        "describe",
        "Change what a booking says of itself; what is not said stays as it was.",
        (REFERENCE, TITLE, Param("party", "whole number", "how many people"), NOTE, ANSWERS),
        {"reference": "RX7K-42QM", "title": "Weekly planning"},
    ),
    Verb(
        "cancel",
        "Give back a hold, a request or a booking that has not begun.",
        (REFERENCE,),
        {"reference": "RX7K-42QM"},
    ),
    Verb(
        "check_out",
        "Leave: what runs ends now, what lies ahead is cancelled.",
        (
            Param("reference", "text", "one booking"),
            Param("all", "yes or no", "true: every booking of one's own"),
        ),
        {"all": True},
    ),
    Verb(
        "release",
        "Let go of a hold, or of what is left of a running booking.",
        (REFERENCE,),
        {"reference": "RX7K-42QM"},
    ),
    Verb(
        "bookings",
        "List one's own bookings, with their rooms.",
        (Param("scope", "text", "upcoming (if nothing is said), past or cancelled"),),
        {"scope": "upcoming"},
    ),
    Verb(
        "skip",
        "Leave one date of a series out.",
        (REFERENCE, NUMBER),
        {"reference": "RX7K-42QM", "number": 2},
    ),
    Verb(
        "move_date",
        "Move one date of a series, or take back one that was left out; the others stay.",
        (
            REFERENCE,
            NUMBER,
            Param("start", "instant", "by the venue's clocks; alone, the date stays as long as it was"),
            Param("end", "instant", "the same"),
            Param("rooms", "list of rooms", "other rooms, by id or by name"),
        ),
        {"reference": "RX7K-42QM", "number": 2, "start": f"{SOME_TUESDAY}T18:00"},
    ),
    *JOURNEYS,
    Verb(
        "watch",
        "Hear of every change of a topic; the answer is how it is now.",
        (
            TOPIC,
            Param(
                "start",
                "instant",
                "of the time that is watched; today, or all of a ride, if left out",
            ),
            Param("end", "instant", "at most 62 days after it"),
            Param("since", "object", "room ids and the revisions one holds of them"),
            Param("terms", "text", "the `terms` that came with these"),
            Param("window", "text", "the `window` that came with these: with it only what is new is sent"),
        ),
        {"topic": "venue:harbour-office"},
    ),
    Verb("unwatch", "Hear no more of a topic.", (TOPIC,), {"topic": "venue:harbour-office"}),
    Verb("ping", "Say that one is still there.", (), {}),
    Verb(
        "help",
        "List the methods, or tell of one.",
        (Param("method", "text", "the name of a method"),),
        {"method": "book"},
    ),
)
VERBS: Mapping[str, Verb] = {verb.name: verb for verb in TABLE}


def verb_of(request: Request) -> Verb:
    """Return the verb that the request names.

    :raises Failure: if there is none of that name
    """
    verb = VERBS.get(request.method)
    if verb is None:
        raise Failure(
            NO_SUCH_METHOD, "There is no such method. The method help lists them all.", code="not_found"
        )
    return verb


def take(verb: Verb, params: Params) -> dict[str, Any]:
    """Return what the verb takes, by name; what is null is as if it were not said.

    :raises Failure: if anything is missing, unknown, or of the wrong kind, with a sentence for each
    """
    named = dict(params) if isinstance(params, Mapping) else _by_position(verb, params)
    known = {one.name: one for one in verb.params}
    wrong = {name[:40]: ["There is no such parameter."] for name in named.keys() - known.keys()}
    given = {name: value for name, value in named.items() if value is not None and name in known}
    for name, one in known.items():
        if name in given and (sentence := one.refusal_of(given[name])):
            wrong[name] = [sentence]
        elif one.required and name not in given:
            wrong[name] = ["This is needed."]
    if wrong:
        name, sentences = next(iter(sorted(wrong.items())))
        raise Failure(WRONG_PARAMS, f"{name}: {sentences[0]}", field_errors=wrong)
    return given


def _by_position(verb: Verb, params: Any) -> dict[str, Any]:
    if len(params) > len(verb.params):
        raise Failure(WRONG_PARAMS, f"{verb.name} takes at most {len(verb.params)} parameters.")
    return {one.name: value for one, value in zip(verb.params, params, strict=False)}


def manual(name: str | None, today: date) -> list[dict[str, Any]]:
    """Return the whole table, or the one verb of that name, as `help` answers.

    :raises Failure: if there is no such method
    """
    chosen = TABLE if name is None else (verb_of(Request(name)),)
    return [verb.as_json(today) for verb in chosen]
