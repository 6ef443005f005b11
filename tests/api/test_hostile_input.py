"""What nobody asks for in good faith: every answer is a problem with a code, and never a 500."""

import json

import pytest
from django.core.cache import caches
from django.db import OperationalError
from django.test import override_settings

from api import door
from rooms.models import Booking
from tests.api.programs import hour, problem_of

JSON = "application/json"


def body(aurora, **changed):
    return {"venue": "office", "rooms": [aurora.pk], **hour(0), **changed}


class TestBodies:
    @pytest.mark.parametrize(
        "sent",
        [
            b"",
            b"{",
            b"nul",
            b"[]",
            b'"text"',
            b"1",
            b"null",
            b"\xff\xfe",
            b"\xef\xbb\xbf{}",  # a byte order mark
            b'{"venue": "office", "venue": "office"}',
            b'{"a": {"b": 1, "b": 2}}',
            b'{"party": NaN}',
            b'{"party": Infinity}',
            b'{"party": -Infinity}',
            b'{"party": 1e999}',
            b'{"party": ' + b"9" * 5000 + b"}",
            b'{"party": 99999999999999999999}',
            b'{"title": "\\u0000"}',
            b'{"title": "\\ud800"}',
            b'{"\\ud800": 1}',
            b'{"a": [{"b": ["\\u0000"]}]}',
            b"[" * 60_000,
            b'{"a":' * 9_000 + b"1" + b"}" * 9_000,
            b'{"a":' * 20 + b"1" + b"}" * 20,
            b"{'venue': 'office'}",
            b'{"venue": "office",}',
            b"\0",
        ],
        ids=lambda sent: repr(sent[:24]),
    )
    def test_that_are_no_clean_json_are_invalid(self, guest, sent):
        assert problem_of(guest.post("bookings", sent)) == (400, "invalid")

    @pytest.mark.parametrize(
        ("dirt", "sentence"),
        [
            ('"title": "a", "title": "b"', "A name comes twice in one object of the body."),
            ('"unknown": {"a": 1, "a": 1}', "A name comes twice in one object of the body."),
            ('"unknown": NaN', "NaN is no number in JSON."),
            ('"unknown": 99999999999999999999', "A number in the body is too large."),
            ('"unknown": ["\\u0000"]', "This text has characters that cannot be kept."),
            ('"unknown": ["\\udc00"]', "This text has characters that cannot be kept."),
            ('"unknown": ' + "[" * 17 + "]" * 17, "The body is nested more than 16 levels deep."),
        ],
        ids=lambda value: value[:20],
    )
    def test_that_would_do_but_for_one_thing_are_refused_for_it(self, guest, aurora, dirt, sentence):
        sent = json.dumps(body(aurora))[:-1] + f", {dirt}" + "}"

        answer = guest.post("bookings", sent)

        assert problem_of(answer) == (400, "invalid")
        assert answer.told["detail"] == sentence
        assert Booking.objects.count() == 0

    def test_beyond_64_kib_are_too_large(self, guest):
        assert problem_of(guest.post("bookings", b" " * 65_537)) == (413, "too_large")
        assert problem_of(guest.post("bookings", json.dumps({"note": "x" * 2_000_000}))) == (413, "too_large")

    @pytest.mark.parametrize(
        "kind",
        ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
         "text/json", "application/json; charset=hex", "application/json; charset=utf-16",
         "application/jsonx"],
    )  # fmt: skip
    def test_of_another_kind_are_not_read(self, guest, aurora, kind):
        answer = guest.post("bookings", json.dumps(body(aurora)), content_type=kind)

        assert problem_of(answer) == (415, "unsupported_media_type")
        assert Booking.objects.count() == 0

    def test_in_utf_8_are_read(self, guest, aurora):
        sent = json.dumps(body(aurora, title="Zoë 🍵"), ensure_ascii=False).encode()

        answer = guest.post("bookings", sent, content_type="Application/JSON; charset=UTF-8")

        assert answer.told["title"] == "Zoë 🍵"

    @pytest.mark.parametrize("value", ["\x1b[31m", "a\u2028b", "\u2066x", "\x7f", "a\r\nb"])
    @pytest.mark.parametrize("field", ["title", "venue", "room_type", "guest"])
    def test_with_texts_that_cannot_be_shown_are_refused(self, guest, aurora, field, value):
        answer = guest.post("bookings", body(aurora, **{field: value}))

        assert answer.status_code in (400, 403, 404)

    @pytest.mark.parametrize("value", [2**63, -(2**63), 2**62, 1.5, "1", None, [], {}, True])
    @pytest.mark.parametrize("field", ["party", "count", "rooms", "room_type"])
    def test_with_odd_numbers_are_refused_or_not_found(self, guest, aurora, field, value):
        sent = body(aurora, **{field: [value] if field == "rooms" else value})

        answer = guest.post("bookings", sent)

        assert answer.status_code in (201, 400, 404, 422)


class TestAddresses:
    @pytest.mark.parametrize(
        "path",
        ["", "nothing", "venues/", "bookings/", "venues/office/", "venues//rooms", "auth", "v2", "../admin/",
         "bookings/%00", "bookings/%ff", "venues/%F0%9F%8D%B5", "venues/" + "x" * 5000,
         "openapi.json/", "docs/"],
    )  # fmt: skip
    def test_that_lead_nowhere_are_problems_too(self, guest, path):
        assert problem_of(guest.get(path)) == (404, "not_found")

    def test_outside_the_version_are_problems_too(self, client):
        for path in ("/api/", "/api/v2/venues", "/api/v1", "/api//v1/venues"):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")

    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [
            ("PUT", "bookings", "GET, HEAD, POST, OPTIONS"),
            ("DELETE", "bookings/R7XK-42QM", "GET, HEAD, PATCH, OPTIONS"),
            ("GET", "auth/token", "POST, OPTIONS"),
            ("TRACE", "venues", "GET, HEAD, OPTIONS"),
            ("QUERY", "venues", "GET, HEAD, OPTIONS"),
            ("PATCH", "venues/office/blockings/1", "GET, HEAD, DELETE, OPTIONS"),
        ],
    )
    def test_say_which_methods_they_know(self, guest, method, path, allowed):
        answer = guest.call(method, path)

        assert problem_of(answer) == (405, "method_not_allowed")
        assert answer.headers["Allow"] == allowed
        options = guest.call("OPTIONS", path)
        assert (options.status_code, options.content, options.headers["Allow"]) == (204, b"", allowed)

    def test_answer_head_with_the_headers_of_get(self, guest, aurora):
        got, head = guest.get("venues/office/rooms"), guest.call("HEAD", "venues/office/rooms")

        assert (head.status_code, head.content) == (200, b"")
        assert head.headers == got.headers
        assert int(head.headers["Content-Length"]) == len(got.content)

    @pytest.mark.parametrize(
        "query",
        ["?q=%00", "?q=%ff%fe", "?q=%ED%A0%80", "?q=" + "x" * 5000, "?kind=hotel&kind=hotel", "?&&&=&%"],
    )
    def test_with_odd_queries_are_refused_or_answered(self, anonymous, query):
        assert anonymous.get(f"venues{query}").status_code in (200, 400)

    @pytest.mark.parametrize(
        ("address", "name", "known"),
        [
            ("venues?kidn=hotel", "kidn", "Known are: limit, cursor, kind, q."),
            ("waitlist?limit=5&stat=left", "stat", "Known are: limit, cursor."),
            ("auth/me?=1", "", "It has none."),
            ("venues?format=xml", "format", "Known are: limit, cursor, kind, q."),
            ("venues?" + "x" * 1000, "x" * 60, "Known are: limit, cursor, kind, q."),
        ],
        ids=lambda value: value[:20],
    )  # fmt: skip
    def test_with_parameters_that_nobody_reads_are_refused(self, guest, address, name, known):
        answer = guest.get(address)

        assert problem_of(answer) == (400, "invalid")
        assert answer.told["field_errors"] == {name: [f"This call has no such parameter. {known}"]}

    def test_with_what_clients_add_by_habit_are_answered(self, guest):
        assert guest.get("venues?format=json").content == guest.get("venues").content

    def test_of_another_host_are_refused(self, guest):
        answer = guest.get("venues", host="evil.example")

        assert problem_of(answer) == (400, "invalid")
        assert answer.told["detail"] == "This host is not one of this site's."


class TestHeaders:
    def test_say_who_may_keep_an_answer(self, guest, aurora):
        booking = guest.book(aurora, hour(0))["reference"]

        for path in ("auth/me", "bookings", f"bookings/{booking}", "venues/office/rooms"):
            answer = guest.get(path)
            assert answer.headers["Cache-Control"] == "private, no-cache"
            assert answer.headers["Vary"] == "Authorization, Cookie, Accept-Encoding"
        assert guest.get("bookings/none").headers["Cache-Control"] == "no-store"

    def test_keep_browsers_from_making_more_of_it(self, anonymous):
        headers = anonymous.get("venues").headers

        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in headers

    def test_compress_what_is_large(self, anonymous, db):
        raw = anonymous.client.get("/api/v1/openapi.json", headers={"accept-encoding": "gzip"})

        assert raw.headers["Content-Encoding"] == "gzip"
        assert int(raw.headers["Content-Length"]) == len(raw.content) < 30_000

    def test_lead_to_https_where_the_site_does(self, anonymous, monkeypatch):
        monkeypatch.setattr(door._security, "redirect", True)

        assert anonymous.client.get("/api/v1/venues").status_code == 301


class TestThrottles:
    def test_count_each_person_by_themselves(self, guest, rival, settings):
        settings.API_THROTTLE_USER = 3

        assert [guest.get("auth/me").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert rival.get("auth/me").status_code == 200
        answer = guest.get("venues")
        assert problem_of(answer) == (429, "throttled")
        assert answer.headers["Retry-After"] == str(answer.told["retry_after"])

    def test_count_everybody_else_by_address(self, anonymous, guest, settings):
        settings.API_THROTTLE_ADDRESS = 2

        answers = [
            anonymous.get("venues").status_code,
            anonymous.get("auth/me", authorization="Bearer x").status_code,
        ]

        assert answers == [200, 401]
        assert problem_of(anonymous.get("venues")) == (429, "throttled")
        assert problem_of(anonymous.get("venues", authorization="Bearer x")) == (429, "throttled")
        assert anonymous.client.get("/api/v1/venues", REMOTE_ADDR="192.0.2.7").status_code == 200
        assert guest.get("venues").status_code == 200

    def test_believe_the_last_proxy_alone(self, anonymous, settings):
        settings.API_THROTTLE_ADDRESS = 1
        settings.BEHIND_PROXY = True

        def ask(forwarded):
            return anonymous.get("venues", **{"x-forwarded-for": forwarded}).status_code

        assert [ask("1.1.1.1, 192.0.2.1"), ask("2.2.2.2, 192.0.2.1"), ask("192.0.2.1, 192.0.2.2")] == [
            200,
            429,
            200,
        ]

    def test_take_a_network_of_ipv6_for_one_visitor(self, anonymous, settings):
        settings.API_THROTTLE_ADDRESS = 1

        def ask(address):
            return anonymous.client.get("/api/v1/venues", REMOTE_ADDR=address).status_code

        assert [ask("2001:db8::1"), ask("2001:db8::2"), ask("2001:db8:0:1::1")] == [200, 429, 200]

    @override_settings(CACHES={"default": {"BACKEND": "tests.api.broken_cache.BrokenCache"}})
    def test_keep_nobody_out_when_the_cache_is_away(self, guest, anonymous):
        caches["default"].clear()

        assert guest.get("auth/me").status_code == 200
        assert anonymous.post("auth/token", {"email": "a@example.com", "password": "x"}).status_code == 401


class TestOurOwnTroubles:
    def test_a_database_that_does_not_answer_is_a_503(self, guest, monkeypatch):
        def away(*args, **kwargs):
            raise OperationalError("connection refused")

        monkeypatch.setattr("api.endpoints.accounts.Membership.objects.filter", away)

        answer = guest.get("auth/me")

        assert problem_of(answer) == (503, "unready")
        assert answer.headers["Retry-After"] == "1"

    def test_a_mistake_is_written_down_and_told_to_nobody(self, guest, monkeypatch, caplog):
        def mistaken(*args, **kwargs):
            raise KeyError("secret")

        monkeypatch.setattr("api.endpoints.accounts.Membership.objects.filter", mistaken)

        answer = guest.get("auth/me")

        assert problem_of(answer) == (500, "internal")
        assert "secret" not in answer.content.decode()
        assert "GET /api/v1/auth/me could not be answered" in caplog.text
