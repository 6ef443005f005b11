"""Limits on guessing, for every door together: counted in the cache, and forgotten with it.

What failed is counted, and nothing else: whoever knows their password is kept out by nobody in the same
office. The cache counts atomically; guesses that are checked in the same moment may pass together, so each
door checks only a few at once.
"""

import hashlib
import ipaddress
import logging
import time
from dataclasses import dataclass

from django.core.cache import cache

from reservations.errors import Throttled

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many in each stretch of so many seconds, for everybody who is counted."""

    name: str
    most: int
    seconds: int
    sentence: str = Throttled.usual

    def require(self, who: str) -> None:
        """Refuse whoever has used up what they may.

        :raises Throttled: with the seconds until they may again
        """
        now = time.time()
        if self._counted(self._key(who, now)) >= self.most:
            raise Throttled(self.sentence, retry_after=self.seconds - int(now) % self.seconds)

    def count(self, who: str) -> int:
        """Count one more, and return how many there are in this stretch."""
        key = self._key(who, time.time())
        try:
            if cache.add(key, 1, self.seconds):
                return 1
            return int(cache.incr(key))
        except ValueError:  # forgotten in between
            cache.add(key, 1, self.seconds)
            return 1
        except Exception:
            logger.warning("The cache does not count guesses.", exc_info=True)
            return 0

    def take(self, who: str) -> None:
        """Count a try before it is made, so that those of one moment do not pass together.

        :raises Throttled: as `require` does
        """
        if self.count(who) > self.most:
            self.require(who)

    def give_back(self, who: str) -> None:
        """Count one less: what succeeded was no guess."""
        try:
            cache.decr(self._key(who, time.time()))
        except ValueError:
            pass  # The stretch is over.
        except Exception:
            logger.warning("The cache does not count guesses.", exc_info=True)

    def forget(self, who: str) -> None:
        """Let them begin anew: they have proved who they are."""
        try:
            cache.delete(self._key(who, time.time()))
        except Exception:
            logger.warning("The cache does not count guesses.", exc_info=True)

    def _counted(self, key: str) -> int:
        try:
            return int(cache.get(key, 0))
        except Exception:
            logger.warning("The cache does not count guesses.", exc_info=True)
            return 0  # Without it nobody is kept out.

    def _key(self, who: str, now: float) -> str:
        # Hashed, because anybody can type anything as an address, and keys are neither long nor spaced.
        told = hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()[:32]
        return f"limit:{self.name}:{told}:{int(now) // self.seconds}"


WRONG = "Too many wrong tries. Please wait a few minutes, or reset your password."
PER_ACCOUNT = Limit("guesses-of-an-account", 5, 300, WRONG)
PER_NETWORK = Limit("guesses-from-a-network", 10, 60, WRONG)
REGISTRATIONS = Limit("registrations", 60, 60, "Too many registrations from here. Please wait a minute.")


def network_of(address: str) -> str:
    """Return the network that counts as one visitor: of IPv6 the 64 bits that one household has."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.IPv6Network((found, 64), strict=False).network_address)
    return str(found)
