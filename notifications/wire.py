"""The wire to a server of somebody else's: the address that was looked at, and no more time than is given.

By hand and not by a client library, because everything the other side could do to us is bounded here: the
address (targets.py), the time (in all, also for one who sends a byte a second), and what is read.
"""

import functools
import io
import socket
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from http.client import RemoteDisconnected
from typing import Any

from notifications import targets
from notifications.targets import Target
from reservations import Invalid

CONNECT = 5.0  # seconds for each address of the host
ADDRESSES = 3  # of one host that are tried
NAMING = 20.0  # seconds that the system may take to resolve a name; nobody can tell it to be quicker
GRACE = 1.0  # seconds for the rest of an answer whose status is known


class NameTookTooLong(Exception):
    """The system resolved the name, but so late that what waited for it should begin anew."""


WORDS: Mapping[type[Exception], str] = {
    NameTookTooLong: "The name of the host took too long to resolve.",
    socket.gaierror: "The name of the host is not known.",
    ConnectionRefusedError: "The connection was refused.",
    RemoteDisconnected: "The connection was closed without an answer.",
    OSError: "The connection failed.",
}
"""What people are told of an attempt; the first that fits counts."""


@contextmanager
def opened(target: Target, seconds: float) -> Iterator[tuple[socket.socket, float]]:
    """Connect to the target, with TLS where it says so; yield the connection and until when it may be used.

    :raises Invalid: if the host has an address that is not public
    :raises OSError: if it cannot be reached
    """
    asked_at = time.monotonic()
    places = targets.addresses(target)
    if time.monotonic() - asked_at > NAMING:
        raise NameTookTooLong
    until = time.monotonic() + seconds
    with closing(_connected(places, until)) as plain, closing(_secured(plain, target, until)) as wire:
        yield wire, until


def in_words(error: Exception, seconds: float) -> str:
    """Return what people are told of an attempt that failed, given how long it might take."""
    if isinstance(error, Invalid):
        return error.sentence
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {getattr(error, 'verify_message', '') or error.reason}."
    if isinstance(error, TimeoutError):
        return f"No answer within {seconds:.0f} seconds."
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
            wire.settimeout(min(CONNECT, left(until)))
            wire.connect(place)
        except OSError as error:
            wire.close()
            failure = error
        else:
            return wire
    raise failure


def left(until: float) -> float:
    """Return how many seconds are left.

    :raises TimeoutError: if none are
    """
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def _secured(wire: socket.socket, target: Target, until: float) -> socket.socket:
    """Put TLS on it, where the address says so: the certificate must be that of the host's name."""
    wire.settimeout(left(until))
    if target.scheme != "https":
        return wire
    return tls().wrap_socket(wire, server_hostname=target.host)


@functools.cache
def tls() -> ssl.SSLContext:
    """Return whom we trust: the authorities that the system does."""
    return ssl.create_default_context()


class Bounded(io.RawIOBase):
    """The receiving half of a connection, which runs out of time and of bytes.

    A socket's own time-out begins anew with each byte: a receiver that sends one every nine seconds would
    keep a thread for ever.
    """

    def __init__(self, wire: socket.socket, until: float, most: int) -> None:
        super().__init__()
        self._wire, self._until, self._left = wire, until, most

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
        self._wire.settimeout(left(self._until))
        received = self._wire.recv(min(len(buffer), self._left))
        buffer[: len(received)] = received
        self._left -= len(received)
        return len(received)
