"""Closed accounts as the staff meet them: closed in the admin, and read well wherever they are named."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts.models import Role, User
from rooms import operations as rooms
from tests.accounts.conftest import PASSWORD, Browser
from tests.days import span
from tests.worlds import office, room, works_at

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/accounts/user/"


@pytest.fixture
def admin(browser):
    User.objects.create_superuser("admin@example.com", PASSWORD)
    browser.log_in("admin@example.com")
    return browser


def act(browser, name, person, **sent):
    return browser.post(PEOPLE, {"action": name, "_selected_action": [person.pk], **sent}, follow=True)


class TestTheAdmin:
    def test_asks_first_and_closes_the_account_for_good(self, admin, guest):
        asked = act(admin, "close", guest)
        guest.refresh_from_db()
        assert (guest.closed_at, "This cannot be undone" in asked.content.decode()) == (None, True)

        act(admin, "close", guest, sure="1")

        guest.refresh_from_db()
        assert guest.closed_at is not None
        assert f"Closed account {guest.pk}" in admin.get(PEOPLE, {"q": "closed"}).content.decode()

    def test_says_what_is_in_the_way(self, admin, guest):
        made = rooms.book(room(office(hours=None)), span(9, 10), by=guest)

        asked = act(admin, "close", guest).content.decode()
        refused = act(admin, "close", guest, sure="1").content.decode()

        assert made.reference in asked
        assert "Yes, I am sure" not in asked
        assert made.reference in refused

    def test_closes_one_at_a_time_and_for_superusers_alone(self, admin, guest, other_browser, harbour):
        clerk = User.objects.create_user("clerk@example.com", PASSWORD, is_staff=True)
        works_at(clerk, harbour, "owner")
        other_browser.log_in(clerk.email)

        act(other_browser, "close", guest, sure="1")
        admin.post(PEOPLE, {"action": "close", "_selected_action": [guest.pk, clerk.pk], "sure": "1"})

        assert not User.objects.exclude(closed_at=None).exists()

    def test_opens_none_again(self, admin, guest):
        act(admin, "close", guest, sure="1")

        act(admin, "let_in", guest)
        rows = {
            "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": guest.pk, "form-0-is_active": "on",
            "_save": "Save",
        }  # fmt: skip
        listed = admin.post(f"{PEOPLE}?q=closed", rows)
        page = admin.get(f"{PEOPLE}{guest.pk}/change/")
        saved = admin.post(f"{PEOPLE}{guest.pk}/change/", {"email": "guest@example.com", "is_active": "on"})

        assert "This account is closed for good." in listed.content.decode()
        assert (page.status_code, saved.status_code) == (200, 403)
        assert "account.invalid" not in page.content.decode() + listed.content.decode()
        assert not User.objects.get(pk=guest.pk).is_active

    def test_forgets_the_address_where_it_wrote_down_who_was_edited(self, admin, guest, harbour):
        role = {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0}
        role |= {"memberships-0-venue": harbour.pk, "memberships-0-role": "staff"}
        fields = {"email": guest.email, "name": "Ada", "timezone": "UTC", "is_active": "on"}
        admin.post(f"{PEOPLE}{guest.pk}/change/", {**fields, **role})
        assert "guest@example.com" in str(LogEntry.objects.values_list("object_repr", "change_message"))

        act(admin, "close", guest, sure="1")

        entries = LogEntry.objects.filter(object_id=guest.pk).order_by("pk")
        assert [entry.object_repr for entry in entries] == [f"Closed account {guest.pk}"] * 2
        assert "guest@example.com" not in str(list(entries.values_list("change_message")))
        assert json.loads(entries[0].change_message)


class TestWhatTheStaffRead:
    def test_is_a_closed_account_and_no_address_wherever_it_is_named(self, guest, hired, harbour):
        manager, aurora = hired(Role.MANAGER), room(harbour_with_a_type(harbour), "Aurora")
        made = rooms.book(aurora, span(9, 10), by=guest, details=rooms.Details(title="Interview"))
        rooms.cancel(made, by=guest)
        with_guest = Browser()
        with_guest.log_in()
        with_guest.post("/accounts/close/", {"password": PASSWORD})
        rooms.erase_closed()
        desk = Browser()
        desk.log_in(manager.email)

        pages = [
            desk.get(reverse("rooms:booking", args=[made.reference])).content.decode(),
            desk.get(reverse("rooms:history", args=[harbour.slug])).content.decode(),
            desk.get(f"/api/v1/bookings/{made.reference}").content.decode(),
        ]

        assert ["Closed account" in page for page in pages] == [True] * 3
        assert ["Interview" in page or "guest@example.com" in page for page in pages] == [False] * 3
        assert "account.invalid" not in pages[0] + pages[2]
        assert "Personal data erased" in pages[1]


def harbour_with_a_type(harbour):
    kind = harbour.policies.create()
    harbour.types.create(name="Meeting room", capacity=8, policy=kind)
    return harbour
