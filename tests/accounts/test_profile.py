"""The profile: a name, a time zone, and the ways to everything else."""

import pytest
from django.urls import reverse

from tests.accounts.conftest import error_of

PAGE = "/accounts/profile/"


@pytest.fixture
def insider(guest, browser):
    browser.log_in()
    return browser


def save(browser, name="Gül Şahin", timezone="Europe/Istanbul"):
    return browser.post(PAGE, {"name": name, "timezone": timezone})


class TestTheProfile:
    def test_keeps_a_name_and_a_time_zone(self, insider, guest):
        answer = save(insider, "  Ada   Lovelace ", "Europe/London")

        guest.refresh_from_db()
        assert answer.url == PAGE
        assert (guest.name, guest.timezone) == ("Ada Lovelace", "Europe/London")
        assert "Ada Lovelace" in insider.get(PAGE).content.decode()

    @pytest.mark.parametrize("typed", ["europe/istanbul", " Europe/Istanbul ", "EUROPE/ISTANBUL"])
    def test_understands_a_zone_in_any_letters(self, insider, guest, typed):
        save(insider, timezone=typed)

        guest.refresh_from_db()
        assert guest.timezone == "Europe/Istanbul"

    @pytest.mark.parametrize("typed", ["Mars/Olympus", "../../etc/passwd", "Europe"])
    def test_refuses_a_zone_that_does_not_exist(self, insider, guest, typed):
        answer = save(insider, timezone=typed)

        guest.refresh_from_db()
        assert error_of(answer, "timezone") == f"“{typed}” is not a time zone, such as Europe/Istanbul."
        assert guest.timezone == "UTC"

    def test_shows_nothing_as_saved_that_was_refused(self, insider):
        answer = save(insider, "Somebody Else", "Mars/Olympus")

        assert answer.context["user"].name == "Gül Şahin"

    def test_offers_every_zone_of_a_place_and_utc(self, insider):
        page = insider.get(PAGE).content.decode()

        assert '<option value="America/New_York">' in page
        assert '<option value="UTC">' in page
        assert "posixrules" not in page
        assert 'list="time-zones"' in page

    def test_leads_to_everything_else(self, insider):
        page = insider.get(PAGE).content.decode()

        for name in ("account_email", "account_change_password", "account_logout_everywhere"):
            assert reverse(name) in page

    def test_changes_nothing_but_what_it_shows(self, insider, guest):
        insider.post(PAGE, {"name": "Ada", "timezone": "UTC", "email": "x@example.com", "is_superuser": "1"})

        guest.refresh_from_db()
        assert (guest.email, guest.is_superuser) == ("guest@example.com", False)

    def test_never_runs_what_a_name_contains(self, insider):
        save(insider, "<script>alert(1)</script>")

        assert "<script>alert" not in insider.get(PAGE).content.decode()

    def test_is_where_the_root_of_the_account_leads(self, insider):
        assert insider.get("/accounts/").url == PAGE

    def test_is_not_kept_by_the_browser(self, insider):
        """Else it could be read by the back button after logging out."""
        assert "no-store" in insider.get(PAGE).headers["Cache-Control"]
