"""Crews, which carry what is due: a few threads each, so that a slow receiver holds nobody else back.

The clock wakes them; whoever is done looks for the next by themselves. No thread has a connection to the
database while it talks to a receiver: there are fewer of those than receivers that let one wait.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from notifications import delivery, operations, signing
from notifications.delivery import Outcome
from notifications.operations import Claim, Message

log = logging.getLogger(__name__)
SIZE = 16  # deliveries under way at once, in one process
FRESH = 20.0  # seconds after its claim: with 20 to resolve a name and 10 to send, the lease of 60 still lasts


@dataclass(frozen=True, slots=True)
class Work:
    """What a crew does: how the next piece is claimed, given what is under way, and how one is carried."""

    name: str
    claim: Callable[[Mapping[int, int]], Any]
    carry: Callable[[Any], None]
    line: Callable[[Any], int]  # of which a piece is one: pieces of one line are counted together


class Crew:
    """Carries what is due, at most `size` at once; of one line as many as the work allows."""

    def __init__(self, size: int = SIZE, work: Work | None = None) -> None:
        self._size = size
        self._work = work or WEBHOOKS
        self._lock = threading.Condition()
        self._busy: Counter[int] = Counter()
        self._closing = False

    def wake(self) -> None:
        """Put whoever is idle to work, if there is any; returns at once."""
        self._closing = False
        while (claimed := self._taken()) is not None:
            threading.Thread(target=self._run, args=(claimed,), name=self._work.name, daemon=True).start()

    def rest(self, patience: float) -> bool:
        """Wait until nothing is under way, or patience ends, and return which."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._busy, timeout=patience)

    def finish(self, patience: float) -> bool:
        """Begin nothing more, and wait so long for what is under way; whoever wakes it opens it again."""
        self._closing = True
        return self.rest(patience)

    def _taken(self, done: Any = None) -> Any:
        """Take the next in the place of one that is done, in one step: whoever waits for rest sees no gap."""
        with self._lock:
            try:
                self._leave(done)
                if self._closing or self._busy.total() >= self._size:
                    return None
                claimed = self._work.claim(self._busy)
                if claimed is not None:
                    self._busy[self._work.line(claimed)] += 1
                return claimed
            finally:
                self._lock.notify_all()

    def _leave(self, done: Any) -> None:
        if done is not None:
            self._busy[self._work.line(done)] -= 1
            self._busy += Counter()  # drops those at zero

    def _run(self, claimed: Any) -> None:
        following = claimed
        try:
            while following is not None:
                following = self._carried(following)
        except Exception:
            # Most likely the database is away. The lease ends, and somebody tries again.
            log.exception("A thread of the %s crew stumbled; what it carried is sent again.", self._work.name)
        finally:
            connection.close()

    def _carried(self, claimed: Any) -> Any:
        try:
            self._work.carry(claimed)
        except BaseException:
            with self._lock:
                self._leave(claimed)
                self._lock.notify_all()
            raise
        return self._taken(claimed)


def carry(claimed: Claim) -> None:
    """Send one claimed delivery, and write down what came of it."""
    try:
        outcome = _sent(claimed)
    except Exception:
        # A mistake of ours must not be made every minute for ever: like a receiver's, it counts.
        log.exception("Delivery %s could not be sent.", claimed.id)
        outcome = Outcome(error="Something went wrong here. It has been written down.")
    if outcome is not None:
        operations.settle(claimed, outcome)


def _sent(claimed: Claim) -> Outcome | None:
    began = time.monotonic()
    message = operations.prepare(claimed)
    connection.close()
    if message is None or time.monotonic() - began > FRESH:
        return None
    return delivery.post(message.url, message.body, _headers(message))


def _headers(message: Message) -> dict[str, str]:
    return signing.headers(message.secret, message.id, message.body, now=datetime.now(UTC))


WEBHOOKS = Work(
    name="webhook",
    claim=lambda busy: operations.claim(busy=busy),
    carry=carry,
    line=lambda claimed: claimed.webhook,
)
