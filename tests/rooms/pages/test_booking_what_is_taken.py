"""The form to book says that a time cannot be had before anybody presses it."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import now

from reservations import Span
from rooms import operations
from tests.worlds import room

pytestmark = pytest.mark.django_db

START = (now() + timedelta(days=3)).replace(hour=10, minute=0, second=0, microsecond=0)
HOUR = Span(START, START + timedelta(hours=1))


def told(browser, place, span=HOUR):
    """Return what the form says of the room then, and how many ways to wait for it."""
    fields = {"room": place.pk, "start": span.start.isoformat(), "end": span.end.isoformat()}
    page = browser.get("/venues/office/book/", fields).content.decode()
    terms = page.split('id="book-terms"')[1].split("</form>")[0]
    return re.findall(r"<p>([^<]*)", terms), terms.count("Wait for it")


def test_that_it_is_taken_and_where_one_waits_for_it(browser, aurora, people):
    operations.book(aurora, HOUR, by=people["other"])

    [sentence], waits = told(browser, aurora)

    assert sentence.strip() == f"Aurora is booked: {START:%A} {START.day} {START:%B}, 10:00 to 11:00."
    assert waits == 1


def test_what_the_terms_do_not_allow(browser, aurora):
    ages = Span(START, START + timedelta(days=400))

    assert told(browser, aurora, ages) != ([], 0)


def test_nothing_of_what_can_be_had(browser, venue, aurora, people):
    operations.book(aurora, HOUR, by=people["other"])

    assert told(browser, room(venue, "Birch")) == ([], 0)
    assert told(browser, aurora, HOUR.shift(timedelta(hours=1))) == ([], 0)


def test_it_hears_of_what_becomes_of_the_room(browser, venue, aurora):
    data = browser.get("/venues/office/book/").context["data"]

    assert data["topics"] == {"venue": f"venue:{venue.slug}"}
