"""Drawing the plan: what moves, what comes and what may not go."""

import pytest

from reservations import Forbidden, Invalid, NotFound, Unavailable
from rooms import operations
from rooms.models import Booking, Room
from rooms.operations.planning import Drawn
from tests.rooms.pages.conftest import browser_of
from tests.travel import train
from tests.worlds import at, car_park, office, person, refused, room, terms, works_at


@pytest.fixture
def parking(db):
    return car_park()


@pytest.fixture
def spots(parking):
    return [
        room(parking, f"A{number}", floor="Level 1", x=number * 46, y=0, order=number) for number in (1, 2)
    ]


@pytest.fixture
def manager(parking):
    return works_at(person("manager"), parking, "manager")


def drawn(spot, **other):
    told = {"id": spot.pk, "name": spot.name, "floor": spot.floor, "x": spot.x, "y": spot.y}
    return Drawn(**{**told, **other})


def names(parking):
    return {spot.name: (spot.floor, spot.x, spot.y) for spot in parking.rooms.filter(archived_at=None)}


def test_rooms_move_and_are_named_anew_and_may_change_names(parking, spots, manager):
    first, second = spots

    operations.draw_plan(
        parking, [drawn(first, name="A2", x=10), drawn(second, name="A1", floor="Level 2")], by=manager
    )

    assert names(parking) == {"A2": ("Level 1", 10, 0), "A1": ("Level 2", 92, 0)}
    assert terms(parking).rooms[first.pk].place == (10, 0)


def test_new_rooms_are_of_the_type_that_is_said(parking, spots, manager):
    kind = parking.types.get()
    new = Drawn(None, "B1", "Level 1", 0, 120)

    operations.draw_plan(parking, [*map(drawn, spots), new], by=manager, kind=kind)

    assert Room.objects.get(name="B1").type == kind
    with refused(Invalid, field_errors={"type": ["Choose a type."]}):
        operations.draw_plan(
            parking, [Drawn(None, "B2", "", 0, 0), *map(drawn, parking.rooms.all())], by=manager
        )


def test_a_room_that_is_not_drawn_is_archived_and_its_history_stays(parking, spots, manager):
    booking = operations.take(spots[1], by=manager, now=at(9))
    operations.release(booking, by=manager, now=at(10))

    operations.draw_plan(parking, [drawn(spots[0])], by=manager)

    assert set(names(parking)) == {"A1"}
    assert Booking.objects.get().allocations.get().room == spots[1]


def test_a_room_that_is_taken_does_not_go(parking, spots, manager):
    operations.take(spots[1], by=manager)

    with refused(Unavailable, sentence="A2 is taken, or will be: move or cancel that first."):
        operations.draw_plan(parking, [drawn(spots[0], x=999)], by=manager)

    assert names(parking)["A1"] == ("Level 1", 46, 0)


def test_a_plan_that_is_older_than_the_rooms_is_refused(parking, spots, manager):
    with refused(NotFound):
        operations.draw_plan(parking, [drawn(spots[0], id=987654)], by=manager)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "A2"}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"floor": "x" * 21}, "floor"),
        ({"x": float("nan")}, "x"),
        ({"y": 1e9}, "x"),
        ({"width": 7.9}, "width"),
        ({"depth": 2001}, "width"),
        ({"width": float("nan")}, "width"),
    ],
)
def test_nonsense_is_refused_and_nothing_moves(parking, spots, manager, other, field):
    with refused(Invalid) as caught:
        operations.draw_plan(parking, [drawn(spots[0], **other), drawn(spots[1])], by=manager)

    assert list(caught.value.field_errors) == [field]
    assert names(parking) == {"A1": ("Level 1", 46, 0), "A2": ("Level 1", 92, 0)}


def test_rooms_are_made_larger_and_keep_what_is_not_said(parking, spots, manager):
    operations.draw_plan(parking, [drawn(spots[0], width=120, depth=80), drawn(spots[1])], by=manager)
    operations.draw_plan(parking, [drawn(spots[0], x=None, y=None), drawn(spots[1])], by=manager)

    first = terms(parking).rooms[spots[0].pk]
    assert (first.place, first.size) == ((46, 0), (120, 80))
    assert terms(parking).rooms[spots[1].pk].size is None


def test_is_for_managers(parking, spots):
    with refused(Forbidden):
        operations.draw_plan(parking, [drawn(spots[0])], by=works_at(person("staff"), parking))


class TestTheEditor:
    def test_saves_what_a_script_drew(self, parking, spots, manager):
        rooms = [{"id": spot.pk, "name": spot.name, "floor": "Roof", "x": 5, "y": 6} for spot in spots]

        answer = browser_of(manager).post(
            "/venues/parking/plan/",
            {"rooms": rooms},
            content_type="application/json",
            headers={"accept": "application/json"},
        )

        assert answer.status_code == 200
        assert set(names(parking).values()) == {("Roof", 5, 6)}

    @pytest.mark.parametrize(
        "rooms", [None, "x", [1], [{"id": "x", "x": 0, "y": 0}], [{"x": "0", "y": 0}], []]
    )
    def test_refuses_what_is_no_drawing(self, parking, spots, manager, rooms):
        answer = browser_of(manager).post(
            "/venues/parking/plan/",
            {"rooms": rooms},
            content_type="application/json",
            headers={"accept": "application/json"},
        )

        assert answer.status_code == 400

    def test_adds_a_row_without_a_script(self, parking, spots, manager):
        sent = {"floor": "Level 1", "prefix": "B", "first": 1, "count": 3, "x": 40, "y": 120}

        answer = browser_of(manager).post("/venues/parking/plan/", sent)

        assert answer.status_code == 303
        assert names(parking)["B3"] == ("Level 1", 132, 120)

    def test_draws_seats_in_their_rows_and_keeps_them_there(self, db):
        bus = train("bus", rows=2)
        mona = browser_of(works_at(person("mona"), bus, "manager"))
        page = mona.get("/venues/bus/plan/").context
        rooms, grid = page["data"]["rooms"], page["data"]["grid"]
        assert [(one["name"], one["x"], one["y"]) for one in rooms[:3]] == [
            ("1A", 0, grid), ("1B", grid, grid), ("1C", 3 * grid, grid),
        ]  # fmt: skip

        rooms[2]["x"] -= grid  # over the aisle
        rooms.append({"id": None, "name": "3A", "floor": "", "x": 0, "y": 3 * grid + 5})
        answer = mona.post(
            "/venues/bus/plan/",
            {"rooms": rooms},
            content_type="application/json",
            headers={"accept": "application/json"},
        )

        assert answer.json()["rooms"][-1]["y"] == 3 * grid
        assert (names(bus)["1C"], names(bus)["3A"]) == (("", 2, 1), ("", 0, 3))

    def test_leaves_seats_that_nobody_drew_without_a_place(self, db):
        bus = train("bus", rows=1)
        bus.rooms.update(x=None, y=None)
        sent = {"floor": "", "prefix": "9-", "first": 1, "count": 1, "x": 0, "y": 9}

        browser_of(works_at(person("mona"), bus, "manager")).post("/venues/bus/plan/", sent)

        places = dict(bus.rooms.values_list("name", "x"))
        assert places == {**dict.fromkeys(("1A", "1B", "1C", "1D")), "9-1": 0}

    def test_adds_a_row_of_seats_without_a_script(self, db):
        bus = train("bus", rows=1)
        mona = browser_of(works_at(person("mona"), bus, "manager"))
        sent = {"floor": "2", "prefix": "9-", "first": 1, "count": 4, "x": 0, "y": 9}

        assert mona.post("/venues/bus/plan/", sent).status_code == 303

        assert [names(bus)[f"9-{number}"] for number in (1, 4)] == [("2", 0, 9), ("2", 3, 9)]

    def test_draws_desks_as_it_draws_spots(self, db):
        desks = office("desks")
        room(desks, "Desk 1", x=10, y=20)
        mona = browser_of(works_at(person("mona"), desks, "manager"))

        [one] = mona.get("/venues/desks/plan/").context["data"]["rooms"]

        assert (one["x"], one["y"]) == (10, 20)

    def test_is_for_managers(self, parking, spots):
        staff = works_at(person("staff"), parking)

        found = [
            browser_of(who).get("/venues/parking/plan/").status_code for who in (None, person("lena"), staff)
        ]

        assert found == [302, 403, 403]
