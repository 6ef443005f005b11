"""Single dates of a series on the line: left out, moved and taken back by their numbers."""

import pytest

from rooms import operations
from rooms.models import Booking
from tests.days import TUE, span
from tests.line.clients import Refused
from tests.worlds import PASSWORD, office, person, room, works_at

DAILY = "FREQ=DAILY;COUNT=3"


@pytest.fixture
def venue(transactional_db):
    return office(hours=None)


@pytest.fixture
def aurora(venue):
    return room(venue, "Aurora")


@pytest.fixture
def birch(venue):
    return room(venue, "Birch")


@pytest.fixture
def daily(aurora):
    return operations.book(aurora, operations.Repeated(span(9, 10), DAILY), by=person("guest"))


@pytest.fixture
def line(program, daily):
    program.call("login", email="guest@example.com", password=PASSWORD)

    def call(method, **params):
        return program.call(method, reference=daily.reference, **params)

    return call


def dates(told):
    """Return what a booking tells of its dates, as (number, state, start and end of the clock, rooms)."""
    return [
        (one["number"], one["state"], f"{one['start'][11:16]} {one['end'][11:16]}", one["rooms"])
        for one in told["occurrences"]
    ]


def test_a_date_is_left_out_and_taken_back(line, aurora):
    there = [aurora.pk]

    left = line("skip", number=2)
    back = line("move_date", number=2)

    assert [state for _, state, _, _ in dates(left)] == ["booked", "released", "booked"]
    assert dates(back) == [(number, "booked", "09:00 10:00", there) for number in (1, 2, 3)]


def test_a_date_is_not_left_out_twice(line, daily):
    line("skip", number=2)

    with pytest.raises(Refused) as refused:
        line("skip", number=2)
    assert refused.value.data["code"] == "illegal_transition"


def test_the_last_date_that_is_left_out_cancels_it(line, daily):
    for number in (1, 2):
        line("skip", number=number)

    assert line("skip", number=3)["state"] == "cancelled"
    daily.refresh_from_db()
    assert daily.state == "cancelled"


@pytest.mark.parametrize(
    ("params", "when"),
    [
        ({"start": f"{TUE}T14:00"}, "14:00 15:00"),
        ({"end": f"{TUE}T11:30"}, "09:00 11:30"),
        ({"start": f"{TUE}T14:00", "end": f"{TUE}T14:30"}, "14:00 14:30"),
        ({}, "09:00 10:00"),
    ],
)
def test_a_date_is_moved_to_another_time_and_room(line, birch, params, when):
    told = line("move_date", number=1, rooms=["birch"], **params)

    assert dates(told)[0] == (1, "booked", when, [birch.pk])
    assert dates(told)[1][2] == "09:00 10:00"


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("skip", {"number": 4}, "not_found"),
        ("skip", {"number": 0}, "not_found"),
        ("skip", {"number": -1}, "invalid"),
        ("skip", {"number": 10**18}, "not_found"),
        ("skip", {}, "invalid"),
        ("skip", {"number": "two"}, "invalid"),
        ("move_date", {"number": 1}, "invalid"),
        ("move_date", {"number": 1, "start": "never"}, "invalid"),
        ("move_date", {"number": 1, "end": f"{TUE}T08:00"}, "invalid"),
        ("move_date", {"number": 1, "rooms": ["Nowhere"]}, "not_found"),
        ("move_date", {"number": 1, "rooms": []}, "invalid"),
        ("move_date", {"number": 9, "start": f"{TUE}T14:00"}, "not_found"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(line, method, params, code):
    with pytest.raises(Refused) as refusal:
        line(method, **params)

    assert refusal.value.data["code"] == code
    assert Booking.objects.get().allocations.filter(active=True).count() == 3


def test_a_date_is_not_moved_where_somebody_is(line, aurora):
    operations.book(aurora, span(14, 15), by=person("rival"))

    with pytest.raises(Refused) as refusal:
        line("move_date", number=1, start=f"{TUE}T14:00")

    assert refusal.value.data["code"] == "unavailable"


@pytest.mark.parametrize("method", ["skip", "move_date"])
def test_a_single_booking_has_no_dates(program, aurora, method):
    single = operations.book(aurora, span(9, 10), by=person("guest"))
    program.call("login", email="guest@example.com", password=PASSWORD)

    with pytest.raises(Refused) as refusal:
        program.call(method, reference=single.reference, number=1)

    assert refusal.value.data["code"] == "not_found"


@pytest.mark.parametrize(
    ("who", "code"), [("nobody", "not_authenticated"), ("other", "not_found"), ("staff", None)]
)
def test_only_its_guest_and_the_staff_may(program, venue, daily, who, code):
    works_at(person("staff"), venue)
    person("other")
    if who != "nobody":
        program.call("login", email=f"{who}@example.com", password=PASSWORD)

    for method, params in (("skip", {"number": 2}), ("move_date", {"number": 3, "start": f"{TUE}T14:00"})):
        if code is None:
            assert program.call(method, reference=daily.reference, **params)["reference"] == daily.reference
            continue
        with pytest.raises(Refused) as refusal:
            program.call(method, reference=daily.reference, **params)
        assert refusal.value.data["code"] == code
