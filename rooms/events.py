"""Signals: `changed`, after commit, for what is shown; `told`, for what is owed; `leaving`, and `lived`."""

from dataclasses import dataclass, field

from django.dispatch import Signal


@dataclass(frozen=True, slots=True)
class Changed:
    """Rooms whose revision rose, the venues they belong to, and the guests whose bookings it was."""

    venues: frozenset[int] = frozenset()
    rooms: dict[int, int] = field(default_factory=dict)
    guests: frozenset[int] = frozenset()


# Sent with `change: Changed` only after the transaction committed, so nobody hears of what was rolled
# back; a receiver that fails is logged and hurts nobody.
changed = Signal(use_caching=True)


def tell(change: Changed) -> None:
    """Send `changed`; what fails there is logged, and harms nobody."""
    changed.send_robust(sender=Changed, change=change)


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
