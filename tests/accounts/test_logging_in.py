"""Logging in and out: who is let in, what strangers may learn, and how often one may guess."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import PASSWORD, Browser, error_of

HOME = "/"
NEUTRAL = "That e-mail address and that password do not belong together."
THROTTLED = "Too many wrong tries. Please wait five minutes, or reset your password."


class TestLoggingIn:
    def test_leads_to_where_one_wanted_to_go(self, guest, browser):
        asked = browser.get(reverse("account_profile"))

        assert asked.url == "/accounts/login/?next=/accounts/profile/"

        answer = browser.log_in(to="/accounts/profile/")

        assert (answer.status_code, answer.url) == (302, "/accounts/profile/")
        assert browser.is_logged_in

    def test_leads_home_when_one_wanted_nothing_else(self, guest, browser):
        assert browser.log_in().url == HOME

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "javascript:alert(1)",
            "http://testserver/bookings/",  # this host, but out of HTTPS
            "http:evil.example",
            " //evil.example",
        ],
    )
    def test_never_leads_off_the_site(self, guest, browser, elsewhere):
        assert browser.log_in(to=elsewhere).url == HOME

    def test_keeps_the_wish_through_a_wrong_password_and_on_the_way_to_registration(self, guest, browser):
        wrong = browser.log_in(password="not the password", to="/accounts/profile/")

        assert '<input type="hidden" name="next" value="/accounts/profile/">' in wrong.content.decode()
        assert "/accounts/register/?next=%2Faccounts%2Fprofile%2F" in wrong.content.decode()

    def test_takes_the_address_in_any_letters(self, guest, browser):
        browser.log_in("  GUEST@Example.COM ")

        assert browser.is_logged_in

    def test_changes_the_key_of_the_session(self, guest, browser):
        browser.get(reverse("account_login"))
        planted = browser.session
        planted["cart"] = "kept"
        planted.save()
        browser.cookies["sessionid"] = planted.session_key

        browser.log_in()

        assert browser.cookies["sessionid"].value != planted.session_key
        assert not type(planted)().exists(planted.session_key)

    def test_sets_a_cookie_that_no_script_and_no_other_site_can_use(self, guest, browser):
        cookie = browser.log_in().cookies["sessionid"]

        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"

    def test_needs_the_token_of_the_form(self, guest):
        strict = Browser(enforce_csrf_checks=True)

        assert strict.log_in().status_code == 403

    def test_shows_a_form_that_password_managers_understand(self, db, browser):
        page = browser.get(reverse("account_login")).content.decode()

        assert 'autocomplete="username"' in page
        assert 'autocomplete="current-password"' in page
        assert "placeholder" not in page

    def test_sends_on_whoever_is_logged_in_already(self, guest, browser):
        browser.log_in()

        assert browser.get(reverse("account_login")).url == HOME


class TestAStranger:
    def test_reads_the_same_of_a_wrong_password_and_of_an_unknown_address(self, guest, browser):
        wrong = browser.log_in(password="not the password")
        unknown = browser.log_in("nobody@example.com")

        assert error_of(wrong, "__all__") == error_of(unknown, "__all__") == NEUTRAL
        assert wrong.status_code == unknown.status_code == 200

    def test_makes_the_server_hash_once_whether_or_not_the_address_is_known(self, guest, browser, settings):
        class Counting(MD5PasswordHasher):
            count = 0

            def encode(self, password, salt):
                type(self).count += 1
                return super().encode(password, salt)

        Counting.__module__, Counting.__qualname__ = __name__, "Counting"
        globals()["Counting"] = Counting
        settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]

        def work(email):
            before = Counting.count
            browser.log_in(email, "not the password")
            return Counting.count - before

        assert work("guest@example.com") == work("nobody@example.com") == 1

    def test_is_not_let_in_by_an_address_that_was_never_confirmed(self, guest, browser):
        mover = User.objects.create_user("mover@example.com", "another fine password")
        mover.emailaddress_set.create(email="guest@example.com")

        answer = browser.log_in("guest@example.com", "another fine password")

        assert error_of(answer, "__all__") == NEUTRAL

    def test_is_told_nothing_of_a_deactivated_account_without_its_password(self, guest, browser):
        User.objects.update(is_active=False)

        assert error_of(browser.log_in(password="not the password"), "__all__") == NEUTRAL


class TestADeactivatedPerson:
    def test_is_told_so_with_the_right_password(self, guest, browser):
        User.objects.update(is_active=False)

        answer = browser.log_in()

        assert answer.url == reverse("account_inactive")
        assert "deactivated" in browser.get(answer.url).content.decode()
        assert not browser.is_logged_in

    def test_is_out_at_once(self, guest, browser):
        browser.log_in()

        User.objects.update(is_active=False)

        assert not browser.is_logged_in


class TestGuessing:
    def test_ends_after_five_wrong_tries_for_one_account_even_with_the_right_password(self, guest, browser):
        answers = [browser.log_in(password=f"guess number {n}") for n in range(5)]
        sixth = browser.log_in(password="guess number 5")
        right = browser.log_in()

        assert [error_of(answer, "__all__") for answer in answers] == [NEUTRAL] * 5
        assert [answer.status_code for answer in answers] == [200] * 5
        assert (sixth.status_code, right.status_code) == (429, 429)
        assert error_of(right, "__all__") == THROTTLED
        assert right.headers["Retry-After"] == "300"
        assert not browser.is_logged_in

    def test_ends_likewise_for_an_unknown_address(self, guest, browser):
        answers = [browser.log_in("nobody@example.com").status_code for _ in range(6)]

        assert answers == [200] * 5 + [429]

    def test_is_counted_per_account_however_the_address_or_the_host_is_spelled(self, guest, browser):
        for n in range(5):
            browser.log_in(
                "GUEST@example.com" if n % 2 else "guest@example.com",
                "wrong",
                HTTP_HOST=f"testserver:{n + 1}",
            )

        assert browser.log_in(HTTP_HOST="testserver:99").status_code == 429

    def test_is_counted_with_the_tries_of_programs(self, guest, browser):
        wrong = {"email": guest.email, "password": "wrong"}

        for _ in range(3):
            browser.post("/api/v1/auth/token", wrong, content_type="application/json")
        pages = [browser.log_in(password="wrong").status_code for _ in range(3)]
        program = browser.post("/api/v1/auth/token", wrong, content_type="application/json")

        assert (pages, program.status_code) == ([200, 200, 429], 429)

    def test_leaves_other_accounts_alone(self, guest, browser):
        for _ in range(6):
            browser.log_in("nobody@example.com")

        browser.log_in()

        assert browser.is_logged_in

    def test_ends_after_ten_wrong_tries_from_one_network_address(self, guest, browser):
        answers = [browser.log_in(f"number{n}@example.com").status_code for n in range(11)]

        assert answers == [200] * 10 + [429]
        assert browser.log_in(REMOTE_ADDR="203.0.113.9").status_code == 302

    def test_cannot_hide_behind_an_invented_forwarding_header(self, guest, browser):
        for n in range(11):
            browser.log_in(f"number{n}@example.com", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}")

        assert browser.log_in(HTTP_X_FORWARDED_FOR="198.51.100.99").status_code == 429

    def test_does_not_count_those_who_know_their_password(self, guest):
        for _ in range(12):
            browser = Browser()
            browser.log_in()
            assert browser.is_logged_in


class TestLoggingOut:
    def test_is_asked_before_it_is_done(self, guest, browser):
        browser.log_in()

        page = browser.get(reverse("account_logout"))

        assert page.status_code == 200
        assert browser.is_logged_in

    def test_ends_the_session_itself_and_not_just_the_cookie(self, guest, browser):
        browser.log_in()
        stolen = browser.cookies["sessionid"].value

        answer = browser.post(reverse("account_logout"))

        assert answer.url == HOME
        assert not browser.is_logged_in
        browser.cookies["sessionid"] = stolen
        assert not browser.is_logged_in

    def test_leaves_other_devices_alone(self, guest, browser, other_browser):
        browser.log_in()
        other_browser.log_in()

        browser.post(reverse("account_logout"))

        assert other_browser.is_logged_in

    def test_everywhere_ends_every_session(self, guest, browser, other_browser):
        browser.log_in()
        other_browser.log_in()

        answer = browser.post(reverse("account_logout_everywhere"))

        assert answer.url == reverse("account_login")
        assert not browser.is_logged_in
        assert not other_browser.is_logged_in

    def test_everywhere_ends_nobody_elses_session(self, guest, browser, other_browser):
        User.objects.create_user("neighbor@example.com", PASSWORD)
        browser.log_in()
        other_browser.log_in("neighbor@example.com")

        browser.post(reverse("account_logout_everywhere"))

        assert other_browser.is_logged_in

    def test_everywhere_is_never_done_by_a_link(self, guest, browser):
        browser.log_in()

        browser.get(reverse("account_logout_everywhere"))

        assert browser.is_logged_in
