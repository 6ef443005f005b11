"""Names as people count, and rooms in the order of their venue."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.texts import in_order, natural

names = st.text("aB1290 -\u0130\u0663", max_size=12)


def called(*rooms):
    return [SimpleNamespace(order=order, name=name) for order, name in rooms]


class TestNames:
    @pytest.mark.parametrize(
        "sorted_names",
        [
            ["1", "2", "10", "12"],
            ["A2", "A10", "B1"],
            ["Level 2, 9", "Level 2, 10", "Level 10, 1"],
            ["", "7", "a", "a7", "a 7"],
            ["birch", "Cedar", "cedar 2"],
        ],
    )
    def test_are_sorted_as_people_count(self, sorted_names):
        shuffled = set(sorted_names)

        assert sorted(shuffled, key=natural) == sorted_names

    @given(names, names)
    def test_have_one_order_whatever_they_are(self, one, other):
        assert (natural(one) < natural(other)) + (natural(other) < natural(one)) == (one != other)

    @given(st.integers(0, 10**6), st.integers(0, 10**6), names)
    def test_that_end_in_numbers_are_sorted_by_them(self, one, other, stem):
        stem = f"{stem} "

        assert (natural(f"{stem}{one}") < natural(f"{stem}{other}")) == (one < other)


class TestRooms:
    def test_stand_where_their_venue_says_and_else_by_name(self):
        rooms = called((0, "10"), (0, "2"), (1, "1"), (0, "1"))

        assert [room.name for room in in_order(rooms)] == ["1", "2", "10", "1"]
