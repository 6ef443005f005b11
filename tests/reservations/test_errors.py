"""The tree of refusals: a code for programs, a sentence for people, and what helps."""

import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from reservations import errors
from reservations.errors import (
    STATUS,
    Conflict,
    HoldExpired,
    IllegalTransition,
    Invalid,
    NotFound,
    PolicyViolation,
    ReservationError,
    Throttled,
    Unavailable,
    Unready,
    as_json,
    iso,
)

NOON_IN_BERLIN = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=1)))
# A transport may add a refusal of its own; the tree is what the library has.
LEAVES = [leaf for leaf in ReservationError.__subclasses__() if leaf.__module__ == errors.__name__]

CONTRACT = [
    # as contracts.md §4 has it
    ("unavailable", 409),
    ("hold_expired", 410),
    ("illegal_transition", 409),
    ("policy_violation", 422),
    ("invalid", 400),
    ("not_authenticated", 401),
    ("forbidden", 403),
    ("not_found", 404),
    ("idempotency_mismatch", 422),
    ("throttled", 429),
    ("payment_failed", 402),
    ("unready", 503),
]


class TestARefusal:
    @pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.__name__)
    def test_has_a_status_and_a_usual_sentence(self, leaf):
        refusal = leaf()

        assert refusal.status == STATUS[leaf.code]
        assert refusal.as_problem()["code"] == leaf.code
        assert str(refusal) == refusal.sentence == refusal.as_problem()["detail"] == leaf.usual
        assert refusal.sentence.endswith(".")

    @pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.__name__)
    def test_is_drawn_in_the_tree(self, leaf):
        assert f"─ {leaf.__name__} " in (errors.__doc__ or "")

    @pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.__name__)
    def test_crosses_to_another_process(self, leaf):
        sent = leaf("The kettle is on.")

        received = pickle.loads(pickle.dumps(sent))  # noqa: S301 -- what was pickled in the line itself

        assert (type(received), received.as_problem()) == (leaf, sent.as_problem())

    def test_has_the_statuses_of_the_contract(self):
        assert dict(STATUS) == dict(CONTRACT)

    def test_keeps_facts_that_only_its_raiser_knows(self):
        assert NotFound("There is no such room.", room=14).room == 14

    def test_tells_state_and_move(self):
        refusal = IllegalTransition(state="cancelled", move="confirm")

        assert (refusal.state, refusal.move) == ("cancelled", "confirm")


class TestAProblem:
    def test_says_only_what_is_known(self):
        assert PolicyViolation("Closed.", rule="opening_hours").as_problem() == {
            "code": "policy_violation",
            "detail": "Closed.",
            "rule": "opening_hours",
        }

    def test_tells_until_when_in_utc(self):
        problem = PolicyViolation("Closed.", rule="opening_hours", until=NOON_IN_BERLIN).as_problem()

        assert problem["until"] == "2026-11-23T11:00:00Z"

    def test_tells_conflicts_without_private_data(self):
        parked = Conflict(14, NOON_IN_BERLIN, None, "occupied")
        meeting = Conflict(15, NOON_IN_BERLIN, NOON_IN_BERLIN + timedelta(hours=1), "held")

        problem = Unavailable("Taken.", conflicts=[parked, meeting]).as_problem()

        assert problem["conflicts"] == [
            {"room": 14, "start": "2026-11-23T11:00:00Z", "end": None, "kind": "occupied"},
            {"room": 15, "start": "2026-11-23T11:00:00Z", "end": "2026-11-23T12:00:00Z", "kind": "held"},
        ]

    @pytest.mark.parametrize("refusal", [Unavailable, HoldExpired])
    def test_tells_alternatives_ready_for_json(self, refusal):
        offer = {"rooms": (15,), "start": NOON_IN_BERLIN, "price": {"amount": "24.00"}}

        problem = refusal("Taken.", alternatives=[offer]).as_problem()

        assert json.loads(json.dumps(problem))["alternatives"] == [
            {"rooms": [15], "start": "2026-11-23T11:00:00Z", "price": {"amount": "24.00"}}
        ]

    def test_tells_field_errors(self):
        problem = Invalid("No.", field_errors={"end": ("Too early.",)}).as_problem()

        assert problem["field_errors"] == {"end": ["Too early."]}

    @pytest.mark.parametrize(("refusal", "seconds"), [(Throttled(), 60), (Unready(), 1)])
    def test_tells_when_to_try_again(self, refusal, seconds):
        assert refusal.as_problem()["retry_after"] == seconds


class TestIso:
    @pytest.mark.parametrize(
        ("moment", "told"),
        [
            (datetime(2026, 11, 23, 9, tzinfo=UTC), "2026-11-23T09:00:00Z"),  # whole
            (datetime(2026, 11, 23, 9, 0, 0, 5, tzinfo=UTC), "2026-11-23T09:00:00.000005Z"),  # fine
            (NOON_IN_BERLIN, "2026-11-23T11:00:00Z"),  # elsewhere
        ],
    )
    def test_is_utc_with_a_z(self, moment, told):
        assert iso(moment) == told

    def test_leaves_dates_and_plain_values_readable(self):
        assert as_json([date(2026, 11, 23), 5, None, {"on": {1}}]) == ["2026-11-23", 5, None, {"on": [1]}]
