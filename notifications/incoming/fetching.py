"""A calendar over the wire: a GET to an address that was looked at, and what was there.

Every redirect is an address that is looked at anew; time, size and the number of servers are bounded.
"""

import socket
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import cast
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from notifications import targets, wire
from notifications.delivery import retry_after
from notifications.targets import Target, refused
from reservations import Invalid

TOTAL = 20.0  # seconds for each server that is asked, from the first attempt to connect to the last byte
MOST = 2_000_000  # bytes of a calendar
HEAD = 65_536  # bytes before it
REDIRECTS = 3
MOVED = (301, 302, 303, 307, 308)
UNCHANGED = 304
KEPT = 200  # characters of what a server knows its answer by


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking: a calendar, that it is as it was, or why there is none, in words."""

    text: bytes = b""
    is_unchanged: bool = False
    etag: str = ""
    last_modified: str = ""
    error: str = ""
    retry_after: float | None = None  # seconds, as the server asked


def address_of(written: str) -> str:
    """Return the address as it is asked, from how people copy it.

    :raises Invalid: if it is not a public one of https
    """
    url = written.strip()
    if url[:9].lower() == "webcal://":
        url = f"https://{url[9:]}"
    if "@" in _host_in(url):
        raise refused("Leave name and password out of the address: a calendar has a secret address instead.")
    target = targets.parse(url)
    if target.scheme != "https" and not settings.WEBHOOKS_ALLOW_PRIVATE:
        raise refused("Give an address that begins with https:// or webcal://.")
    return url


def _host_in(url: str) -> str:
    """Return the part of the address that names the host, or nothing where it is no address."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def get(url: str, *, etag: str = "", last_modified: str = "") -> Answer:
    """Ask for the calendar, and return what came of it; whatever the server does, this does not raise."""
    known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {name: value for name, value in known.items() if value}
    try:
        for _ in range(REDIRECTS + 1):
            target = targets.parse(address_of(url))
            with wire.opened(target, TOTAL) as (connected, until):
                answer, more = _exchange(connected, _request(target, headers), until)
            if more is None:
                return answer
            url = urljoin(url, more)
    except (Invalid, OSError, UnicodeError, HTTPException, ValueError, wire.NameTookTooLong) as error:
        return Answer(error=wire.in_words(error, TOTAL)[:200])
    return Answer(error="The address leads on and on.")


def _request(target: Target, headers: dict[str, str]) -> bytes:
    lines = {
        "Host": target.authority,
        "User-Agent": "Reserve-Calendars/1",
        "Accept": "text/calendar, */*;q=0.1",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"GET {target.path} HTTP/1.1\r\n{head}\r\n".encode("ascii")


def _exchange(connected: socket.socket, request: bytes, until: float) -> tuple[Answer, str | None]:
    """Return the answer, and where it leads if it is elsewhere."""
    connected.settimeout(wire.left(until))
    connected.sendall(request)
    source = wire.Bounded(connected, until, MOST + HEAD)
    answer = HTTPResponse(cast(socket.socket, source), method="GET")  # all it asks for is makefile
    answer.begin()
    if answer.status in MOVED and (place := answer.headers.get("Location", "")):
        return Answer(), place
    return _answered(answer), None


def _answered(answer: HTTPResponse) -> Answer:
    if answer.status == UNCHANGED:
        return Answer(is_unchanged=True)
    if answer.status != 200:
        return Answer(error=f"The answer was {answer.status}.", retry_after=retry_after(answer))
    text, error = _body(answer)
    if error:
        return Answer(error=error)
    return Answer(text, etag=_kept(answer, "ETag"), last_modified=_kept(answer, "Last-Modified"))


def _body(answer: HTTPResponse) -> tuple[bytes, str]:
    """Return what came, and what is wrong with it."""
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        return b"", "The calendar came compressed, which was not asked for."
    try:
        text = answer.read(MOST + 1)
    except HTTPException:
        return b"", "The calendar broke off on its way."
    if len(text) > MOST:
        return b"", f"The calendar is larger than {MOST // 1_000_000} megabytes."
    # If more was promised, it did not come.
    return text, "The calendar broke off on its way." if answer.length else ""


def _kept(answer: HTTPResponse, name: str) -> str:
    """Return what the server knows its answer by, if it is one that can be sent back."""
    value = answer.headers.get(name, "").strip()
    return value if len(value) <= KEPT and value.isascii() and value.isprintable() else ""
