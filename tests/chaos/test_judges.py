"""The judges of `make chaos` see what they are there for: a verdict that cannot fail says nothing."""

import pytest

from tests.chaos import judges
from tests.chaos.history import History, Wish
from tests.chaos.report import written


def wish(called, answered, *, reference="", status=201, code="", cancel=None, **fields):
    """Return a wish for room 1 at slot 1, asked and answered at those seconds."""
    times = dict(zip(("cancel_called", "cancel_answered"), cancel or (), strict=False))
    return Wish(0, f"key {called}", 1, 1, called, answered, status, code, reference, **times, **fields)


def refused(called, answered):
    return wish(called, answered, status=409, code="unavailable")


class TestNobodySharesARoom:
    def test_finds_two_who_were_surely_there_at_once(self):
        history = History([wish(0, 1, reference="A"), wish(2, 3, reference="B", cancel=(9, 10))])

        assert judges.nobody_shares_a_room(history) == ["room 1 slot 1: A and B"]

    def test_finds_them_though_the_first_was_cancelled_later(self):
        history = History([wish(0, 1, reference="A", cancel=(5, 6)), wish(2, 3, reference="B")])

        assert len(judges.nobody_shares_a_room(history)) == 1

    def test_is_content_with_one_after_the_other(self):
        history = History([wish(0, 1, reference="A", cancel=(2, 4)), wish(2.5, 3, reference="B")])

        assert judges.nobody_shares_a_room(history) == []


class TestNobodyIsRefusedForFreeTime:
    def test_finds_who_was_refused_though_nobody_could_be_there(self):
        gone = wish(0, 1, reference="A", cancel=(2, 3))

        assert judges.nobody_is_refused_for_free_time(History([gone, refused(4, 5)])) != []
        assert judges.nobody_is_refused_for_free_time(History([refused(4, 5), refused(4, 6)])) != []

    @pytest.mark.parametrize("rival", [(0, 1), (3.5, 9), (0, float("inf"))])
    def test_is_content_where_somebody_may_have_been_there(self, rival):
        status = 0 if rival[1] == float("inf") else 201

        history = History([wish(*rival, reference="A", status=status), refused(3, 4)])

        assert judges.nobody_is_refused_for_free_time(history) == []


class TestASeries:
    def test_meets_whoever_was_on_one_of_its_dates(self):
        series = wish(0, 1, reference="A", dates=3)
        later = wish(2, 3, reference="B", cancel=(9, 10))
        later.slot += 48

        assert judges.nobody_shares_a_room(History([series, later])) == ["room 1 slot 49: A and B"]

    def test_may_be_refused_for_one_of_its_dates(self):
        last = wish(0, 1, reference="A")
        last.slot += 48
        lost = wish(2, 3, status=409, code="unavailable", dates=3)

        assert judges.nobody_is_refused_for_free_time(History([last, lost])) == []
        last.slot += 24
        assert len(judges.nobody_is_refused_for_free_time(History([last, lost]))) == 1

    @pytest.mark.parametrize(
        ("dates", "violations"),
        [
            ({"A": (3, 3)}, 0),
            ({"A": (3, 0)}, 0),  # cancelled
            ({"A": (2, 2)}, 1),
            ({"A": (3, 1)}, 1),
            ({}, 1),
            ({"A": (3, 3), "B": (3, 3)}, 0),  # whose answer never came
            ({"A": (3, 3), "B": (0, 0)}, 1),
        ],
    )
    def test_has_all_of_its_dates_or_none(self, dates, violations):
        history = History([wish(0, 1, reference="A", dates=3), wish(2, 3, reference="C")])

        assert len(judges.a_series_is_whole_or_nothing(history, dates)) == violations


class TestWhatWasPromised:
    @pytest.mark.parametrize(
        ("promised", "state", "violations"),
        [
            (wish(0, 1, reference="A"), "confirmed", 0),
            (wish(0, 1, reference="A"), "cancelled", 1),
            (wish(0, 1, reference="A"), None, 1),
            (wish(0, 1, reference="A", cancel=(2, 3)), "confirmed", 1),
            (wish(0, 1, reference="A", cancel=(2,)), "confirmed", 0),  # nobody said that it was cancelled
        ],
    )
    def test_is_compared_with_the_tables(self, promised, state, violations):
        tables = {"A": state} if state else {}

        assert len(judges.what_was_promised_is_there(History([promised]), tables)) == violations

    def test_a_key_that_booked_twice_is_found(self):
        tables = {"A": "confirmed", "B": "confirmed"}

        assert judges.one_key_books_once(History([wish(0, 1, reference="A")]), tables) != []
        assert judges.one_key_books_once(History([wish(0, 1, reference="A")] * 2), {"A": ""}) != []
        unsure = [wish(0, 1, reference="A"), wish(0, float("inf"), status=0)]
        assert judges.one_key_books_once(History(unsure), tables) == []


class TestTheRest:
    def test_an_error_of_ours_is_found(self):
        history = History()
        for status in (201, 409, 503, 500):
            history.note(status, at=0)

        assert judges.nothing_breaks(history) == ["1 answers 500"]

    def test_trouble_long_after_the_last_fault_is_found(self):
        history = History()
        history.note(503, at=105)
        assert judges.it_recovers(history, last_fault=100) == []

        history.note(0, at=111)
        assert len(judges.it_recovers(history, last_fault=100)) == 1

    def test_a_fault_that_never_took_place_is_found(self):
        assert judges.every_fault_took_place(["kill redis", "kill a worker"], ["kill redis"]) != []


def test_a_verdict_with_a_violation_says_so_first():
    class Run:
        seed, seconds, faults, history, screens, facts = 7, 30, [], History(), [], {}
        verdicts = {"it recovers": [], "one key books once": ["A was given 2 times"]}

    assert written(Run).splitlines()[0] == "# Chaos, seed 7: 1 VIOLATIONS"
    assert "- one key books once: A was given 2 times" in written(Run)
