"""Five verbs in one room, of which some imply others."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reservations.rights import (
    ARCHIVE,
    BOOK,
    EDIT,
    REPEAT,
    SEE,
    TAKES,
    VERBS,
    everybodys,
    greatest,
    in_order,
    refusal_in_words,
    with_implied,
)

VERB_SETS = some.sets(some.sampled_from(sorted(VERBS)))


@pytest.mark.parametrize(
    ("verb", "gives"),
    [
        (SEE, [SEE]),
        (BOOK, [SEE, BOOK]),
        (REPEAT, [SEE, BOOK, REPEAT]),
        (EDIT, [SEE, EDIT]),
        (ARCHIVE, [SEE, EDIT, ARCHIVE]),
    ],
)
def test_a_verb_gives_what_it_needs(verb, gives):
    assert in_order(with_implied([verb])) == gives


@given(VERB_SETS, VERB_SETS)
def test_more_verbs_never_give_less_and_what_is_implied_implies_no_more(some_verbs, others):
    assert with_implied(some_verbs) <= with_implied(some_verbs | others)
    assert with_implied(with_implied(some_verbs)) == with_implied(some_verbs)
    assert some_verbs <= with_implied(some_verbs)


@given(VERB_SETS)
def test_two_words_say_all_that_somebody_may(verbs):
    take, change = greatest(verbs, of=TAKES), greatest(verbs, of=(EDIT, ARCHIVE))

    assert with_implied(filter(None, (take, change))) == with_implied(verbs)
    assert bool(take) == bool(verbs)  # whoever has any right may see the room


def test_everybody_may_more_with_each_step():
    steps = [everybodys(take) for take in TAKES]

    assert steps[0] == frozenset()
    assert all(less < more for less, more in pairwise(steps))
    assert steps[-1] == {SEE, BOOK, REPEAT}


def test_a_refusal_says_what_one_may_and_whom_to_ask():
    assert refusal_in_words(REPEAT, "Board Room", {SEE, BOOK}) == (
        "You may book Board Room once, but not in a series. Ask the venue."
    )
    assert refusal_in_words(REPEAT, "Board Room", {SEE}) == (
        "You may see Board Room, but not book it. Ask the venue."
    )
    assert refusal_in_words(EDIT, "Board Room", {SEE}) == "You may not change Board Room. Ask the venue."
