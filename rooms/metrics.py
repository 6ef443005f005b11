"""What is counted of bookings and refusals, for Prometheus; `/metrics` shows it (docs/operations.md).

Counting must be able to go on in several processes, so everything here is a counter with labels: a process
writes nothing before something happened in it.
"""

from collections.abc import Iterable

from prometheus_client import Counter

REFUSALS = Counter("reserve_refusals", "Refusals, by the door that gave them.", ["door", "code"])
CHANGES = Counter("reserve_changes", "Things that happened to rooms, as the clock told them.", ["kind"])


def refused(door: str, code: str) -> None:
    """Count one refusal, given on a page, by the API, on a websocket or on a line."""
    REFUSALS.labels(door, code).inc()


def happened(kinds: Iterable[str]) -> None:
    """Count changes by their kinds: booked, moved, cancelled and so on."""
    for kind in kinds:
        CHANGES.labels(kind).inc()
