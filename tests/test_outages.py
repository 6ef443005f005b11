"""While the database is away, every page says so and when to come again, and no page breaks."""

import pytest
from django.db import OperationalError, connection, connections
from django.db.utils import ConnectionHandler
from django.test import Client

from reservations_site.databases import database
from reservations_site.environment import Environment
from reservations_site.errors import is_outage

REFUSING = "postgres://nobody@127.0.0.1:1/nothing"  # no server has port 1: it is the system's


@pytest.fixture
def refusing(settings, monkeypatch):
    """Return the settings of a PostgreSQL at an address that refuses every connection."""
    monkeypatch.setenv("DATABASE_URL", REFUSING)
    return database(Environment(), settings.BASE_DIR)


@pytest.fixture
def _away(refusing, django_db_blocker):
    """Let the pages ask a database that is away."""
    refusing["OPTIONS"]["pool"] |= {"timeout": 0.2}
    away = ConnectionHandler({"default": {}, "away": refusing})["away"]
    here = connections["default"]
    with django_db_blocker.unblock():
        connections["default"] = away
        yield
        connections["default"] = here
        away.close_pool()


@pytest.fixture
def browser(settings):
    """Return the browser of somebody who was logged in."""
    browser = Client(raise_request_exception=False)
    browser.cookies[settings.SESSION_COOKIE_NAME] = "s" * 32
    return browser


@pytest.fixture
def stranger():
    return Client(raise_request_exception=False)


@pytest.mark.usefixtures("_away")
@pytest.mark.parametrize("debug", [False, True], ids=["", "with DEBUG"])
class TestWhileTheDatabaseIsAway:
    @pytest.mark.parametrize(
        "address",
        ["/", "/venues/harbour-office/", "/journeys/", "/bookings/", "/admin/", "/accounts/profile/"],
    )
    def test_a_page_says_so_and_when_to_come_again(self, browser, settings, debug, address):
        settings.DEBUG = debug

        page = browser.get(address)

        assert (page.status_code, page.headers["Retry-After"]) == (503, "1")
        assert "The database does not answer." in page.content.decode()
        assert "Nothing was written." in page.content.decode()

    @pytest.mark.parametrize("address", ["/", "/venues/harbour-office/", "/journeys/"])
    def test_a_stranger_is_told_the_same(self, stranger, settings, debug, address):
        settings.DEBUG = debug

        page = stranger.get(address)

        assert (page.status_code, page.headers["Retry-After"]) == (503, "1")

    def test_a_script_is_told_the_problem(self, browser, settings, debug):
        settings.DEBUG = debug

        answer = browser.get("/venues/harbour-office/", headers={"Accept": "application/json"})

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "unready"

    def test_a_form_does_not_say_that_nothing_was_written(self, browser, settings, debug):
        settings.DEBUG = debug

        page = browser.post("/accounts/login/", {"login": "guest@example.com", "password": "x"})

        assert page.status_code == 503
        assert "Nothing was written." not in page.content.decode()


class TestAnOutage:
    @pytest.mark.django_db
    def test_is_no_mistake_in_a_statement(self):
        with pytest.raises(Exception, match="no_such_table") as mistake, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM no_such_table")

        assert not is_outage(mistake.value)

    @pytest.mark.usefixtures("_away")
    def test_is_a_database_that_refuses(self):
        with pytest.raises(OperationalError) as refused, connections["default"].cursor():
            pass

        assert is_outage(refused.value)

    def test_is_not_slept_through_by_the_pool_once_nobody_waits_any_more(self, refusing):
        pool = refusing["OPTIONS"]["pool"]

        assert pool["reconnect_timeout"] <= pool["timeout"]
