"""The admin's lists of letters and feeds: for superusers, to look at, and to send again."""

import pytest
from django.test import Client

from notifications.calendars import operations as calendars
from notifications.models import Notice
from rooms import operations as rooms
from tests.notifications.conftest import booked
from tests.worlds import person

NOTICES, FEEDS = "/admin/notifications/notice/", "/admin/notifications/calendarfeed/"


@pytest.fixture
def notice(aurora, guest):
    booked(aurora, 1, guest)
    rooms.tell()
    return Notice.objects.get()


def browser_of(user):
    made = Client()
    made.force_login(user)
    return made


@pytest.fixture
def superuser(venue):
    return browser_of(person("root", is_staff=True, is_superuser=True))


def send_again(browser, notice):
    return browser.post(NOTICES, {"action": "send_again", "_selected_action": [notice.pk]})


def test_shows_each_letter_with_what_came_of_it(superuser, notice):
    Notice.objects.update(state="unsure", error="The mail server did not acknowledge the letter: it hung up.")

    page = superuser.get(NOTICES).content.decode()

    assert notice.booking.reference in page
    assert "Handed over, but never acknowledged" in page
    assert "it hung up" in page
    assert superuser.get(f"{NOTICES}{notice.pk}/change/").status_code == 200


@pytest.mark.parametrize(
    ("state", "then"),
    [("unsure", "waiting"), ("given_up", "waiting"), ("sent", "sent"), ("sending", "sending")],
)
def test_sends_again_what_did_not_arrive_and_nothing_else(superuser, notice, state, then):
    Notice.objects.update(state=state)

    assert send_again(superuser, notice).status_code == 302

    notice.refresh_from_db()
    assert notice.state == then


@pytest.mark.parametrize("page", [NOTICES, FEEDS])
def test_is_closed_to_everybody_else(staff, notice, page):
    staff.is_staff = True
    staff.save()

    assert browser_of(staff).get(page).status_code == 403
    assert send_again(browser_of(staff), notice).status_code == 403


def test_lets_nobody_write_or_delete_a_letter(superuser, notice):
    assert superuser.get(f"{NOTICES}add/").status_code == 403
    assert superuser.get(f"{NOTICES}{notice.pk}/delete/").status_code == 403


def test_shows_no_secret_of_a_feed(superuser, guest):
    feed = calendars.make_feed(by=guest)

    for address in (FEEDS, f"{FEEDS}{feed.pk}/change/"):
        page = superuser.get(address).content.decode()
        assert feed.uuid.hex not in page
        assert str(feed.uuid) not in page
