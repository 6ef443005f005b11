"""The page of several events at once: filled in, planned, booked, refused, and what it keeps."""

import pytest
from django.urls import reverse

from rooms import operations
from rooms.models import Booking
from tests.rooms.admin.desk import coming
from tests.rooms.pages.test_access import expected, statuses
from tests.worlds import person, room

DAY = coming(9, 17)


@pytest.fixture
def hall(venue):
    return room(venue, "Hall", capacity=40)


@pytest.fixture
def address(venue, aurora, hall):
    return reverse("rooms:agenda", args=[venue.slug])


def asked(*rows, **more):
    titles, minutes, parties = zip(*rows, strict=True)
    edges = {name: f"{moment:%Y-%m-%dT%H:%M}" for name, moment in (("start", DAY.start), ("end", DAY.end))}
    return {"title": titles, "minutes": minutes, "party": parties, **edges, **more}


TWO = [("Talk", "60", "30"), ("Workshop", "90", "3")]


def places(answer):
    return [place["value"] for day in answer.context["plan"]["days"] for place in day["places"]]


class TestThePage:
    def test_plans_what_is_typed_and_books_it_by_one_press(self, browser, address, lena):
        page = browser.get(address, asked(*TWO))

        done = browser.post(address, asked(*TWO, place=places(page), key="k"), follow=True)

        assert "2 events booked." in done.content.decode()
        rooms = Booking.objects.order_by("title").values_list("title", "party", "allocations__room__name")
        assert list(rooms) == [("Talk", 30, "Hall"), ("Workshop", 3, "Aurora")]

    def test_shows_the_form_before_anything_is_typed(self, browser, address):
        page = browser.get(address)

        assert (page.status_code, page.context["plan"]) == (200, None)

    def test_that_lost_a_race_books_nothing_keeps_the_rows_and_shows_the_next_plan(
        self, browser, address, hall
    ):
        before = places(browser.get(address, asked(*TWO)))
        operations.book(hall, coming(9, 11), by=person("rival"))

        late = browser.post(address, asked(*TWO, place=before, key="k"))

        assert late.status_code == 409
        assert [row.title for row in late.context["rows"][:2]] == ["Talk", "Workshop"]
        assert places(late) != before
        assert not Booking.objects.filter(title="Workshop").exists()

    def test_says_beside_each_row_what_is_wrong_with_it(self, browser, address):
        page = browser.get(address, asked(("Talk", "soon", "3"), ("Lunch", "60", "0")))

        assert [bool(row.problems) for row in page.context["rows"][:3]] == [True, True, False]
        assert page.context["plan"] is None

    @pytest.mark.parametrize(
        "place", ["", "x", "0", "0 1", "9 1 a b", "0 99999 2030-01-01T10:00Z 2030-01-01T11:00Z"]
    )
    def test_refuses_places_that_are_none(self, browser, address, place):
        answer = browser.post(address, asked(*TWO, place=[place], key="k"))

        assert answer.status_code in (400, 404)
        assert Booking.objects.count() == 0

    @pytest.mark.parametrize(
        "edges", [{"start": "no"}, {"end": "9999-12-31T10:00"}, {"start": "2199-01-01T00:00"}]
    )
    def test_says_what_is_wrong_with_the_window(self, browser, address, edges):
        page = browser.get(address, {**asked(*TWO), **edges})

        assert (page.status_code, page.context["plan"]) == (200, None)
        assert page.context["wrong_sentence"]

    def test_is_for_everybody_who_is_logged_in(self, browsers, address):
        found = statuses(browsers, lambda browser: browser.get(address))

        assert found == expected(302, 200, 200, 200, 200)

    def test_asks_as_often_for_twelve_events_as_for_one(
        self, browser, address, django_assert_max_num_queries
    ):
        browser.get(address)
        with django_assert_max_num_queries(12) as one:
            browser.get(address, asked(("Talk", "15", "3")))
        with django_assert_max_num_queries(12) as many:
            browser.get(address, asked(*[("Talk", "15", "3")] * 12))

        assert len(one) == len(many)
