"""An account whose address nobody had confirmed is its owner's once they show up, with nothing left in it."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.proving import is_confirmed
from notifications.calendars.operations import make_feed
from notifications.calendars.tokens import token_of
from notifications.models import Webhook
from notifications.operations import subscribe
from tests.accounts.conftest import PASSWORD, Browser, link_in
from tests.accounts.provider import sign_on
from tests.accounts.test_codes import ask, code_in, confirm
from tests.accounts.test_passwords import ask_for_link, follow

pytestmark = pytest.mark.django_db
ADA, NEW = "ada@example.com", "a much better one"


def by_code(browser, provider):
    ask(browser, ADA)
    confirm(browser, code_in(mail.outbox[-1]))


def by_link(browser, provider):
    ask_for_link(browser, ADA)
    follow(browser, link_in(mail.outbox[-1]), NEW)


def by_provider(browser, provider):
    sign_on(browser, provider)


@pytest.fixture(params=[by_code, by_link, by_provider], ids=lambda way: way.__name__)
def ada_comes(request, provider):
    """Let the owner of the address come in by one of the ways that prove that it is theirs."""
    return lambda browser: request.param(browser, provider)


@pytest.fixture
def impostor(provider):
    """Whoever has registered with the address and never reads its mail."""
    made = Browser()
    made.register(ADA)
    made.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return made


def feed_of(person):
    """Return the path of the calendar of their bookings, which they have from now on."""
    return f"/calendar/{token_of(make_feed(by=person).uuid)}.ics"


class TestTheOwner:
    def test_has_the_account_alone_from_then_on(self, impostor, browser, other_browser, ada_comes):
        ada_comes(browser)

        assert is_confirmed(User.objects.get())
        assert not impostor.is_logged_in
        other_browser.log_in(ADA)
        assert not other_browser.is_logged_in

    def test_keeps_the_address_whatever_move_was_begun_before(self, impostor, browser, ada_comes):
        impostor.post(reverse("account_email"), {"action_add": "", "email": "mallory@evil.example"})
        link = link_in(mail.outbox[-1])

        ada_comes(browser)
        answer = impostor.post(link, follow=True)

        assert "This link is over" in answer.content.decode()
        ada = User.objects.get()
        assert (ada.email, ada.emailaddress_set.get().email) == (ADA, ADA)

    def test_is_told_of_to_nobody_who_has_an_address_or_a_secret_from_before(
        self, impostor, browser, ada_comes
    ):
        ada = User.objects.get()
        feed, _ = feed_of(ada), subscribe("https://8.8.8.8/", by=ada)
        assert Client().get(feed).status_code == 200

        ada_comes(browser)

        assert Client().get(feed).status_code == 404
        assert not Webhook.objects.exists()

    def test_keeps_what_they_have_made_themselves_when_they_come_again(self, impostor, browser, ada_comes):
        ada_comes(browser)
        ada = User.objects.get()
        feed, _ = feed_of(ada), subscribe("https://8.8.8.8/", by=ada)

        ada_comes(Browser())

        assert Client().get(feed).status_code == 200
        assert Webhook.objects.get().owner == ada


def test_a_password_chosen_by_the_link_in_a_mail_is_its_owners_and_stays(
    impostor, browser, other_browser, provider
):
    by_link(browser, provider)

    by_provider(other_browser, provider)

    assert User.objects.get().check_password(NEW)
