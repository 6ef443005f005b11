"""People, browsers and the words they type."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from rooms.models import Venue
from tests.accounts.provider import CLIENT, SECRET, Provider, serve
from tests.notifications.postal import post_at_once

PASSWORD = "reserve-demo"  # noqa: S105 -- the password of the demo, which must be acceptable


@pytest.fixture(autouse=True)
def _forgotten_tries():
    """Forget all counted tries: the limits live in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture(autouse=True)
def _post():
    """Let letters leave at once; that they wait for a mail server is told in tests/notifications."""
    with post_at_once():
        yield


@pytest.fixture
def guest(db):
    return User.objects.create_user("guest@example.com", PASSWORD, name="Gül Şahin")


@pytest.fixture
def harbour(db):
    return Venue.objects.create(slug="harbour-office", name="Harbour Office", timezone="Europe/Istanbul")


@pytest.fixture
def pier(db):
    return Venue.objects.create(slug="pier-hall", name="Pier Hall")


@pytest.fixture
def hired(harbour):
    """Hire a person at Harbour Office."""

    def hire(role: Role) -> User:
        person = User.objects.create_user(f"{role}@example.com", PASSWORD)
        person.memberships.create(venue=harbour, role=role)
        return person

    return hire


class Browser(Client):
    """A browser that knows where the forms are."""

    def log_in(self, email="guest@example.com", password=PASSWORD, to="", **headers):
        fields = {"login": email, "password": password} | ({"next": to} if to else {})
        return self.post(reverse("account_login"), fields, **headers)

    def register(self, email, password=PASSWORD, to="", **more):
        fields = {"email": email, "password1": password, **more} | ({"next": to} if to else {})
        return self.post(reverse("account_signup"), fields)

    @property
    def is_logged_in(self):
        return self.get(reverse("account_profile")).status_code == 200


@pytest.fixture
def browser():
    return Browser()


@pytest.fixture
def other_browser():
    return Browser()


@pytest.fixture
def provider(settings):
    made = Provider()
    server = serve(made)
    settings.DEBUG = True  # a stand-in has no certificate
    settings.SERVESTATIC_USE_FINDERS = settings.SERVESTATIC_AUTOREFRESH = (
        False  # it would look for every file
    )
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = made.issuer, CLIENT, SECRET
    settings.OIDC_NAME = "Harbor ID"
    made.knows("ada-1", "ada@example.com", name="Ada  Lovelace", zoneinfo="Europe/London")
    yield made
    server.shutdown()
    server.server_close()


def error_of(response, field):
    """Return the one sentence beside the field ("__all__": above the form)."""
    (sentence,) = response.context["form"].errors[field]
    return sentence


def link_in(mail):
    """Return the path of the first link to a page of an account."""
    (path, *_) = re.findall(r"https?://[^/\s]+(/accounts/\S+)", mail.body)
    return path
