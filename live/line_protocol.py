"""The line protocol, as far as it is only words: lines out of bytes, JSON-RPC 2.0 out of lines, and back.

Pure: it knows neither sockets nor Django nor the methods, whose table is `line_verbs`. Whatever bytes come
in, what comes out is requests and failures, and every request that wants an answer has exactly one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LONGEST = 64 * 1024  # bytes of a line that a client sends, its newline not counted
MOST_IN_BATCH = 20
LONGEST_ID = 255  # characters
LARGEST_ID = 2**63 - 1

NOT_JSON, NOT_A_REQUEST, NO_SUCH_METHOD, WRONG_PARAMS, BROKEN = -32700, -32600, -32601, -32602, -32603
REFUSED = -32000
"""The codes of JSON-RPC 2.0, and the one of every refusal; `data.code` says which refusal."""

Id = str | int | None
Params = Mapping[str, Any] | Sequence[Any]
Json = dict[str, Any]


class Failure(Exception):
    """Something that is answered with an error object."""

    def __init__(self, number: int, sentence: str, *, id: Id = None, **data: Any) -> None:  # noqa: A002 -- JSON-RPC's own word
        super().__init__(sentence)
        self.number, self.sentence, self.id = number, sentence, id
        self.data: Json = {"code": "invalid", "detail": sentence, **data}

    @property
    def error(self) -> Json:
        """The error object of JSON-RPC."""
        return {"code": self.number, "message": self.sentence, "data": self.data}


@dataclass(frozen=True, slots=True)
class Request:
    """One call; without an id it is a notification, and nobody waits for its answer."""

    method: str
    params: Params = field(default_factory=dict)
    id: Id = None
    is_notification: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a line said: calls and failures in their order, as one, or as a batch that is answered as one."""

    parts: tuple[Request | Failure, ...]
    is_batch: bool = False


class Lines:
    """Cuts what arrives into lines, and holds no more of an unfinished one than a line may have."""

    __slots__ = ("_rest", "is_over", "longest")

    def __init__(self, longest: int = LONGEST) -> None:
        self.longest = longest
        self.is_over = False  # a line was longer than it may be: nothing after it is read
        self._rest = bytearray()

    @property
    def is_unfinished(self) -> bool:
        """Tell whether a line has begun and not ended."""
        return bool(self._rest)

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines that these bytes complete."""
        if self.is_over:
            return []
        first, *others = data.split(b"\n")
        self._rest += first
        whole: list[bytes] = []
        for piece in others:
            if self._is_too_long():
                return whole
            whole.append(bytes(self._rest))
            self._rest = bytearray(piece)
        self._is_too_long()
        return whole

    def finish(self) -> list[bytes]:
        """Return what a peer said last without a newline, before it said no more."""
        rest, self._rest = bytes(self._rest), bytearray()
        return [rest] if rest else []

    def _is_too_long(self) -> bool:
        if len(self._rest) > self.longest:
            self.is_over = True
            self._rest = bytearray()
        return self.is_over


TOO_LONG = Failure(NOT_A_REQUEST, f"A line has at most {LONGEST} bytes.")


def parse(line: bytes) -> Said:
    """Return what the line says; whatever is wrong with it is a failure in its place."""
    try:
        said = _decode(line)
    except Failure as failure:
        return Said((failure,))
    if not isinstance(said, list):
        return Said((_one(said),))
    if not said:
        return Said((Failure(NOT_A_REQUEST, "A batch holds at least one request."),))
    if len(said) > MOST_IN_BATCH:
        return Said((Failure(NOT_A_REQUEST, f"A batch holds at most {MOST_IN_BATCH} requests."),))
    return Said(tuple(map(_one, said)), is_batch=True)


def _decode(line: bytes) -> Any:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise Failure(NOT_JSON, "That is not UTF-8.") from None
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except RecursionError:
        raise Failure(NOT_JSON, "That is nested too deeply.") from None
    except ValueError:
        raise Failure(NOT_JSON, "That is not JSON: one object a line.") from None


def _object(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    # Two readers of one object with the same key twice may each believe another value.
    if len(found) != len(pairs):
        raise Failure(NOT_JSON, "An object says one of its keys twice.")
    return found


def _constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _one(said: Any) -> Request | Failure:
    if not isinstance(said, dict):
        return Failure(NOT_A_REQUEST, "A request is an object.")
    identity = said.get("id")
    if not _is_id(identity):
        return Failure(NOT_A_REQUEST, "An id is a text or a whole number.")
    method, params = said.get("method"), said.get("params", {})
    if said.get("jsonrpc") != "2.0":
        wrong = 'A request says "jsonrpc": "2.0".'
    elif not isinstance(method, str):
        wrong = "A request names its method."
    elif not isinstance(params, (dict, list)):
        wrong = "Params are an object or a list."
    else:
        return Request(method, params, identity, is_notification="id" not in said)
    return Failure(NOT_A_REQUEST, wrong, id=identity)


def _is_id(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_ID and is_writable(value)
    return value is None or (type(value) is int and abs(value) <= LARGEST_ID)


def is_writable(text: str) -> bool:
    """Test whether the text can be written: JSON may smuggle in half of a character."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def result(request: Request, value: Any) -> Json:
    """Return the answer to a call that went well."""
    return {"jsonrpc": "2.0", "id": request.id, "result": value}


def error(failure: Failure, identity: Id = None) -> Json:
    """Return the answer to a call that did not, or to a line that is none."""
    return {"jsonrpc": "2.0", "id": failure.id if identity is None else identity, "error": failure.error}


def encode(said: Json | Sequence[Json]) -> bytes:
    """Return the line that says this."""
    # JSON escapes every newline, so that what is one object is one line, whatever a guest typed.
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:  # half a character, which only an escape can say
        return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def notification(frame: str) -> bytes:
    """Return the line that hands on a frame of the hub's, which is JSON already; nobody answers it."""
    method = next(
        (name for name in ("heartbeat", "error") if frame.startswith(f'{{"type":"{name}"')), "change"
    )
    return f'{{"jsonrpc":"2.0","method":"{method}","params":{frame}}}\n'.encode()
