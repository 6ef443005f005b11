"""Throttles: how often somebody may ask, counted in the cache and forgotten with it.

One counter for each who and minute. The cache counts atomically; without it nobody is kept out.
"""

import hashlib
import ipaddress
import logging
import time

from django.core.cache import cache
from django.http import HttpRequest

from accounts import origins
from reservations import Throttled

logger = logging.getLogger(__name__)
MINUTE = 60  # seconds


def address_of(request: HttpRequest) -> str:
    """Return the network address that asks; of IPv6 the network, of which one visitor has many addresses."""
    told = request.META
    seen = origins.address_of(told.get("REMOTE_ADDR", ""), told.get("HTTP_X_FORWARDED_FOR", ""))
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)
        return str(address.ipv4_mapped)
    return str(address)


def count(kind: str, who: str | int, most: int) -> None:
    """Count one request of this minute.

    :raises Throttled: if there were enough; with the seconds until the next minute
    """
    if most <= 0:
        return
    now = time.time()
    if _counted(_key(kind, who, now)) > most:
        raise Throttled(
            f"At most {most} requests of this kind a minute. Please wait a moment.",
            retry_after=MINUTE - int(now) % MINUTE,
        )


def give_back(kind: str, who: str | int) -> None:
    """Count one request of this minute less: what succeeded was no guess."""
    try:
        cache.decr(_key(kind, who, time.time()))
    except ValueError:
        pass  # The minute is over.
    except Exception:
        logger.warning("The cache does not count requests.", exc_info=True)


def _counted(key: str) -> int:
    try:
        try:
            return int(cache.incr(key))
        except ValueError:  # the first of this minute
            return 1 if cache.add(key, 1, 2 * MINUTE) else int(cache.incr(key))
    except Exception:
        logger.warning("The cache does not count requests.", exc_info=True)
        return 0


def _key(kind: str, who: str | int, now: float) -> str:
    # Hashed: it may be an address somebody typed, and keys have no spaces.
    name = (
        hashlib.sha256(str(who).encode("utf-8", "replace")).hexdigest()[:24] if isinstance(who, str) else who
    )
    return f"api:{kind}:{name}:{int(now) // MINUTE}"
