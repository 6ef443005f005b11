"""The receipt of a stay in a car park names the car: whole for its driver, to the staff by their rights."""

from datetime import timedelta

import pytest

from payments.receipts import pdf, vehicle_in_words
from rooms import operations as rooms
from rooms.models import Booking
from rooms.operations import Details
from rooms.sql import database_now
from tests.worlds import car_park, person, room, works_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def driver():
    return person("lena")


@pytest.fixture
def parked(driver):
    spot = room(car_park(), "14", capacity=1)
    came = database_now() - timedelta(hours=2)
    made = rooms.take(spot, by=driver, details=Details(plate="34 KZ 1978"), now=came)
    rooms.release(made, by=driver)
    return Booking.objects.select_related("venue", "guest").get(pk=made.pk)


def test_its_driver_reads_the_whole_plate(parked, driver):
    assert vehicle_in_words(parked, driver) == "Number plate 34 KZ 1978"
    assert pdf(parked, by=driver, now=database_now()).startswith(b"%PDF")


def test_of_a_car_that_has_left_the_staff_read_a_part_and_managers_all(parked):
    clerk, manager = (works_at(person(role), parked.venue, role) for role in ("staff", "manager"))

    assert "1978" not in vehicle_in_words(parked, clerk)
    assert vehicle_in_words(parked, clerk).startswith("Number plate 34 ")
    assert vehicle_in_words(parked, manager) == "Number plate 34 KZ 1978"


def test_of_a_room_without_a_car_it_says_nothing(parked, driver):
    Booking.objects.update(plate_sealed="")
    parked.refresh_from_db()

    assert vehicle_in_words(parked, driver) == ""
