"""What pages say of a quota: on the form, when it is asked why, on the refusal, and at a hotel."""

import pytest

from rooms import operations
from rooms.models import Booking, Quota
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import JSON, create, wanted
from tests.worlds import hotel, room

REACHED = "Your limit of 1 booking a day here is reached (1 of 1)"


@pytest.fixture
def used(venue, aurora, lena):
    """The only booking that Lena may have on its day."""
    Quota.objects.create(venue=venue, most=1, per="day")
    return operations.book(aurora, coming(10, 11), by=lena)


def form(browser, venue, place, day):
    span = coming(12, 13, day)
    asked = {"room": place.pk, "start": span.start.isoformat(), "end": span.end.isoformat()}
    return browser.get(f"/venues/{venue.slug}/book/", asked).content.decode()


class TestTheForm:
    def test_shows_what_is_used_of_the_day_that_is_chosen(self, browser, venue, aurora, used):
        assert f"1 of 1 booking on {used.starts_at.day} {used.starts_at:%B}" in form(
            browser, venue, aurora, 7
        )
        assert "0 of 1 booking on " in form(browser, venue, aurora, 8)

    def test_says_why_not_and_keeps_what_was_typed(self, browser, venue, aurora, used):
        answer = browser.post(create(venue), wanted(aurora, start=12, end=13, title="Retro"))

        page = answer.content.decode()
        assert (answer.status_code, Booking.objects.count()) == (422, 1)
        assert REACHED in page
        assert "Retro" in page

    def test_says_nothing_of_it_to_those_whom_it_does_not_bind(self, browsers, venue, aurora, used):
        assert "1 of 1" not in form(browsers["staff"], venue, aurora, 7)
        assert "0 of 1 booking on " in form(browsers["other"], venue, aurora, 7)


def test_who_asks_why_is_told_of_the_quota_and_visitors_are_not(browsers, venue, aurora, used):
    span = coming(12, 13)
    asked = {"room": aurora.pk, "start": span.start.isoformat(), "end": span.end.isoformat()}

    told = {
        name: browsers[name].get(f"/venues/{venue.slug}/why/", asked, **JSON).json()
        for name in ("guest", "anonymous")
    }

    assert (told["anonymous"]["free"], told["anonymous"]["reasons"]) == (True, [])
    [reason] = told["guest"]["reasons"]
    assert (reason["rule"], reason["until"]) == ("quota", f"{coming(0, 1, 8).start:%Y-%m-%dT%H:%M:%SZ}")
    assert reason["sentence"].startswith(REACHED)


def test_a_hotel_says_of_which_nights_one_has_enough(browser, lena):
    inn = hotel()
    double = room(inn)
    Quota.objects.create(venue=inn, type=double.type, most=2, measure="nights", per="ahead")
    operations.book(double, coming(15, 35), by=lena)

    page = browser.get("/venues/hotel/").content.decode()

    assert "Double: 1 of 2 nights at a time" in page
    assert "Your limit of 2 nights at a time for Double leaves 1 (1 of 2), and this takes 2." in page
