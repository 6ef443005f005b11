"""What Prometheus reads, and who may: counts of every door, and what waits for the clock."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings

from reservations_site import waiting
from rooms import operations
from rooms.sql import database_now
from tests.days import span
from tests.worlds import office, person, room

pytestmark = pytest.mark.django_db


def value(client, name):
    """Return the number behind the name and its labels, none where there is no such line."""
    text = client.get("/metrics").content.decode()
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


class TestWhoMayRead:
    def test_a_program_on_this_machine_may(self, client):
        answer = client.get("/metrics")

        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")

    @pytest.mark.parametrize(
        "asked",
        [
            {"REMOTE_ADDR": "192.0.2.7"},
            {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},  # a proxy here asks for the whole world
            {"REMOTE_ADDR": "nonsense"},
        ],
    )
    def test_the_world_does_not_even_hear_of_it(self, client, asked):
        assert client.get("/metrics", **asked).status_code == 404

    def test_behind_a_proxy_nobody_is_from_here(self, client, settings):
        settings.BEHIND_PROXY = True

        assert client.get("/metrics").status_code == 404

    def test_who_has_the_token_may_from_anywhere(self, client, settings):
        settings.METRICS_TOKEN = token = "operator" * 3

        def ask(sent):
            return client.get("/metrics", REMOTE_ADDR="192.0.2.7", HTTP_AUTHORIZATION=f"Bearer {sent}")

        assert [ask(sent).status_code for sent in (token, "another", "")] == [200, 404, 404]

    def test_a_superuser_may_and_a_guest_may_not(self, client):
        client.force_login(person("guest"))
        assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404

        client.force_login(person("admin", is_superuser=True))
        assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 200


class TestCounts:
    def test_a_refusal_is_counted_by_door_and_code(self, client):
        page, api = (f'reserve_refusals_total{{code="not_found",door="{door}"}}' for door in ("page", "api"))
        before = value(client, page), value(client, api)

        client.get("/venues/nowhere/")
        client.get("/api/v1/venues/nowhere")

        assert (value(client, page), value(client, api)) == (before[0] + 1, before[1] + 1)

    @pytest.mark.django_db(transaction=True)
    def test_a_booking_is_counted_when_the_clock_tells_of_it(self, client):
        booked = 'reserve_changes_total{kind="booked"}'
        before = value(client, booked)
        operations.book(room(office()), span(9, 10), by=person("guest"))

        operations.tell()

        assert value(client, booked) == before + 1

    def test_what_waits_and_how_late_the_clock_is(self, client):
        assert value(client, 'reserve_queue_depth{queue="changes"}') == 0
        assert value(client, "reserve_clock_lag_seconds") == 0

        operations.book(room(office()), span(9, 10), by=person("guest"))

        assert value(client, 'reserve_queue_depth{queue="changes"}') == 1
        assert waiting.lag(database_now() + timedelta(seconds=90)) >= 90

    def test_watchers_are_shown(self, client):
        assert "reserve_live_open" in client.get("/metrics").content.decode()


def test_the_dashboard_asks_for_nothing_that_is_not_there(client):
    client.get("/venues/nowhere/")
    operations.book(room(office()), span(9, 10), by=person("guest"))
    panels = json.loads((settings.BASE_DIR / "deploy/grafana/reserve.json").read_text())["panels"]
    asked = {
        name
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"reserve_\w+", target["expr"])
    }

    known = set(re.findall(r"^# HELP (\w+) ", client.get("/metrics").content.decode(), re.MULTILINE))

    assert {re.sub("_bucket$", "", name) for name in asked} - known == set()
