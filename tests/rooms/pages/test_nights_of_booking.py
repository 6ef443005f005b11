"""The page of a booking by the night: its nights, what others cost before they are taken, coming again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reservations import Span
from rooms import operations
from rooms.models import Policy, Rate
from rooms.queries.stays import stay_types
from tests.worlds import hotel, rooms, terms, works_at

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


def test_a_night_less_costs_no_less_where_cancelling_would_cost_it_all(browser, lena, house):
    Policy.objects.update(cancellation_steps=[[24 * 30, 100]])
    house.save()
    booking = book(house, lena)
    dates = {"arrive": str(ARRIVE), "depart": str(ARRIVE + DAY)}

    asked = page(browser, booking, **dates)
    browser.post(f"/bookings/{booking.reference}/move/", dates)

    booking.refresh_from_db()
    assert "€200.00, the same as now" in asked
    assert booking.price == 20_000


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


class TestAnotherRoom:
    @pytest.fixture
    def staff(self, browsers, people, house):
        works_at(people["staff"], house)
        return browsers["staff"]

    @pytest.fixture
    def in_house(self, lena, house):
        """Three nights that have begun, in the first of the two rooms."""
        [kind], now = stay_types(terms(house)), timezone.now()
        nights = kind.span(now.date() - DAY, now.date() + 2 * DAY)
        booking = operations.book(house.rooms.first(), nights, by=lena, now=now - 3 * DAY)
        return operations.check_in(booking, by=None)

    def test_is_given_by_the_staff_also_to_guests_who_are_in_the_house(self, staff, house, in_house, lena):
        first, second = house.rooms.all()

        shown = page(staff, in_house)
        moved = staff.post(f"/bookings/{in_house.reference}/move/", {"room": second.pk})

        assert f"{second.name}, Double: the same as now" in shown
        assert f"{first.name}, Double" not in shown
        assert moved.status_code == 303
        [row] = in_house.allocations.filter(active=True)
        assert (row.room, row.booking.state) == (second, "checked_in")

    def test_is_not_offered_to_guests_nor_where_none_is_free(self, browser, staff, house, in_house, lena):
        shown = [page(browser, in_house), page(staff, in_house)]
        operations.block([house.rooms.last()], Span(timezone.now(), None), by=None)
        shown.append(page(staff, in_house))

        assert ["Move to another room" in one for one in shown] == [False, True, False]


def test_names_the_guest_to_the_staff_and_leads_them_back_to_the_desk(browser, browsers, people, house, lena):
    works_at(people["staff"], house)
    booking = book(house, lena)

    told, own = page(browsers["staff"], booking), page(browser, booking)

    assert ("lena@example.com" in told, 'href="/desk/hotel/"' in told) == (True, True)
    assert ('href="/bookings/"' in own, 'href="/desk/hotel/"' in own) == (True, False)
