"""Twenty cars stand at the gate of a car park with ten free spots."""

import pytest

from rooms.models import Allocation, Booking
from tests.races.clients import OK, Step
from tests.races.conftest import codes
from tests.worlds import car_park, rooms

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def spots(transactional_db):
    return rooms(car_park("gate", min_minutes=1), 10)


@pytest.mark.parametrize("act", ["take any", "walk in"])
def test_ten_get_distinct_spots_and_ten_are_told_that_none_is_free(act, arena, spots, people):
    answers = arena.race([Step(act, tuple(spot.pk for spot in spots))] * 20, people=people)

    refused = [answer for answer in answers if answer.code != OK]
    assert codes(answers) == {OK: 10, "unavailable": 10}
    assert {answer.told["detail"] for answer in refused} == {"None are free."}
    assert Allocation.objects.filter(active=True).values("room").distinct().count() == 10
    assert set(Booking.objects.values_list("state", "ends_at")) == {("checked_in", None)}


def test_who_names_a_spot_takes_none_from_those_who_take_any(arena, spots, people):
    any_spot = [Step("take any", tuple(spot.pk for spot in spots))] * 8
    named = [Step("take", (spots[0].pk,))] * 8

    answers = arena.race([step for pair in zip(any_spot, named, strict=True) for step in pair], people=people)

    won = [answer.step.act for answer in answers if answer.code == OK]
    assert won.count("take any") == 8
    assert won.count("take") <= 1
    assert {answer.code for answer in answers} <= {OK, "unavailable"}
