"""Boxes on a plan, and which of them lie in a rectangle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import Invalid
from reservations.placing import FAR, Box, around, box_in

numbers = st.integers(-FAR, FAR)
boxes = st.builds(Box.between, numbers, numbers, numbers, numbers)


def surrounds(outer, inner):
    """Test whether no corner of one box lies outside of the other."""
    return outer.joined(inner) == outer


class TestABox:
    @given(numbers, numbers, numbers, numbers)
    def test_is_the_same_between_any_two_of_its_corners(self, x1, y1, x2, y2):
        box = Box.between(x1, y1, x2, y2)

        assert {Box.between(x2, y2, x1, y1), Box.between(x1, y2, x2, y1), Box.between(x2, y1, x1, y2)} == {
            box
        }
        assert (box.width, box.height) == (abs(x2 - x1), abs(y2 - y1))

    @given(boxes)
    def test_lies_in_itself(self, box):
        assert box.holds(box)

    @given(boxes, boxes)
    def test_lies_in_what_surrounds_it_and_that_reaches_no_farther_than_needed(self, one, other):
        both = one.joined(other)

        assert both == other.joined(one)
        assert both.holds(one)
        assert both.holds(other)
        assert {both.left, both.right} <= {one.left, one.right, other.left, other.right}

    @given(boxes, boxes, boxes)
    def test_that_lies_in_a_rectangle_lies_in_every_larger_one(self, room, rectangle, more):
        if rectangle.holds(room):
            assert rectangle.joined(more).holds(room)

    @given(boxes, boxes)
    def test_lies_in_a_rectangle_by_its_middle_alone(self, room, rectangle):
        x, y = room.middle

        assert rectangle.holds(room) == rectangle.holds(Box(x, y, x, y))

    @given(boxes, numbers)
    def test_is_moved_in_its_rectangle_when_that_is_moved_along(self, room, by):
        rectangle = Box(room.left - 1, room.top - 1, room.right, room.bottom)
        moved = [
            Box(one.left + by, one.top - by, one.right + by, one.bottom - by) for one in (rectangle, room)
        ]

        assert moved[0].holds(moved[1]) == rectangle.holds(room)

    @given(st.lists(boxes, min_size=1))
    def test_around_others_surrounds_each(self, others):
        assert all(surrounds(around(others), one) for one in others)

    def test_around_nothing_is_a_point(self):
        assert around([]) == Box(0, 0, 0, 0)

    def test_is_grown_on_every_side(self):
        assert Box(0, 0, 2, 2).grown(1) == Box(-1, -1, 3, 3)


class TestARectangleAsText:
    @given(st.tuples(numbers, numbers, numbers, numbers))
    def test_is_two_corners(self, corners):
        assert box_in(",".join(map(str, corners))) == Box.between(*corners)

    @pytest.mark.parametrize(
        "text",
        [
            *("", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1;2;3;4", "1, 2, 3, 4", "1,2,3,", "nan,0,1,1"),
            *("inf,0,1,1", "1e3,0,1,1", "0,0,1_0,1", "0,0,٣,1", "0,0,1,20001", "-99999,0,1,1", "1," * 100),
            *("0,0,1,1\n", "0x1,0,1,1", "+1,0,1,1", ".5,0,1,1"),
        ],
    )
    def test_that_is_none_is_refused(self, text):
        with pytest.raises(Invalid) as caught:
            box_in(text)

        assert list(caught.value.field_errors) == ["within"]

    @given(st.text(max_size=90))
    def test_is_read_or_refused_whatever_it_is(self, text):
        try:
            box_in(text)
        except Invalid:
            return
        assert text.count(",") == 3
