"""How often pages ask the database: no more for thirty than for one, and the board twelve times at most."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms import operations
from rooms.models import Amenity
from tests.rooms.admin.desk import coming
from tests.worlds import office, rate, room

MOST = 12


def asked(browser, page):
    """Count the page's queries, once the venue's terms are in memory."""
    assert browser.get(page).status_code == 200
    with CaptureQueriesContext(connection) as found:
        browser.get(page)
    return len(found)


@pytest.mark.parametrize("who", ["anonymous", "guest", "staff"])
@pytest.mark.parametrize("view", ["day", "week", "list", "plan"])
def test_a_board_of_thirty_rooms_asks_as_often_as_one_of_one(browsers, people, venue, who, view):
    screen = Amenity.objects.create(slug="screen", name="Screen", icon="monitor")
    day = coming(10, 11).start.date()
    page = f"/venues/{venue.slug}/?view={view}&date={day}"

    def grow(number):
        own = room(venue, f"Room {number}", order=number, floor=str(number))
        own.amenities.add(screen)
        operations.book(own, coming(10, 11), by=people["guest"])
        operations.hold(own, coming(12, 13), by=None)

    grow(0)
    one = asked(browsers[who], page)
    for number in range(1, 30):
        grow(number)

    assert asked(browsers[who], page) == one
    assert one <= MOST


@pytest.mark.parametrize("who", ["anonymous", "guest"])
def test_home_with_thirty_venues_asks_as_often_as_with_one(browsers, venue, aurora, who):
    one = asked(browsers[who], "/")
    for number in range(29):
        other = office(f"office-{number}")
        room(other)
        rate(other, 100)

    assert asked(browsers[who], "/") == one
    assert one <= MOST


@pytest.mark.parametrize("show", ["upcoming", "past", "cancelled"])
def test_a_list_of_thirty_bookings_asks_as_often_as_one_of_one(browser, lena, venue, aurora, show):
    page = f"/bookings/?show={show}"

    def grow(number):
        there = office(f"there-{number}", hours=None)
        own = operations.book(room(there), coming(10, 11), by=lena)
        if show == "cancelled":
            operations.cancel(own, by=lena)
        if show == "past":
            type(own).objects.filter(pk=own.pk).update(state="completed")

    grow(0)
    one = asked(browser, page)
    for number in range(1, 30):
        grow(number)

    assert asked(browser, page) == one
    assert one <= MOST


def test_a_booking_with_a_long_history_asks_as_often_as_one_with_a_short(browser, lena, venue, aurora):
    own = operations.book(aurora, coming(10, 11), by=lena)
    one = asked(browser, f"/bookings/{own.reference}/")
    for number in range(20):
        operations.move(own, by=lena, span=coming(11 + number % 2, 12 + number % 2))

    assert asked(browser, f"/bookings/{own.reference}/") == one
    assert one <= MOST


def test_a_booking_of_thirty_rooms_asks_as_often_as_one_of_one(browser, lena, venue):
    thirty = [room(venue, f"Room {number}") for number in range(30)]
    small = operations.book(thirty[0], coming(10, 11), by=lena)
    large = operations.book(thirty, coming(12, 13), by=lena)

    assert asked(browser, f"/bookings/{large.reference}/") == asked(browser, f"/bookings/{small.reference}/")
