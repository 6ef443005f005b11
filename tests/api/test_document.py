"""The OpenAPI document and the manual: true, whole and readable."""

import re
import shlex

import pytest
from django.test import Client
from openapi_spec_validator import validate

from api import endpoints, openapi
from api.errors import STATUS
from api.examples import EXAMPLES, curl
from api.routing import ENDPOINTS
from tests.api.programs import Program, hour

endpoints.load()
NAMED = [pytest.param(one, id=f"{one.method} {one.path}") for one in ENDPOINTS]


def test_is_openapi_3_1(anonymous):
    answer = anonymous.get("openapi.json")

    assert (answer.status_code, answer.told["openapi"]) == (200, "3.1.0")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    validate(answer.told)


@pytest.mark.parametrize("one", NAMED)
def test_every_endpoint_says_what_it_does_and_with_what_it_refuses(one):
    told = openapi.document()["paths"][f"/api/v1/{one.path}"][one.method.lower()]

    summary, _ = one.words
    assert re.match(r"^[A-Z].*[^.]$", summary), summary
    assert {"400", "401", "429", "503", str(one.status)} <= told["responses"].keys()
    assert ("413" in told["responses"]) == (one.body is not None)
    assert set(one.refuses) <= STATUS.keys()


def test_every_shape_is_told_once_and_every_reference_leads_to_one():
    text = openapi.encoded().decode()

    assert set(re.findall(r'"#/components/schemas/(\w+)"', text)) <= openapi.schemas().keys()


def test_a_header_has_a_longest_text_only_where_a_longer_one_is_refused():
    longest = {
        header["name"]: header["schema"].get("maxLength")
        for one in ENDPOINTS
        for header in openapi.parameters(one)
        if header["in"] == "header"
    }

    assert longest == {"Idempotency-Key": 255, "If-None-Match": None}


class TestTheManual:
    @pytest.fixture
    def page(self, db):
        return Client().get("/api/v1/docs")

    def test_shows_every_endpoint_and_every_code(self, page):
        text = page.content.decode()

        assert page.status_code == 200
        assert [one.path for one in ENDPOINTS if f"<code>/{one.path}</code>" not in text] == []
        assert all(f'id="{code}"' in text for code in openapi_codes())

    def test_loads_nothing_from_elsewhere_and_runs_nothing_inline(self, page):
        text = page.content.decode()

        assert (
            re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', text.replace("http://127.0.0.1:8000", "")) == []
        )
        assert re.findall(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", text) == []
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]

    def test_has_no_link_that_leads_nowhere(self, page):
        text = page.content.decode()

        assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r'\bid="([^"]+)"', text))

    def test_shows_code_as_code(self, page):
        assert "`" not in re.sub(r"<pre.*?</pre>", "", page.content.decode(), flags=re.DOTALL)

    def test_is_for_reading_only(self, db):
        assert Client().post("/api/v1/docs").status_code == 405
        assert Client().head("/api/v1/docs").status_code == 200


def openapi_codes():
    return {code for one in ENDPOINTS for codes in openapi.statuses(one).values() for code in codes}


class TestTheExamples:
    @pytest.mark.parametrize("one", NAMED)
    def test_are_commands_that_a_shell_understands(self, one):
        words = shlex.split(curl(one, "http://127.0.0.1:8000"))

        assert words[0] == "curl"
        assert ("-d" in words) == (one.name in EXAMPLES and EXAMPLES[one.name].body is not None)

    @pytest.mark.parametrize("name", [name for name, example in EXAMPLES.items() if example.body])
    def test_are_what_the_endpoint_reads(self, db, guest, name):
        """The places and people of an example are the demo's: here it is enough that it makes sense."""
        (one,) = (one for one in ENDPOINTS if one.name == name)
        example = EXAMPLES[name]

        answer = guest.call(one.method, one.path.format(**example.path), example.body, **example.headers)

        assert answer.status_code in (201, 401, 404), answer.content

    def test_walk_through_a_booking(self, guest, aurora):
        wanted = {**EXAMPLES["create_booking"].body, "venue": "office", "count": 1, **hour(0)}

        made = guest.post("bookings", wanted, **{"idempotency-key": "planning"})

        assert made.told["state"] == "held"
        confirmed = guest.post(f"bookings/{made.told['reference']}/confirm", EXAMPLES["confirm"].body)
        assert confirmed.told["title"] == "Planning the new year"


def test_the_document_is_the_same_for_everybody(anonymous, guest):
    assert anonymous.get("openapi.json").content == guest.get("openapi.json").content
    assert Program(guest.person).get("openapi.json").told == openapi.document() | {}
