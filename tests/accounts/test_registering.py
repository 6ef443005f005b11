"""Registering: an address and one password, and one is in."""

import re
import threading

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.db import connection
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import PASSWORD, Browser, error_of

TAKEN = "There is an account with this e-mail address. Log in, or reset its password."


@pytest.mark.django_db
class TestRegistering:
    def test_logs_in_at_once_and_leads_to_where_one_wanted_to_go(self, browser):
        answer = browser.register("new@example.com", to="/accounts/profile/")

        assert answer.url == "/accounts/profile/"
        assert browser.is_logged_in
        assert "new@example.com" in browser.get("/accounts/profile/").content.decode()

    def test_never_leads_off_the_site(self, browser):
        assert browser.register("new@example.com", to="//evil.example/").url == "/"

    def test_asks_for_an_address_and_one_new_password_that_may_be_pasted(self, browser):
        answer = browser.get(reverse("account_signup"))
        page = answer.content.decode()

        assert list(answer.context["form"].fields) == ["email", "timezone", "password1"]
        assert 'autocomplete="new-password"' in page
        assert "maxlength" not in str(answer.context["form"]["password1"])
        assert "onpaste" not in page

    @pytest.mark.parametrize(
        ("told", "kept"),
        [("Europe/Berlin", "Europe/Berlin"), ("Mars/Base", "UTC"), ("", "UTC")],
    )
    def test_keeps_the_zone_of_the_browsers_clock_if_there_is_one(self, told, kept, browser):
        browser.register("new@example.com", timezone=told)

        assert User.objects.get(email="new@example.com").timezone == kept

    def test_sends_a_mail_to_confirm_the_address_but_waits_for_nothing(self, browser):
        browser.register("new@example.com")

        (message,) = mail.outbox
        assert message.to == ["new@example.com"]
        assert message.subject == "Welcome to Reserve: confirm your e-mail address"
        assert "/accounts/confirm-email/" in message.body

    def test_says_what_the_mail_is_for(self, browser):
        answer = browser.register("new@example.com")

        said = [str(message) for message in get_messages(answer.wsgi_request)]
        assert "An e-mail is on its way to new@example.com. Follow its link to confirm the address." in said

    def test_keeps_nothing_of_the_password_but_a_hash(self, browser):
        browser.register("new@example.com", "correct horse battery")

        stored = User.objects.get().password
        assert stored.startswith("md5$")
        assert "correct" not in stored

    def test_writes_the_address_down_in_small_letters(self, browser):
        browser.register("New.Guest@Example.COM")

        assert User.objects.get().email == "new.guest@example.com"

    def test_gives_no_power_that_the_form_did_not_offer(self, browser, harbour):
        """A browser may send any field: a role, a flag, a venue."""
        browser.post(
            reverse("account_signup"),
            {
                "email": "new@example.com",
                "password1": PASSWORD,
                "is_staff": "1",
                "is_superuser": "1",
                "role": "owner",
                "venue": harbour.pk,
            },
        )

        newcomer = User.objects.get()
        assert (newcomer.is_staff, newcomer.is_superuser) == (False, False)
        assert not newcomer.memberships.exists()


class TestATakenAddress:
    @pytest.mark.parametrize("spelling", ["guest@example.com", "GUEST@example.com", " Guest@Example.com "])
    def test_is_refused_beside_its_field(self, guest, browser, spelling):
        answer = browser.register(spelling)

        assert answer.status_code == 200
        assert error_of(answer, "email") == TAKEN
        assert User.objects.count() == 1
        assert not browser.is_logged_in

    def test_is_refused_together_with_a_poor_password(self, guest, browser):
        errors = browser.register("guest@example.com", "short one").context["form"].errors

        assert set(errors) == {"email", "password1"}

    def test_is_not_one_that_somebody_merely_wants_to_move_to(self, guest, browser):
        """Else anybody could keep anybody from registering."""
        guest.emailaddress_set.create(email="new@example.com")

        browser.register("new@example.com")

        assert browser.is_logged_in
        assert [message.to for message in mail.outbox] == [["new@example.com"]]

    @pytest.mark.django_db(transaction=True)
    def test_goes_to_one_of_many_who_register_with_it_in_the_same_moment(self):
        browsers = [Browser(raise_request_exception=False) for _ in range(6)]
        start, answers = threading.Barrier(len(browsers)), []

        def register(browser):
            start.wait()
            try:
                answers.append(browser.register("new@example.com"))
            finally:
                connection.close()

        threads = [threading.Thread(target=register, args=[browser]) for browser in browsers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        winners = [answer for answer in answers if answer.status_code == 302]
        losers = [answer for answer in answers if answer.status_code == 200]
        assert (len(winners), len(losers)) == (1, 5)
        assert {error_of(loser, "email") for loser in losers} == {TAKEN}
        assert User.objects.count() == 1


@pytest.mark.django_db
class TestANewPassword:
    def test_that_is_refused_has_the_focus(self, browser):
        page = browser.register("new@example.com", "short one").content.decode()

        (focused,) = re.findall(r"<input[^>]*\bautofocus\b[^>]*>", page)
        assert 'name="password1"' in focused

    @pytest.mark.parametrize(
        ("password", "complaint"),
        [
            ("short one", "This password is too short. It must contain at least 10 characters."),
            ("qwertyuiop", "This password is too common."),
            ("New.Guest@example.com", "The password is too similar to the e-mail address."),
        ],
    )
    def test_is_refused_when_it_is_easy_to_guess(self, browser, password, complaint):
        answer = browser.register("new.guest@example.com", password)

        assert error_of(answer, "password1") == complaint
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        "password",
        [
            PASSWORD,
            "correct horse battery staple",  # spaces
            "  leading and trailing  ",
            "только строчные",  # no digits, no capitals, no Latin
            "🔑🔑🔑 three keys",
            "x7" * 2048,  # 4096 characters
        ],
    )
    def test_may_be_anything_long(self, browser, other_browser, password):
        browser.register("new@example.com", password)
        other_browser.log_in("new@example.com", password)

        assert other_browser.is_logged_in

    def test_is_the_same_however_the_keyboard_composes_it(self, browser, other_browser):
        browser.register("new@example.com", "cafe\u0301 au lait")

        other_browser.log_in("new@example.com", "caf\u00e9 au lait")

        assert other_browser.is_logged_in

    def test_is_not_trimmed(self, browser, other_browser):
        browser.register("new@example.com", " with a space ")

        other_browser.log_in("new@example.com", "with a space")

        assert not other_browser.is_logged_in
