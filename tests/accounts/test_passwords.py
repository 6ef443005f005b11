"""Changing a password, resetting one by mail, and what happens to open sessions."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import PASSWORD, error_of, link_in

NEW = "a much better one"


def change(browser, old=PASSWORD, new=NEW):
    return browser.post(reverse("account_change_password"), {"oldpassword": old, "password1": new})


def ask_for_link(browser, email="guest@example.com", **headers):
    return browser.post(reverse("account_reset_password"), {"email": email}, **headers)


def follow(browser, path, password):
    """Follow the link of a mail to its form and send the form."""
    form = browser.get(path)
    return browser.post(form.url, {"password1": password}) if form.status_code == 302 else form


class TestChangingAPassword:
    def test_keeps_this_session_and_ends_the_others(self, guest, browser, other_browser):
        browser.log_in()
        other_browser.log_in()

        answer = change(browser)

        assert answer.url == reverse("account_profile")
        assert browser.is_logged_in
        assert not other_browser.is_logged_in

    def test_asks_for_the_current_one(self, guest, browser, other_browser):
        browser.log_in()

        answer = change(browser, old="not the password")

        assert error_of(answer, "oldpassword") == "That is not your current password."
        other_browser.log_in()
        assert other_browser.is_logged_in

    def test_asks_for_the_new_one_once_and_for_a_good_one(self, guest, browser):
        browser.log_in()

        answer = change(browser, new="short one")

        assert list(answer.context["form"].fields) == ["oldpassword", "password1"]
        assert error_of(answer, "password1").startswith("This password is too short.")

    def test_is_told_to_the_mailbox(self, guest, browser):
        guest.emailaddress_set.create(email=guest.email, primary=True)
        browser.log_in()

        change(browser)

        (message,) = mail.outbox
        assert (message.to, message.subject) == ([guest.email], "Your password was changed")

    def test_cannot_be_guessed_at_from_an_open_browser(self, guest, browser):
        browser.log_in()

        answers = [change(browser, old=f"guess number {n}").status_code for n in range(6)]

        assert answers == [200] * 5 + [429]

    def test_is_for_those_who_are_logged_in(self, db, browser):
        answer = browser.get(reverse("account_change_password"))

        assert answer.url == "/accounts/login/?next=/accounts/password/change/"


class TestResettingAPassword:
    def test_goes_by_a_link_in_a_mail(self, guest, browser, other_browser):
        asked = ask_for_link(browser)
        done = follow(browser, link_in(mail.outbox[0]), NEW)

        assert asked.url == reverse("account_reset_password_done")
        assert done.url == reverse("account_reset_password_from_key_done")
        other_browser.log_in(password=NEW)
        assert other_browser.is_logged_in

    def test_ends_every_session(self, guest, browser, other_browser):
        other_browser.log_in()

        ask_for_link(browser)
        follow(browser, link_in(mail.outbox[0]), NEW)

        assert not other_browser.is_logged_in

    def test_works_once(self, guest, browser):
        ask_for_link(browser)
        link = link_in(mail.outbox[0])
        follow(browser, link, NEW)

        again = follow(browser, link, "yet another password")

        assert "This link is over" in again.content.decode()

    def test_ends_with_the_next_log_in(self, guest, browser, other_browser):
        ask_for_link(browser)
        other_browser.log_in()

        assert "This link is over" in follow(browser, link_in(mail.outbox[0]), NEW).content.decode()

    def test_keeps_the_key_out_of_the_address_of_the_form(self, guest, browser):
        """Else it would leave with the Referer header."""
        ask_for_link(browser)
        link = link_in(mail.outbox[0])

        assert browser.get(link).url.endswith("-set-password/")

    def test_lifts_the_pause_after_wrong_tries(self, guest, browser, other_browser):
        for _ in range(6):
            browser.log_in(password="wrong")

        ask_for_link(browser)
        follow(browser, link_in(mail.outbox[0]), NEW)
        other_browser.log_in(password=NEW)

        assert other_browser.is_logged_in

    def test_answers_the_same_for_an_address_nobody_has(self, guest, browser):
        known, unknown = ask_for_link(browser), ask_for_link(browser, "nobody@example.com")

        assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
        assert mail.outbox[1].subject == "There is no account with this address"

    def test_writes_links_to_this_site_whatever_the_request_calls_it(self, guest, browser, settings):
        settings.ALLOWED_HOSTS = ["*"]

        ask_for_link(browser, HTTP_HOST="evil.example")

        assert "evil.example" not in mail.outbox[0].body
        assert f"{settings.BASE_URL}/accounts/password/reset/key/" in mail.outbox[0].body

    def test_mails_nothing_to_whoever_only_wants_to_move_to_the_address(self, guest, browser):
        mover = User.objects.create_user("mover@example.com", PASSWORD)
        mover.emailaddress_set.create(email="guest@example.com")

        ask_for_link(browser)

        assert len(mail.outbox) == 1

    def test_is_throttled_per_address(self, guest, browser):
        answers = [ask_for_link(browser).status_code for _ in range(6)]

        assert answers == [302] * 5 + [429]
        assert len(mail.outbox) == 5

    def test_shows_our_page_when_throttled(self, guest, browser):
        for _ in range(5):
            ask_for_link(browser)

        answer = ask_for_link(browser)

        assert "429.html" in [template.name for template in answer.templates]


@pytest.mark.parametrize(
    "path",
    [
        "1-set-password",
        "1-x",
        "0-abc-def",
        "zzzzzzzzzzzzz-abc-def",  # a number no database holds
        "zzzzzzzzzzzzzzzzzzzzzzzz-abc-def",
        "1-%00",
        "1-" + "x" * 5000,
    ],
)
def test_a_link_nobody_sent_is_over(guest, browser, path):
    answer = browser.get(f"/accounts/password/reset/key/{path}/")

    assert answer.status_code == 200
    assert "This link is over" in answer.content.decode()


class TestWhatIsStored:
    def test_is_an_argon2_hash_in_production(self, settings):
        from reservations_site.databases import password_hashers

        settings.PASSWORD_HASHERS = password_hashers()

        person = User(email="guest@example.com")
        person.set_password(PASSWORD)

        assert person.password.startswith("argon2$argon2id$")
        assert person.check_password(PASSWORD)

    @pytest.mark.parametrize("monster", ["x" * 4097, "\ud800 half a character", "\ud800" * 5000])
    def test_is_never_a_password_that_cannot_have_been_typed(self, guest, monster):
        with pytest.raises(ValueError):  # noqa: PT011 -- the sentence is Python's own for one of them
            guest.set_password(monster)

        assert not guest.check_password(monster)

    def test_may_be_nothing_for_a_person_who_shall_choose_by_mail(self, db, browser):
        User.objects.create_user("new@example.com")

        browser.log_in("new@example.com", "")
        browser.log_in("new@example.com", "None")

        assert not browser.is_logged_in


def test_is_asked_for_again_by_the_address_that_an_administrator_has_given_the_account(db, browser):
    browser.register("before@example.com")
    User.objects.update(email="after@example.com")

    answer = browser.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": "/bookings/"})

    assert (answer.status_code, answer.url) == (302, "/bookings/")
