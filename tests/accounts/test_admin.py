"""People in the admin: found, made staff, kept out, and nobody made a superuser by the back door."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Acting, Role, User
from tests.accounts.conftest import PASSWORD

PEOPLE = "/admin/accounts/user/"
NO_ROLES = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}


@pytest.fixture
def admin(db, browser):
    User.objects.create_superuser("admin@example.com", PASSWORD)
    browser.log_in("admin@example.com")
    return browser


@pytest.fixture
def clerk(db, other_browser):
    """A browser of somebody who may edit people, but is no superuser."""
    person = User.objects.create_user("clerk@example.com", PASSWORD, is_staff=True)
    person.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    other_browser.log_in("clerk@example.com")
    return other_browser


def page_of(person):
    return f"{PEOPLE}{person.pk}/change/"


def form_of(browser, person, **changes):
    """Return what the page of a person without a role would send if it were saved as it is."""
    form = browser.get(page_of(person)).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields} | NO_ROLES | changes
    return {name: value for name, value in sent.items() if value is not None and value is not False}


class TestTheList:
    @pytest.mark.parametrize("words", ["gül", "Şahin", "guest@", "GUEST"])
    def test_finds_people_by_name_and_address(self, admin, guest, words):
        page = admin.get(PEOPLE, {"q": words})

        assert [person.email for person in page.context["cl"].result_list] == ["guest@example.com"]

    def test_shows_where_a_person_works(self, admin, hired):
        hired(Role.STAFF)

        assert "Staff of Harbour Office" in admin.get(PEOPLE).content.decode()

    def test_costs_the_same_for_one_person_and_for_three(self, admin, harbour, django_assert_num_queries):
        def add(email):
            User.objects.create_user(email, PASSWORD).memberships.create(venue=harbour, role=Role.STAFF)

        add("one@example.com")
        with CaptureQueriesContext(connection) as for_one:
            admin.get(PEOPLE)

        add("two@example.com")
        add("three@example.com")

        with django_assert_num_queries(len(for_one)):
            admin.get(PEOPLE)

    def test_has_a_switch_that_keeps_people_out(self, admin, guest):
        root = User.objects.get(is_superuser=True)
        admin.post(
            PEOPLE,
            {
                "form-TOTAL_FORMS": 2,
                "form-INITIAL_FORMS": 2,
                "form-0-id": root.pk,
                "form-0-is_active": "on",
                "form-1-id": guest.pk,
                "_save": "Save",
            },
        )

        guest.refresh_from_db()
        assert not guest.is_active

    def test_never_lets_one_switch_oneself_off(self, admin):
        root = User.objects.get()

        admin.post(
            PEOPLE, {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": root.pk, "_save": "Save"}
        )
        admin.post(PEOPLE, {"action": "keep_out", "_selected_action": [root.pk]})

        root.refresh_from_db()
        assert root.is_active

    @pytest.mark.parametrize(("action", "active"), [("keep_out", False), ("let_in", True)])
    def test_keeps_out_and_lets_in_many_at_once(self, admin, guest, action, active):
        User.objects.filter(pk=guest.pk).update(is_active=not active)

        admin.post(PEOPLE, {"action": action, "_selected_action": [guest.pk]})

        guest.refresh_from_db()
        assert guest.is_active is active

    def test_logs_people_out_everywhere(self, admin, guest, other_browser):
        other_browser.log_in()

        admin.post(PEOPLE, {"action": "log_out", "_selected_action": [guest.pk]})

        assert not other_browser.is_logged_in


class TestThePageOfAPerson:
    def test_shows_no_password_not_even_its_hash(self, admin, guest):
        page = admin.get(page_of(guest)).content.decode()

        assert guest.password not in page
        assert "md5" not in page
        assert "Set another password" in page

    def test_sets_another_password(self, admin, guest, other_browser):
        answer = admin.post(
            reverse("admin:auth_user_password_change", args=[guest.pk]),
            {"password1": "a much better one", "password2": "a much better one", "usable_password": "true"},
        )

        assert answer.status_code == 302
        other_browser.log_in(password="a much better one")
        assert other_browser.is_logged_in

    def test_makes_somebody_staff_of_a_venue(self, admin, guest, harbour):
        role = {"venue": harbour.pk, "role": "manager", "user": guest.pk, "id": ""}
        sent = form_of(admin, guest) | {f"memberships-0-{name}": value for name, value in role.items()}

        answer = admin.post(page_of(guest), sent | {"memberships-TOTAL_FORMS": 1})

        assert answer.status_code == 302
        assert guest.memberships.get().role == Role.MANAGER

    def test_gives_no_role_to_who_has_not_confirmed_the_address(self, admin, guest, harbour):
        """They may be anybody who has registered with it."""
        guest.emailaddress_set.create(email=guest.email, primary=True)
        role = {"venue": harbour.pk, "role": "manager", "user": guest.pk, "id": ""}
        sent = form_of(admin, guest) | {f"memberships-0-{name}": value for name, value in role.items()}

        answer = admin.post(page_of(guest), sent | {"memberships-TOTAL_FORMS": 1})

        assert "They have not confirmed their address yet." in answer.content.decode()
        assert not guest.memberships.exists()

    def test_refuses_a_zone_that_does_not_exist(self, admin, guest):
        answer = admin.post(page_of(guest), form_of(admin, guest, timezone="Mars/Olympus"))

        assert "is not a time zone" in answer.content.decode()

    def test_adds_a_person_who_will_choose_a_password_by_mail(self, admin):
        answer = admin.post(
            f"{PEOPLE}add/",
            {"email": "New@Example.com", "name": "Ada", "usable_password": "false"} | NO_ROLES,
        )

        newcomer = User.objects.get(email="new@example.com")
        assert answer.status_code == 302
        assert not newcomer.has_usable_password()

    def test_refuses_an_address_that_somebody_has_in_other_letters(self, admin, guest):
        answer = admin.post(
            f"{PEOPLE}add/", {"email": "GUEST@example.com", "usable_password": "false"} | NO_ROLES
        )

        assert answer.status_code == 200
        assert "Taken." in answer.content.decode()


class TestAClerk:
    def test_cannot_make_anybody_a_superuser(self, clerk):
        oneself = User.objects.get(email="clerk@example.com")

        clerk.post(page_of(oneself), form_of(clerk, oneself, name="Ada", is_superuser="on"))

        oneself.refresh_from_db()
        assert (oneself.name, oneself.is_superuser) == ("Ada", False)

    def test_cannot_give_oneself_a_role(self, clerk, harbour):
        oneself = User.objects.get(email="clerk@example.com")
        role = {
            "memberships-TOTAL_FORMS": 1,
            "memberships-INITIAL_FORMS": 0,
            "memberships-0-venue": harbour.pk,
            "memberships-0-role": "owner",
        }

        clerk.post(page_of(oneself), form_of(clerk, oneself) | role)

        assert not oneself.memberships.exists()

    def test_cannot_touch_a_superuser(self, clerk):
        root = User.objects.create_superuser("admin@example.com", PASSWORD)
        clerk.post(page_of(root), {"email": "mine@example.com", "timezone": "UTC"})
        clerk.post(
            reverse("admin:auth_user_password_change", args=[root.pk]),
            {"password1": "a much better one", "password2": "a much better one"},
        )
        clerk.post(PEOPLE, {"action": "keep_out", "_selected_action": [root.pk]})

        root.refresh_from_db()
        assert (root.email, root.is_active, root.check_password(PASSWORD)) == (
            "admin@example.com",
            True,
            True,
        )


@pytest.mark.parametrize("table", ["accounts/user", "accounts/acting", "payments/payment"])
def test_nobody_learns_from_a_refusal_how_many_rows_there_are(client, guest, table):
    Acting.objects.create(by=guest, person=guest, began_at=guest.date_joined)
    client.force_login(User.objects.create_user("sam@example.com", PASSWORD, is_staff=True))

    for what in ("change", "delete", "history"):
        for row in (User.objects.first().pk, Acting.objects.first().pk, 424242):
            assert client.get(f"/admin/{table}/{row}/{what}/").status_code == 403


class TestTheDoor:
    def test_leads_to_people_and_to_no_second_table_of_groups_or_addresses(self, admin):
        page = admin.get("/admin/").content.decode()

        assert PEOPLE in page
        assert "/admin/auth/group/" not in page
        assert "/admin/account/emailaddress/" not in page

    def test_is_the_log_in_of_everybody_with_its_limits(self, db, browser):
        answer = browser.get("/admin/login/?next=/admin/")

        assert answer.url == "/accounts/login/?next=%2Fadmin%2F"

    def test_is_closed_to_guests(self, guest, browser):
        browser.log_in()

        assert browser.get("/admin/login/").status_code == 403
        assert browser.get(PEOPLE).status_code == 302
