"""What goes with every answer: the policy of what a browser may load, and who may frame, sniff and cache."""

import re

import pytest

from rooms import operations
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import JSON, act, create, wanted

LOCAL = re.compile(r"""(?:src|href|action)=["'](?!/|#|\?|data:)([^"']*)""")


@pytest.fixture
def answers(browser, client, lena, venue, aurora):
    """One answer of every kind: pages, JSON, redirects, refusals, and what nobody can find."""
    own = operations.book(aurora, coming(8, 9), by=lena)
    slug = venue.slug
    return {
        "home": browser.get("/"),
        "board": browser.get(f"/venues/{slug}/"),
        "week": browser.get(f"/venues/{slug}/?view=week"),
        "list": browser.get(f"/venues/{slug}/?view=list"),
        "form": browser.get(f"/venues/{slug}/book/?room={aurora.pk}"),
        "mine": browser.get("/bookings/"),
        "booking": browser.get(f"/bookings/{own.reference}/"),
        "booking as JSON": browser.get(f"/bookings/{own.reference}/", **JSON),
        "why": browser.get(f"/venues/{slug}/why/", wanted(aurora)),
        "created": browser.post(create(venue), wanted(aurora)),
        "created as JSON": browser.post(create(venue), wanted(aurora, start=12, end=13), **JSON),
        "refused": browser.post(create(venue), wanted(aurora)),
        "refused as JSON": browser.post(create(venue), wanted(aurora), **JSON),
        "bad": browser.post(create(venue), {"start": "x"}),
        "broken": browser.post(create(venue), b"{", content_type="application/json"),
        "forbidden": browser.post(act(own, "approve")),
        "log in": client.get("/bookings/"),
        "not found": browser.get("/nowhere/"),
        "no venue": browser.get("/venues/nowhere/"),
        "wrong method": browser.delete("/"),
    }


def test_every_answer_carries_the_policy_and_its_guards(answers):
    for name, answer in answers.items():
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "script-src 'self'" in policy, name
        assert "unsafe" not in policy, name
        assert "frame-ancestors 'none'" in policy, name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
        assert answer.headers["X-Frame-Options"] == "DENY", name
        assert answer.headers["Referrer-Policy"] == "same-origin", name
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert answer.headers["Permissions-Policy"], name


def test_no_page_needs_what_the_policy_forbids(answers):
    for name, answer in answers.items():
        if not answer.headers.get("Content-Type", "").startswith("text/html") or not answer.content:
            continue
        text = answer.content.decode()
        assert " style=" not in text, name
        assert "<style" not in text, name
        assert " onclick=" not in text, name
        assert [
            tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag and "json" not in tag
        ] == []
        assert list(filter(None, LOCAL.findall(text))) == [], name


def test_redirects_stay_on_this_site(answers):
    for name in ("created", "log in"):
        assert answers[name].url.startswith("/")
        assert not answers[name].url.startswith("//")


def test_what_belongs_to_one_person_is_kept_by_no_shared_cache(answers):
    for name in ("mine", "booking", "booking as JSON", "created as JSON"):
        assert "cookie" in answers[name].headers["Vary"].lower(), name
    for name, answer in answers.items():
        assert "private" in answer.headers["Cache-Control"], name


@pytest.mark.parametrize("name", ["next", "return", "url", "redirect"])
def test_no_address_can_choose_where_a_form_leads(browser, venue, aurora, name):
    sent = wanted(aurora) | {name: "https://evil.example/"}

    answer = browser.post(f"{create(venue)}?{name}=//evil.example/", sent)

    assert answer.url.startswith("/bookings/")
