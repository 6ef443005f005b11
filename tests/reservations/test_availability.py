"""What is in the way, and when there is room next."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import (
    Conflict,
    Occupied,
    Policy,
    conflicts,
    next_free,
)
from reservations.policies import ceil_to_step
from tests.reservations.clock import BERLIN, HOUR, MINUTE, at, span, spans

GALATA, PERA = 1, 2
ALL_DAY = [span(0, 24)]


class TestConflicts:
    def test_say_when_and_how_but_not_who(self):
        meeting, parked = Occupied(GALATA, span(10, 12), "held"), Occupied(PERA, span(9, None), "occupied")
        later = Occupied(GALATA, span(12, 13))

        found = conflicts(span(11, 12), [later, meeting, parked])

        assert found == [
            Conflict(PERA, at(9), None, "occupied"),
            Conflict(GALATA, at(10), at(12), "held"),
        ]


class TestNextFree:
    @pytest.mark.parametrize(
        ("taken", "length", "after", "opened", "found"),
        [
            ([], 1, 9, [(8, 20)], (9, 10)),  # at once
            ([], 1, 6, [(8, 20)], (8, 9)),  # when it opens
            ([(9, 11)], 1, 9, [(8, 20)], (11, 12)),  # after the meeting
            ([(9, 11), (11.5, 13)], 1, 9, [(8, 20)], (13, 14)),  # the gap is too short
            ([(9, 19.5)], 1, 9, [(8, 20), (32, 44)], (32, 33)),  # tomorrow
            ([], 1, 19, [(8, 20)], (19, 20)),  # the last hour
            ([], 1, 19.5, [(8, 20)], None),  # too late
            ([(9, None)], 1, 9, [(8, 20), (32, 44)], None),  # parked until further notice
            ([], 13, 8, [(8, 20)], None),  # longer than a day
            ([(9, 11)], 1, 9, [(8, None)], (11, 12)),  # open for ever
        ],
    )
    def test_is_the_first_time_that_is_long_enough(self, taken, length, after, opened, found):
        opened_spans = [span(*pair) for pair in reversed(opened)]

        free = next_free([span(*pair) for pair in taken], length * HOUR, at(after), opened_spans)

        assert free == (span(*found) if found else None)

    def test_looks_at_occupied_rooms_too(self):
        assert next_free([Occupied(GALATA, span(9, 11))], HOUR, at(9), ALL_DAY) == span(11, 12)

    def test_starts_where_a_booking_may(self):
        policy = Policy()

        free = next_free(
            [span(9, 11.1)], HOUR, at(9), ALL_DAY, align=lambda moment: ceil_to_step(moment, policy, BERLIN)
        )

        assert free == span(11.25, 12.25)

    def test_never_overflows(self):
        assert next_free([], timedelta.max, at(9), [span(8, None)]) is None

    @given(st.lists(spans(), max_size=8), st.integers(1, 12), st.integers(0, 96))
    def test_is_free_and_nothing_earlier_is(self, taken, quarters, after):
        length = quarters * 15 * MINUTE

        free = next_free(taken, length, at(after / 4), ALL_DAY)

        tried = [span(n / 4, (n + quarters) / 4) for n in range(after, 97 - quarters)]
        fitting = [wish for wish in tried if not any(wish.overlaps(other) for other in taken)]
        assert free == (fitting[0] if fitting else None)
