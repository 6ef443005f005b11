"""The fold on a booking's page in which its guest, or the staff, change what it says of itself."""

import pytest

from rooms import operations
from rooms.models import Booking, Question
from rooms.operations import Details
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import JSON, act
from tests.travel import ride, soon

pytestmark = pytest.mark.django_db
SENT = {"title": "Review", "party": "3", "note": "Tea, please"}


@pytest.fixture
def booking(aurora, lena):
    return operations.book(aurora, coming(10, 11), by=lena, details=Details("Retor"))


def offered(browser, booking):
    page = browser.get(f"/bookings/{booking.reference}/")
    return act(booking, "describe") in page.content.decode()


@pytest.mark.parametrize("who", ["guest", "staff"])
def test_it_is_changed_and_the_page_says_so(who, browsers, booking):
    answer = browsers[who].post(act(booking, "describe"), SENT, follow=True)

    page = answer.content.decode()
    assert all(words in page for words in ("Changed.", "<h1>Review</h1>", "Tea, please"))
    told = {"guest": "you", "staff": "the staff"}
    assert answer.context["changes"][0]["sentence"] == "Details changed"
    assert browsers["guest"].get(f"/bookings/{booking.reference}/").context["changes"][0]["by"] == told[who]


def test_a_script_is_told_how_it_is_now(browser, booking):
    answer = browser.post(act(booking, "describe"), {"title": "Review"}, **JSON)

    assert (answer.status_code, answer.json()["title"]) == (200, "Review")


def test_what_is_refused_stays_in_the_open_form(browser, booking):
    answer = browser.post(act(booking, "describe"), {**SENT, "party": "5"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "That holds 4 people, and not 5." in page
    assert '<details class="card fold" id="describe-it" open>' in page
    assert '<details class="card fold" id="move-it">' in page
    assert all(words in page for words in ('value="Review"', "Tea, please</textarea>"))
    assert Booking.objects.get().title == "Retor"


def test_what_the_venue_asks_is_in_it(browser, booking, venue):
    asked = Question.objects.create(venue=venue, text="How seated?", required=True)

    refused = browser.post(act(booking, "describe"), {**SENT, f"answers.{asked.pk}": ""})
    browser.post(act(booking, "describe"), {**SENT, f"answers.{asked.pk}": "In rows"})

    assert refused.context["details_form"].errors == {f"answers.{asked.pk}": ["This needs an answer."]}
    assert [one.answer for one in Booking.objects.get().answered] == ["In rows"]


def test_it_is_offered_while_there_is_something_to_come(browser, browsers, booking):
    assert offered(browser, booking)
    operations.cancel(booking, by=None)
    assert not offered(browser, booking)
    assert browsers["other"].post(act(booking, "describe"), SENT).status_code == 404


def test_of_seats_it_does_not_ask_how_many_travel(browser, lena):
    booked = operations.book_seats(ride(soon(), "1A"), by=lena)

    page = browser.get(f"/bookings/{booked.reference}/")

    assert list(page.context["details_form"].fields) == ["title", "note"]
    assert browser.post(act(booked, "describe"), {"title": "Home"}).status_code == 303
    assert Booking.objects.get().title == "Home"
