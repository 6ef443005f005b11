"""The pages of watching: the form at a venue, the list of what one watches, and who sees them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms import operations
from rooms.models import Room, Venue, Watch
from rooms.operations.watching import FULL, MOST
from rooms.views import watching
from tests.rooms.pages.conftest import JSON
from tests.worlds import car_park, rooms

LIST = "/watching/"


@pytest.fixture
def form(venue):
    return f"/venues/{venue.slug}/watch/"


class TestTheForm:
    def test_is_reached_from_the_board_the_list_and_the_lot(self, browser, venue, aurora, form):
        lot = car_park()
        rooms(lot, 1)

        assert f'href="{form}"' in browser.get(f"/venues/{venue.slug}/").content.decode()
        listed = browser.get(f"/venues/{venue.slug}/?view=list").content.decode()
        assert f'href="{form}?room={aurora.pk}"' in listed
        assert f'href="/venues/{lot.slug}/watch/"' in browser.get(f"/venues/{lot.slug}/").content.decode()

    def test_watches_the_room_that_is_chosen_and_leads_to_the_list(self, browser, lena, aurora, form):
        page = browser.get(f"{form}?room={aurora.pk}").content.decode()
        answer = browser.post(form, {"room": aurora.pk, "mail": "on"}, follow=True)

        assert f'<option value="{aurora.pk}" selected>' in page
        assert answer.redirect_chain == [(LIST, 303)]
        assert "You watch Aurora." in answer.content.decode()
        assert [(one.room, one.by_mail) for one in Watch.objects.filter(person=lena)] == [(aurora, True)]

    def test_refuses_one_room_too_many_with_a_sentence_and_keeps_the_choice(
        self, browser, lena, venue, aurora, form
    ):
        for one in rooms(venue, MOST):
            operations.watch(one.pk, by=lena)

        refused = browser.post(form, {"room": aurora.pk})
        told = browser.post(form, {"room": aurora.pk}, **JSON)

        assert refused.status_code == told.status_code == 422
        assert FULL in refused.content.decode()
        assert f'<option value="{aurora.pk}" selected>' in refused.content.decode()
        assert (told.json()["code"], told.json()["rule"]) == ("policy_violation", "watches")

    def test_lists_no_more_rooms_than_one_can_look_through_and_the_one_that_is_asked_for(
        self, browser, venue, form, monkeypatch
    ):
        monkeypatch.setattr(watching, "LISTED", 3)
        found = rooms(venue, 5)

        page = browser.get(form, {"room": found[4].pk}).content.decode()

        assert [f'value="{one.pk}"' in page for one in found] == [True, True, True, False, True]
        assert "The first 3 rooms are listed." in page

    @pytest.mark.parametrize("room", ["", "x", "-1", "9" * 30, "0", "\0"])
    def test_refuses_what_is_no_room(self, browser, aurora, form, room):
        assert browser.post(form, {"room": room}).status_code in (400, 404)
        assert browser.get(form, {"room": room}).status_code == 200

    def test_is_for_who_is_logged_in_and_may_see_the_venue(self, browsers, aurora, form):
        assert browsers["anonymous"].get(form)["Location"] == f"/accounts/login/?next={form}"
        Venue.objects.update(is_listed=False)

        assert {who: browsers[who].get(form).status_code for who in ("guest", "staff")} == {
            "guest": 404,
            "staff": 200,
        }
        assert browsers["guest"].post(form, {"room": aurora.pk}).status_code == 404
        assert not Watch.objects.exists()


class TestTheList:
    def test_says_what_is_watched_and_how_and_changes_it(self, browser, lena, aurora):
        operations.watch(aurora.pk, by=lena)
        assert "here only" in browser.get(LIST).content.decode()

        mailed = browser.post(f"{LIST}{aurora.pk}/", {"mail": "yes"}, follow=True).content.decode()
        removed = browser.post(f"{LIST}{aurora.pk}/remove/", follow=True).content.decode()

        assert "here and by e-mail" in mailed
        assert "You watch no room." in removed

    def test_of_a_room_that_is_hidden_says_nothing_but_that(self, browser, lena, aurora):
        operations.watch(aurora.pk, by=lena)
        Room.objects.update(name="Secret lab")
        Venue.objects.update(is_listed=False, name="Secret place")

        page = browser.get(LIST).content.decode()

        assert "A room that is no longer shown" in page
        assert "Secret" not in page

    def test_is_paged_and_costs_the_same_for_few_and_many(self, browser, lena, venue):
        found = rooms(venue, 25)
        operations.watch(found[0].pk, by=lena)
        with CaptureQueriesContext(connection) as of_one:
            browser.get(LIST)
        for one in found:
            operations.watch(one.pk, by=lena)

        with CaptureQueriesContext(connection) as of_many:
            page = browser.get(LIST).content.decode()

        assert len(of_one) == len(of_many)
        assert "Page 1 of 2" in page
        assert page.count("watch-item") == 20

    def test_is_ones_own(self, browsers, lena, aurora):
        operations.watch(aurora.pk, by=lena)

        assert browsers["anonymous"].get(LIST).status_code == 302
        assert "You watch no room." in browsers["other"].get(LIST).content.decode()
        for path in (f"{LIST}{aurora.pk}/", f"{LIST}{aurora.pk}/remove/"):
            assert browsers["other"].post(path).status_code == 404
        assert Watch.objects.count() == 1


def test_every_page_of_who_watches_something_says_so_to_its_script(browser, lena, aurora):
    assert "data-watching" not in browser.get("/accounts/profile/").content.decode()
    operations.watch(aurora.pk, by=lena)

    for path in ("/", LIST, "/bookings/", "/accounts/profile/", "/nowhere/"):
        assert "<body data-watching>" in browser.get(path).content.decode()
