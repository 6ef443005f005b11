"""Who may do what where: the table, read in every direction."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from accounts.models import Role, User
from accounts.roles import ACTION_OF, ACTIONS, is_staff_at, manages, may, role_at, roles_of, table
from tests.accounts.conftest import PASSWORD

EVERYBODY = {"book", "cancel_own"}
STAFF = EVERYBODY | {
    *("see_titles", "check_in_any", "mark_absent", "let_in", "book_for_others", "exceed_quota"),
    *("move_any", "cancel_any"),
    *("approve", "decline", "answer", "block", "unblock", "hang", "revoke"),
    *("take_money", "give_money_back", "forgive", "check_tickets", "delay", "replan", "call_off"),
}
MANAGER = STAFF | {"edit_venue", "see_reports", "see_plates", "see_history"}
OWNER = MANAGER | {"manage_members"}


def allowed(user, venue):
    return {action for action in ACTIONS if may(user, action, venue.pk)}


class TestAGuest:
    def test_may_book_and_cancel_and_no_more(self, guest, harbour):
        assert allowed(guest, harbour) == EVERYBODY
        assert role_at(guest, harbour.pk) == "guest"
        assert not is_staff_at(guest, harbour.pk)

    def test_who_is_not_logged_in_may_do_nothing(self, harbour):
        assert allowed(AnonymousUser(), harbour) == set()
        assert allowed(None, harbour) == set()
        assert role_at(AnonymousUser(), harbour.pk) == "guest"


class TestAMember:
    @pytest.mark.parametrize(
        ("role", "actions"), [(Role.STAFF, STAFF), (Role.MANAGER, MANAGER), (Role.OWNER, OWNER)]
    )
    def test_may_do_what_the_table_says_at_that_venue_and_at_no_other(
        self, hired, harbour, pier, role, actions
    ):
        person = hired(role)

        assert allowed(person, harbour) == actions
        assert allowed(person, pier) == EVERYBODY

    def test_may_do_nothing_once_deactivated(self, hired, harbour):
        person = hired(Role.OWNER)

        person.is_active = False

        assert allowed(person, harbour) == set()
        assert not manages(person, harbour.pk)

    def test_manages_as_manager_and_owner_only(self, hired, harbour):
        assert [manages(hired(role), harbour.pk) for role in Role] == [False, True, True]

    def test_has_one_role_at_a_venue(self, hired, harbour):
        from django.db import IntegrityError

        person = hired(Role.STAFF)

        with pytest.raises(IntegrityError, match=r"one_role_per_person_and_venue|UNIQUE"):
            person.memberships.create(venue=harbour, role=Role.OWNER)


def test_a_superuser_may_do_everything_everywhere(harbour):
    root = User.objects.create_superuser("admin@example.com", PASSWORD)

    assert allowed(root, harbour) == OWNER == set(ACTIONS)


def test_an_action_the_table_does_not_know_is_an_error_and_not_a_yes(guest, harbour):
    with pytest.raises(KeyError):
        may(guest, "delete_everything", harbour.pk)


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        ACTIONS["book"] = "owner"


def test_roles_at_many_venues_cost_one_question(hired, harbour, pier, django_assert_num_queries):
    person = hired(Role.STAFF)
    person.memberships.create(venue=pier, role=Role.OWNER)

    with django_assert_num_queries(1):
        assert roles_of(person) == {harbour.pk: "staff", pier.pk: "owner"}
        assert (role_at(person, harbour.pk), manages(person, pier.pk)) == ("staff", True)


def test_the_table_can_be_printed():
    lines = table().splitlines()

    assert lines[0].split() == ["action", "guest", "staff", "manager", "owner"]
    assert lines[1].split() == ["book", "yes", "yes", "yes", "yes"]
    assert lines[-1].split() == ["manage_members", "-", "-", "-", "yes"]
    assert len(lines) == 1 + len(ACTIONS)


def test_the_manual_prints_the_same_table():
    manual = (settings.BASE_DIR / "docs" / "roles.md").read_text()

    assert f"```text\n{table()}\n```" in manual


def test_whatever_staff_alone_may_do_is_in_the_table():
    """The words of every refusal of the operations are an action of the table, which decides on it."""
    asked = {
        words
        for folder in ("rooms", "payments", "notifications")
        for path in (settings.BASE_DIR / folder).rglob("*.py")
        for words in re.findall(r'require_staff\([^"]*"([^"]+)"\)', path.read_text())
    }

    assert asked - set(ACTION_OF) <= {"revive a hold that ran out"}  # the system's own
    assert len(asked) > 10
