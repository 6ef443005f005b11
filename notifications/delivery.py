"""One message over the wire: a POST to an address that was looked at, and what came of it.

By hand and not by a client library, because everything a receiver could do to us is bounded here: the
address (targets.py), the time (ten seconds in all, also for one who sends a byte a second), the size of
what is read, and the number of servers that are asked: redirects are not followed.
"""

import functools
import io
import re
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse, RemoteDisconnected
from typing import Any, cast

from notifications import targets
from notifications.targets import Target
from reservations import Invalid

CONNECT = 5.0  # seconds for each address of the host
TOTAL = 10.0  # seconds from the first attempt to connect to the last byte that is read
ADDRESSES = 3  # of one host that are tried
MOST = 65_536  # bytes that are read of an answer
NAMING = 20.0  # seconds that the system may take to resolve a name; nobody can tell it to be quicker
GRACE = 1.0  # seconds for the rest of an answer whose status is known


WORDS: Mapping[type[Exception], str] = {
    TimeoutError: f"No answer within {TOTAL:.0f} seconds.",
    socket.gaierror: "The name of the host is not known.",
    ConnectionRefusedError: "The connection was refused.",
    RemoteDisconnected: "The connection was closed without an answer.",
    OSError: "The connection failed.",
}
"""What the owner is told of an attempt; the first that fits counts."""


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
        return _sent(targets.parse(url), body, headers)
    except (Invalid, OSError, UnicodeError, HTTPException, ValueError) as error:
        return Outcome(error=_in_words(error)[:200])


def _sent(target: Target, body: bytes, headers: Mapping[str, str]) -> Outcome:
    asked_at = time.monotonic()
    places = targets.addresses(target)
    if time.monotonic() - asked_at > NAMING:
        return Outcome(error="The name of the host took too long to resolve.")
    until = time.monotonic() + TOTAL
    with closing(_connected(places, until)) as plain, closing(_secured(plain, target, until)) as wire:
        return _exchange(wire, _request(target, body, headers), until)


def _in_words(error: Exception) -> str:
    if isinstance(error, Invalid):
        return error.sentence
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {getattr(error, 'verify_message', '') or error.reason}."
    for kind, words in WORDS.items():
        if isinstance(error, kind):
            return words
    return "The answer was not HTTP."


def _connected(places: Sequence[tuple[Any, ...]], until: float) -> socket.socket:
    """Return a connection to the first address that takes one, out of those that were looked at."""
    failure: OSError = OSError("no address")
    for family, kind, protocol, _, place in places[:ADDRESSES]:
        wire = socket.socket(family, kind, protocol)
        try:
            wire.settimeout(min(CONNECT, _left(until)))
            wire.connect(place)
        except OSError as error:
            wire.close()
            failure = error
        else:
            return wire
    raise failure


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _secured(wire: socket.socket, target: Target, until: float) -> socket.socket:
    """Put TLS on it, where the address says so: the certificate must be that of the host's name."""
    wire.settimeout(_left(until))
    if target.scheme != "https":
        return wire
    return _tls().wrap_socket(wire, server_hostname=target.host)


@functools.cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


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


def _exchange(wire: socket.socket, request: bytes, until: float) -> Outcome:
    wire.settimeout(_left(until))
    wire.sendall(request)
    source = _Bounded(wire, until)
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
    wait = _seconds(answer.headers.get("Retry-After", "")) if status in (429, 503) else None
    return Outcome(status, f"The answer was {status}.", wait)


def _seconds(said: str) -> float | None:
    """Return how long a Retry-After header asks to wait: in seconds, or until a date."""
    if re.fullmatch(r"[0-9]{1,9}", said.strip()):
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


class _Bounded(io.RawIOBase):
    """The receiving half of a connection, which runs out of time and of bytes.

    A socket's own time-out begins anew with each byte: a receiver that sends one every nine seconds would
    keep a thread for ever.
    """

    def __init__(self, wire: socket.socket, until: float) -> None:
        super().__init__()
        self._wire, self._until, self._left = wire, until, MOST

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return itself as http.client reads it."""
        return io.BufferedReader(self)

    def hurry(self) -> None:
        """Leave only a moment more."""
        self._until = min(self._until, time.monotonic() + GRACE)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._left <= 0:
            return 0
        self._wire.settimeout(_left(self._until))
        received = self._wire.recv(min(len(buffer), self._left))
        buffer[: len(received)] = received
        self._left -= len(received)
        return len(received)
