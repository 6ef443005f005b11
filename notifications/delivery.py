"""One message over the wire: a POST to an address that was looked at, and what came of it.

Ten seconds in all, and 64 KiB of what is answered; redirects are not followed (wire.py bounds the rest).
"""

import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from typing import cast

from notifications import targets, wire
from notifications.targets import Target
from reservations import Invalid

TOTAL = 10.0  # seconds from the first attempt to connect to the last byte that is read
MOST = 65_536  # bytes that are read of an answer


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a message: the status of the answer, or why there was none."""

    status: int | None = None
    error: str = ""
    retry_after: float | None = None  # seconds, as the receiver asked

    @property
    def is_delivered(self) -> bool:
        """Tell whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Send the message, and return what came of it; whatever the receiver does, this does not raise."""
    try:
        target = targets.parse(url)
        with wire.opened(target, TOTAL) as (connected, until):
            return _exchange(connected, _request(target, body, headers), until)
    except (Invalid, OSError, UnicodeError, HTTPException, ValueError, wire.NameTookTooLong) as error:
        return Outcome(error=wire.in_words(error, TOTAL)[:200])


def _request(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = {
        "Host": target.authority,
        "User-Agent": "Reserve-Webhooks/1",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Accept": "*/*",
        "Connection": "close",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target.path} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


def _exchange(connected: socket.socket, request: bytes, until: float) -> Outcome:
    connected.settimeout(wire.left(until))
    connected.sendall(request)
    source = wire.Bounded(connected, until, MOST)
    answer = HTTPResponse(cast(socket.socket, source), method="POST")  # all it asks for is makefile
    answer.begin()
    outcome = _outcome(answer)
    # Whatever else it says is of no interest; but who is hung up on in mid-sentence writes an error log.
    source.hurry()
    with suppress(OSError, HTTPException, ValueError):
        answer.read(MOST)
    return outcome


def _outcome(answer: HTTPResponse) -> Outcome:
    status = answer.status
    if 200 <= status < 300:
        return Outcome(status)
    if 300 <= status < 400:
        return Outcome(status, "The answer was a redirect, and redirects are not followed.")
    return Outcome(status, f"The answer was {status}.", retry_after(answer))


def retry_after(answer: HTTPResponse) -> float | None:
    """Return how many seconds the answer asks to wait, where it may; it says seconds, or a date."""
    said = answer.headers.get("Retry-After", "") if answer.status in (429, 503) else ""
    if re.fullmatch(r"[0-9]{1,9}", said.strip()):
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
