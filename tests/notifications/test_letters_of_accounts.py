"""Letters of accounts: owed like all others, read by nobody in the table, and gone once they are over."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import inviting, keepers
from accounts.models import User
from notifications.mail import operations
from notifications.models import Notice
from tests.notifications.mailserver import parts
from tests.notifications.postal import LONG_AGO, deliver, later, states
from tests.worlds import office, person, works_at

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery"  # noqa: S105 -- of a test
EMAIL = "new@example.com"


@pytest.fixture(autouse=True)
def _forgotten_tries():
    cache.clear()


@pytest.fixture
def browser():
    return Client()


def register(browser):
    return browser.post(reverse("account_signup"), {"email": EMAIL, "password1": PASSWORD})


def ask_for_a_code(browser):
    return browser.post(reverse("account_request_login_code"), {"email": EMAIL})


def text_of(letter):
    return parts(letter)["text/plain"].get_content()


def link_in(letter):
    return re.search(r"http://[^/\s]+(/\S+)", text_of(letter))[1]


class TestWhileTheMailServerIsDown:
    def test_one_registers_and_the_link_comes_later(self, browser, server):
        server.down()

        assert register(browser).status_code == 302
        deliver()
        assert (states(), server.letters) == ([("account", "waiting")], [])
        server.up()
        later()

        [letter] = server.letters
        assert (letter["To"], letter["Subject"]) == (EMAIL, "Welcome to Reserve: confirm your e-mail address")
        browser.post(link_in(letter))
        assert User.objects.get().emailaddress_set.get().verified is True

    def test_somebody_is_invited_to_work_and_takes_it_later(self, browser, server):
        server.down()
        venue = office()
        owner = works_at(person("owner"), venue, "owner")
        browser.force_login(owner)

        told = browser.post(f"/desk/{venue.slug}/members/invite/", {"email": EMAIL, "role": "staff"})
        deliver()
        server.up()
        later()

        assert told.status_code == 303
        [letter] = server.letters
        assert letter["Subject"] == "Office: you are invited as staff"
        guest = User.objects.create_user(EMAIL, PASSWORD)
        token = re.search(r"/accounts/invitations/([^/\s]+)/", text_of(letter))[1]
        assert inviting.accept(token, by=guest).venue == venue

    def test_a_code_is_not_sent_once_it_is_over(self, browser, server):
        register(browser)
        deliver()
        server.letters.clear()
        server.down()

        ask_for_a_code(Client())
        deliver()
        Notice.objects.filter(state="waiting").update(until=LONG_AGO)
        server.up()
        later()

        code = Notice.objects.latest("pk")
        assert (code.state, code.letter, server.letters) == ("skipped", {}, [])
        assert code.error == "It would have come too late to be of use."


class TestWhatTheyCarry:
    def test_is_not_in_the_table_in_the_clear(self, browser, server):
        register(browser)
        kept = str(Notice.objects.values().get())
        deliver()

        [letter] = server.letters
        assert link_in(letter) not in kept
        assert link_in(letter).split("/")[-2] not in kept
        assert "Welcome" not in kept

    def test_is_not_kept_once_it_went(self, browser, server):
        register(browser)
        deliver()

        assert (states(), Notice.objects.get().letter) == ([("account", "sent")], {})

    def test_is_not_kept_once_nobody_knows_whether_it_went(self, browser, server):
        server.hangs_up_at = "answer"
        register(browser)
        deliver()

        assert (states(), Notice.objects.get().letter) == ([("account", "unsure")], {})
        assert operations.retry(Notice.objects.all()) == 0

    def test_is_not_kept_of_one_whose_sender_died(self, browser, server):
        register(browser)
        operations.handing_over(operations.claim())
        Notice.objects.update(next_at=LONG_AGO)
        deliver()

        assert (states(), Notice.objects.get().letter) == ([("account", "unsure")], {})

    def test_is_not_kept_of_one_that_was_given_up(self, browser, server):
        server.down()
        register(browser)
        Notice.objects.update(created_at=LONG_AGO - operations.sending.PATIENCE)
        deliver()

        assert (states(), Notice.objects.get().letter) == ([("account", "given_up")], {})

    def test_is_closed_to_another_key(self, browser, server, settings):
        register(browser)
        settings.SECRET_KEY = "another" * 10
        deliver()

        assert (states(), server.letters) == ([("account", "skipped")], [])
        assert "another SECRET_KEY" in Notice.objects.get().error


class TestTheirNotices:
    def test_go_after_a_week(self, browser, server):
        register(browser)
        deliver()
        owed = Notice.objects.get().created_at

        assert operations.forget(now=owed + operations.upkeep.KEPT_OF_ACCOUNTS) == 0
        assert operations.forget(now=owed + operations.upkeep.KEPT_OF_ACCOUNTS * 1.01) == 1

    def test_are_in_the_copy_of_whom_they_went_to_and_go_with_the_account(self, browser, server):
        register(browser)
        someone = User.objects.get()

        told = {name: list(rows) for name, rows in keepers.told(someone)}
        keepers.erase(someone)

        assert [row["kind"] for row in told["mails"]] == ["account"]
        assert not Notice.objects.exists()
