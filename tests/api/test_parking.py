"""Parking, for programs: take a spot until it is released, let a car in, and who may know its plate."""

import pytest

from rooms.models import Booking, Change
from rooms.sql import database_now
from tests.api.programs import Program, problem_of, told
from tests.worlds import car_park, person, rate, rooms, works_at

PLATE = {"plate": "34 kz 1978"}


@pytest.fixture
def parking(db):
    venue = car_park()
    rate(venue, 240, most_a_day=2400)
    rooms(venue, 2)
    return venue


@pytest.fixture
def attendant(parking):
    return Program(works_at(person("attendant"), parking))


@pytest.fixture
def parked(guest, parking):
    spot = parking.rooms.first()
    return guest.book(spot, {"start": told(database_now()), "end": None}, **PLATE)


class TestAnOpenBooking:
    def test_has_no_end_and_no_price_until_it_is_released(self, guest, parked):
        done = guest.post(f"bookings/{parked['reference']}/release").told

        assert (parked["end"], parked["state"], parked["price"]["amount"]) == (None, "confirmed", "0.00")
        assert done["state"] == "completed"
        assert done["end"] is not None
        assert done["price"] == {"amount": "0.04", "currency": "EUR"}  # a minute that has begun

    def test_is_checked_in_and_out(self, guest, parked):
        address = f"bookings/{parked['reference']}"

        assert guest.post(f"{address}/check-in").told["state"] == "checked_in"
        assert guest.post(f"{address}/check-out").told["state"] == "completed"
        assert problem_of(guest.post(f"{address}/check-out")) == (409, "illegal_transition")


class TestAWalkIn:
    def test_gets_a_free_spot_until_it_is_released(self, attendant):
        answer = attendant.post("venues/parking/walk-ins", PLATE)

        assert answer.status_code == 201
        assert answer.headers["Location"] == f"/api/v1/bookings/{answer.told['reference']}"
        assert (answer.told["state"], answer.told["end"], answer.told["plate"]) == (
            "checked_in", None, "34 KZ 1978",
        )  # fmt: skip
        assert Booking.objects.get().guest is None

    def test_needs_no_body(self, attendant):
        assert attendant.post("venues/parking/walk-ins").status_code == 201

    def test_is_refused_when_every_spot_is_taken(self, attendant):
        answers = [attendant.post("venues/parking/walk-ins") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [201, 201, 409]
        assert answers[2].told["detail"] == "None are free."

    def test_comes_once_for_one_key(self, attendant):
        first, again = (
            attendant.post("venues/parking/walk-ins", PLATE, **{"idempotency-key": "gate-1"})
            for _ in range(2)
        )

        assert first.told["reference"] == again.told["reference"]

    def test_is_for_staff(self, guest, parking):
        assert problem_of(guest.post("venues/parking/walk-ins", PLATE)) == (403, "forbidden")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"plate": "<b>"}, "plate"),
            ({"plate": 7}, "plate"),
            ({"plate": "9" * 25}, "plate"),
            ({"amenities": "ev"}, "amenities"),
            ({"floor": ["1"]}, "floor"),
        ],
    )
    def test_with_nonsense_is_invalid(self, attendant, body, field):
        answer = attendant.post("venues/parking/walk-ins", body)

        assert problem_of(answer) == (400, "invalid")
        assert list(answer.told["field_errors"]) == [field]


class TestThePlate:
    def test_is_told_to_the_guest_and_the_staff_and_to_nobody_else(self, guest, attendant, rival, parked):
        address = f"bookings/{parked['reference']}"

        assert [who.get(address).told["plate"] for who in (guest, attendant)] == ["34 KZ 1978"] * 2
        guest.post(f"{address}/release")
        assert [who.get(address).told["plate"] for who in (guest, attendant)] == ["34 KZ 1978", "34 ••• 78"]
        assert rival.get(address).status_code == 404
        assert (
            "1978"
            not in guest.get(
                "venues/parking/timeline?start=2026-01-01T00:00Z&end=2026-01-02T00:00Z"
            ).content.decode()
        )

    def test_is_noted_later_and_its_history_does_not_tell_it(self, guest, parked):
        answer = guest.post(f"bookings/{parked['reference']}/plate", {"plate": "06 ab 11"})

        assert answer.told["plate"] == "06 AB 11"
        assert "AB 11" not in repr(list(Change.objects.values_list()))

    def test_finds_the_bookings_of_one_car(self, guest, attendant, parking, parked):
        other = attendant.post("venues/parking/walk-ins", {"plate": "06 AB 11"}).told
        guest.post(f"bookings/{parked['reference']}/release")
        again = attendant.post("venues/parking/walk-ins", {"plate": "34KZ1978"}).told

        found = attendant.get(f"bookings?vehicle_of={again['reference']}").told["items"]
        theirs = guest.get(f"bookings?vehicle_of={parked['reference']}").told["items"]

        assert [one["reference"] for one in found] == [again["reference"], parked["reference"]]
        assert [one["reference"] for one in theirs] == [parked["reference"]]
        assert guest.get(f"bookings?vehicle_of={other['reference']}").status_code == 404
