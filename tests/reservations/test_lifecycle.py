"""The life of a booking: the table of moves, and nothing beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import IllegalTransition, lifecycle
from reservations.lifecycle import KEEPS_ROOM, MOVES, STATES, advance, diagram, kind_of, moves_from

VERBS = sorted({move for _, move in MOVES})

TABLE = {
    "held": ["confirm", "request", "renew", "describe", "move", "cancel", "release", "expire", "revive"],
    "pending": ["approve", "decline", "describe", "move", "cancel", "expire"],
    "confirmed": ["check_in", "check_out", "release", "describe", "move", "cancel", "no_show", "complete"],
    "checked_in": ["undo_check_in", "check_out", "release", "describe", "move", "complete"],
    "completed": [],
    "expired": ["revive"],
    "declined": [],
    "cancelled": [],
    "no_show": [],
}


class TestMoves:
    def test_are_these(self):
        assert {state: list(moves_from(state)) for state in STATES} == TABLE

    @pytest.mark.parametrize(
        "life",
        [
            "held confirm confirmed check_in checked_in check_out completed",  # a night at a hotel
            "held request pending approve confirmed release completed",  # a hall that needs approval
            "held renew held expire expired",  # a hold nobody confirmed
            "held expire expired revive confirmed",  # its guest had paid, and the bank was slow
            "held request pending decline declined",
            "confirmed move confirmed cancel cancelled",
            "confirmed no_show no_show",
            "confirmed complete completed",  # nobody had to check in, and its time is over
            "confirmed check_in checked_in undo_check_in confirmed no_show no_show",  # it was somebody else
            "checked_in release completed",  # a car that leaves
        ],
    )
    def test_lead_through_a_life(self, life):
        steps = life.split()

        for state, move, after in zip(steps[::2], steps[1::2], steps[2::2], strict=False):
            assert advance(state, move) == after

    @given(st.lists(st.sampled_from(VERBS), max_size=12))
    def test_are_the_only_way(self, verbs):
        state = "held"
        for verb in verbs:
            if (state, verb) in MOVES:
                state = advance(state, verb)
                continue
            with pytest.raises(IllegalTransition) as refusal:
                advance(state, verb)
            assert (refusal.value.state, refusal.value.move) == (state, verb)

        assert state in STATES

    @pytest.mark.parametrize(
        ("state", "move", "sentence"),
        [
            ("cancelled", "confirm", "This booking is cancelled, so it cannot be confirmed."),
            ("pending", "check_in", "This booking waits for approval, so it cannot be checked in."),
            ("completed", "no_show", "This booking is over, so it cannot be marked as a no-show."),
            ("blocked", "polish", "This booking is blocked, so it cannot be polish."),  # unknown to the table
        ],
    )
    def test_are_refused_with_a_sentence(self, state, move, sentence):
        with pytest.raises(IllegalTransition) as refusal:
            advance(state, move)

        assert str(refusal.value) == sentence


class TestStates:
    def test_keep_a_room_while_they_can_still_go_somewhere(self):
        lost = {"expired"}  # it may come back, if its rooms are still free, and keeps none until then

        assert frozenset(state for state in STATES if moves_from(state)) - lost == KEEPS_ROOM

    def test_know_a_sentence_for_every_move_and_state(self):
        assert set(lifecycle._DONE) == set(VERBS)
        assert set(lifecycle._STANDS) == set(STATES)

    @pytest.mark.parametrize(
        ("state", "kind"),
        [
            ("held", "held"),
            ("pending", "pending"),
            ("confirmed", "booked"),
            ("checked_in", "occupied"),
            ("blocked", "blocked"),
            ("cancelled", "released"),
            ("no_show", "released"),
        ],
    )
    def test_look_to_the_world_like_this(self, state, kind):
        assert kind_of(state) == kind


def test_the_drawing_shows_every_move():
    lines = diagram().splitlines()

    assert lines[0] == "stateDiagram-v2"
    assert "    held --> confirmed: confirm" in lines
    assert len(lines) == 1 + len(MOVES)
