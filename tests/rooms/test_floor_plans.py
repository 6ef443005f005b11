"""Floor plans: every room stands once on its floor, where it was put or else in rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import Hours, Policy
from reservations.placing import Box
from rooms import plans
from rooms.demo import floors
from rooms.queries.terms import RoomTerms
from tests.worlds import hall, office, room, terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def building(db):
    return office(hours=None)


def drawn(building):
    return plans.floor_plans(terms(building).rooms.values())


def test_rooms_stand_where_they_were_put_and_as_large_as_they_were_drawn(building):
    room(building, "Aurora", floor="2", x=10, y=-20, width=180, depth=90)

    [floor] = drawn(building)

    assert floor.name == "2"
    assert [one.box for one in floor.places] == [Box(10, -20, 190, 70)]
    assert floor.box == Box(10, -20, 190, 70).grown(plans.MARGIN)


def test_floors_are_sorted_as_people_count(building):
    for floor in ("10", "2", "1", ""):
        room(building, f"Room of {floor}", floor=floor)

    assert [floor.name for floor in drawn(building)] == ["", "1", "2", "10"]


def test_what_has_no_place_is_laid_in_rows_below_what_has(building):
    room(building, "Aurora", x=0, y=0, width=300, depth=200)
    for number in range(8):
        room(building, f"Loose {number}", order=number)

    [floor] = drawn(building)

    loose = [one.box for one in floor.places if one.room.name != "Aurora"]
    assert min(box.top for box in loose) == 200 + plans.GAP
    assert len({box.top for box in loose}) == 2
    assert not any(
        one != other
        and one.left < other.right
        and other.left < one.right
        and one.top < other.bottom
        and other.top < one.bottom
        for one in loose
        for other in loose
    )


def test_a_hall_comes_before_its_parts_which_it_surrounds(building):
    for name, one in hall(building).items():
        for field, value in floors.on_the_pier(name).items():
            setattr(one, field, value)
        one.save()

    [floor] = drawn(building)

    assert [one.room.name for one in floor.places] == ["Grand Hall", "Hall A", "Hall B", "Hall C"]


def test_a_rectangle_is_of_one_floor_or_of_all(building):
    rooms = [room(building, f"Room {floor}", floor=floor, x=0, y=0) for floor in ("1", "2")]
    known = terms(building).rooms.values()
    everything = Box(-1, -1, 999, 999)

    assert plans.standing_in(known, everything) == {one.pk for one in rooms}
    assert plans.standing_in(known, everything, "2") == {rooms[1].pk}
    assert plans.standing_in(known, everything, "9") == frozenset()
    assert plans.standing_in(known, Box(500, 500, 900, 900)) == frozenset()


places = st.none() | st.tuples(st.integers(-500, 500), st.integers(-500, 500))


def told(number, place, capacity):
    """Return a room as terms tell of it, that stands there."""
    return RoomTerms(
        id=number, name=f"Room {number}", type_id=1, type_name="Room", noun="Room", unit="hour",
        capacity=capacity, floor="", order=number, amenities=frozenset(), policy=Policy(), hours=Hours(),
        rates=(), parts=(), wholes=(), place=place,
    )  # fmt: skip


@given(st.lists(st.tuples(places, st.integers(1, 9)), max_size=12), st.tuples(*[st.integers(-900, 900)] * 4))
def test_every_room_stands_once_and_in_the_rectangle_or_not(drawn, corners):
    rooms = [told(number, *one) for number, one in enumerate(drawn)]
    within = Box.between(*corners)

    placed = [one for floor in plans.floor_plans(rooms) for one in floor.places]

    assert sorted(one.room.id for one in placed) == [room.id for room in rooms]
    assert plans.standing_in(rooms, within) == {one.room.id for one in placed if within.holds(one.box)}
