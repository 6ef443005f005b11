"""What the table of verbs is made of: a verb, what it takes, and which kinds of things there are to take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from live.line_protocol import LARGEST_ID, is_writable

LONGEST_TEXT = 4096  # characters; each text has its own, smaller bound where it is used
LONGEST_TITLE, LONGEST_NOTE, LONGEST_KEY = 120, 1000, 255
MOST_ROOMS = 100
SOME_TUESDAY = date(2026, 11, 24)


@dataclass(frozen=True, slots=True)
class Param:
    """One thing that a verb takes."""

    name: str
    kind: str
    about: str
    required: bool = False
    most: int = LONGEST_TEXT  # characters of a text, where it has its own bound

    def refusal_of(self, value: Any) -> str:
        """Return in a sentence what is wrong with the value; nothing, if it can be this."""
        fits, sentence = KINDS[self.kind]
        if fits(value):
            return ""
        if self.kind != "text" or not isinstance(value, str):
            return sentence
        if len(value) > LONGEST_TEXT:
            return f"At most {self.most} characters; this has {len(value)}."
        return "This text has characters that cannot be kept."


@dataclass(frozen=True, slots=True)
class Verb:
    """A method: what it does, what it takes, and one call that works as it stands."""

    name: str
    about: str
    params: tuple[Param, ...]
    example: Mapping[str, Any]

    def as_json(self, today: date) -> dict[str, Any]:
        """Return the verb as `help` tells of it, with an example that lies ahead."""
        taken = [
            {"name": one.name, "kind": one.kind, "required": one.required, "about": one.about}
            for one in self.params
        ]
        tuesday = today + timedelta(days=7 + (SOME_TUESDAY.weekday() - today.weekday()) % 7)
        shown = {
            name: value.replace(str(SOME_TUESDAY), str(tuesday)) if isinstance(value, str) else value
            for name, value in self.example.items()
        }
        call = {"jsonrpc": "2.0", "id": 1, "method": self.name, "params": shown}
        return {"method": self.name, "about": self.about, "params": taken, "example": call}


TITLE = Param("title", "text", "what it is for", most=LONGEST_TITLE)
NOTE = Param("note", "text", "for the venue's staff", most=LONGEST_NOTE)
KEY = Param("key", "key", "idempotency key: the same request with the same key acts once")
ANSWERS = Param("answers", "object", "to what the venue asks: the number of each question, and the answer")


def _is_text(value: Any) -> bool:
    # No table of PostgreSQL's can even be asked for a NUL.
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and "\0" not in value and is_writable(value)


def _is_key(value: Any) -> bool:
    # Empty is not none: whoever meant to send a key, and had none, would book twice.
    return _is_text(value) and 0 < len(value) <= LONGEST_KEY and value.isprintable() and not value.isspace()


def _is_whole(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_ID


def _are_rooms(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 1 <= len(value) <= MOST_ROOMS
        and all(_is_whole(room) or _is_text(room) for room in value)
    )


def _are_types(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 1 <= len(value) <= MOST_ROOMS
        and all(
            isinstance(one, dict)
            and one.keys() <= {"type", "count"}
            and (_is_whole(one.get("type")) or _is_text(one.get("type")))
            and _is_whole(one.get("count", 1))
            for one in value
        )
    )


def _are_passengers(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MOST_ROOMS
        and all(
            isinstance(one, dict) and one.keys() <= {"name", "kind"} and all(map(_is_text, one.values()))
            for one in value
        )
    )


KINDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "text": (_is_text, "This is a text."),
    "key": (_is_key, f"This is a text of 1 to {LONGEST_KEY} printable characters."),
    "instant": (_is_text, "This is a date and a time, such as 2026-11-23T10:00."),
    "whole number": (_is_whole, "This is a whole number."),
    "yes or no": (lambda value: isinstance(value, bool), "This is true or false."),
    "id or name": (lambda value: _is_whole(value) or _is_text(value), "This is an id or a name."),
    "list of rooms": (_are_rooms, f"This is a list of 1 to {MOST_ROOMS} rooms, by id or by name."),
    "list of types": (_are_types, 'This is a list such as [{"type": "Double", "count": 2}].'),
    "stop": (
        lambda value: _is_whole(value) or _is_text(value),
        "This is the position of a stop, counted from 0, or the name of its place.",
    ),
    "list of passengers": (
        _are_passengers,
        'This is a list such as [{"name": "Ada"}, {"name": "Can", "kind": "child"}].',
    ),
    "object": (lambda value: isinstance(value, dict), "This is an object."),
}
