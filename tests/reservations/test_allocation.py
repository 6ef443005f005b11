"""Which rooms, when any will do: n or nothing, and the best fit."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import Candidate, Invalid, Unavailable, choose

SEATS = [Candidate(number) for number in range(1, 7)]


def refused(*args):
    with pytest.raises(Unavailable) as refusal:
        choose(*args)
    return str(refusal.value)


class TestChoosing:
    def test_takes_the_smallest_room_that_is_large_enough(self):
        board_room, huddle, studio = Candidate(1, 20), Candidate(2, 2), Candidate(3, 6)

        assert choose([board_room, huddle, studio], 1, 5) == [3]

    def test_takes_the_room_whose_free_time_is_filled_most_tightly(self):
        loose = Candidate(1, 6, timedelta(hours=2), timedelta(hours=2))
        tight = Candidate(2, 6, timedelta(0), timedelta(hours=1))
        endless = Candidate(3, 6, None, timedelta(0))

        assert choose([endless, loose, tight], 3) == [2, 1, 3]

    def test_leaves_what_was_not_asked_for_as_long_as_there_are_others(self):
        charger = Candidate(1, gap_before=timedelta(0), gap_after=timedelta(0), extras=1)
        plain, large = Candidate(2), Candidate(3, 4)

        assert (choose([charger, plain, large], 1), choose([charger, plain, large], 2)) == ([2], [2, 1])

    def test_takes_the_cheaper_of_equals_then_the_first(self):
        dear, cheap, cheap_too = (
            Candidate(1, 6, price=900),
            Candidate(3, 6, price=500),
            Candidate(2, 6, price=500),
        )

        assert choose([dear, cheap, cheap_too], 3) == [2, 3, 1]

    def test_counts_the_party_over_all_rooms(self):
        rooms = [Candidate(1, 2), Candidate(2, 2), Candidate(3, 2), Candidate(4, 8)]

        assert (choose(rooms, 2, 4), choose(rooms, 2, 10), choose(rooms, 3, 12)) == (
            [1, 2],
            [3, 4],
            [2, 3, 4],
        )


class TestRefusing:
    @pytest.mark.parametrize(
        ("free", "sentence"),
        [(0, "None are free."), (1, "Only 1 is free."), (6, "Only 6 are free.")],
    )
    def test_says_how_many_are_free(self, free, sentence):
        assert refused(SEATS[:free], 8) == sentence

    def test_says_what_the_largest_hold(self):
        assert refused([Candidate(1, 4), Candidate(2, 6)], 1, 9) == (
            "The largest that is free has room for 6, not for 9."
        )
        assert refused([Candidate(1, 4), Candidate(2, 6)], 2, 11) == (
            "The 2 largest that are free have room for 10 together, not for 11."
        )

    @pytest.mark.parametrize("count", [0, -1])
    def test_does_not_count_to_nothing(self, count):
        with pytest.raises(Invalid, match="at least one") as refusal:
            choose(SEATS, count)

        assert list(refusal.value.field_errors) == ["count"]


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 2)), max_size=8),
    st.integers(1, 5),
    st.integers(1, 30),
    st.randoms(),
)
def test_choosing_gives_exactly_n_distinct_that_hold_the_party_or_refuses(places, count, party, random):
    rooms = [Candidate(number, size, extras=extras) for number, (size, extras) in enumerate(places)]
    capacities = [size for size, _ in places]
    most = sum(sorted(capacities)[-count:])
    possible = len(rooms) >= count and most >= party
    shuffled = random.sample(rooms, len(rooms))

    if not possible:
        assert refused(rooms, count, party)
        return

    chosen = choose(rooms, count, party)
    assert len(set(chosen)) == count
    assert sum(capacities[number] for number in chosen) >= party
    assert choose(shuffled, count, party) == chosen


@given(st.lists(st.integers(0, 2), min_size=1, max_size=8), st.integers(1, 8))
def test_of_rooms_as_large_none_with_more_is_chosen_while_one_with_less_is_left(extras, count):
    rooms = [Candidate(number, extras=extra) for number, extra in enumerate(extras)]

    chosen = choose(rooms, min(count, len(rooms)))

    left = [extras[number] for number in range(len(rooms)) if number not in chosen]
    assert max(extras[number] for number in chosen) <= min(left, default=2)
