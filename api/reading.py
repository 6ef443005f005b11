"""From bytes and query strings to typed structs; everything odd is Invalid, and says which field.

Python's own parser reads the JSON, because it alone tells of a name that comes twice; msgspec converts
what was read to the struct, whose definition is also what the OpenAPI document says.
"""

import functools
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar, cast, get_args

import msgspec
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest
from django.http.request import RawPostDataException

from api.errors import TooLarge, UnsupportedMediaType
from reservations import Invalid
from reservations.spans import EARLIEST, LATEST
from rooms.wishes import KEY, KEY_RULE

LARGEST_BODY = 65_536  # bytes; the largest request that makes sense, a hundred rooms, has two thousand
DEEPEST = 16  # levels; ours has three
LONGEST_NUMBER = 19  # digits; more fit no column
LONGEST_QUERY = 4_096  # characters of one value
LONGEST_NAME = 60  # characters of a parameter that there is not, in the refusal
NEEDLESS = (("format", ["json"]),)  # what clients add by habit, and what is true here without it
UTF_8 = ("utf-8", "utf8", "us-ascii")
INSTANT = "Give an instant with its offset, such as 2026-11-23T10:00:00+03:00."
DATE = "Give a date, such as 2026-11-23."
WRITTEN = {  # texts that have a form of their own
    "amount": "Give an amount of money, such as 24.00.",
    "currency": "Give a currency by its three letters, such as EUR.",
}
KEY_HEADER = "Idempotency-Key"
T = TypeVar("T", bound=msgspec.Struct)


def body(request: HttpRequest, kind: type[T], *, required: bool = True) -> T:
    """Return the request's body as the struct.

    :raises Invalid: if it is not JSON, or not what the struct says
    :raises UnsupportedMediaType: if it does not say that it is JSON
    """
    raw = _raw(request)
    if not raw:
        if required:
            raise Invalid("This call needs a JSON object in its body.")
        return kind()
    if request.content_type != "application/json" or _charset(request) not in UTF_8:
        raise UnsupportedMediaType
    return _converted(parse(raw), kind, strict=True)


def _raw(request: HttpRequest) -> bytes:
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            raise TooLarge
    except ValueError as error:
        raise Invalid("The Content-Length is no number.") from error
    try:
        raw = request.body
    except RawPostDataException as error:  # the CSRF check has read it: it was a form
        raise UnsupportedMediaType from error
    except OSError as error:  # the client went away, or sent less than it said
        raise Invalid("The body is not complete.") from error
    if len(raw) > LARGEST_BODY:
        raise TooLarge
    return raw


def _charset(request: HttpRequest) -> str:
    params = request.content_params or {}
    return params.get("charset", "utf-8").strip("\"'").lower().replace("_", "-")


def parse(raw: bytes) -> dict[str, Any]:
    """Return the JSON object in the bytes: strict, bounded, and clean of what no column can keep.

    :raises Invalid: if it is anything else
    """
    try:
        read = json.loads(raw.decode(), object_pairs_hook=_pairs, parse_int=_whole, parse_constant=_no_number)
    except RecursionError as error:
        raise Invalid(f"The body is nested more than {DEEPEST} levels deep.") from error
    except ValueError as error:
        raise Invalid("The body is not JSON.") from error
    if not isinstance(read, dict):
        raise Invalid("The body is a JSON object.")
    _require_clean(read, "", 1)
    return read


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        # Two readers of one body must not see two requests: proxies and we could choose differently.
        raise Invalid("A name comes twice in one object of the body.")
    return found


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise Invalid("A number in the body is too large.")
    return int(digits)


def _no_number(word: str) -> NoReturn:
    raise Invalid(f"{word} is no number in JSON.")


def _require_clean(value: Any, field: str, depth: int) -> None:
    """Refuse NUL and lone surrogates, which no column keeps, and nesting that makes no sense."""
    if isinstance(value, str):
        if "\0" in value or not _is_utf_8(value):
            raise refused(field or "body", "This text has characters that cannot be kept.")
    elif isinstance(value, dict | list):
        if depth > DEEPEST:
            raise Invalid(f"The body is nested more than {DEEPEST} levels deep.")
        parts = value.items() if isinstance(value, dict) else (("", part) for part in value)
        for name, part in parts:
            _require_clean(name, "", depth)
            _require_clean(part, field or name, depth + 1)


def _is_utf_8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def query(request: HttpRequest, kind: type[T]) -> T:
    """Return the request's query string as the struct.

    :raises Invalid: if a value is not what the struct says, or one comes twice, or nobody would read it
    """
    read: dict[str, Any] = {}
    kinds = _kinds_of(kind)
    for name, values in request.GET.lists() if request.META.get("QUERY_STRING") else ():
        if name not in kinds:
            if (name, values) in NEEDLESS:
                continue
            # A filter that is spelled wrong would be a longer list than was asked for.
            raise refused(name[:LONGEST_NAME], f"This call has no such parameter. {_known(kinds)}")
        if len(values) > 1:
            raise refused(name, "Give this once.")
        value = values[0]
        if len(value) > LONGEST_QUERY or "\0" in value or not _is_utf_8(value):
            raise refused(name, "This is too long, or has characters that cannot be.")
        if value.lower() == "null" and str not in get_args(kinds[name]) and kinds[name] is not str:
            raise refused(name, "Leave this out instead.")  # msgspec would read it as None
        read[name] = value
    return _converted(read, kind, strict=False)


@functools.cache
def _kinds_of(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Return the type of each field of the struct, by the name that it has outside."""
    return {field.encode_name: field.type for field in msgspec.structs.fields(kind)}


def _known(kinds: Mapping[str, Any]) -> str:
    return f"Known are: {', '.join(kinds)}." if kinds else "It has none."


def _converted(read: dict[str, Any], kind: type[T], *, strict: bool) -> T:
    instants = _instants_of(kind)
    for name in instants & read.keys():
        read[name] = _moment(read[name], name)
    try:
        return msgspec.convert(read, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise _explained(str(error), instants) from error


@functools.cache
def _instants_of(kind: type[msgspec.Struct]) -> frozenset[str]:
    """Return the names of the struct's fields that are instants."""
    fields = msgspec.structs.fields(kind)
    return frozenset(field.encode_name for field in fields if _has_instant(field.type))


def _has_instant(hint: Any) -> bool:
    return hint is datetime or any(_has_instant(part) for part in get_args(hint))


def _moment(value: Any, name: str) -> Any:
    """Return the instant, read more generously than RFC 3339: seconds may be left out.

    :raises Invalid: if the text is none; msgspec would take a number in it for seconds since 1970
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    if "T" in text and " " in text:
        text = text.replace(" ", "+")  # "+03:00" in an address that nobody encoded
    try:
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise refused(name, INSTANT) from error
    if found.tzinfo is not None and not EARLIEST <= found <= LATEST:
        raise refused(name, "This must lie between the years 1970 and 2200.")
    return found


def instant(text: str, name: str) -> datetime:
    """Return the instant that a text says, with its offset.

    :raises Invalid: if it is none
    """
    found = _moment(text, name)
    if found.tzinfo is None:
        raise refused(name, INSTANT)
    return cast(datetime, found)


WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "datetime": "an instant",
}


def _explained(sentence: str, instants: frozenset[str]) -> Invalid:
    """Return msgspec's finding in our words: "Expected `int`, got `str` - at `$.rooms[0]`"."""
    finding, _, place = sentence.partition(" - at `$")
    names = re.findall(r"[^.\[\]`]+", place)
    missing = re.search(r"missing required field `(\w+)`", finding)
    if missing:
        return refused(missing[1], "This is needed.")
    if unknown := re.search(r"unknown field `(.+)`", finding, re.DOTALL):
        return refused(unknown[1], "This call has no such field.")
    field = names[0] if names else "body"
    return refused(field, INSTANT if field in instants else _sentence(finding, names[-1] if names else ""))


def _sentence(finding: str, name: str) -> str:
    if finding.startswith("Invalid RFC3339 encoded date"):
        return DATE
    if " matching regex " in finding:
        return WRITTEN.get(name, "This is not written as it must be.")
    if longest := re.fullmatch(r"Expected `str` of length <= (\d+)", finding):
        return f"At most {longest[1]} characters."
    return re.sub(r"`([^`]*)`", lambda found: _in_words(found[1]), finding) + "."


def _in_words(kinds: str) -> str:
    return " or ".join(WORDS.get(kind.strip(), kind.strip()) for kind in kinds.split("|"))


def refused(field: str, sentence: str) -> Invalid:
    """Return the refusal of one field."""
    return Invalid(sentence, field_errors={field: [sentence]})


def require_in_order(since: datetime | None, until: datetime | None) -> None:
    """Refuse the `from` and `to` of a list where the one lies behind the other; the same instant is one.

    :raises Invalid: if so
    """
    if since is not None and until is not None and until < since:
        raise refused("to", "The period ends before it begins.")


def key_of(request: HttpRequest) -> str:
    """Return the idempotency key, or nothing if none was sent.

    :raises Invalid: if it is empty, too long or cannot be printed, or if more than one was sent
    """
    said = request.headers.get(KEY_HEADER)
    if said is None:
        return ""
    if _times_sent(request, KEY_HEADER) > 1:
        raise refused(KEY_HEADER, "Give this once.")
    try:
        key = said.encode("latin-1").decode()  # servers hand the bytes of a header on as if they were Latin-1
    except UnicodeError:
        key = ""
    # Empty is not none: whoever meant to send a key, and had none, would book twice.
    if not key.strip() or len(key) > KEY or not key.isprintable():
        raise refused(KEY_HEADER, KEY_RULE)
    return key


def _times_sent(request: HttpRequest, name: str) -> int:
    """Return how often a header was sent; a server for WSGI has joined them, and once is all it tells."""
    sent = request.scope["headers"] if isinstance(request, ASGIRequest) else ()
    return sum(one == name.lower().encode() for one, _ in sent)
