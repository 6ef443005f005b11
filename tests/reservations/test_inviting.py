"""Who is invited: addresses as people paste them, how many, and how they stand to it in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import PolicyViolation, inviting

NAMES = st.lists(st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.org", fullmatch=True), unique=True, max_size=8)
BETWEEN = st.sampled_from([", ", ";", "\n", " ", "\t", ",\n", " ; "])


class TestAddresses:
    @pytest.mark.parametrize(
        ("pasted", "found"),
        [
            ("", []),
            (" \n,; ", []),
            ("Ada@Example.com", ["ada@example.com"]),
            ("Ada Kaya <ada@example.com>, ben@example.com", ["ada@example.com", "ben@example.com"]),
            ("ada@example.com ADA@example.com", ["ada@example.com"]),
            ("nonsense", ["nonsense"]),  # the operation says that it is none
            ("< ada@example.com >;ben@example.com", ["ada@example.com", "ben@example.com"]),
        ],
    )
    def test_are_found_between_whatever_stands_there(self, pasted, found):
        assert inviting.addresses_in(pasted) == found

    @given(NAMES, BETWEEN)
    def test_are_the_same_however_they_are_put_together(self, addresses, between):
        assert inviting.addresses_in(between.join(addresses)) == addresses

    @given(st.text())
    def test_are_found_in_any_text_each_once_and_without_a_blank(self, pasted):
        found = inviting.addresses_in(pasted)

        assert len(found) == len(set(found))
        assert not any(set(" ,;\n\t") & set(one) for one in found)


class TestHowMany:
    def test_a_hundred_are_and_one_more_is_refused_with_how_many_are_left(self):
        inviting.require_room(98, 2)

        with pytest.raises(PolicyViolation, match="2 more are possible") as refused:
            inviting.require_room(98, 3)
        assert refused.value.rule == "participants"


class TestWords:
    @pytest.mark.parametrize(
        ("counts", "words"),
        [
            ({}, ""),
            ({"accepted": 4, "declined": 1, "invited": 2}, "4 come, 1 declined, 2 have not answered"),
            ({"accepted": 1, "invited": 1}, "1 comes, 1 has not answered"),
        ],
    )
    def test_say_how_those_who_are_invited_stand_to_it(self, counts, words):
        assert inviting.in_words(counts) == words

    def test_warn_where_more_may_come_than_there_are_seats_with_the_guest(self):
        assert inviting.warning({"accepted": 2, "invited": 1, "declined": 9}, seats=4) == ""
        assert "5 may come, and the rooms hold 4" in inviting.warning({"accepted": 4}, seats=4)
