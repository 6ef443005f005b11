"""Log-ins of programs: families of tokens, each refresh token good once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from accounts import operations, tasks, tokens
from accounts.models import RefreshToken, User
from reservations.errors import Invalid, NotAuthenticated
from tests.accounts.conftest import PASSWORD, link_in

NOON = datetime(2026, 2, 28, 12, tzinfo=UTC)


class TestALogIn:
    def test_gives_a_token_that_belongs_to_its_family(self, guest):
        pair = operations.begin_login(guest)

        shown = tokens.read(pair.access)
        assert (shown.user, pair.expires_in) == (guest, 900)
        assert tokens.living([shown.family, "no such", ""]) == {shown.family}

    def test_keeps_no_refresh_token_in_the_table(self, guest):
        pair = operations.begin_login(guest)

        kept = str(list(RefreshToken.objects.values_list()))
        assert pair.refresh.partition(".")[2] not in kept

    def test_is_prolonged_by_its_refresh_token(self, guest):
        first = operations.begin_login(guest, now=NOON)

        second = operations.refresh(first.refresh, now=NOON + timedelta(days=29))
        third = operations.refresh(second.refresh, now=NOON + timedelta(days=58))

        assert tokens.read(third.access, now=NOON + timedelta(days=58)).user == guest
        assert len({first.refresh, second.refresh, third.refresh}) == 3
        assert RefreshToken.objects.count() == 1

    def test_is_over_after_thirty_days_of_rest(self, guest):
        pair = operations.begin_login(guest, now=NOON)

        with pytest.raises(NotAuthenticated, match="is over"):
            operations.refresh(pair.refresh, now=NOON + timedelta(days=30))

    def test_ends_with_its_tokens_and_leaves_other_log_ins_alone(self, guest):
        ended, other = operations.begin_login(guest), operations.begin_login(guest)

        operations.end_login(tokens.read(ended.access).family)

        with pytest.raises(NotAuthenticated, match="ended"):
            tokens.read(ended.access)
        with pytest.raises(NotAuthenticated, match="over"):
            operations.refresh(ended.refresh)
        assert tokens.read(other.access).user == guest

    def test_costs_one_question_to_the_database(self, guest, django_assert_num_queries):
        pair = operations.begin_login(guest)

        with django_assert_num_queries(1):
            tokens.read(pair.access)


class TestARefreshToken:
    def test_that_comes_twice_ends_the_thief_and_the_owner(self, guest):
        stolen = operations.begin_login(guest)
        owner = operations.refresh(stolen.refresh)

        with pytest.raises(NotAuthenticated):
            operations.refresh(stolen.refresh)

        with pytest.raises(NotAuthenticated):
            tokens.read(owner.access)
        with pytest.raises(NotAuthenticated):
            operations.refresh(owner.refresh)

    @pytest.mark.parametrize(
        "ending",
        [
            operations.log_out_everywhere,
            lambda person: (person.set_password("a much better one"), person.save()),
            lambda person: User.objects.update(is_active=False),
            lambda person: person.delete(),
        ],
        ids=["log out everywhere", "new password", "deactivated", "deleted"],
    )
    def test_ends_with_all_that_ends_a_log_in(self, guest, ending):
        pair = operations.begin_login(guest)

        ending(guest)

        with pytest.raises(NotAuthenticated):
            operations.refresh(pair.refresh)

    @pytest.mark.parametrize(
        "rubbish", ["", ".", "x", "a.b", "\0.b", "é.é", "\ud800.x", "x" * 10_000, "'--."]
    )
    def test_of_rubbish_is_refused(self, db, rubbish):
        with pytest.raises(NotAuthenticated):
            operations.refresh(rubbish)

    @pytest.mark.django_db(transaction=True)
    def test_brought_by_ten_at_once_serves_one_at_most_and_ends_the_family(self):
        guest = User.objects.create_user("guest@example.com", PASSWORD)
        pair = operations.begin_login(guest)
        served = []

        def bring():
            try:
                served.append(operations.refresh(pair.refresh))
            except NotAuthenticated:
                pass
            finally:
                connection.close()

        rivals = [threading.Thread(target=bring) for _ in range(10)]
        [rival.start() for rival in rivals]
        [rival.join() for rival in rivals]

        assert len(served) == 1
        assert RefreshToken.objects.get().revoked_at is not None


def test_log_ins_that_ended_a_week_ago_are_forgotten(guest):
    operations.begin_login(guest, now=NOON)
    ended = operations.begin_login(guest, now=NOON + timedelta(days=20))
    operations.end_login(tokens.read(ended.access, now=NOON + timedelta(days=20)).family, now=NOON)
    lasting = operations.begin_login(guest, now=NOON + timedelta(days=20))

    assert operations.forget_logins(now=NOON + timedelta(days=38)) == 2
    assert tokens.read(lasting.access, now=NOON + timedelta(days=20)).user == guest


def test_the_clock_forgets_them_now_and_then(guest, monkeypatch):
    monkeypatch.setattr(tasks, "_forgot_at", float("-inf"))
    old = datetime.now(UTC) - timedelta(days=40)
    operations.begin_login(guest, now=old)
    for days in (-1, 1):
        Session.objects.create(session_key=f"{days}", expire_date=datetime.now(UTC) + timedelta(days=days))
    tasks.forget()
    assert not RefreshToken.objects.exists()
    assert [row.session_key for row in Session.objects.all()] == ["1"]

    operations.begin_login(guest, now=old)
    tasks.forget()

    assert RefreshToken.objects.count() == 1  # an hour has to pass


class TestRegistering:
    def test_makes_an_account_and_mails_its_link(self, db, mailoutbox):
        person = operations.register(" Ada@Example.com ", PASSWORD, name=" Ada  Kaya ")

        assert (person.email, person.name, person.check_password(PASSWORD)) == (
            "ada@example.com",
            "Ada Kaya",
            True,
        )
        assert link_in(mailoutbox[0]).startswith("/accounts/confirm-email/")

    @pytest.mark.parametrize(
        ("email", "password", "name", "field"),
        [
            ("guest@example.com", PASSWORD, "", "email"),  # taken
            ("GUEST@example.com", PASSWORD, "", "email"),
            ("no address", PASSWORD, "", "email"),
            ("a\0@example.com", PASSWORD, "", "email"),
            ("x" * 250 + "@example.com", PASSWORD, "", "email"),
            ("ada@example.com", "short", "", "password"),
            ("ada@example.com", "password123", "", "password"),
            ("ada@example.com", "adaexample.com", "", "password"),  # like the address
            ("ada@example.com", "long\0enough\0", "", "password"),
            ("ada@example.com", "x" * 5000, "", "password"),
            ("ada@example.com", PASSWORD, "x" * 121, "name"),
            ("ada@example.com", PASSWORD, "Ada\u202eKaya", "name"),
        ],
    )
    def test_refuses_what_the_page_refuses(self, guest, email, password, name, field):
        with pytest.raises(Invalid) as refusal:
            operations.register(email, password, name=name)

        assert list(refusal.value.field_errors) == [field]
        assert User.objects.count() == 1
