"""Events: `changed` and `freed`, after commit, for what is shown and waited for; `told`, for what is owed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from django.dispatch import Signal

from reservations import Span

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Changed:
    """Rooms whose revision rose, the venues they belong to, and the guests whose bookings it was.

    Or displays that were switched off, or may do other things: then no room is named.
    """

    venues: frozenset[int] = frozenset()
    rooms: dict[int, int] = field(default_factory=dict)
    guests: frozenset[int] = frozenset()
    freed: tuple[tuple[int, Span], ...] = ()  # time that was given back, of which room
    displays: frozenset[int] = frozenset()


class Listeners:
    """Who hears of each change; a plain list, for a signal looks up who listens in four steps each time."""

    def __init__(self) -> None:
        self._each: list[Callable[[Changed], None]] = []

    def connect(self, listener: Callable[[Changed], None]) -> None:
        """Tell the listener of every change from now on, once each."""
        if listener not in self._each:
            self._each.append(listener)

    def disconnect(self, listener: Callable[[Changed], None]) -> None:
        """Tell the listener no more."""
        self._each.remove(listener)

    def tell(self, change: Changed) -> None:
        """Tell everybody; a listener that fails is logged and hurts nobody."""
        for listener in self._each:
            try:
                listener(change)
            except Exception:
                logger.exception("A listener failed to hear of a change.")


# Told only after the transaction committed, so nobody hears of what was rolled back.
changed = Listeners()

# Told after that, where time of a room came free: whoever waits for it is offered it.
freed = Listeners()


# Sent with `changes: Sequence[Change]`, each once and in the order they were written, inside a transaction
# that also ticks them off (rooms/operations/telling.py): a receiver writes down what is owed because of
# them, a refund or a letter, and does nothing else. If it fails, they are told again.
told = Signal()

# Sent with `booking: Booking`, a hold whose guest's page is gone, under its lock: a receiver that answers
# True keeps it as it is, because its guest is elsewhere for its sake, such as on the page of a bank.
leaving = Signal()

# Sent with `venues` and `people`, by their addresses, once the demo has made things happen there: the floors
# above add what follows in life, such as that some of it is paid.
lived = Signal()
