"""Webhooks by the API: one's own, and nobody else's."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from standardwebhooks import Webhook as Library

from accounts.models import User
from notifications import operations
from notifications.messages import ENDS
from notifications.models import Delivery, Webhook
from rooms import operations as rooms
from rooms.models import Venue
from rooms.operations.holding import KIND
from tests.api.programs import Program, every_page, problem_of
from tests.notifications.conftest import booked
from tests.worlds import PASSWORD, person

URL = "https://example.com/hook"


@pytest.fixture
def program(guest):
    return Program(guest)


@pytest.fixture
def made(program, venue):
    return program.post("webhooks", {"url": URL, "venue": "office"}).told


class TestSubscribing:
    def test_answers_with_the_secret_this_once(self, program, venue):
        answer = program.post("webhooks", {"url": URL, "venue": "office"})

        key, secret = answer.told["id"], answer.told["secret"]
        assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/v1/webhooks/{key}")
        assert answer.headers["Cache-Control"] == "no-store"
        assert (answer.told["url"], answer.told["venue"], answer.told["last_delivery"]) == (
            URL,
            "office",
            None,
        )
        assert Webhook.objects.get().secret == secret
        for path in ("webhooks", f"webhooks/{key}", f"webhooks/{key}/deliveries"):
            assert secret not in program.get(path).content.decode()

    def test_without_a_venue_is_to_ones_own_bookings(self, program):
        assert program.post("webhooks", {"url": URL}).told["venue"] is None

    @pytest.mark.parametrize(
        "url",
        ["http://127.0.0.1/", "http://localhost/", "ftp://example.com/", "https://a:b@example.com/", ""],
    )
    def test_to_an_address_that_is_not_public_is_invalid(self, program, url):
        answer = program.post("webhooks", {"url": url})

        assert problem_of(answer) == (400, "invalid")
        assert list(answer.told["field_errors"]) == ["url"]

    def test_to_a_venue_that_is_not_shown_or_not_there_is_not_found(self, program, venue):
        Venue.objects.update(is_listed=False)

        hidden = program.post("webhooks", {"url": URL, "venue": "office"})
        none = program.post("webhooks", {"url": URL, "venue": "nowhere"})

        assert problem_of(hidden) == (404, "not_found")
        assert hidden.content == none.content

    def test_a_twenty_first_time_is_against_the_terms(self, program):
        for _ in range(20):
            program.post("webhooks", {"url": URL})

        answer = program.post("webhooks", {"url": URL})

        assert problem_of(answer) == (422, "policy_violation")
        assert answer.told["rule"] == "webhooks"


class TestAnothersWebhook:
    @pytest.mark.parametrize(
        ("method", "path"),
        [("GET", ""), ("DELETE", ""), ("POST", "/enable"), ("POST", "/test"), ("GET", "/deliveries")],
    )
    def test_is_not_there_for_anybody_else(self, made, rival, method, path):
        for who in (rival, person("root", is_superuser=True)):
            answer = Program(who).call(method, f"webhooks/{made['id']}{path}")
            none = Program(who).call(method, f"webhooks/{made['id'] + 1}{path}")

            assert problem_of(answer) == (404, "not_found")
            assert answer.content == none.content
        assert Webhook.objects.count() == 1

    @pytest.mark.parametrize("key", ["x", "-1", "0", "9" * 19, "9" * 400, "1.0", "%00", "١"])  # noqa: RUF001
    def test_is_not_found_under_what_is_no_number(self, program, key):
        assert problem_of(program.get(f"webhooks/{key}")) == (404, "not_found")

    def test_is_not_listed(self, made, rival):
        assert Program(rival).get("webhooks").told == {"items": [], "next": None}


class TestLists:
    def test_have_pages(self, program):
        keys = [program.post("webhooks", {"url": f"{URL}/{n}"}).told["id"] for n in range(5)]

        assert [row["id"] for row in every_page(program, "webhooks?limit=2")] == keys[::-1]

    def test_of_webhooks_cost_the_same_for_three_as_for_one(self, program, venue):
        counts = []
        for number in (1, 3):
            while Webhook.objects.count() < number:
                program.post("webhooks", {"url": URL, "venue": "office"})
            for row in Webhook.objects.all():
                program.post(f"webhooks/{row.pk}/test")
            with CaptureQueriesContext(connection) as seen:
                assert len(program.get("webhooks").told["items"]) == number
            counts.append(len(seen))

        assert counts[0] == counts[1]

    def test_of_deliveries_have_pages_and_what_became_of_each(self, program, made, aurora, guest):
        for start in range(5):
            booked(aurora, start, guest)
        operations.spread()

        rows = every_page(program, f"webhooks/{made['id']}/deliveries?limit=2")

        assert len(rows) == len({row["id"] for row in rows}) == 5
        assert {(row["type"], row["state"]) for row in rows} == {("booking.booked", "waiting")}
        latest = program.get("webhooks").told["items"][0]["last_delivery"]
        assert latest == rows[0]

    def test_of_deliveries_say_no_more_than_the_deliveries_did(self, program, made, aurora, rival):
        rooms.cancel(booked(aurora, 1, rival), by=rival)
        operations.spread()

        rows = program.get(f"webhooks/{made['id']}/deliveries").told["items"]

        assert [row["type"] for row in rows] == ["booking.released", "booking.booked"]


class TestATest:
    def test_sends_a_ping_and_the_deliveries_tell_of_it(self, program, receiver, beat):
        made = program.post("webhooks", {"url": receiver.url}).told

        answer = program.post(f"webhooks/{made['id']}/test")
        beat()

        assert (answer.status_code, answer.told["type"], answer.told["state"]) == (202, "ping", "waiting")
        [heard] = receiver.heard
        assert Library(made["secret"]).verify(heard.body, heard.headers)["id"] == answer.told["id"]
        [row] = program.get(f"webhooks/{made['id']}/deliveries").told["items"]
        assert (row["id"], row["state"], row["status"]) == (answer.told["id"], "delivered", 204)
        assert row["next_at"] is None

    def test_of_one_that_is_disabled_is_refused(self, program, made):
        Webhook.objects.update(disabled_at=datetime.now(UTC), disabled_because="failing")

        assert problem_of(program.post(f"webhooks/{made['id']}/test")) == (409, "illegal_transition")

    def test_is_possible_ten_times_a_minute(self, program, made):
        answers = {program.post(f"webhooks/{made['id']}/test").status_code for _ in range(21)}

        assert answers == {202, 429}
        assert Delivery.objects.count() == 1


class TestEnabling:
    def test_lets_it_hear_again(self, program, made):
        day = datetime.now(UTC) - timedelta(days=1)
        Webhook.objects.update(disabled_at=day, failing_since=day, disabled_because="failing")
        assert program.get(f"webhooks/{made['id']}").told["disabled_because"] == "failing"

        answer = program.post(f"webhooks/{made['id']}/enable")

        told = answer.told
        assert answer.status_code == 200
        assert (told["disabled_at"], told["disabled_because"], told["failing_since"]) == (None, None, None)

    def test_changes_nothing_of_one_that_is_not_disabled(self, program, made, aurora, guest):
        booked(aurora, 1, guest)

        assert program.post(f"webhooks/{made['id']}/enable").status_code == 200
        assert operations.spread() == 1


def test_ending_one_takes_everything_of_it(program, made, aurora, guest):
    program.post(f"webhooks/{made['id']}/test")

    assert program.delete(f"webhooks/{made['id']}").status_code == 204
    assert problem_of(program.get(f"webhooks/{made['id']}")) == (404, "not_found")
    assert Delivery.objects.count() == 0


class TestTheAdmin:
    @pytest.fixture
    def browser(self, venue):
        User.objects.create_superuser("root@example.com", PASSWORD)
        found = Client()
        assert found.login(email="root@example.com", password=PASSWORD)
        return found

    def test_shows_webhooks_and_deliveries_without_secrets(self, browser, program, made):
        program.post(f"webhooks/{made['id']}/test")
        delivery = Delivery.objects.get()

        pages = [
            browser.get(f"/admin/notifications/{path}")
            for path in (
                "webhook/",
                f"webhook/{made['id']}/change/",
                "delivery/",
                f"delivery/{delivery.pk}/change/",
            )
        ]

        assert [page.status_code for page in pages] == [200] * 4
        assert not any(made["secret"].encode() in page.content for page in pages)

    def test_is_for_superusers(self, staff, made):
        User.objects.filter(pk=staff.pk).update(is_staff=True)
        browser = Client()
        assert browser.login(email=staff.email, password=PASSWORD)

        assert browser.get("/admin/notifications/webhook/").status_code == 403


def test_the_manual_tells_of_every_type():
    text = (Path(__file__).parents[2] / "docs/webhooks.md").read_text()

    assert [kind for kind in {*ENDS - {"no_show"}, *KIND.values()} if f"`{kind}`" not in text] == []
    example = json.loads(text.split("webhook-signature: ")[1].split("\n\n")[1])
    assert list(example)[:3] == ["id", "type", "at"]
