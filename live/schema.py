"""The frames of the websocket as a JSON Schema: what a client may say, and what the server says.

One table beside the code: `messages` reads what it lists first, `frames` makes what it lists last, and every
frame that the tests hear is held to it.
"""

import functools
import json
from collections.abc import Mapping
from typing import Any

from live.messages import LONGEST_TOPIC, MOST_ROOMS
from reservations import errors, watching

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
ABOUT = "Every frame of the websocket /ws/live/: docs/api.md, “Changes as they happen”, tells what they mean."

TEXT: Schema = {"type": "string"}
WORDS: Schema = {"type": "string", "minLength": 1}
WHOLE: Schema = {"type": "integer", "minimum": 0}
ID: Schema = {"type": "integer", "minimum": 1}
YES: Schema = {"const": True}
SLUG = "[-a-zA-Z0-9_]{1,60}"
INSTANT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
ANY_INSTANT: Schema = {"type": ["string", "null"], "description": "ISO 8601, with its offset."}
WINDOW: Schema = {
    "type": "string",
    "pattern": r"^\S+Z/(\S+Z|\.\.)$",
    "description": "From/to, as snapshots say it.",
}
TOPIC: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_TOPIC}
OPEN: Schema = {"anyOf": [INSTANT, {"type": "null"}], "description": "Null: until it is released."}


def shape(about: str, needed: Mapping[str, Schema], maybe: Mapping[str, Schema] | None = None) -> Schema:
    """Return the schema of an object with these fields and no others."""
    return {
        "type": "object",
        "description": about,
        "properties": {**needed, **(maybe or {})},
        "required": list(needed),
        "additionalProperties": False,
    }


def several(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


MESSAGES: Mapping[str, Schema] = {
    "auth": shape("Be somebody, by an access token.", {"type": {"const": "auth"}, "token": TEXT}),
    "watch": shape(
        "Hear of a topic from now on, instead of what was watched of it before.",
        {"type": {"const": "watch"}, "topic": TOPIC},
        {
            "start": ANY_INSTANT,
            "end": ANY_INSTANT,
            "since": {
                "type": ["object", "null"],
                "description": "The revision that one holds of each room, by its id.",
                "propertyNames": {"pattern": r"^[0-9]{1,18}$"},
                "additionalProperties": {"type": "integer"},
                "maxProperties": MOST_ROOMS,
            },
            "terms": {"type": ["string", "null"], "description": "The `terms` of one's last snapshot."},
            "window": {"type": ["string", "null"], "description": "The `window` of one's last snapshot."},
        },
    ),
    "unwatch": shape("Hear no more of a topic.", {"type": {"const": "unwatch"}, "topic": TOPIC}),
    "stay": shape(
        "Say that a page shows this hold: once the last socket that said so is gone, it ends within seconds.",
        {"type": {"const": "stay"}, "reference": WORDS},
    ),
    "ping": shape("Ask for a pong.", {"type": {"const": "ping"}}),
}
"""What a client may say, by its type."""

STATES = ["held", "pending", "booked", "occupied", "blocked", "released"]
TAKEN = {"id": ID, "room": ID, "start": INSTANT, "end": OPEN, "state": {"enum": STATES}}
UNTIL = {"expires_at": INSTANT}
BLOCKS = {"blocks_from": INSTANT, "blocks_until": INSTANT, "part": ID}
BOOKING = {"booking": WORDS, "title": TEXT, "occurrence": ID}
NUMBERED = {"id": ID, "revision": WHOLE}
HAPPENED = {"enum": list(watching.WORDS)}
NEWS = shape(
    "What happened in a room that is watched; to its staff, also whose booking it was.",
    {"revision": WHOLE, "at": INSTANT, "what": HAPPENED, "start": INSTANT, "end": OPEN},
    {"dates": {"type": "integer", "minimum": 2}, "booking": WORDS, "title": TEXT, "guest": TEXT},
)
OF_BOARD = {
    "name": WORDS, "type": TEXT, "noun": TEXT, "capacity": WHOLE, "floor": TEXT, "amenities": several(TEXT),
    "order": {"type": "integer"}, "step_minutes": WHOLE, "min_minutes": WHOLE,
}  # fmt: skip
ANYWHERE = {"name": WORDS, "noun": TEXT, "venue": WORDS, "timezone": WORDS}
STAY = {"stay": {**WORDS, "description": "Of a room by the night: what its hotel is called."}}
ANSWERS = {
    "answers": {"type": "object", "additionalProperties": ID, "description": "By the booking's reference."}
}
NO_ALLOCATION: Schema = {"type": "array", "maxItems": 0}


def _topic(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^{pattern}$"}


class _Kind:
    """What frames of one kind of topic tell: of rooms, each time and at first, and of what is taken."""

    def __init__(
        self, topic: Schema, taken: Schema, about: Mapping[str, Schema],
        also: Mapping[str, Schema] | None = None, maybe: Mapping[str, Schema] | None = None,
    ) -> None:  # fmt: skip
        self.topic, self.about, self.also, self.maybe = topic, about, also or {}, maybe or {}
        self.allocations = taken

    def snapshot(self) -> Schema:
        """Return the schema of all there is to know of such a topic."""
        room = shape("A room.", {**NUMBERED, **self.also, **self.about}, self.maybe)
        told = {"revision": WHOLE, "now": INSTANT, "terms": TEXT, "window": WINDOW}
        lists = {"rooms": several(room), "allocations": self.allocations}
        return shape("All there is.", {"type": {"const": "snapshot"}, "topic": self.topic, **told, **lists})

    def change(self) -> Schema:
        """Return the schema of what is true now of some rooms of such a topic; new ones are described too."""
        needed = {**NUMBERED, **self.also, "allocations": self.allocations}
        room = shape("A room as it is now.", needed, {**self.about, **self.maybe})
        told = {"revision": WHOLE, "now": INSTANT, "rooms": several(room)}
        return shape("What changed.", {"type": {"const": "change"}, "topic": self.topic, **told})


KINDS: Mapping[str, _Kind] = {
    "venue": _Kind(
        _topic(rf"(venue:{SLUG}|journey:[0-9]{{1,18}})"),
        several(shape("What is taken.", TAKEN, {**UNTIL, **BLOCKS})),
        OF_BOARD,
    ),
    "desk": _Kind(
        _topic(f"desk:{SLUG}"),
        several(
            shape("What is taken, with its guest.", TAKEN, {**UNTIL, **BLOCKS, **BOOKING, "guest": TEXT})
        ),
        OF_BOARD,
    ),
    "mine": _Kind(
        _topic("mine"),
        several(
            shape(
                "What one has booked.",
                {**TAKEN, "booking": WORDS, "title": TEXT, "mine": YES},
                {**UNTIL, "occurrence": ID, "offered": YES},
            )
        ),
        ANYWHERE,
        maybe={**STAY, **ANSWERS},
    ),
    "display": _Kind(
        _topic("display:[-a-zA-Z0-9_]{1,40}"),
        several(shape("What is taken.", TAKEN, {**UNTIL, **BLOCKS})),
        {"floor": TEXT},
    ),
    "watching": _Kind(_topic("watching"), NO_ALLOCATION, ANYWHERE, {"news": several(NEWS)}, STAY),
}


def codes() -> list[str]:
    """Return the code of every refusal that the library knows."""
    found = (getattr(one, "code", "") for one in vars(errors).values() if isinstance(one, type))
    return sorted({code for code in found if code})


def frames() -> dict[str, Schema]:
    """Return the schema of everything that the server says, by a name of its own."""
    told = {
        f"{name}_of_{kind}": getattr(one, name)()
        for kind, one in KINDS.items()
        for name in ("snapshot", "change")
    }
    about = {
        "topic": {"type": "string", "maxLength": LONGEST_TOPIC},
        "reference": {"type": "string", "maxLength": LONGEST_TOPIC},
    }
    refused: Schema = {"type": {"const": "error"}, "code": {"enum": codes()}, "detail": WORDS}
    alive: Schema = {"type": {"const": "heartbeat"}, "topic": TOPIC, "revision": WHOLE, "now": INSTANT}
    return {
        **told,
        "heartbeat": shape("A sign of life, by which a client finds its own gap.", alive),
        "error": shape("What cannot be done, and what it was about; the socket stays open.", refused, about),
        "pong": shape("The answer to a ping.", {"type": {"const": "pong"}}),
    }


@functools.cache
def document() -> Schema:
    """Return the whole schema; `$defs` has one for each side of the socket, and one for each frame."""
    said, heard = MESSAGES, frames()
    return {
        "$schema": DIALECT,
        "title": "Frames of Reserve's websocket",
        "description": ABOUT,
        "anyOf": [{"$ref": "#/$defs/from_client"}, {"$ref": "#/$defs/from_server"}],
        "$defs": {
            "from_client": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in said]},
            "from_server": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in heard]},
            **said,
            **heard,
        },
    }


def encoded() -> bytes:
    """Return the schema as JSON."""
    return json.dumps(document(), ensure_ascii=False).encode()
