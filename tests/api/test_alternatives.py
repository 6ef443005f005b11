"""What a refusal offers instead is a body for the same call: also where rooms are paid online first."""

import pytest

from rooms import operations
from rooms.models import Policy, RoomType
from tests.api.programs import hour, problem_of
from tests.travel import ride, seat, soon, train
from tests.worlds import hotel, rate, room

FAR = 24 * 10  # hours ahead: whatever is offered near it can still be given back
NIGHT = hour(FAR + 5, FAR + 25)  # from three in the afternoon to eleven
WEEKLY = "FREQ=WEEKLY;COUNT=2"


@pytest.fixture
def house(db):
    """A hotel with two doubles and two suites; the suites are paid online."""
    house = hotel()
    rate(house, 10_000, unit="night")
    online = Policy.objects.create(
        venue=house, name="Suites", payment="online", check_in="15:00", check_out="11:00"
    )
    suites = RoomType.objects.create(venue=house, name="Suite", capacity=4, unit="night", policy=online)
    suites.rates.create(amount=30_000, unit="night")
    for name in ("101", "102"):
        room(house, name, capacity=2)
    for name in ("501", "502"):
        room(house, name, capacity=4, type=suites)
    return house


@pytest.fixture
def office_paid_online(venue, aurora, birch):
    Policy.objects.update(payment="online")
    venue.save()
    return venue


def had(program, refusal):
    """Post each alternative as it came, give it back, and return in which state each was had."""
    assert problem_of(refusal) == (409, "unavailable")
    states = []
    for offer in refusal.told["alternatives"]:
        made = program.post("bookings", offer)
        assert made.status_code == 201, (offer, made.content)
        states.append(made.told["state"])
        assert program.post(f"bookings/{made.told['reference']}/cancel", {}).status_code == 200
    return states


def types(refusal, house):
    """Return of which type each alternative is."""
    kinds = {one.pk: one.type.name for one in house.rooms.select_related("type")}
    return [kinds[offer["rooms"][0]] for offer in refusal.told["alternatives"]]


def states(kinds):
    return ["held" if kind == "Suite" else "confirmed" for kind in kinds]


def test_of_a_room_that_is_paid_online_are_held(house, guest, rival):
    suite = house.rooms.get(name="501")
    guest.book(suite, NIGHT, hold=True)

    refusal = rival.post("bookings", {"venue": "hotel", "rooms": [suite.pk], **NIGHT})

    kinds = types(refusal, house)
    assert "Suite" in kinds
    assert had(rival, refusal) == states(kinds)


def test_of_a_room_that_is_not_are_held_where_they_are_paid_online(house, guest, rival):
    for double in house.rooms.filter(type__name="Double"):
        guest.book(double, NIGHT)
    wanted = {"venue": "hotel", "rooms": [house.rooms.get(name="101").pk], **NIGHT}

    refusal = rival.post("bookings", wanted)

    kinds = types(refusal, house)
    assert {"Suite", "Double"} == set(kinds)
    assert had(rival, refusal) == states(kinds)


def test_of_any_two_of_a_type_that_is_paid_online_are_held(house, guest, rival):
    suites = RoomType.objects.get(name="Suite")
    guest.book(house.rooms.get(name="501"), NIGHT, hold=True)

    refusal = rival.post("bookings", {"venue": "hotel", "room_type": suites.pk, "count": 2, **NIGHT})

    kinds = types(refusal, house)
    assert "Suite" in kinds
    assert had(rival, refusal) == states(kinds)


def test_of_a_series_that_is_paid_online_are_held(office_paid_online, aurora, guest, rival):
    guest.book(aurora, hour(0), hold=True)

    refusal = rival.post(
        "bookings", {"venue": "office", "rooms": [aurora.pk], **hour(0), "recurrence": WEEKLY}
    )

    assert set(had(rival, refusal)) == {"held"}


def test_of_seats_that_are_paid_online_are_held(guest, rival, db):
    run = soon(train(payment="online"))
    operations.hold_seats(ride(run, "1A"), by=guest.person)

    refusal = rival.post("bookings", {"departure": run.pk, "seats": [seat(run, "1A").pk]})

    assert set(had(rival, refusal)) == {"held"}


def test_are_booked_where_the_venue_has_to_approve_or_the_staff_ask(office_paid_online, aurora, guest, staff):
    staff.book(aurora, hour(0))
    wanted = {"venue": "office", "rooms": [aurora.pk], **hour(0)}

    assert set(had(staff, staff.post("bookings", wanted))) == {"confirmed"}

    Policy.objects.update(needs_approval=True)
    office_paid_online.save()

    assert set(had(guest, guest.post("bookings", wanted))) == {"pending"}
