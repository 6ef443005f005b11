"""Saved views: one's own of a venue, by name, with its filters and without a date."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reservations import Invalid, NotAuthenticated, NotFound
from rooms import operations
from rooms.models import SavedView, Venue
from rooms.operations.viewing import MOST, QUERY
from tests.rooms.pages.conftest import JSON
from tests.worlds import refused

pytestmark = pytest.mark.usefixtures("aurora")
BIG = "view=week&capacity=6&amenity=screen"


def keep(browser, name="Big rooms", query=BIG, slug="office", **extra):
    return browser.post(reverse("rooms:view_save", args=[slug]), {"name": name, "query": query}, **extra)


def kept(owner):
    return list(SavedView.objects.filter(owner=owner).order_by("name").values_list("name", "query"))


class TestKeeping:
    def test_shows_the_view_by_its_name_wherever_the_venue_is_looked_at(self, browser, lena):
        answer = keep(browser, query=f"date=2026-12-24&{BIG}", follow=True)

        assert answer.redirect_chain == [(f"/venues/office/?{BIG}", 303)]
        assert "“Big rooms” is kept in your views." in answer.content.decode()
        for view in ("day", "list"):
            page = browser.get(f"/venues/office/?view={view}").content.decode()
            assert f'<a href="/venues/office/?{BIG.replace("&", "&amp;")}">Big rooms</a>' in page
        assert kept(lena) == [("Big rooms", BIG)]

    def test_marks_the_view_that_is_open_whatever_the_day_and_the_order_of_its_filters(self, browser):
        keep(browser)

        page = browser.get("/venues/office/?amenity=screen&capacity=6&date=2026-12-24&view=week")

        assert 'aria-current="true">Big rooms</a>' in page.content.decode()

    def test_under_a_name_once_more_takes_the_place_of_the_earlier(self, browser, lena):
        keep(browser)
        keep(browser, query="view=list")

        assert kept(lena) == [("Big rooms", "view=list")]

    @pytest.mark.parametrize(
        ("asked", "stays"),
        [
            ("", ""),
            ("next=//evil.example&view=week&csrfmiddlewaretoken=x", "view=week"),
            ("floor=2&floor=2&floor=%0d%0aX", "floor=2"),
            ("free=now&capacity=", "free=now"),
            ("capacity=%00&view=day&=&&free", "view=day"),
        ],
    )
    def test_keeps_nothing_but_view_and_filters(self, browser, lena, asked, stays):
        keep(browser, query=asked)

        assert kept(lena) == [("Big rooms", stays)]

    def test_is_not_for_strangers_nor_for_venues_that_are_not_shown(self, browser, browsers):
        answer = keep(browsers["anonymous"])
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]
        Venue.objects.update(is_listed=False)

        assert keep(browser).status_code == 404
        assert keep(browsers["staff"]).status_code == 303
        assert SavedView.objects.count() == 1

    def test_says_what_is_wrong_with_a_name_and_keeps_the_filters(self, browser, lena):
        for name, sentence in [
            ("", "Give it a name."),
            ("x" * 61, "At most 60 characters; this has 61."),
            ("a\x00b", "This text has characters that cannot be shown."),
        ]:
            answer = keep(browser, name, follow=True)
            assert answer.redirect_chain == [(f"/venues/office/?{BIG}", 303)]
            assert sentence in answer.content.decode()
        assert keep(browser, "", **JSON).json()["field_errors"] == {"name": ["Give it a name."]}
        assert kept(lena) == []

    def test_is_bounded(self, venue, lena):
        long = "&".join(f"amenity={'x' * 60}{n}" for n in range(QUERY // 60))
        with refused(Invalid):
            operations.save_view(venue, by=lena, name="Long", query=long)
        for n in range(MOST):
            operations.save_view(venue, by=lena, name=f"View {n}", query="")

        with refused(Invalid):
            operations.save_view(venue, by=lena, name="One more", query="")
        operations.save_view(venue, by=lena, name="View 3", query="view=list")
        with refused(NotAuthenticated):
            operations.save_view(venue, by=AnonymousUser(), name="Nobody's", query="")

    def test_asks_no_more_for_twenty_views_than_for_one(self, browser, venue, lena):
        def asks():
            with CaptureQueriesContext(connection) as seen:
                assert browser.get("/venues/office/").status_code == 200
            return len(seen)

        keep(browser)
        asks()
        one = asks()
        for n in range(MOST - 1):
            operations.save_view(venue, by=lena, name=f"View {n}", query="")

        assert asks() == one


class TestForgetting:
    def test_removes_it_and_leads_back_to_what_it_showed(self, browser, lena):
        number = keep(browser, **JSON).json()["id"]

        answer = browser.post(reverse("rooms:view_forget", args=[number]), follow=True)

        assert answer.redirect_chain == [(f"/venues/office/?{BIG}", 303)]
        assert kept(lena) == []

    def test_is_only_for_who_keeps_it(self, browser, browsers, lena, people):
        number = keep(browser, **JSON).json()["id"]

        assert browsers["other"].post(reverse("rooms:view_forget", args=[number])).status_code == 404
        assert "Big rooms" not in browsers["other"].get("/venues/office/").content.decode()
        with refused(NotFound):
            operations.forget_view(number, by=people["manager"])
        assert len(kept(lena)) == 1

    def test_comes_with_the_end_of_the_account(self, browser, lena):
        keep(browser)

        operations.forget_wishes(lena)

        assert kept(lena) == []
