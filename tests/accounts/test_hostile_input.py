"""What nobody types: NUL bytes, megabytes, broken encodings. Refused with 400, never a 500."""

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse

from tests.accounts.conftest import PASSWORD, Browser

FORMS = {
    "account_login": {"login": "guest@example.com", "password": PASSWORD},
    "account_signup": {"email": "new@example.com", "password1": PASSWORD},
    "account_reset_password": {"email": "guest@example.com"},
    "account_change_password": {"oldpassword": PASSWORD, "password1": "a much better one"},
    "account_reauthenticate": {"password": PASSWORD},
    "account_profile": {"name": "Ada", "timezone": "UTC"},
}
FIELDS = [(page, field) for page, fields in FORMS.items() for field in fields]
PART = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\nzz\r\n--x--\r\n'
ALL_PAGES = [*FORMS, "account_email", "account_logout", "account_inactive", "account_logout_everywhere"]


@pytest.fixture
def on(guest, browser):
    """Return a browser that may see the page: logged in, but not on the pages for strangers."""

    def sit(page):
        if page not in {"account_login", "account_signup", "account_reset_password"}:
            browser.log_in()
        return browser

    return sit


class TestAForm:
    @pytest.mark.parametrize(("page", "field"), FIELDS)
    def test_with_a_nul_byte_is_a_bad_request(self, on, page, field):
        fields = FORMS[page] | {field: f"{FORMS[page][field]}\0"}

        assert on(page).post(reverse(page), fields).status_code == 400

    @pytest.mark.parametrize(("page", "field"), [f for f in FIELDS if f[1] not in {"login", "email"}])
    def test_with_an_absurdly_long_value_is_a_bad_request(self, on, page, field):
        assert on(page).post(reverse(page), FORMS[page] | {field: "x" * 5000}).status_code == 400

    @pytest.mark.parametrize("page", ["account_login", "account_signup", "account_reset_password"])
    def test_with_an_absurdly_long_address_is_refused(self, on, page):
        field = next(iter(FORMS[page]))
        answer = on(page).post(reverse(page), FORMS[page] | {field: "x" * 5000 + "@example.com"})

        assert field in answer.context["form"].errors

    @pytest.mark.parametrize("page", FORMS)
    def test_of_ten_megabytes_is_a_bad_request(self, on, page):
        first = next(iter(FORMS[page]))
        as_form = on(page).post(
            reverse(page), f"{first}=" + "x" * 10_000_000, content_type="application/x-www-form-urlencoded"
        )
        as_parts = on(page).post(reverse(page), {first: "x" * 10_000_000})

        assert (as_form.status_code, as_parts.status_code) == (400, 400)

    @pytest.mark.parametrize("page", ALL_PAGES)
    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"\xff\xfe%%%=&&&=%00", "application/x-www-form-urlencoded"),
            (b"not multipart at all", "multipart/form-data; boundary=x"),
            (b"--x\r\n", "multipart/form-data; boundary="),
            (b'{"login": ["\\ud800"]}', "application/json"),
            (b"", "text/plain; charset=nonsense"),
            (b"a=1", "application/x-www-form-urlencoded; charset=nonsense"),
            (b"a=1", "application/x-www-form-urlencoded; charset=hex"),
            (PART, "multipart/form-data; boundary=x; charset=utf-16"),
        ],
    )
    def test_of_rubbish_is_answered(self, on, page, body, kind):
        browser = on(page)
        browser.raise_request_exception = False

        assert browser.generic("POST", reverse(page), body, content_type=kind).status_code < 500

    def test_in_other_than_utf_8_with_a_lone_surrogate_is_answered(self, guest):
        body = b"login=guest%40example.com&password=%ED%A0%80%ED%A0%80%ED%A0%80"

        answer = Browser().post(
            reverse("account_login"), body, content_type="application/x-www-form-urlencoded"
        )

        assert answer.status_code == 200


class TestAProgram:
    """What a form refuses may still come by a socket: nobody is let in, and nothing breaks."""

    @pytest.mark.parametrize(
        "email", ["guest@example.com", "nobody@example.com", "\0", "x" * 100_000, None, 1, []]
    )
    @pytest.mark.parametrize("password", ["\ud800", "x" * 100_000, "\0", PASSWORD + "\0", "", None, 1, []])
    def test_is_not_let_in_with_rubbish(self, guest, email, password):
        assert authenticate(None, email=email, password=password) is None

    def test_is_let_in_with_the_right_words(self, guest):
        assert authenticate(None, email="GUEST@example.com", password=PASSWORD) == guest
        assert authenticate(None, username="guest@example.com", password=PASSWORD) == guest


class TestAPage:
    @pytest.mark.parametrize("page", ALL_PAGES)
    @pytest.mark.parametrize(
        "query", ["next=%00", "next=%0d%0aSet-Cookie:x", "email=%00", "next=" + "/x" * 20_000]
    )
    def test_with_a_broken_query_is_answered(self, on, page, query):
        browser = on(page)
        browser.raise_request_exception = False

        assert browser.get(f"{reverse(page)}?{query}").status_code < 500

    def test_after_a_log_in_with_an_endless_next_is_answered(self, guest):
        browser = Browser(raise_request_exception=False)

        assert browser.log_in(to="/x" * 100_000).status_code < 500

    @pytest.mark.parametrize(
        "cookie", ['"aaaaaaaaaaaa\\000"', "x" * 5000, "'; DROP TABLE django_session; --", "ÿ" * 32, ""]
    )
    def test_with_a_broken_session_cookie_is_a_strangers(self, db, cookie):
        answer = Client(raise_request_exception=False).get(
            reverse("account_profile"), headers={"cookie": f"sessionid={cookie}"}
        )

        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_login"))
