"""Origins: which pages may open a socket here with their visitors' cookies.

A page elsewhere can open a websocket to this site, and the browser sends the cookies along: no CORS, no
CSRF token stands in the way (cross-site websocket hijacking). The Origin header is all there is to tell.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

App = Callable[[Mapping[str, Any], Any, Any], Awaitable[None]]
PORTS = {"http": "80", "https": "443"}


class OwnOriginsOnly:
    """Refuses handshakes from foreign pages with 403; programs, which send no Origin, may pass."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        if is_own(scope["headers"]):
            await self._app(scope, receive, send)
        else:
            await refuse(scope, receive, send)


async def refuse(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
    """Refuse a handshake."""
    await receive()
    await send({"type": "websocket.close"})


def is_own(headers: list[tuple[bytes, bytes]]) -> bool:
    """Tell whether the handshake comes from one of this site's pages, or from no page at all."""
    origins = [value.decode("latin-1") for name, value in headers if name.lower() == b"origin"]
    hosts = [value.decode("latin-1") for name, value in headers if name.lower() == b"host"]
    if not origins:
        return True
    if len(origins) != 1 or len(hosts) != 1:
        return False  # Two of a header: somebody wants us to read another one than the proxy did.
    return _is_this_host(origins[0], hosts[0]) or _is_trusted(origins[0])


def _is_this_host(origin: str, host: str) -> bool:
    """Compare host and port: another port of this machine is another site, whose pages get our cookies."""
    domain, _ = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    at = _parts(origin)
    return at is not None and at[1] == _with_port(host, at[0])


def _is_trusted(origin: str) -> bool:
    at = _parts(origin)
    return at is not None and any(
        _matches(at, trusted) for trusted in (settings.BASE_URL, *settings.CSRF_TRUSTED_ORIGINS)
    )


def _matches(at: tuple[str, str], trusted: str) -> bool:
    scheme, _, host = trusted.partition("://")
    if scheme != at[0]:
        return False
    if host.startswith("*."):
        return at[1].endswith("." + _with_port(host[2:], scheme))
    return at[1] == _with_port(host.partition("/")[0], scheme)


def _parts(origin: str) -> tuple[str, str] | None:
    """Return scheme and host:port of an origin; None for "null" and whatever else is no origin."""
    try:
        parts = urlsplit(origin.lower())
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.netloc or "@" in parts.netloc:
        return None
    return parts.scheme, _with_port(parts.netloc, parts.scheme)


def _with_port(netloc: str, scheme: str) -> str:
    domain, port = split_domain_port(netloc)
    return f"{domain}:{port or PORTS[scheme]}"
