"""The page of a booking by the night: its nights, what others cost before they are taken, coming again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rooms import operations
from rooms.models import Rate
from rooms.queries.stays import stay_types
from tests.worlds import hotel, rooms, terms

ARRIVE = timezone.now().date() + timedelta(days=10)
DAY = timedelta(days=1)


@pytest.fixture
def house(venue):
    """A hotel of two double rooms at 100.00 a night."""
    house = hotel()
    Rate.objects.create(type=house.types.get(), unit="night", amount=10_000)
    rooms(house, 2, capacity=2)
    return house


def book(house, guest, arrive=ARRIVE, nights=2):
    [kind] = stay_types(terms(house))
    return operations.book(house.rooms.first(), kind.span(arrive, arrive + nights * DAY), by=guest)


def page(browser, booking, **query):
    return browser.get(f"/bookings/{booking.reference}/", query).content.decode()


def test_tells_the_nights_as_people_say_them_here_and_in_the_list(browser, lena, house):
    booking = book(house, lena)

    assert "2 nights, " in page(browser, booking)
    assert "2 nights, " in browser.get("/bookings/").content.decode()


def test_says_what_one_night_more_would_cost_before_it_is_taken(browser, lena, house):
    booking = book(house, lena)
    dates = {"arrive": str(ARRIVE), "depart": str(ARRIVE + 3 * DAY)}

    asked = page(browser, booking, **dates)
    moved = browser.post(f"/bookings/{booking.reference}/move/", dates)

    booking.refresh_from_db()
    assert "€300.00, €100.00 more than now" in asked
    assert (moved.status_code, booking.price) == (303, 30_000)
    assert booking.ends_at - booking.starts_at == timedelta(days=3, hours=-4)


def test_offers_the_same_types_for_as_many_nights_again(browser, lena, house):
    booking = book(house, lena)
    operations.cancel(booking, by=lena)

    shown = page(browser, booking)

    assert f"type_{house.types.get().pk}=1" in shown
    assert "Change dates" not in shown


@pytest.mark.parametrize(
    "dates",
    [{"arrive": "soon"}, {"depart": str(ARRIVE)}, {"arrive": "\0", "depart": "\0"}, {"depart": "9999-12-31"}],
)
def test_dates_that_make_no_sense_are_refused_in_words(browser, lena, house, dates):
    booking = book(house, lena)
    sent = {"arrive": str(ARRIVE), "depart": str(ARRIVE + 2 * DAY), **dates}

    answer = browser.post(f"/bookings/{booking.reference}/move/", sent)

    assert answer.status_code == 400
    assert "Change dates" in page(browser, booking, **sent)
