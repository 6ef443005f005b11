"""Arbitrary days for laws: a hall with parts, a room with buffers and one without, and what fills them."""

from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from reservations import ReservationError
from rooms import operations
from tests.worlds import NOW, span

law = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def later(minutes):
    return NOW + timedelta(minutes=minutes)


@contextmanager
def undone():
    """Do something, and then undo it: each example begins with the same tables."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# A hall and its parts, a room with buffers and one without: [room, start, length, how], in half hours.
halves = st.integers(0, 30)
closed = st.builds(lambda start, length: span(start / 2, (start + length) / 2), halves, st.integers(1, 8))
attempts = st.lists(
    st.tuples(
        st.integers(0, 5),
        halves,
        st.one_of(st.integers(1, 8), st.integers(1, 3), st.none()),
        st.sampled_from(["book", "book", "hold", "block"]),
    ),
    min_size=3,
    max_size=12,
)
spans = st.builds(
    lambda start, length: span(start / 2, None if length is None else (start + length) / 2),
    halves,
    st.one_of(st.integers(1, 12), st.none()),
)
moments = st.sampled_from([later(0), later(9), later(10), later(11)])


def fill(world, tried):
    """Try to take all of these; what cannot be had is left."""
    _, found, _, rival = world
    for place, start, length, how in tried:
        what = span(start / 2, None if length is None else (start + length) / 2)
        try:
            if how == "block":
                operations.block(found[place], what, by=None, now=NOW)
            else:
                getattr(operations, how)(found[place], what, by=rival, now=NOW)
        except ReservationError:
            continue
