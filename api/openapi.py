"""The OpenAPI 3.1 document, generated from the table of endpoints and the structs they read and write."""

import functools
import re
from typing import Any

import msgspec

from api.errors import STATUS, TITLES, of_status
from api.reading import KEY_HEADER
from api.routing import ANYBODY, ENDPOINTS, MANAGER, PREFIX, STAFF, Endpoint
from api.shapes import Problem
from rooms.wishes import KEY, KEY_RULE

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
ALWAYS = ("invalid", "not_authenticated", "throttled", "unready")
WITH_BODY = ("too_large", "unsupported_media_type")
GROUPS = {
    "auth": "Log-ins and people.",
    "venues": "What can be booked, what is free and what is taken.",
    "stays": "Hotels by the night.",
    "journeys": "Departures, and their seats leg by leg.",
    "waitlist": "The queue of a full departure.",
    "rights": "Who may what in a room that is not everybody's.",
    "watches": "Rooms of which one wants to hear what happens there.",
    "bookings": "Booking it, and what becomes of a booking.",
    "messages": "What guests and venues write to each other about a booking.",
    "participants": "Who is invited to a booking, and what they answer.",
    "blockings": "Time for which rooms are out of use, for staff.",
    "reports": "What is used and what it earns, for managers.",
    "webhooks": "To be told of changes instead of asking for them.",
    "document": "The manual for programs.",
}
ABOUT = """\
Everything a person can do here, a program can do, with the same refusals. Times are ISO 8601 with an offset,
and in UTC in answers. Money is an exact text with its currency. Lists are `{"items": […], "next": cursor}`:
hand `next` back as `cursor` until it is null. Refusals are RFC 9457 problems with a `code`. What is not yours
to see is not found."""
TOO_MANY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
CHALLENGE = {"WWW-Authenticate": {"description": "How to log in.", "schema": {"type": "string"}}}


@functools.cache
def encoded() -> bytes:
    """Return the document as JSON."""
    return msgspec.json.encode(document())


@functools.cache
def document() -> dict[str, Any]:
    """Return the document."""
    paths: dict[str, Any] = {}
    for one in ENDPOINTS:
        paths.setdefault(PREFIX + one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Reserve", "version": "1", "summary": "Rooms of every kind.", "description": ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": words} for name, words in GROUPS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "sessionid",
                    "description": "A page's log-in; changes need the X-CSRFToken header as well.",
                },
            },
        },
    }


@functools.cache
def schemas() -> dict[str, Any]:
    """Return the schema of every struct that is read or written."""
    return _components()[1]


@functools.cache
def _components() -> tuple[dict[Any, Any], dict[str, Any]]:
    kinds = {kind for one in ENDPOINTS for kind in (one.answer, one.body) if isinstance(kind, type)}
    wanted = [Problem, *sorted(kinds - {dict}, key=lambda kind: kind.__name__)]
    told, named = msgspec.json.schema_components(wanted, ref_template="#/components/schemas/{name}")
    return dict(zip(wanted, told, strict=True)), named


def schema_of(kind: Any) -> dict[str, Any]:
    """Return the schema of a struct, or a reference to it."""
    found: dict[str, Any] = _components()[0].get(kind, {"type": "object"})
    return found


def _operation(one: Endpoint) -> dict[str, Any]:
    summary, rest = one.words
    told: dict[str, Any] = {
        "operationId": one.name,
        "tags": [one.group],
        "summary": summary,
        "description": f"{rest}\n\nFor {one.who}.".strip(),
        "parameters": parameters(one),
        "responses": _responses(one),
        "security": [{"bearer": []}, {"session": []}],
    }
    if one.who == ANYBODY:
        told["security"] = [{}, *told["security"]]
    if one.body is not None:
        content = {"application/json": {"schema": schema_of(one.body)}}
        told["requestBody"] = {"required": one.body_required, "content": content}
    return told


def parameters(one: Endpoint) -> list[dict[str, Any]]:
    """Return what the endpoint reads from the path, the query and the headers."""
    told: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(name)}
        for name in re.findall(r"{(\w+)}", one.path)
    ]
    fields = msgspec.json.schema(one.query)
    properties = fields["$defs"][one.query.__name__]["properties"] if "$defs" in fields else {}
    required = fields["$defs"][one.query.__name__].get("required", ()) if "$defs" in fields else ()
    for name, schema in properties.items():
        told.append({"name": name, "in": "query", "required": name in required, "schema": _plain(schema)})
    for name, words in one.sent.items():
        about = f"{words} {KEY_RULE}" if name == KEY_HEADER else words
        # Only a key is refused for its length: a tag that nobody gave out is just another tag.
        schema = {"type": "string"} | ({"minLength": 1, "maxLength": KEY} if name == KEY_HEADER else {})
        told.append({"name": name, "in": "header", "required": False, "description": about, "schema": schema})
    return told


def _path_schema(name: str) -> dict[str, Any]:
    if name == "id":
        return {"type": "integer", "minimum": 1}
    return {"type": "string", "minLength": 1, "maxLength": 60}


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a value in an address, where null cannot be written and is the default."""
    kept = {name: value for name, value in schema.items() if name != "default" or value not in (None, "")}
    options = [option for option in kept.pop("anyOf", ()) if option != {"type": "null"}]
    if "enum" in kept:
        kept["enum"] = [value for value in kept["enum"] if value is not None]
    return {**kept, **(options[0] if len(options) == 1 else {"anyOf": options} if options else {})}


def statuses(one: Endpoint) -> dict[int, list[str]]:
    """Return every status that the endpoint refuses with, and the codes that it stands for."""
    codes = [*ALWAYS, *(WITH_BODY if one.body else ()), *one.refuses]
    if one.method != "GET" or one.who in (STAFF, MANAGER):
        codes.append("forbidden")
    found: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        found.setdefault(STATUS[code], []).append(code)
    return dict(sorted(found.items()))


def _header(words: str) -> dict[str, Any]:
    return {"description": words, "schema": {"type": "string"}}


def _responses(one: Endpoint) -> dict[str, Any]:
    headers = {name: _header(words) for name, words in one.headers.items()}
    good: dict[str, Any] = {"description": of_status(one.status), "headers": headers}
    if one.answer is not None:
        good["content"] = {"application/json": {"schema": schema_of(one.answer)}}
        texts = {"type": "string"}
        good["content"] |= {
            kind: {"schema": {**texts, "description": when}} for kind, when in one.kinds.items()
        }
    told = {str(one.status): good}
    for status in one.also:
        told[str(status)] = {**good, "description": of_status(status)}
    if one.may_be_unchanged:
        told["304"] = {"description": "It is still true.", "headers": headers}
    for status, codes in statuses(one).items():
        words = "; ".join(f"`{code}`: {TITLES[code]}" for code in codes)
        told[str(status)] = {"description": words, "content": PROBLEM}
        if status in (429, 503):
            told[str(status)]["headers"] = TOO_MANY
        if status == 401:
            told[str(status)]["headers"] = CHALLENGE
    return told
