"""The wire to the provider: https alone, one answer to one question, and bounded in time and size.

Its address is the operator's own setting, and often one inside their network: unlike a webhook's it may be
private. What the provider names beyond that is held to the same bounds.
"""

import functools
import re
import ssl
import time
from typing import Any

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

CONNECT, READ, ALTOGETHER = 3.0, 5.0, 8.0  # seconds for each call
LARGEST = 256 * 1024  # bytes


def require_secure(url: Any) -> str:
    """Return the address, if it may be asked.

    :raises ValueError: if it is not https, which only a demo goes without
    """
    scheme = r"https?" if settings.DEBUG else r"https"
    if not (isinstance(url, str) and len(url) <= 2_000 and re.fullmatch(rf"{scheme}://[!-\[\]-~]+", url)):
        raise ValueError("The provider names an address that is not https.")
    return url


@functools.cache
def tls() -> ssl.SSLContext:
    """Return whom we trust: the authorities that the system does, such as an office's own."""
    return ssl.create_default_context()


class Trusting(HTTPAdapter):
    """Asks by TLS as the system does; `requests` alone knows only the authorities that it came with."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **{**options, "ssl_context": tls()})


class Wire(requests.Session):
    """Calls that end: an answer that never does would keep the thread that somebody waits for."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False  # a .netrc would replace the token that is shown
        self.mount("https://", Trusting())

    def request(self, method: Any, url: Any, *args: Any, **options: Any) -> requests.Response:
        until = time.monotonic() + ALTOGETHER
        bounds = {"timeout": (CONNECT, READ), "allow_redirects": False, "stream": True}
        answer = super().request(method, require_secure(url), *args, **{**options, **bounds})
        try:
            answer._content = _whole(answer, until)
        except HTTPError as error:
            raise requests.RequestException(str(error)) from error
        finally:
            answer.close()
        return answer


def _whole(answer: requests.Response, until: float) -> bytes:
    body = b""
    while piece := answer.raw.read1(65_536, decode_content=True):
        body += piece
        if len(body) > LARGEST:
            raise requests.RequestException("The answer is too large.")
        if time.monotonic() > until:
            raise requests.Timeout("The answer takes too long.")
    return body
