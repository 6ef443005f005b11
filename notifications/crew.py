"""The crew that carries deliveries: a few threads, so that a slow receiver holds nobody else back.

The clock wakes it; whoever is done looks for the next by themselves. No thread has a connection to the
database while it talks to a receiver: there are fewer of those than receivers that let one wait.
"""

import logging
import threading
import time
from collections import Counter
from datetime import UTC, datetime

from django.db import connection

from notifications import delivery, operations, signing
from notifications.operations import Claim, Message

log = logging.getLogger(__name__)
SIZE = 16  # deliveries under way at once, in one process
FRESH = 20.0  # seconds after its claim: with 20 to resolve a name and 10 to send, the lease of 60 still lasts


class Crew:
    """Carries what is due, at most `size` at once, and at most a few of one webhook."""

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._lock = threading.Condition()
        self._busy: Counter[int] = Counter()

    def wake(self) -> None:
        """Put whoever is idle to work, if there is any; returns at once."""
        for claimed in self._taken(self._size):
            threading.Thread(target=self._work, args=(claimed,), name="webhook", daemon=True).start()

    def rest(self, patience: float) -> bool:
        """Wait until nothing is under way, or patience ends, and return which."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._busy, timeout=patience)

    def _taken(self, most: int) -> list[Claim]:
        with self._lock:
            free = min(most, self._size - self._busy.total())
            found = operations.claim(most=free, busy=self._busy) if free > 0 else []
            self._busy.update(claimed.webhook for claimed in found)
            return found

    def _work(self, claimed: Claim) -> None:
        following = [claimed]
        try:
            while following:
                try:
                    carry(following[0])
                finally:
                    self._done(following[0])
                following = self._taken(1)
        except Exception:
            # Most likely the database is away. The lease ends, and somebody tries again.
            log.exception("A thread of the webhooks' crew stumbled; what it carried is sent again.")
        finally:
            connection.close()

    def _done(self, claimed: Claim) -> None:
        with self._lock:
            self._busy[claimed.webhook] -= 1
            self._busy += Counter()  # drops those at zero
            self._lock.notify_all()


def carry(claimed: Claim) -> None:
    """Send one claimed delivery, and write down what came of it."""
    began = time.monotonic()
    message = operations.prepare(claimed)
    connection.close()
    if message is None or time.monotonic() - began > FRESH:
        return
    outcome = delivery.post(message.url, message.body, _headers(message))
    operations.settle(claimed, outcome)


def _headers(message: Message) -> dict[str, str]:
    return signing.headers(message.secret, message.id, message.body, now=datetime.now(UTC))
