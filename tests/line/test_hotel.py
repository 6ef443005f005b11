"""The socket hotel, as a story: clients at a desk of one hotel, over real sockets."""

import threading
from datetime import time

import pytest

from rooms.models import Allocation, Booking, Policy
from tests.days import FRI, THU, TUE
from tests.line.clients import Refused
from tests.worlds import hotel, office, person, room, rooms

STAY = {"start": f"{TUE}T15:00", "end": f"{THU}T11:00"}


@pytest.fixture
def house(transactional_db):
    """A hotel of ten rooms, all free."""
    house = hotel()
    rooms(house, 10, capacity=2)
    return house


def test_a_new_hotel_has_all_its_rooms_free(house, program):
    answer = program.call("rooms", venue="hotel")

    assert [one["name"] for one in answer["rooms"]] == [f"Room {n}" for n in range(1, 11)]
    assert {one["state"] for one in answer["rooms"]} == {"free"}
    assert (answer["rooms"][0]["check_in"], answer["rooms"][0]["check_out"]) == ("15:00", "11:00")


def test_twenty_clients_want_one_of_ten_rooms_each(house, server, connect):
    lines = [connect(server).log_in(person(f"guest{n}")) for n in range(20)]
    answers = [None] * 20
    start = threading.Barrier(20)

    def book(number):
        start.wait()
        answers[number] = lines[number].ask("book", venue="hotel", count=1, **STAY)

    clients = [threading.Thread(target=book, args=[number]) for number in range(20)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()

    booked = [answer["result"]["rooms"] for answer in answers if "result" in answer]
    refused = [answer["error"] for answer in answers if "error" in answer]
    assert sorted(room["name"] for [room] in booked) == sorted(f"Room {n}" for n in range(1, 11))
    assert {(error["code"], error["data"]["code"]) for error in refused} == {(-32000, "unavailable")}
    assert len(refused) == 10


def test_twenty_rooms_where_six_are_free_are_refused_and_nothing_is_booked(house, program):
    program.log_in(person("guest"))
    program.call("book", venue="hotel", count=4, **STAY)
    before = Booking.objects.count(), Allocation.objects.count()

    with pytest.raises(Refused) as caught:
        program.call("book", venue="hotel", count=20, **STAY)

    assert caught.value.code == -32000
    assert caught.value.detail == caught.value.data["detail"] == "Only 6 are free."
    assert (caught.value.data["code"], caught.value.data["free"]) == ("unavailable", 6)
    assert (Booking.objects.count(), Allocation.objects.count()) == before


def test_rooms_of_several_types_are_one_booking(house, program):
    suite = house.types.create(name="Suite", capacity=4, unit="night", policy=house.policies.get())
    room(house, "Suite 1", type=suite)
    program.log_in(person("guest"))
    types = [{"type": "Double", "count": 2}, {"type": "suite"}]

    booked = program.call("book", venue="hotel", types=types, **STAY)

    assert len(booked["rooms"]) == 3
    with pytest.raises(Refused, match="Suite"):
        program.call("book", venue="hotel", types=types, **STAY)


@pytest.mark.parametrize(
    "types", [[], [7], [{}], [{"type": "Double", "count": "2"}], [{"type": "Double", "x": 1}]]
)
def test_types_that_make_no_sense_are_refused(house, program, types):
    program.log_in(person("guest"))

    with pytest.raises(Refused) as caught:
        program.call("book", venue="hotel", types=types, **STAY)

    assert caught.value.code == -32602


def test_two_dates_are_the_nights_between_them(house, program):
    nights = {"start": TUE, "end": THU}
    program.log_in(person("guest"))

    free = program.call("availability", venue="hotel", **nights)
    booked = program.call("book", venue="hotel", count=2, **nights)

    told = f"{TUE}T15:00:00Z", f"{THU}T11:00:00Z"
    assert (free["start"], free["end"], free["free"]) == (*told, 10)
    assert (booked["start"], booked["end"], len(booked["rooms"])) == (*told, 2)
    with pytest.raises(Refused, match="no such date"):
        program.call("availability", venue="hotel", start="2026-02-30", end="2026-03-02")


def test_two_dates_mean_the_check_in_of_the_type_that_is_asked_for(house, program):
    early = Policy.objects.create(venue=house, name="Early", check_in=time(12), check_out=time(10))
    kind = house.types.create(name="Early", capacity=2, unit="night", policy=early)
    room(house, "E1", type=kind, capacity=2)
    program.log_in(person("guest"))

    asked = {"start": TUE, "end": THU}
    found = [
        program.call("availability", venue="hotel", type="Early", **asked),
        program.call("book", venue="hotel", rooms=["E1"], **asked),
    ]

    assert {(one["start"], one["end"]) for one in found} == {(f"{TUE}T12:00:00Z", f"{THU}T10:00:00Z")}


def test_four_rooms_are_four_room_numbers(house, program):
    program.log_in(person("guest"))

    booked = program.call("book", venue="hotel", count=4, **STAY)

    assert booked["state"] == "confirmed"
    assert len({one["name"] for one in booked["rooms"]}) == 4
    assert (booked["start"], booked["end"]) == (f"{TUE}T15:00:00Z", f"{THU}T11:00:00Z")


def test_a_wrong_password_can_do_nothing(house, server, connect):
    alice = person("alice")
    own = connect(server).log_in(alice)
    booking = own.call("book", venue="hotel", count=2, **STAY)
    stranger = connect(server)

    with pytest.raises(Refused) as caught:
        stranger.call("login", email=alice.email, password="not her password")

    assert caught.value.data["code"] == "not_authenticated"
    for method, params in (
        ("book", {"venue": "hotel", "count": 1, **STAY}),
        ("hold", {"venue": "hotel", "count": 1, **STAY}),
        ("bookings", {}),
        ("check_out", {"all": True}),
        ("check_out", {"reference": booking["reference"]}),
        ("cancel", {"reference": booking["reference"]}),
        ("confirm", {"reference": booking["reference"]}),
        ("watch", {"topic": "mine"}),
        ("watch", {"topic": "desk:hotel"}),
    ):
        assert stranger.ask(method, **params)["error"]["data"]["code"] == "not_authenticated", method
    assert own.call("bookings") == [booking]


def test_checking_out_of_everything_frees_mine_only_and_a_watcher_hears_it(house, server, connect):
    alice, bob = connect(server).log_in(person("alice")), connect(server).log_in(person("bob"))
    mine = alice.call("book", venue="hotel", count=3, **STAY)
    held = alice.call("hold", venue="hotel", count=1, **STAY)
    kept = bob.call("book", venue="hotel", count=2, **STAY)
    watcher = connect(server)
    day = {"start": f"{TUE}T00:00", "end": f"{FRI}T00:00"}
    before = watcher.call("watch", topic="venue:hotel", **day)
    assert len(before["allocations"]) == 6

    answer = alice.call("check_out", all=True)

    assert {one["reference"] for one in answer["freed"]} == {mine["reference"], held["reference"]}
    assert answer["kept"] == []
    assert alice.call("bookings") == []
    assert bob.call("bookings") == [kept]
    freed = set()
    while len(freed) < 4:
        freed |= {one["id"] for one in watcher.hears(seconds=3)["rooms"] if not one["allocations"]}
    assert freed == {one["id"] for one in (*mine["rooms"], *held["rooms"])}


def test_two_terminals_the_other_one_prints_the_booking_unasked(house, server, connect):
    one, other = connect(server).log_in(person("alice")), connect(server)
    other.call("watch", topic="venue:hotel", start=f"{TUE}T00:00", end=f"{FRI}T00:00")

    booking = one.call("book", venue="hotel", rooms=["room 7"], **STAY)

    [heard] = other.hears(seconds=2)["rooms"]
    assert heard["id"] == booking["rooms"][0]["id"]
    assert [row["state"] for row in heard["allocations"]] == ["booked"]
    assert booking["reference"] not in str(heard)


def test_a_query_lists_mine_only(house, server, connect):
    alice, bob = connect(server).log_in(person("alice")), connect(server).log_in(person("bob"))
    alice.call("book", venue="hotel", rooms=["Room 1", "Room 2"], **STAY)
    bob.call("book", venue="hotel", count=1, **STAY)

    [booking] = alice.call("bookings")

    assert [one["name"] for one in booking["rooms"]] == ["Room 1", "Room 2"]


class TestAnyRoomsOfSeveralTypes:
    @pytest.fixture
    def mixed(self, house):
        suite = house.types.create(name="Suite", capacity=4, policy=house.types.get().policy)
        house.types.update(unit="night")
        room(house, "Suite 1", capacity=4, type=suite)
        room(house, "Suite 2", capacity=4, type=suite)
        return house

    def test_come_from_one_type_where_one_has_enough(self, mixed, program):
        program.log_in(person("guest"))

        booked = program.call("book", venue="hotel", count=10, **STAY)

        assert {one["name"].split()[0] for one in booked["rooms"]} == {"Room"}

    def test_come_from_several_where_none_has(self, mixed, program):
        program.log_in(person("guest"))

        booked = program.call("book", venue="hotel", count=11, **STAY)

        assert len({one["name"] for one in booked["rooms"]}) == 11

    def test_are_refused_with_how_many_are_free_of_all(self, mixed, program):
        program.log_in(person("guest"))
        program.call("book", venue="hotel", count=4, **STAY)

        with pytest.raises(Refused) as caught:
            program.call("book", venue="hotel", count=20, **STAY)

        assert (caught.value.detail, caught.value.data["free"]) == ("Only 8 are free.", 8)

    def test_are_of_the_type_that_is_named(self, mixed, program):
        program.log_in(person("guest"))

        booked = program.call("book", venue="hotel", count=2, type="suite", key="mine", **STAY)
        again = program.call("book", venue="hotel", count=2, type="suite", key="mine", **STAY)

        assert [one["name"] for one in booked["rooms"]] == ["Suite 1", "Suite 2"]
        assert again == booked
        with pytest.raises(Refused, match="type of room"):
            program.call("book", venue="hotel", count=1, key="other", **STAY)


def test_a_hall_and_its_halves_are_not_three_rooms(transactional_db, program):
    from tests.worlds import hall

    venue = office()
    other = venue.types.create(name="Other", capacity=8, policy=venue.types.get().policy)
    hall(venue)
    room(venue, "Nook", type=other)
    program.log_in(person("guest"))

    with pytest.raises(Refused, match="Only 4 are free"):
        program.call("book", venue="office", count=5, start=f"{TUE}T09:00", end=f"{TUE}T10:00")
    booked = program.call("book", venue="office", count=4, start=f"{TUE}T09:00", end=f"{TUE}T10:00")

    assert {one["name"] for one in booked["rooms"]} == {"Hall A", "Hall B", "Hall C", "Nook"}
