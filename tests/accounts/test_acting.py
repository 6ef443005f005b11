"""A superuser acts for a person: only they, marked on every page, written down, and without their secrets."""

import pytest
from django.test import Client

from accounts import acting, origins
from accounts.models import Acting, User
from rooms import operations
from rooms.models import Change
from tests.days import span
from tests.worlds import office, person, room, works_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return person("admin", is_superuser=True, is_staff=True)


@pytest.fixture
def guest():
    return person("guest")


@pytest.fixture
def acted(client, admin, guest):
    client.force_login(admin)
    assert client.post(f"/accounts/people/{guest.pk}/act/").status_code == 303
    return client


class TestActing:
    def test_shows_the_site_as_the_person_sees_it_and_says_so_on_every_page(self, acted):
        for address in ("/", "/bookings/", "/journeys/", "/nothing/"):
            page = acted.get(address).content.decode()
            assert "admin@example.com acts for <b>guest@example.com</b>" in page

    def test_is_written_down_with_its_end(self, acted, admin, guest):
        row = Acting.objects.get()
        assert (row.by, row.person, row.ended_at) == (admin, guest, None)

        acted.post("/accounts/acting/end/")

        row.refresh_from_db()
        assert row.ended_at is not None
        assert acted.get("/").wsgi_request.user == admin
        assert "acts for" not in acted.get("/").content.decode()

    def test_is_beside_every_change_that_is_made_meanwhile(self, acted, admin, guest):
        made = operations.hold(room(office()), span(9, 10), by=guest)

        acted.post(f"/bookings/{made.reference}/cancel/")

        last = Change.objects.order_by("pk").last()
        assert (last.kind, last.by, last.origin) == ("cancelled", guest, f"#{admin.pk}"), last.origin

    def test_is_beside_what_the_api_does_by_the_same_cookie(self, acted, admin, guest):
        aurora = room(office())
        hour = span(9, 10)
        body = {"venue": "office", "rooms": [aurora.pk], "start": hour.start.isoformat()}

        answer = acted.post(
            "/api/v1/bookings", {**body, "end": hour.end.isoformat()}, content_type="application/json"
        )

        assert answer.status_code == 201
        assert Change.objects.get().origin == f"#{admin.pk}"

    def test_is_over_for_the_next_request_of_the_thread(self, acted):
        acted.get("/bookings/")

        Client().get("/")
        assert origins.superuser.get() == 0

    @pytest.mark.parametrize(
        "address", ["profile/", "password/change/", "email/", "calendars/", "notifications/"]
    )
    def test_opens_nothing_that_is_the_persons_own(self, acted, address):
        assert acted.get(f"/accounts/{address}").status_code == 303

    def test_ends_with_the_superusers_rights(self, acted, admin):
        User.objects.filter(pk=admin.pk).update(is_superuser=False)

        answer = acted.get("/bookings/")

        assert answer.status_code == 302
        assert "_auth_user_id" not in acted.session


class TestWhoMayNot:
    @pytest.mark.parametrize("role", [None, "owner"])
    def test_anybody_but_a_superuser(self, client, guest, role):
        other = person("other", is_staff=True)
        if role:
            works_at(other, office(), role)
        client.force_login(other)

        assert client.post(f"/accounts/people/{guest.pk}/act/").status_code == 403
        assert client.post("/accounts/people/424242/act/").status_code == 403  # nobody
        assert client.get("/").wsgi_request.user == other

    def test_for_another_superuser_or_for_who_may_not_log_in(self, client, admin):
        client.force_login(admin)
        for name, fields in (("root", {"is_superuser": True}), ("gone", {"is_active": False})):
            assert client.post(f"/accounts/people/{person(name, **fields).pk}/act/").status_code == 403

    def test_by_a_link(self, client, admin, guest):
        client.force_login(admin)

        assert client.get(f"/accounts/people/{guest.pk}/act/").status_code == 405


def test_the_admin_has_a_button_for_it_and_a_list_of_it(client, admin, guest):
    client.force_login(admin)

    acted = client.post("/admin/accounts/user/", {"action": "act_for", "_selected_action": [guest.pk]})
    assert (acted.status_code, client.get("/").wsgi_request.user) == (302, guest)
    client.post("/accounts/acting/end/")

    assert b"guest@example.com" in client.get("/admin/accounts/acting/").content
    assert acting.KEY not in client.session
