"""What a booking says of itself, changed over REST."""

import pytest

from tests.api.programs import hour, problem_of


@pytest.fixture
def made(guest, aurora):
    return guest.book(aurora, hour(0), title="Retor", party=2, note="Tea")


def test_it_changes_what_is_told_and_keeps_the_rest(guest, staff, made):
    address = f"bookings/{made['reference']}"

    told = guest.patch(address, {"title": "Review"})
    again = staff.patch(address, {"party": 3})

    assert (told.status_code, told.told) == (200, {**made, "title": "Review"})
    assert (again.told["title"], again.told["party"], again.told["note"]) == ("Review", 3, "Tea")


@pytest.mark.parametrize("odd", [{}, {"titel": "Review"}, {"title": 1}, {"party": 0}, {"title": None}, []])
def test_it_takes_nothing_else(odd, guest, made):
    answer = guest.patch(f"bookings/{made['reference']}", odd)

    assert problem_of(answer) == (400, "invalid")


def test_it_is_refused_to_others_and_once_it_is_cancelled(guest, rival, made):
    address = f"bookings/{made['reference']}"
    guest.post(f"{address}/cancel")

    assert problem_of(rival.patch(address, {"title": "Mine"})) == (404, "not_found")
    assert problem_of(guest.patch(address, {"title": "Late"})) == (409, "illegal_transition")
