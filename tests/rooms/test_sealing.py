"""Number plates in the tables: unreadable where a key is set, found by any spelling, and told to nobody."""

import pytest

from reservations import IdempotencyMismatch, Invalid
from rooms import operations, sealing
from rooms.models import Booking, Change
from rooms.operations import Details
from rooms.sql import fetch
from tests.worlds import NOW, car_park, refused, room, span

PLATE = "34 KZ 1978"


@pytest.fixture
def spot(db):
    return room(car_park(), "A1", capacity=1)


@pytest.fixture
def keyed(settings):
    settings.FIELD_KEYS = ["the newer of two secrets", "the older of two secrets"]


def parked(spot, guest, plate=PLATE, **asked):
    return operations.book(
        spot, asked.pop("span", span(9, None)), by=guest, details=Details(plate=plate), now=NOW, **asked
    )


def dump():
    return repr(fetch("SELECT * FROM rooms_booking")) + repr(list(Change.objects.values_list()))


def test_a_plate_is_read_by_the_booking_and_found_by_any_spelling(spot, guest, keyed):
    booking = parked(spot, guest, "34 kz-1978")

    assert Booking.objects.get(pk=booking.pk).plate == "34 KZ-1978"
    assert Booking.objects.filter(plate_digest__in=sealing.digests("34KZ1978")).get() == booking


def test_with_a_key_nobody_reads_it_from_the_tables(spot, guest, keyed):
    parked(spot, guest)

    assert "1978" not in dump()


def test_without_a_key_it_is_kept_as_it_is_but_not_in_the_history(spot, guest):
    parked(spot, guest)

    assert Booking.objects.get().plate_sealed == PLATE
    assert "1978" not in repr(list(Change.objects.values_list()))


def test_two_bookings_of_one_plate_are_sealed_differently(spot, guest, keyed):
    for hours in ((9, 10), (10, 11)):
        parked(spot, guest, span=span(*hours))

    assert len(set(Booking.objects.values_list("plate_sealed", flat=True))) == 2


def test_an_older_key_still_opens_and_finds(spot, guest, settings):
    settings.FIELD_KEYS = ["the older of two secrets"]
    booking = parked(spot, guest)

    settings.FIELD_KEYS = ["the newer of two secrets", "the older of two secrets"]

    assert Booking.objects.get().plate == PLATE
    assert Booking.objects.filter(plate_digest__in=sealing.digests("34KZ1978")).get() == booking


def test_a_key_that_is_lost_opens_nothing_and_breaks_nothing(spot, guest, settings, caplog):
    settings.FIELD_KEYS = ["a secret that will be lost"]
    parked(spot, guest)

    settings.FIELD_KEYS = ["another secret altogether"]

    assert Booking.objects.get().plate == ""
    assert "FIELD_KEYS" in caplog.text
    assert "1978" not in caplog.text


def test_a_strange_plate_is_refused_and_named(spot, guest):
    with refused(Invalid, field_errors={"plate": ["A number plate has 1 to 15 letters and digits."]}):
        parked(spot, guest, "A" * 16)


def test_the_same_request_with_another_plate_is_another_request(spot, guest):
    parked(spot, guest, key="once")

    assert parked(spot, guest, key="once") == Booking.objects.get()
    with refused(IdempotencyMismatch):
        parked(spot, guest, "06 AB 11", key="once")
