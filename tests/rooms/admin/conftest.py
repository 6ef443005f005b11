"""A harbour and a pier, and the browsers of everybody who may open the admin."""

import pytest
from django.test import Client

from tests.worlds import office, person, works_at


@pytest.fixture
def harbour(db):
    return office("harbour", timezone="Europe/Istanbul", hours=None)


@pytest.fixture
def pier(db):
    return office("pier", timezone="Europe/Berlin", hours=None)


@pytest.fixture
def manager(harbour):
    return works_at(person("mona", is_staff=True), harbour, "manager")


@pytest.fixture
def desk(manager):
    """The manager's browser."""
    browser = Client()
    browser.force_login(manager)
    return browser


@pytest.fixture
def root(db):
    """A superuser's browser."""
    browser = Client()
    browser.force_login(person("ada", is_staff=True, is_superuser=True))
    return browser


@pytest.fixture
def clerk(harbour):
    """The browser of somebody who works at the desk, but manages nothing."""
    browser = Client()
    browser.force_login(works_at(person("carl", is_staff=True), harbour, "staff"))
    return browser


@pytest.fixture
def stranger(db):
    """The browser of somebody who may open the admin and works nowhere."""
    browser = Client()
    browser.force_login(person("sam", is_staff=True))
    return browser
