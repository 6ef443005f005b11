"""A log-in at a provider that comes to nothing: nobody is let in, and there is a page with a way back."""

import json
import runpy
from urllib.parse import parse_qsl

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts.models import User
from accounts.sso.checks import the_provider_is_configured
from reservations_site import settings_accounts
from reservations_site.security import require_safe_settings
from tests.accounts.provider import BACK, CLIENT, SECRET, SIGN_ON, back, begin, sentence, sign_on

pytestmark = pytest.mark.django_db
LOGIN, DISCOVERY = "/accounts/login/", ".well-known/openid-configuration"


class TestOnTheWayBack:
    def test_a_state_that_this_browser_was_not_given_is_refused(self, browser, other_browser, provider):
        address = provider.sends_back(begin(browser))

        for page in (back(other_browser, address), other_browser.get(f"{BACK}?code=x&state=\0")):
            assert page.status_code == 403
            assert "begun in another browser" in sentence(page)
        assert "token" not in provider.asked

    def test_an_address_is_good_once(self, browser, provider):
        address = provider.sends_back(begin(browser))
        back(browser, address)

        assert back(browser, address).status_code == 403

    def test_who_changes_their_mind_is_back_where_one_logs_in(self, browser, provider):
        state = dict(parse_qsl(begin(browser)))["state"]

        answer = browser.get(f"{BACK}?error=access_denied&state={state}")

        assert answer.url == LOGIN
        assert "You did not log in with Harbor ID." in browser.get(LOGIN).content.decode()

    def test_an_error_of_the_providers_is_a_page_with_a_way_back(self, browser, provider):
        state = dict(parse_qsl(begin(browser)))["state"]

        page = browser.get(f"{BACK}?error=server_error&error_description=<b>x</b>&state={state}")

        assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
        assert sentence(page) == "Harbor ID does not answer as it should."
        assert LOGIN in page.content.decode()
        assert "<b>x" not in page.content.decode()

    @pytest.mark.parametrize(
        "token",
        [
            {"nonce": "of another browser"},
            {"aud": "another site"},
            {"iss": "https://another.example"},
            {"exp": 1},
            {"sub": "somebody-else"},
            {"sub": "x" * 192},
            {"sub": "nul\0"},
            {"sub": 7},
        ],
        ids=str,
    )
    def test_a_token_that_is_not_for_this_log_in_lets_nobody_in(self, browser, provider, token):
        provider.token, provider.userinfo = token, provider.claims

        assert sign_on(browser, provider).status_code in (403, 503)
        assert not browser.is_logged_in

    @pytest.mark.parametrize("where", ["token", "userinfo"])
    @pytest.mark.parametrize("answer", [(500, b""), (200, b"[]"), (200, b"<html>"), (200, b"x" * 300_000)])
    def test_an_answer_that_makes_no_sense_is_a_page_with_a_way_back(self, browser, provider, where, answer):
        provider.broken[where] = answer

        assert sign_on(browser, provider).status_code == 503

    @pytest.mark.parametrize("where", ["token", "userinfo"])
    def test_a_redirect_is_not_followed_with_the_code_and_the_secret(self, browser, provider, where):
        provider.broken[where] = (307, f"{provider.issuer}/elsewhere".encode())
        provider.broken["elsewhere"] = (200, b"{}")

        assert sign_on(browser, provider).status_code == 503
        assert provider.asked[-1] == where

    @pytest.mark.parametrize(
        "claims",
        [
            {"email": None},
            {"email": ["a@example.com"]},
            {"email": "no address"},
            {"email": "a\0@example.com"},
            {"email": f"{'a' * 250}@example.com"},
        ],
        ids=["none", "several", "none at all", "nul", "long"],
    )
    def test_who_has_no_address_there_is_told_so(self, browser, provider, claims):
        provider.claims |= claims

        assert "has no e-mail address" in sentence(sign_on(browser, provider))

    def test_a_name_of_any_kind_is_made_one_that_can_be_shown(self, browser, provider):
        provider.knows("ada-1", "ada@example.com", name=f"A\0da\u202e {'x' * 200}", zoneinfo=["?"])

        sign_on(browser, provider)

        assert User.objects.get().name == f"A da {'x' * 115}"


class TestTheWayThere:
    @pytest.mark.parametrize("answer", [(404, b""), (200, b"null"), (200, b'{"issuer": 1}')])
    def test_what_is_no_provider_is_not_gone_to(self, browser, provider, answer):
        provider.broken[DISCOVERY] = answer

        assert browser.post(SIGN_ON).status_code == 503

    @pytest.mark.parametrize(
        "differ",
        [
            {"issuer": "https://another.example"},
            {"padding": "x" * 300_000},
            {"authorization_endpoint": "javascript:alert(1)"},
            {"token_endpoint": ["https://id.example.com"]},
        ],
        ids=["of another", "of any length", "a script", "several"],
    )
    def test_a_provider_that_describes_itself_strangely_is_not_gone_to(self, browser, provider, differ):
        provider.broken[DISCOVERY] = (200, json.dumps({**provider.discovery(), **differ}).encode())

        assert browser.post(SIGN_ON).status_code == 503

    def test_a_provider_that_cannot_be_reached_is_a_page_with_a_way_back(self, browser, provider, settings):
        settings.OIDC_ISSUER = "http://127.0.0.1:1"

        page = browser.post(SIGN_ON)

        assert (page.status_code, LOGIN in page.content.decode()) == (503, True)

    def test_a_provider_that_is_gone_when_one_comes_back_is_a_page_with_a_way_back(self, browser, provider):
        address = provider.sends_back(begin(browser))
        cache.clear()
        provider.broken[DISCOVERY] = (502, b"")

        assert back(browser, address).status_code == 503

    def test_a_provider_that_does_not_answer_is_not_waited_for(self, browser, provider, monkeypatch):
        monkeypatch.setattr("accounts.sso.wire.READ", 0.1)
        provider.slow["token"] = 0.5

        assert sign_on(browser, provider).status_code == 503

    def test_nothing_is_asked_without_tls_on_a_real_site(self, browser, provider, settings):
        settings.DEBUG = False

        assert browser.post(SIGN_ON).status_code == 503
        assert provider.asked == []

    def test_is_gone_only_so_often_in_a_minute_from_one_network_address(self, browser, provider, settings):
        settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}

        assert [browser.post(SIGN_ON).status_code for _ in range(3)] == [200, 200, 429]

    def test_goes_nowhere_without_the_sites_own_form(self, provider):
        assert Client(enforce_csrf_checks=True).post(SIGN_ON).status_code == 403


class TestTheSettings:
    WHOLE = {
        "OIDC_ISSUER": "https://id.example.com/realms/one",
        "OIDC_CLIENT_ID": CLIENT,
        "OIDC_CLIENT_SECRET": SECRET,
    }

    @pytest.mark.parametrize(
        ("differ", "refused"),
        [
            ({}, []),
            ({"OIDC_ISSUER": "", "OIDC_CLIENT_ID": "", "OIDC_CLIENT_SECRET": ""}, []),
            ({"OIDC_CLIENT_SECRET": ""}, ["reserve.E006"]),
            ({"OIDC_ISSUER": ""}, ["reserve.E006"]),
            ({"OIDC_ISSUER": "http://id.example.com"}, ["reserve.E007"]),
            ({"OIDC_ISSUER": "https://"}, ["reserve.E007"]),
            ({"OIDC_ISSUER": f"https://id.example.com/{'x' * 200}"}, ["reserve.E007"]),
            ({"OIDC_NAME": " "}, ["reserve.E008"]),
            ({"OIDC_NAME": "x" * 41}, ["reserve.E008"]),
        ],
        ids=str,
    )
    def test_of_half_a_provider_or_an_open_way_to_it_are_refused(self, settings, differ, refused):
        for name, value in {**self.WHOLE, **differ}.items():
            setattr(settings, name, value)

        assert [error.id for error in the_provider_is_configured(None)] == refused

    def test_name_domains_with_blanks_between_them_or_without(self, monkeypatch):
        monkeypatch.setenv("OIDC_EMAIL_DOMAINS", "Example.com, example.org ,example.net,")

        found = runpy.run_path(settings_accounts.__file__)

        assert found["OIDC_EMAIL_DOMAINS"] == ["example.com", "example.org", "example.net"]

    def test_that_are_refused_start_no_site(self, settings):
        settings.SECRET_KEY, settings.OIDC_ISSUER = "k" * 50, "https://id.example.com"

        with pytest.raises(
            ImproperlyConfigured, match="has not got its OIDC_CLIENT_ID and OIDC_CLIENT_SECRET"
        ):
            require_safe_settings()
