"""Every request has an id, in its answer and in the log; logs are lines, or objects, and keep no token."""

import json
import logging

import pytest
from django.test import RequestFactory

from reservations_site import errors, requests
from reservations_site.logs import Json, Line


async def ask(path="/", headers=(), status=200, app=None):
    """Ask an application behind our door, and return the headers of its answer and the id it saw."""
    seen, said = [], []

    async def inner(scope, receive, send):
        seen.append(requests.current.get())
        await send({"type": "http.response.start", "status": status, "headers": []})

    async def send(message):
        said.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": list(headers)}
    await requests.Requests(app or inner)(scope, None, send)
    return dict(said[0]["headers"]), seen[0]


class TestAnId:
    async def test_is_in_the_answer_and_known_while_it_is_made(self):
        headers, seen = await ask()

        assert headers[b"x-request-id"].decode() == seen
        assert len(seen) == 16
        assert requests.current.get() == ""

    async def test_of_a_proxy_is_kept(self):
        assert (await ask(headers=[(b"x-request-id", b"from-the-proxy-1")]))[1] == "from-the-proxy-1"

    @pytest.mark.parametrize("sent", [b"", b"short", b"x" * 65, b"two words of it", b"a\nforged: line"])
    async def test_that_is_none_is_replaced(self, sent):
        assert len((await ask(headers=[(b"x-request-id", sent)]))[1]) == 16

    def test_is_on_the_page_that_says_something_broke(self):
        token = requests.current.set("0123456789abcdef")
        try:
            answer = errors.server_error(RequestFactory().get("/"))
            problem = errors.server_error(RequestFactory().get("/", headers={"accept": "application/json"}))
        finally:
            requests.current.reset(token)

        assert (answer.status_code, problem.status_code) == (500, 500)
        assert b"0123456789abcdef" in answer.content
        assert json.loads(problem.content)["request_id"] == "0123456789abcdef"

    def test_is_given_under_wsgi_too(self):
        told = []

        def app(environ, start_response):
            start_response("204 No Content", [])
            return [requests.current.get().encode()]

        body = requests.RequestsOfWSGI(app)(
            {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}, lambda status, headers: told.append(dict(headers))
        )

        assert told[0]["X-Request-ID"].encode() == next(iter(body))


class TestTheLog:
    @pytest.fixture
    def said(self, caplog):
        caplog.set_level(logging.INFO, logger="reserve.requests")
        return caplog

    async def test_says_what_was_asked_and_how_it_ended(self, said):
        await ask("/venues/office/", status=404)

        assert said.records[-1].facts["status"] == 404
        assert said.records[-1].getMessage().startswith("GET /venues/office/ 404 in ")

    @pytest.mark.parametrize(
        "path", ["/calendar/0123456789abcdefghijklmnop.ics", "/display/abcdefghijklmnopqrstuvwxyz012345/"]
    )
    async def test_keeps_no_token(self, said, path):
        await ask(path)

        assert "abcdefghijklmnop" not in said.text

    async def test_has_one_line_for_one_request(self, said):
        await ask("/a\r\n2026-01-01 ERROR forged/")

        assert "\n" not in said.records[-1].getMessage()

    async def test_is_an_object_a_line_where_that_is_asked_for(self, said):
        await ask("/venues/office/")
        record = said.records[-1]

        told = json.loads(Json().format(record))

        assert (told["path"], told["status"], told["logger"]) == ("/venues/office/", 200, "reserve.requests")
        assert "\n" not in Json().format(record)

    def test_names_the_request_of_whatever_is_said(self):
        record = logging.LogRecord("rooms", logging.WARNING, "", 1, "It is late.", None, None)
        token = requests.current.set("0123456789abcdef")
        try:
            line, told = Line().format(record), json.loads(Json().format(record))
        finally:
            requests.current.reset(token)

        assert line.endswith("WARNING rooms: It is late. [0123456789abcdef]")
        assert told["request_id"] == "0123456789abcdef"


@pytest.mark.parametrize(
    ("path", "area"), [("/", "home"), ("/venues/x/", "venues"), ("/wp-login.php", "other"), ("//x", "other")]
)
async def test_visitors_cannot_make_labels_of_their_own(path, area):
    before = requests.REQUESTS.labels("GET", area, "200")._value.get()

    await ask(path)

    assert requests.REQUESTS.labels("GET", area, "200")._value.get() == before + 1
