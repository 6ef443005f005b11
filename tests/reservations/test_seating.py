"""Which seats people who want to sit together get."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reservations import Invalid, Unavailable
from reservations.seating import Seat, Seated, are_together, seat_together

TWO_TWO = (0, 1, 3, 4)
ONE_TWO = (0, 2, 3)


def car(rows, across=TWO_TWO, coach="1"):
    """Seats by row and letter: car(2) is 1A 1B | 1C 1D, 2A 2B | 2C 2D, numbered 10, 11, 12, 13, 20 and on."""
    return [
        Seat(row * 10 + place, coach, row, x) for row in range(1, rows + 1) for place, x in enumerate(across)
    ]


def ids(seats):
    return {seat.id for seat in seats}


class TestSeatTogether:
    @pytest.mark.parametrize(
        ("taken", "count", "expected"),
        [
            (set(), 2, (10, 11)),  # side by side, in front
            ({10}, 2, (12, 13)),  # the pair, and not over the aisle
            ({10}, 1, (11,)),  # the seat that is alone already
            ({10, 13, 20, 23}, 2, (11, 12)),  # over the aisle, before behind each other
            ({10, 12, 13, 20, 22, 23}, 2, (11, 21)),  # behind each other
            (set(), 3, (10, 11, 12)),
            ({10}, 4, (20, 21, 22, 23)),  # one whole row
        ],
    )
    def test_is_as_near_as_can_be(self, taken, count, expected):
        seats = car(2)

        found = seat_together(seats, ids(seats) - taken, count)

        assert found == Seated(expected, together=True)

    def test_leaves_no_seat_alone_where_that_can_be_avoided(self):
        seats = car(2, across=(0, 1, 2, 4, 5, 6))

        found = seat_together(seats, ids(seats) - {10}, 2)

        assert found.seats == (11, 12)

    def test_prefers_seats_whose_other_legs_are_sold(self):
        seats = [Seat(1, "1", 1, 0, spare=2), Seat(2, "1", 2, 0, spare=0)]

        assert seat_together(seats, {1, 2}, 1).seats == (2,)

    def test_does_not_promise_what_it_cannot_keep(self):
        seats = car(3)

        assert seat_together(seats, {10, 23, 31}, 2).together is False

    def test_says_how_many_are_left(self):
        with pytest.raises(Unavailable) as refusal:
            seat_together(car(1), {10, 11}, 3)

        assert (refusal.value.sentence, refusal.value.free) == ("There are only 2 seats left.", 2)

    @pytest.mark.parametrize("count", [0, -1, 101])
    def test_refuses_a_count_that_makes_no_sense(self, count):
        with pytest.raises(Invalid):
            seat_together(car(1), {10}, count)

    @settings(max_examples=60)
    @given(st.data(), st.integers(1, 6), st.sampled_from([TWO_TWO, ONE_TWO, (0, 1, 2, 4, 5, 6)]))
    def test_grants_exactly_so_many_free_ones_and_keeps_its_promise(self, data, count, across):
        seats = [
            *car(4, across),
            *(Seat(seat.id + 500, "2", seat.row, seat.across) for seat in car(3, across)),
        ]
        free = data.draw(st.sets(st.sampled_from(sorted(ids(seats))), min_size=count))

        found = seat_together(seats, free, count)

        assert len(set(found.seats)) == len(found.seats) == count
        assert set(found.seats) <= free
        assert found == seat_together(seats, free, count)
        assert not found.together or are_together(seats, found.seats)
