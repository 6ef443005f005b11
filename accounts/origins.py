"""Where a change comes from: which door, and from which network; written beside it in the audit trail.

A network and never an address: 24 bits of IPv4, 48 of IPv6. That tells the office from the other end of the
world, and no visitor from their neighbours. After 90 days it is forgotten (rooms/operations/forgetting.py).
"""

import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings

LONGEST = 80  # characters
_came: ContextVar[str] = ContextVar("origin", default="")
superuser: ContextVar[int] = ContextVar("acting_superuser", default=0)
"""Who acts for somebody in what is being answered (accounts/acting.py); nobody, nearly always."""


def came(door: str, address: str) -> None:
    """Note by which door, and from which address, what follows is asked for; in this context alone."""
    _came.set(f"{door} {network_of(address)}".strip()[:LONGEST])


@contextmanager
def through(door: str) -> Iterator[None]:
    """Let what happens meanwhile come through this door, from the network that asks."""
    network = next((part for part in _came.get().split() if "/" in part), "")
    before = _came.set(f"{door} {network}".strip())
    try:
        yield
    finally:
        _came.reset(before)


@contextmanager
def unasked() -> Iterator[None]:
    """Let what happens meanwhile come from nowhere: it follows from what is asked for by others."""
    came_from, by = _came.set(""), superuser.set(0)
    try:
        yield
    finally:
        superuser.reset(by)
        _came.reset(came_from)


def origin() -> str:
    """Return where what happens now comes from: nothing, where nobody asked for it."""
    door, by = _came.get(), superuser.get()
    return f"{door} #{by}".strip() if by else door


def without_network(told: str) -> str:
    """Return an origin without the network it names."""
    return " ".join(part for part in told.split() if "/" not in part)


def address_of(peer: str, forwarded: str) -> str:
    """Return the address that asks: who is connected, or whom a proxy of ours wrote last.

    All before the last is what visitors say of themselves.
    """
    if settings.BEHIND_PROXY:
        return forwarded.rpartition(",")[2].strip() or peer
    return peer


def address_in(scope: Mapping[str, Any]) -> str:
    """Return the address that asks, as an ASGI scope tells it."""
    # Of several such headers the last: a proxy that adds one of its own adds it behind what was sent.
    sent = next((value for name, value in reversed(scope["headers"]) if name == b"x-forwarded-for"), b"")
    return address_of(str((scope.get("client") or ("",))[0]), sent.decode("latin-1"))


def network_of(address: str) -> str:
    """Return the network of the address; nothing, if it is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    bits = 24 if found.version == 4 else 48
    return str(ipaddress.ip_network((found, bits), strict=False))
