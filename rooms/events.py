"""The one signal: what changed, said after commit, to whoever wants to know."""

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
changed = Signal()
