"""Logging in by a code from one's mailbox: good once, for a while, and no way to learn who is here."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import PASSWORD, Browser, error_of, link_in

ASK, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"


def ask(browser, email="guest@example.com", to=""):
    return browser.post(ASK, {"email": email} | ({"next": to} if to else {}))


def code_in(letter):
    [code] = re.findall(r"\b\d{4}-\d{4}\b", letter.body)
    return code


def confirm(browser, code, to=""):
    return browser.post(CONFIRM, {"code": code} | ({"next": to} if to else {}))


def shown(page):
    """Return the page without what differs each time it is asked for."""
    return re.sub(r'(csrf[a-z-]*" (value|content)=)"\w+"', "", page)


def another(code):
    return "".join(str(9 - int(digit)) if digit.isdigit() else digit for digit in code)


class TestACode:
    def test_is_offered_where_one_logs_in_and_leads_to_where_one_wanted_to_go(self, guest, browser):
        page = browser.get("/accounts/login/?next=/bookings/").content.decode()
        assert f"{ASK}?next=/bookings/" in page

        asked = ask(browser, "  GUEST@example.com ", to="/bookings/")
        assert asked.url == f"{CONFIRM}?next=%2Fbookings%2F"
        assert "guest@example.com" in browser.get(asked.url).content.decode()

        assert confirm(browser, code_in(mail.outbox[0]), to="/bookings/").url == "/bookings/"
        assert browser.is_logged_in

    def test_may_be_typed_without_its_dash(self, guest, browser):
        ask(browser)

        confirm(browser, code_in(mail.outbox[0]).replace("-", ""))

        assert browser.is_logged_in

    def test_never_leads_off_the_site(self, guest, browser):
        ask(browser)

        assert confirm(browser, code_in(mail.outbox[0]), to="//evil.example/").url == "/"

    def test_is_good_once_and_only_in_the_browser_that_asked_for_it(self, guest, browser, other_browser):
        ask(browser)
        code, session = code_in(mail.outbox[0]), browser.cookies["sessionid"].value
        assert confirm(other_browser, code).url == ASK

        confirm(browser, code)

        again = Browser()
        again.cookies["sessionid"] = session
        assert confirm(again, code).url == ASK
        assert not again.is_logged_in

    def test_is_over_after_five_minutes(self, guest, browser):
        ask(browser)
        state = browser.session
        state["account_login"]["state"]["stages"]["login_by_code"]["data"]["at"] -= 301
        state.save()

        assert confirm(browser, code_in(mail.outbox[0])).url == ASK
        assert not browser.is_logged_in

    def test_may_be_guessed_at_three_times(self, guest, browser):
        ask(browser)
        code = code_in(mail.outbox[0])

        answers = [confirm(browser, another(code)) for _ in range(3)]

        assert error_of(answers[0], "code") == "That is not the code of the mail."
        assert [answer.status_code for answer in answers] == [200, 200, 302]
        assert confirm(browser, code).url == ASK
        assert not browser.is_logged_in

    def test_is_mailed_three_times_in_five_minutes_and_no_more(self, guest, browser):
        answers = [ask(Browser()) for _ in range(4)]

        assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
        assert answers[3].headers["Retry-After"] == "300"
        assert len(mail.outbox) == 3

    def test_can_be_given_up_for_a_password(self, guest, browser):
        ask(browser)
        assert browser.get(reverse("account_login")).url == CONFIRM

        assert browser.post(reverse("account_logout"), {"next": "/accounts/login/"}).url == "/accounts/login/"

        assert browser.get(reverse("account_login")).status_code == 200

    def test_lets_nobody_in_who_was_deactivated_meanwhile(self, guest, browser):
        ask(browser)
        User.objects.update(is_active=False)

        confirm(browser, code_in(mail.outbox[0]))

        assert not browser.is_logged_in

    @pytest.mark.parametrize("typed", ["", "1" * 41, "\0", "٣٣٣٣-٣٣٣٣"])
    def test_of_any_other_kind_is_refused_in_words(self, guest, browser, typed):
        ask(browser)

        assert confirm(browser, typed).status_code in (200, 400)
        assert not browser.is_logged_in


class TestAStranger:
    def test_is_answered_alike_whether_or_not_the_address_is_known(self, guest, browser, other_browser):
        known, unknown = ask(browser), ask(other_browser, "nobody@example.com")

        assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
        pages = [one.get(CONFIRM).content.decode() for one in (browser, other_browser)]
        assert "Type in the code" in pages[0]
        assert shown(pages[0]).replace("guest@", "x@") == shown(pages[1]).replace("nobody@", "x@")
        assert [letter.subject for letter in mail.outbox] == [
            "Your code to log in",
            "There is no account with this address",
        ]

    def test_gets_no_code_for_an_account_that_is_only_moving_to_the_address(self, db, browser):
        mover = User.objects.create_user("mover@example.com", PASSWORD)
        mover.emailaddress_set.create(email="guest@example.com")

        ask(browser, "guest@example.com")

        assert [letter.subject for letter in mail.outbox] == ["There is no account with this address"]


class TestAnAddressThatNobodyHadConfirmed:
    def test_is_its_owners_from_then_on_and_not_whose_who_registered_it(self, db, browser, other_browser):
        other_browser.register("victim@example.com")
        assert other_browser.is_logged_in

        ask(browser, "victim@example.com")
        confirm(browser, code_in(mail.outbox[-1]))

        assert browser.is_logged_in
        assert not other_browser.is_logged_in
        other_browser.log_in("victim@example.com")
        assert not other_browser.is_logged_in

    def test_once_confirmed_keeps_its_password(self, db, browser):
        browser.register("new@example.com")
        browser.post(link_in(mail.outbox[0]))
        again = Browser()
        ask(again, "new@example.com")
        confirm(again, code_in(mail.outbox[-1]))

        assert again.is_logged_in
        assert browser.is_logged_in
