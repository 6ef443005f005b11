"""What time makes of a booking: the boundary to the minute, for one room and for several."""

import pytest

from reservations import Policy, Span
from reservations.attendance import move_due, no_show_at
from tests.reservations.clock import HOUR, MINUTE, at, span

MORNING = span(9, 11)
FREE, WAITS, PATIENT = Policy(), Policy(no_show_minutes=30), Policy(no_show_minutes=60)


class TestAGuestWhoDoesNotCome:
    @pytest.mark.parametrize(
        ("policies", "due"),
        [
            ([WAITS], at(9.5)),
            ([WAITS, PATIENT], at(10)),  # the most patient room counts
            ([WAITS, FREE], None),
            ([FREE], None),
            ([], None),  # its rooms are archived, and nobody knows their terms
            ([Policy(no_show_minutes=999)], at(11)),  # no longer than it lasts
            ([Policy(no_show_minutes=0)], at(9)),
        ],
    )
    def test_has_not_shown_up_from_then_on(self, policies, due):
        assert no_show_at(MORNING, policies) == due

    def test_may_have_no_end(self):
        assert no_show_at(Span(at(9), None), [WAITS]) == at(9.5)


@pytest.mark.parametrize(
    ("state", "policy", "boundary", "move"),
    [
        ("pending", FREE, at(9), "expire"),
        ("confirmed", WAITS, at(9.5), "no_show"),
        ("confirmed", FREE, at(11), "complete"),
        ("checked_in", FREE, at(11), "complete"),
        ("checked_in", WAITS, at(11), "complete"),
    ],
)
def test_a_move_is_due_at_the_boundary_and_not_before(state, policy, boundary, move):
    due = [move_due(state, MORNING, [policy], now=boundary + late) for late in (-MINUTE, 0 * MINUTE, MINUTE)]

    assert due == [None, move, move]


def test_who_never_came_has_not_shown_up_however_late_anybody_looks():
    assert move_due("confirmed", MORNING, [WAITS], now=at(9, days=30)) == "no_show"


@pytest.mark.parametrize("state", ["held", "completed", "expired", "declined", "cancelled", "no_show"])
def test_nothing_is_due_of_others(state):
    assert move_due(state, MORNING, [WAITS], now=MORNING.end + HOUR) is None


def test_what_has_no_end_is_not_over():
    assert move_due("checked_in", Span(at(9), None), [FREE], now=at(9, days=30)) is None
