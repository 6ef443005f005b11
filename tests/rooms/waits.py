"""Queues in tests: what comes free is offered, and how who waits stands."""

from datetime import timedelta

from rooms import operations
from tests.worlds import NOW

LATER = NOW + timedelta(minutes=11)


def serve(now=LATER):
    operations.serve_waitlist(now=now)


def states(*entries):
    """Return how the entries are by now."""
    for entry in entries:
        entry.refresh_from_db()
    return [entry.state for entry in entries]
