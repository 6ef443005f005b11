"""Logging in at a provider of identities: whose account it opens, and whose it does not."""

import json
import re

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.urls import reverse

from accounts import operations
from accounts.models import User
from accounts.proving import is_confirmed
from tests.accounts.conftest import PASSWORD
from tests.accounts.provider import BACK, SIGN_ON, back, sentence, sign_on

pytestmark = pytest.mark.django_db
LINK, UNLINK = "/accounts/sso/link/", "/accounts/sso/unlink/"
LOGIN, PROFILE = "/accounts/login/", "/accounts/profile/"


def is_in(browser, email):
    return f"<strong>{email}</strong>" in browser.get(PROFILE).content.decode()


class TestWithoutAProvider:
    @pytest.mark.parametrize("path", [SIGN_ON, BACK, LINK, UNLINK])
    def test_there_is_no_such_page(self, browser, path):
        assert [browser.get(path).status_code, browser.post(path).status_code] == [404, 404]

    def test_nothing_is_seen_of_it_and_nothing_asked(self, guest, browser, django_assert_num_queries):
        for path in (LOGIN, "/accounts/register/"):
            with django_assert_num_queries(0):
                assert SIGN_ON not in browser.get(path).content.decode()
        browser.log_in()
        assert LINK not in browser.get(PROFILE).content.decode()


class TestAFirstLogIn:
    def test_makes_an_account_with_a_name_a_confirmed_address_and_no_password(self, browser, provider):
        answer = sign_on(browser, provider)

        assert answer.url == "/"
        ada = User.objects.get()
        assert (ada.email, ada.name, ada.timezone) == ("ada@example.com", "Ada Lovelace", "Europe/London")
        assert ada.emailaddress_set.get().verified
        assert not ada.has_usable_password()
        assert is_in(browser, "ada@example.com")
        assert mail.outbox == []

    def test_is_offered_where_one_comes_in(self, browser, provider):
        for path in (LOGIN, "/accounts/register/"):
            page = browser.get(f"{path}?next=/bookings/").content.decode()
            assert "Log in with Harbor ID" in page
            [form] = re.findall(rf'<form[^>]*action="{SIGN_ON}">.*?</form>', page, re.DOTALL)
            assert "csrfmiddlewaretoken" in form
            assert 'name="next" value="/bookings/"' in form

    def test_leads_to_where_one_wanted_to_go_and_never_off_the_site(self, browser, other_browser, provider):
        assert sign_on(browser, provider, to="/bookings/").url == "/bookings/"
        assert sign_on(other_browser, provider, to="https://evil.example/").url == "/"

    def test_keeps_nothing_of_the_provider_but_who_it_is_there(self, browser, provider):
        sign_on(browser, provider)

        kept = SocialAccount.objects.get()
        assert (kept.provider, kept.uid, kept.extra_data) == (provider.issuer, "ada-1", {})
        assert not SocialToken.objects.exists()


class TestALaterLogIn:
    def test_finds_the_account_whatever_the_address_is_there_meanwhile(
        self, browser, other_browser, provider
    ):
        sign_on(browser, provider)
        provider.knows("ada-1", "ada@elsewhere.example", email_verified=False)

        sign_on(other_browser, provider)

        assert User.objects.count() == 1
        assert is_in(other_browser, "ada@example.com")

    def test_ends_with_every_other_one_when_one_logs_out_everywhere(self, browser, other_browser, provider):
        sign_on(browser, provider)
        sign_on(other_browser, provider)

        operations.log_out_everywhere(User.objects.get())

        assert [browser.is_logged_in, other_browser.is_logged_in] == [False, False]

    def test_finds_an_account_that_was_kept_out_closed(self, browser, other_browser, provider):
        sign_on(browser, provider)
        User.objects.update(is_active=False)

        page = sign_on(other_browser, provider)

        assert (page.status_code, sentence(page)[:23]) == (403, "This account is closed.")
        assert not other_browser.is_logged_in

    def test_after_one_has_closed_the_account_begins_anew(self, browser, other_browser, provider):
        sign_on(browser, provider)
        ada = User.objects.get()
        operations.close(ada, by=ada)
        assert not SocialAccount.objects.exists()

        sign_on(other_browser, provider)

        assert User.objects.exclude(pk=ada.pk).get().email == "ada@example.com"

    def test_of_another_provider_with_the_same_subject_is_another_persons(
        self, browser, other_browser, provider
    ):
        sign_on(browser, provider)
        SocialAccount.objects.update(provider="https://former.example.com")
        provider.knows("ada-1", "eve@example.com")

        sign_on(other_browser, provider)

        assert is_in(other_browser, "eve@example.com")


class TestAnAccountOfTheSameAddress:
    def test_is_opened_and_linked_and_its_owner_hears_of_it(self, guest, browser, provider):
        provider.knows("gul-1", "Guest@Example.com")

        sign_on(browser, provider)

        assert is_in(browser, "guest@example.com")
        assert guest.socialaccount_set.get().uid == "gul-1"
        assert User.objects.get().has_usable_password()
        assert [(letter.to, letter.subject) for letter in mail.outbox] == [
            (["guest@example.com"], "Harbor ID opens your Reserve account now")
        ]

    @pytest.mark.parametrize("said", [False, "false", None, 1, "yes"])
    def test_is_not_opened_by_an_address_that_the_provider_has_not_confirmed(
        self, guest, browser, provider, said
    ):
        provider.knows("eve-1", "guest@example.com", email_verified=said)

        page = sign_on(browser, provider)

        assert page.status_code == 403
        assert "guest@example.com is your address" in sentence(page)
        assert not browser.is_logged_in
        assert not SocialAccount.objects.exists()

    def test_that_somebody_registered_without_reading_its_mail_is_its_owners(
        self, browser, other_browser, provider
    ):
        other_browser.register("ada@example.com")

        sign_on(browser, provider)

        ada = User.objects.get()
        assert is_confirmed(ada)
        assert not ada.has_usable_password()
        assert not other_browser.is_logged_in
        other_browser.log_in("ada@example.com")
        assert not other_browser.is_logged_in
        assert "from before it was are over. So is the password" in browser.get(PROFILE).content.decode()

    def test_that_was_kept_out_is_not_opened(self, guest, browser, provider):
        User.objects.update(is_active=False)
        provider.knows("gul-1", "guest@example.com")

        page = sign_on(browser, provider)

        assert (page.status_code, sentence(page)[:23]) == (403, "This account is closed.")
        assert not SocialAccount.objects.exists()

    def test_is_not_opened_by_who_got_the_address_after_its_owner(self, browser, other_browser, provider):
        sign_on(browser, provider)
        provider.knows("new-2", "ada@example.com")

        page = sign_on(other_browser, provider)

        assert sentence(page).startswith("Somebody else&#x27;s log-in there opens the account")
        assert not other_browser.is_logged_in

    def test_is_opened_where_the_operator_vouches_for_a_domain_of_which_the_provider_says_nothing(
        self, guest, browser, other_browser, provider, settings
    ):
        settings.OIDC_EMAIL_DOMAINS = ["example.com"]
        provider.claims = {"sub": "eve-1", "email": "guest@example.com", "email_verified": False}
        assert sign_on(other_browser, provider).status_code == 403
        provider.claims = {"sub": "gul-1", "email": "guest@example.com"}

        sign_on(browser, provider)

        assert is_in(browser, "guest@example.com")


class TestLinking:
    def test_from_the_profile_asks_for_the_password_and_can_be_undone(self, guest, browser, provider):
        browser.log_in()
        asked = browser.post(LINK)
        onward = browser.post(asked.url, {"password": PASSWORD})

        answer = back(browser, provider.sends_back(onward.headers["Refresh"].removeprefix("0; url=")))

        assert answer.url == PROFILE
        assert guest.socialaccount_set.get().uid == "ada-1"
        assert "Unlink Harbor ID" in browser.get(PROFILE).content.decode()
        browser.post(UNLINK)
        assert not SocialAccount.objects.exists()
        assert [letter.subject for letter in mail.outbox] == [
            "Harbor ID opens your Reserve account now",
            "Harbor ID opens your Reserve account no more",
        ]

    def test_does_not_take_what_opens_another_account(self, guest, browser, other_browser, provider):
        sign_on(other_browser, provider)
        browser.log_in()
        browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})

        page = sign_on(browser, provider, door=LINK)

        assert (page.status_code, sentence(page)[:39]) == (403, "That log-in opens another account here.")
        assert not guest.socialaccount_set.exists()

    def test_waits_for_a_confirmed_address(self, browser, provider):
        browser.register("bob@example.com")
        browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})

        page = sign_on(browser, provider, door=LINK)

        assert sentence(page) == "Confirm your e-mail address first."

    def test_waits_for_a_password_where_there_is_none_to_ask_for(self, browser, provider):
        """Else an open browser would be enough to let somebody else's log-in open the account."""
        sign_on(browser, provider)

        answer = browser.post(LINK)

        assert (answer.status_code, answer.url) == (302, PROFILE)
        page = browser.get(PROFILE).content.decode()
        assert "Choose a password first, by mail" in page
        assert "You have no password yet: choose one by mail" in page

    def test_is_not_undone_while_nothing_else_opens_the_account(self, browser, provider):
        sign_on(browser, provider)

        browser.post(UNLINK)

        assert SocialAccount.objects.exists()
        assert "Choose a password first" in browser.get(PROFILE).content.decode()


def test_a_copy_of_ones_data_tells_of_it(guest, browser, provider):
    provider.knows("gul-1", "guest@example.com")
    sign_on(browser, provider)

    copy = json.loads(browser.post("/accounts/data/", {"password": PASSWORD}).getvalue())

    [told] = copy["log_ins_at_a_provider"]
    assert (told["provider"], told["known_there_as"]) == (provider.issuer, "gul-1")
