"""Log in, prolong it, end it; by token or by cookie."""

import pytest

from accounts.models import RefreshToken, User
from live import line_callers
from live.visitors import NOBODY
from reservations import NotAuthenticated, Throttled
from tests.api.programs import Program, hour, problem_of
from tests.notifications.postal import post_at_once
from tests.worlds import PASSWORD, person, works_at

WHO = {"email": "guest@example.com", "password": PASSWORD}


class TestToken:
    def test_is_given_for_address_and_password(self, guest, anonymous):
        answer = anonymous.post("auth/token", {"email": " Guest@Example.com", "password": PASSWORD})

        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        me = anonymous.get("auth/me", authorization=f"Bearer {answer.told['access']}")
        assert me.told["email"] == "guest@example.com"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"email": "guest@example.com", "password": "not it at all"},
            {"email": "nobody@example.com", "password": PASSWORD},
            {"email": "guest@example.com", "password": "x" * 4096},
        ],
        ids=["password", "address", "long password"],
    )
    def test_is_refused_alike_whoever_is_unknown(self, guest, anonymous, wrong):
        answer = anonymous.post("auth/token", wrong)

        assert problem_of(answer) == (401, "not_authenticated")
        assert answer.told["detail"] == "That e-mail address and that password do not belong together."
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    def test_is_refused_to_the_deactivated(self, guest, anonymous):
        User.objects.update(is_active=False)

        assert problem_of(anonymous.post("auth/token", WHO)) == (401, "not_authenticated")

    def test_is_refused_after_five_wrong_tries_for_one_account_here_or_on_a_line(self, guest, anonymous):
        wrong = {**WHO, "password": "not it at all"}
        for _ in range(2):
            with pytest.raises(NotAuthenticated):
                line_callers.log_in("192.0.2.1", NOBODY, **wrong)

        answers = [anonymous.post("auth/token", wrong).status_code for _ in range(4)]

        assert answers == [401] * 3 + [429]
        last = anonymous.post("auth/token", WHO)
        assert 0 < int(last.headers["Retry-After"]) <= 300
        with pytest.raises(Throttled):
            line_callers.log_in("192.0.2.1", NOBODY, **WHO)

    def test_is_refused_after_so_many_tries_a_minute_for_one_account(self, guest, anonymous, settings):
        settings.API_THROTTLE_TOKEN_ACCOUNT = 3
        wrong = {**WHO, "password": "not it at all"}

        answers = [anonymous.post("auth/token", wrong).status_code for _ in range(4)]

        assert answers == [401] * 3 + [429]

    def test_that_succeeds_is_no_guess(self, guest, anonymous, settings):
        settings.API_THROTTLE_TOKEN_ADDRESS = 1000

        assert {anonymous.post("auth/token", WHO).status_code for _ in range(25)} == {200}

    def test_is_refused_after_thirty_tries_a_minute_from_one_address(self, db, anonymous):
        answers = [
            anonymous.post("auth/token", {"email": f"{n}@example.com", "password": "x"}).status_code
            for n in range(31)
        ]

        assert answers == [401] * 30 + [429]


class TestRefresh:
    def test_of_an_access_token_is_not_a_refresh(self, guest):
        answer = Program().post("auth/refresh", {"refresh": guest.pair.access})

        assert problem_of(answer) == (401, "not_authenticated")

    def test_gives_the_next_pair(self, guest):
        answer = Program().post("auth/refresh", {"refresh": guest.pair.refresh})

        assert answer.status_code == 200
        assert answer.told["refresh"] != guest.pair.refresh

    def test_of_a_used_token_ends_the_family(self, guest):
        first = Program().post("auth/refresh", {"refresh": guest.pair.refresh}).told

        again = Program().post("auth/refresh", {"refresh": guest.pair.refresh})

        assert problem_of(again) == (401, "not_authenticated")
        assert problem_of(Program().post("auth/refresh", {"refresh": first["refresh"]})) == (
            401,
            "not_authenticated",
        )
        assert problem_of(guest.get("auth/me")) == (401, "not_authenticated")


class TestClosing:
    def test_asks_for_the_password_and_ends_the_account(self, guest, anonymous):
        wrong = guest.post("auth/close", {"password": "not it at all"})
        assert (problem_of(wrong)[0], wrong.told["field_errors"]) == (
            400,
            {"password": ["That is not your password."]},
        )

        assert guest.post("auth/close", {"password": PASSWORD}).status_code == 204

        assert problem_of(guest.get("auth/me"))[0] == 401
        assert problem_of(anonymous.post("auth/token", WHO)) == (401, "not_authenticated")

    def test_says_what_comes_first(self, guest, aurora):
        made = guest.book(aurora, hour(0))

        refused = guest.post("auth/close", {"password": PASSWORD})

        assert problem_of(refused) == (422, "policy_violation")
        assert (refused.told["rule"], made["reference"] in refused.told["detail"]) == ("account", True)


class TestLogOut:
    def test_ends_this_log_in_and_no_other(self, guest):
        elsewhere = Program(guest.person)

        assert guest.post("auth/logout").status_code == 204

        assert problem_of(guest.get("auth/me")) == (401, "not_authenticated")
        assert problem_of(Program().post("auth/refresh", {"refresh": guest.pair.refresh}))[0] == 401
        assert elsewhere.get("auth/me").status_code == 200

    def test_ends_the_session_that_came_by_cookie(self, guest):
        browser = Program()
        browser.client.force_login(guest.person)

        assert browser.post("auth/logout").status_code == 204

        assert problem_of(browser.get("auth/me"))[0] == 401
        assert guest.get("auth/me").status_code == 200


class TestRegister:
    def test_makes_an_account_and_logs_in(self, db, anonymous, mailoutbox):
        with post_at_once():
            answer = anonymous.post(
                "auth/register", {"email": "Ada@example.com", "password": PASSWORD, "name": "Ada Kaya"}
            )

        me = anonymous.get("auth/me", authorization=f"Bearer {answer.told['access']}").told
        assert answer.status_code == 201
        assert me == {
            "email": "ada@example.com",
            "name": "Ada Kaya",
            "timezone": "UTC",
            "is_admin": False,
            "roles": [],
        }
        assert len(mailoutbox) == 1

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"email": "guest@example.com"}, "email"),
            ({"email": "no address"}, "email"),
            ({"password": "password123"}, "password"),
            ({"password": "short"}, "password"),
            ({"name": "x" * 121}, "name"),
            ({"is_superuser": True, "email": ""}, "email"),
        ],
    )
    def test_refuses_what_the_page_refuses(self, guest, anonymous, changed, field):
        answer = anonymous.post(
            "auth/register", {"email": "ada@example.com", "password": PASSWORD, "name": "", **changed}
        )

        assert problem_of(answer) == (400, "invalid")
        assert list(answer.told["field_errors"]) == [field]

    def test_makes_nobody_more_than_a_guest(self, db, anonymous):
        anonymous.post(
            "auth/register",
            {"email": "ada@example.com", "password": PASSWORD, "is_superuser": True, "is_staff": True},
        )

        ada = User.objects.get()
        assert (ada.is_superuser, ada.is_staff) == (False, False)


class TestMe:
    def test_tells_the_roles(self, venue, staff):
        assert staff.get("auth/me").told["roles"] == [{"venue": "office", "role": "staff"}]


class TestACookie:
    @pytest.fixture
    def browser(self, guest):
        found = Program(enforce_csrf_checks=True)
        found.client.force_login(guest.person)
        return found

    def test_reads_without_more(self, browser):
        assert browser.get("auth/me").status_code == 200

    def test_changes_nothing_without_its_own_page(self, browser, aurora):
        answer = browser.post("bookings", {"venue": "office", "rooms": [aurora.pk], **hour(0)})

        assert problem_of(answer) == (403, "forbidden")
        assert problem_of(browser.post("auth/logout", "a=b", content_type="text/plain")) == (403, "forbidden")
        assert aurora.allocations.count() == 0

    def test_changes_with_the_pages_token(self, browser, aurora):
        browser.client.cookies["csrftoken"] = "a" * 32

        answer = browser.post(
            "bookings", {"venue": "office", "rooms": [aurora.pk], **hour(0)}, **{"x-csrftoken": "a" * 32}
        )

        assert answer.status_code == 201

    def test_is_not_looked_at_beside_a_bad_token(self, browser):
        assert problem_of(browser.get("auth/me", authorization="Bearer x")) == (401, "not_authenticated")


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", "Basic Zzo=", "bearer a.b.c", "Bearer " + "x" * 9000, "é"]
)
def test_an_authorization_that_is_none_is_refused(db, anonymous, given):
    assert problem_of(anonymous.get("venues", authorization=given)) == (401, "not_authenticated")


def test_a_token_ends_with_the_role_it_never_carried(venue, aurora, guest):
    """Rights are read from the table with every request: a token says who, not what they may."""
    works_at(guest.person, venue)
    assert guest.get("venues/office/blockings").status_code == 200

    guest.person.memberships.all().delete()

    assert problem_of(guest.get("venues/office/blockings")) == (403, "forbidden")


def test_log_ins_leave_one_row_each(db):
    ada = person("ada")
    for _ in range(3):
        Program(ada)

    assert RefreshToken.objects.count() == 3
