"""What a venue asks, what is an answer to it, and what a booking keeps of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import Invalid
from reservations.questions import Answer, Question, answered, asked_of

SUITE, DOUBLE = 7, 8  # types
DIET = Question(1, "Any diet?")
WISHES = Question(2, "Anything else?", "long")
CHAIRS = Question(3, "How many chairs?", "number", required=True)
SEATING = Question(4, "How shall it be seated?", "choice", ("Theater", "Round tables"))
CATERING = Question(5, "Shall we cater?", "yes_no", required=True)
PILLOW = Question(6, "Which pillow?", required=True, type_id=SUITE)
ALL = (DIET, WISHES, CHAIRS, SEATING, CATERING, PILLOW)


def told(values, **how):
    """Return what is kept of these answers, of a double room."""
    return {one.question: one.answer for one in answered(ALL, {DOUBLE}, values, **how)}


def refusal(values, types=(DOUBLE,), **how):
    with pytest.raises(Invalid) as caught:
        answered(ALL, types, values, **how)
    return caught.value


class TestAnAnswer:
    @pytest.mark.parametrize(
        ("question", "typed", "kept"),
        [
            (DIET, "No nuts", "No nuts"),
            (WISHES, "One line\nand another", "One line\nand another"),
            (CHAIRS, "12", 12),
            (CHAIRS, "-2.50", -2.5),
            (CHAIRS, 12, 12),
            (CHAIRS, 0.5, 0.5),
            (SEATING, "Theater", "Theater"),
            (CATERING, "yes", True),
            (CATERING, "No", False),
            (CATERING, False, False),
        ],
    )
    def test_is_kept_as_what_it_means(self, question, typed, kept):
        [one] = answered(ALL, {DOUBLE}, {question.id: typed})

        assert (one.question, one.text, one.answer) == (question.id, question.text, kept)
        assert type(one.answer) is type(kept)

    @pytest.mark.parametrize(
        ("question", "typed", "sentence"),
        [
            (DIET, "One line\nand another", "Answer in one line."),
            (DIET, "x" * 201, "At most 200 characters; this has 201."),
            (DIET, 12, "Answer with a text."),
            (DIET, True, "Answer with a text."),
            (WISHES, "x" * 1001, "At most 1000 characters; this has 1001."),
            (CHAIRS, "a dozen", "Answer with a number, such as 12 or 2.5."),
            (CHAIRS, "1e3", "Answer with a number, such as 12 or 2.5."),
            (CHAIRS, "١٢", "Answer with a number, such as 12 or 2.5."),
            (CHAIRS, "9" * 14, "Answer with a number, such as 12 or 2.5."),
            (CHAIRS, 10**30, "Answer with a number, such as 12 or 2.5."),
            (CHAIRS, float("nan"), "Answer with a number, such as 12 or 2.5."),
            (CHAIRS, float("inf"), "Answer with a number, such as 12 or 2.5."),
            (CHAIRS, True, "Answer with a number, such as 12 or 2.5."),
            (SEATING, "theater", "Choose one of: Theater, Round tables."),
            (SEATING, 1, "Answer with a text."),
            (CATERING, "perhaps", "Answer yes or no."),
            (CATERING, 1, "Answer yes or no."),
        ],
    )
    def test_that_is_none_is_refused_beside_its_question(self, question, typed, sentence):
        assert refusal({question.id: typed}).field_errors == {question.field: [sentence]}

    @given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans()))
    def test_is_one_or_is_refused_whatever_was_sent(self, value):
        for question in ALL:
            try:
                found = answered(ALL, {SUITE}, {question.id: value})
            except Invalid:
                continue
            assert answered(ALL, {SUITE}, {one.question: one.answer for one in found}) == found

    def test_reads_as_people_say_it(self):
        said = answered(ALL, {DOUBLE}, {3: "2.5", 5: "no", 4: "Theater"})

        assert [one.words for one in said] == ["2.5", "Theater", "No"]


class TestWhatIsAsked:
    def test_of_one_type_is_asked_of_no_other(self):
        assert asked_of(ALL, {DOUBLE}) == [DIET, WISHES, CHAIRS, SEATING, CATERING]
        assert asked_of(ALL, {DOUBLE, SUITE}) == list(ALL)

    def test_of_another_type_is_neither_kept_nor_demanded(self):
        assert told({3: 4, 5: True, 6: "Down"}, complete=True) == {3: 4, 5: True}

    def test_has_to_be_answered_only_by_the_time_it_is_booked(self):
        assert told({}) == {}
        assert refusal({1: "None"}, complete=True).field_errors == {
            "answers.3": ["This needs an answer."],
            "answers.5": ["This needs an answer."],
        }

    def test_is_told_of_all_at_once_and_alone_by_its_text(self):
        found = refusal({3: "many", 99: "?"}, complete=True)

        assert list(found.field_errors) == ["answers.99", "answers.3", "answers.5"]
        assert refusal({3: 4}, complete=True).sentence == "“Shall we cater?”: this needs an answer."


class TestWhatWasAnsweredBefore:
    BEFORE = (Answer(1, "Diet?", "None"), Answer(3, "Chairs?", 4), Answer(40, "Asked no more", "Yes"))

    def test_stays_in_the_words_it_was_asked_in_until_it_is_answered_anew(self):
        assert answered(ALL, {DOUBLE}, {3: 5}, kept=self.BEFORE) == [
            Answer(1, "Diet?", "None"),
            Answer(3, "How many chairs?", 5),
            Answer(40, "Asked no more", "Yes"),
        ]

    def test_counts_as_an_answer_to_what_has_to_be_answered(self):
        assert told({5: True}, kept=self.BEFORE, complete=True) == {1: "None", 3: 4, 5: True, 40: "Yes"}

    def test_is_taken_away_by_an_empty_text(self):
        assert told({1: ""}, kept=self.BEFORE) == {3: 4, 40: "Yes"}
        assert "answers.3" in refusal({3: "", 5: True}, kept=self.BEFORE, complete=True).field_errors
