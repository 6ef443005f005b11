"""Where a webhook may point: at public http and https addresses, and nowhere else.

Whoever may name an address that this server then asks, has a foot inside its network: at the database's
port, at a cloud's metadata service, at a printer. So a host is resolved once, every address it has must be
public, and the connection goes to the very address that was looked at: a name that answers differently the
second time (DNS rebinding) is never asked a second time.
"""

import ipaddress
import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from notifications.models import LONGEST_URL
from reservations import Invalid

PORTS = {"http": 80, "https": 443}
NAME = re.compile(
    r"(?=.{1,253}\.?$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)(\.[A-Za-z0-9_-]{1,63})*\.?"
)
NUMBER = re.compile(r"\d+|0[xX][0-9a-fA-F]*")
# A translator carries these to the IPv4 address in their last 32 bits.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
UNICAST = ipaddress.IPv6Network("2000::/3")  # the only part of IPv6 that was ever given to the internet
# Tunnels and relays to an IPv4 address within, and what is set apart but was not for this Python yet.
ODD = [
    ipaddress.ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")
]


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart; `path` has the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Return the host as the Host header names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def refused(sentence: str) -> Invalid:
    """Return the refusal of an address."""
    return Invalid(sentence, field_errors={"url": [sentence]})


def parse(url: str) -> Target:
    """Return the address taken apart.

    :raises Invalid: if it is not http or https, has a log-in in it, or an address that is not public
    """
    # No blanks, controls and backslashes: two parsers read two different hosts out of those.
    if len(url) > LONGEST_URL or not re.fullmatch(r"[!-\[\]-~]+", url):
        raise refused(f"Give an address of at most {LONGEST_URL} characters, without blanks, in ASCII.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise refused("That is not an address.") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise refused("Give an address that begins with https:// or http://.")
    if "@" in parts.netloc:
        raise refused("Leave name and password out of the address: deliveries are signed instead.")
    if port == 0:
        raise refused("No server listens on port 0.")
    host = parts.hostname
    _require_sound(host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or PORTS[parts.scheme], path)


def _require_sound(host: str) -> None:
    address = _literal(host)
    if address is None:
        if not NAME.fullmatch(host):
            raise refused("That is not the name of a host.")
        last = host.rstrip(".").rpartition(".")[2]
        if NUMBER.fullmatch(last):
            # 2130706433, 0177.1 and 0x7f.1 are 127.0.0.1 to the system, and a name to whoever checks.
            raise refused("Write an IPv4 address as four decimal numbers.")
        if "." not in host.rstrip(".") and not settings.WEBHOOKS_ALLOW_PRIVATE:
            raise refused("Give the full name of a public host.")
    elif not _allowed(address):
        raise refused("That address is not public.")


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return None if "%" in host else ipaddress.ip_address(host)
    except ValueError:
        return None


def addresses(target: Target) -> list[tuple[Any, ...]]:
    """Resolve the host, once, and return what a socket needs for each of its addresses.

    :raises Invalid: if one of them is not public
    :raises OSError: if the name is not known
    """
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    # All of them, not the one in use: a name with a public and a private one is up to something.
    for *_, place in found:
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        if not _allowed(address):
            raise refused("The host has an address that is not public.")
    return found


def _allowed(address: IPv4Address | IPv6Address) -> bool:
    return bool(settings.WEBHOOKS_ALLOW_PRIVATE) or is_public(address)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Test whether the address is one of the public internet, however it is dressed."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
        if address not in UNICAST:
            return False
    odd = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not odd and not any(address in network for network in ODD)
