"""Seats in rows: as they were drawn, or by number and letter, and no more is claimed than is known."""

import pytest

from reservations.seat_rows import Stands, rows_of


def seats(names, drawn=None):
    """Return seats of these names; those that are drawn stand at (across, row)."""
    places = drawn or {}
    return [Stands(key, name, *places.get(name, (None, None))) for key, name in enumerate(names.split())]


def lines(found, names):
    """Return each row as its number and its seats by name, with what they are beside."""
    called = names.split()
    return [
        (line.number, [[(called[key], where) for key, where in part] for part in line.parts])
        for line in found
    ]


def named(found, names):
    return [(number, [seat for part in parts for seat, _ in part]) for number, parts in lines(found, names)]


DRAWN = {
    f"{row}{letter}": (x, row) for row in (1, 2) for letter, x in {"A": 0, "B": 1, "C": 3, "D": 4}.items()
}


class TestSeats:
    def test_that_are_drawn_stand_beside_windows_and_the_aisle(self):
        names = "1A 1B 1C 1D"

        [(number, parts)] = lines(rows_of(seats(names, DRAWN)), names)

        assert number == 1
        assert parts == [[("1A", "window"), ("1B", "aisle")], [("1C", "aisle"), ("1D", "window")]]

    def test_of_three_beside_each_other_have_one_in_the_middle(self):
        names = "1A 1B 1C 1D"
        drawn = {"1A": (0, 1), "1B": (1, 1), "1C": (2, 1), "1D": (4, 1)}

        [(_, [first, _])] = lines(rows_of(seats(names, drawn)), names)

        assert first == [("1A", "window"), ("1B", "middle"), ("1C", "aisle")]

    def test_that_nobody_drew_stand_by_number_and_letter_and_claim_nothing(self):
        names = "2C 2A 1D 1A 1B 1C 10A 2B"

        found = lines(rows_of(seats(names)), names)

        assert named(rows_of(seats(names)), names) == [
            (1, ["1A", "1B", "1C", "1D"]),
            (2, ["2A", "2B", "2C"]),
            (10, ["10A"]),
        ]
        assert {where for _, parts in found for part in parts for _, where in part} == {""}
        assert all(len(parts) == 1 for _, parts in found)

    def test_on_one_and_the_same_place_were_drawn_by_nobody(self):
        names = "1A 1B 2A"

        found = lines(rows_of(seats(names, dict.fromkeys(names.split(), (0, 0)))), names)

        assert found == [(1, [[("1A", ""), ("1B", "")]]), (2, [[("2A", "")]])]

    def test_without_a_letter_stand_in_their_order_and_in_no_row(self):
        names = "11 12 13 14 15"

        assert named(rows_of(seats(names)), names) == [(0, ["11", "12", "13", "14"]), (0, ["15"])]

    def test_that_come_beside_drawn_ones_stand_in_their_rows(self):
        names = "1A 1B 1D 2A 2B 2C 2D 1C"

        found = lines(rows_of(seats(names, {name: DRAWN[name] for name in names.split()[:-1]})), names)

        assert found[0] == (1, [[("1A", ""), ("1B", ""), ("1C", ""), ("1D", "")]])
        assert found[1][1][0] == [("2A", "window"), ("2B", "aisle")]

    @pytest.mark.parametrize("names", ["", "1A", "A1", "0A", "12345A", "a1 1a"])
    def test_are_each_there_once_whatever_they_are_called(self, names):
        found = named(rows_of(seats(names)), names)

        assert sorted(name for _, row in found for name in row) == sorted(names.split())
