"""Who wants which letters: chosen on a page, or by one click in a reminder, and kept to."""

import re

import pytest
from django.core import mail
from django.test import Client

from notifications.mail import operations
from notifications.models import MailPreference
from rooms import operations as rooms
from tests.notifications.conftest import booked, hour
from tests.notifications.postal import deliver, states
from tests.notifications.test_reminders import reminded

PAGE = "/accounts/notifications/"


@pytest.fixture
def browser(guest):
    made = Client()
    made.force_login(guest)
    return made


class TestThePage:
    def test_shows_that_everything_is_wanted_until_somebody_says_otherwise(self, browser):
        assert browser.get(PAGE).content.decode().count(" checked") == 3

    def test_keeps_what_was_chosen(self, browser, guest):
        answer = browser.post(PAGE, {"reminders": "on"})

        assert (answer.status_code, answer["Location"]) == (303, PAGE)
        chosen = MailPreference.objects.get(user=guest)
        assert (chosen.bookings, chosen.reminders, chosen.invitations) == (False, True, False)

    def test_is_for_who_is_logged_in_and_linked_from_the_profile(self, browser, venue):
        assert Client().get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
        assert f'href="{PAGE}"' in browser.get("/accounts/profile/").content.decode()


class TestWhoWantsNoLettersAboutBookings:
    @pytest.fixture(autouse=True)
    def _chosen(self, guest):
        operations.choose(by=guest, bookings=False, reminders=True)

    def test_gets_none_of_what_they_do_themselves(self, aurora, guest):
        made = booked(aurora, 1, guest)
        rooms.move(made, span=hour(3), by=guest)
        rooms.cancel(made, by=guest)

        deliver()

        assert mail.outbox == []
        assert states() == [("booked", "skipped"), ("moved", "skipped"), ("cancelled", "skipped")]

    def test_still_hears_of_what_the_venue_does_and_of_money(self, aurora, guest, staff):
        made = booked(aurora, 1, guest)
        rooms.report(made, "paid", after={"amount": 100}, by=None)
        rooms.move(made, span=hour(3), by=staff)
        rooms.cancel(made, by=staff)

        deliver()

        said = [letter.subject.partition(":")[0] for letter in mail.outbox]
        assert said == ["Paid", "Moved", "Cancelled"]

    def test_hears_that_it_is_booked_where_that_tells_of_money(self, aurora, guest):
        held = rooms.hold(aurora, hour(1), by=guest)
        rooms.report(held, "paid", after={"amount": 100}, by=guest)
        rooms.confirm(held, by=None)

        deliver()

        assert [letter.subject.partition(":")[0] for letter in mail.outbox] == ["Booked"]


class TestUnsubscribing:
    @pytest.fixture
    def letter(self, aurora, guest):
        return reminded(booked(aurora, 30, guest))

    @pytest.fixture
    def address(self, letter):
        return re.fullmatch(r"<http://127\.0\.0\.1:\d+(/\S+)>", letter.extra_headers["List-Unsubscribe"])[1]

    def test_takes_one_post_of_a_mail_program_without_cookies(self, letter, address, guest):
        program = Client(enforce_csrf_checks=True)

        answer = program.post(address, {"List-Unsubscribe": "One-Click"})

        assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert answer.status_code == 200
        chosen = MailPreference.objects.get(user=guest)
        assert (chosen.bookings, chosen.reminders) == (True, False)

    def test_is_not_done_by_a_program_that_only_follows_the_link(self, address, venue):
        page = Client().get(address).content.decode()

        assert "Switch reminders off" in page
        assert not MailPreference.objects.exists()

    def test_ends_reminders(self, address, aurora, guest):
        Client().post(address)
        mail.outbox.clear()

        assert reminded(booked(aurora, 40, guest)) is None
        assert states()[-1] == ("reminder", "skipped")

    @pytest.mark.parametrize("token", ["1.forged", "x", "1.", "%00", "a" * 500])
    def test_by_a_forged_link_is_not_found(self, venue, token):
        assert Client().post(f"{PAGE}unsubscribe/{token}/").status_code == 404
        assert not MailPreference.objects.exists()

    def test_is_offered_in_reminders_only(self, aurora, guest):
        booked(aurora, 1, guest)
        deliver()

        assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
