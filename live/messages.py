"""Messages: what a client may say over a websocket, checked for shape before anything else sees it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reservations import Invalid, Span

LONGEST = 16 * 1024  # bytes of one message
LONGEST_TOPIC = 100
MOST_ROOMS = 10_000  # in `since`; 16 KiB hold fewer
LONGEST_WINDOW = timedelta(days=62)
RATE, BURST = 10.0, 20.0  # messages a second in the long run, and at once


class Abuse(Exception):
    """A message that no honest client sends: the socket is closed with 4400."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A wish to hear of a topic; `since` is the revision the client holds of each room.

    `terms` and `window` are what came with the snapshot from which it holds them.
    """

    topic: str
    start: datetime | None
    end: datetime | None
    since: Mapping[int, int] | None
    terms: str | None
    window: str | None


def parse(text: str | None) -> dict[str, Any]:
    """Return the message as an object with a type.

    :raises Abuse: if it is binary, longer than 16 KiB, or nested to exhaust the parser
    :raises Invalid: if it is no JSON object with a type
    """
    if text is None:
        raise Abuse("Only text is understood here.")
    if len(text) > LONGEST or len(text.encode("utf-8", "surrogatepass")) > LONGEST:
        raise Abuse(f"A message has at most {LONGEST} bytes.")
    try:
        message = json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise Abuse("That is nested too deeply.") from error
    except ValueError as error:
        raise Invalid("That is not JSON.") from error
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Invalid("A message is an object with a type.")
    return message


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def about(message: Mapping[str, Any]) -> dict[str, str]:
    """Return what a message is about, by which its sender knows the answer again."""
    said = {name: message.get(name) for name in ("topic", "reference")}
    return {name: text[:LONGEST_TOPIC] for name, text in said.items() if isinstance(text, str)}


def topic_of(message: Mapping[str, Any]) -> str:
    """Return the topic that the message is about.

    :raises Invalid: if it is no text, or too long for one
    """
    topic = message.get("topic")
    if not isinstance(topic, str) or not 1 <= len(topic) <= LONGEST_TOPIC:
        raise Invalid("A topic is a text, such as venue:harbour-office.")
    return topic


def watch_of(message: Mapping[str, Any]) -> Watch:
    """Return the wish to watch that the message states.

    :raises Invalid: if one of its fields is of the wrong kind
    """
    terms, held = message.get("terms"), message.get("window")
    return Watch(
        topic=topic_of(message),
        start=_instant(message, "start"),
        end=_instant(message, "end"),
        since=_since(message.get("since")),
        terms=terms if isinstance(terms, str) else None,
        window=held if isinstance(held, str) else None,
    )


def _instant(message: Mapping[str, Any], name: str) -> datetime | None:
    value = message.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Invalid(f"{name.capitalize()} is an instant such as 2026-11-23T09:00:00Z.") from error
    if moment.tzinfo is None:
        raise Invalid(f"{name.capitalize()} needs an offset, such as Z.")
    return moment


def _since(value: Any) -> dict[int, int] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or len(value) > MOST_ROOMS:
        raise Invalid("Since is an object of room ids and revisions.")
    for room, revision in value.items():
        # Eighteen digits fit any column; isdecimal alone would let "٣" be a room.
        if not (room.isascii() and room.isdecimal() and len(room) <= 18) or type(revision) is not int:
            raise Invalid("Since is an object of room ids and revisions.")
    return {int(room): revision for room, revision in value.items()}


def window(watch: Watch, default: Span, *, may_be_open: bool = False) -> Span:
    """Return the span of time that is watched: the default unless the message names one.

    :raises Invalid: if it is reversed, has no end, or is longer than 62 days
    """
    if watch.start is None and watch.end is None:
        return default
    if watch.start is None or (watch.end is None and not may_be_open):
        raise Invalid("A window has a start and an end.")
    span = Span(watch.start, watch.end)
    if span.end is not None and span.end - span.start > LONGEST_WINDOW and not may_be_open:
        raise Invalid(f"A window is at most {LONGEST_WINDOW.days} days long.")
    return span


class Bucket:
    """Counts how much one socket says: ten messages a second, twenty at once."""

    __slots__ = ("_at", "_left")

    def __init__(self, now: float) -> None:
        self._left, self._at = BURST, now

    def take(self, now: float) -> bool:
        """Count one message, and tell whether it was within the limit."""
        self._left = min(BURST, self._left + (now - self._at) * RATE) - 1
        self._at = now
        return self._left >= 0
