"""Clocks as real processes: one that delivers, two at once, and one that is killed in the middle."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from notifications import operations
from notifications.crew import Crew
from notifications.models import Delivery
from rooms import operations as rooms
from rooms.models import Change
from rooms.sql import on_postgres
from tests.notifications.conftest import booked, spread_all
from tests.notifications.receivers import until

ROOT = Path(__file__).resolve().parents[2]
BUSY = """
import time, django
django.setup()
from notifications import tasks
while True:
    tasks.deliver()
    time.sleep(0.02)
"""


def database():
    """The address of the database of this test."""
    own = connection.settings_dict
    if not on_postgres():
        return f"sqlite:///{own['NAME']}"
    return f"postgres://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"


@pytest.fixture
def process(transactional_db):
    """Start a process at the database of this test; whatever runs in the end is killed."""
    started = []

    def start(*words):
        more = {
            "DATABASE_URL": database(),
            "DATABASE_POOL": "4",
            "WEBHOOKS_ALLOW_PRIVATE": "on",
            "DEBUG": "on",
            "SECRET_KEY": settings.SECRET_KEY,
            "EMAIL_URL": "dummymail://",
            "DJANGO_SETTINGS_MODULE": "reservations_site.settings",
        }
        started.append(
            subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], **more},
                stdout=subprocess.DEVNULL,
            )
        )
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()


@pytest.fixture
def webhook(venue, aurora, birch, staff, receiver):
    return operations.subscribe(receiver.url, by=staff, venue_id=venue.pk)


def test_the_clock_delivers_by_itself_and_leaves_in_order(process, webhook, receiver, aurora, guest):
    clock = process("manage.py", "clock")
    made = booked(aurora, 1, guest)

    until(lambda: receiver.accepted, 20)

    assert receiver.accepted[0].told["booking"] == made.reference
    until(lambda: Delivery.objects.filter(state="delivered").exists())
    clock.send_signal(signal.SIGTERM)
    assert clock.wait(10) == 0


def test_two_processes_at_once_deliver_everything_once(process, webhook, receiver, aurora, birch, guest):
    for _ in range(2):
        process("-c", BUSY)
    for start in range(12):
        for place in (aurora, birch):
            rooms.cancel(booked(place, start, guest), by=guest)

    until(lambda: len(receiver.heard) == Change.objects.count(), 40)
    until(lambda: not Delivery.objects.exclude(state="delivered").exists())

    assert len(receiver.heard) == 48
    assert set(Counter(heard.told["id"] for heard in receiver.heard).values()) == {1}
    assert set(receiver.most_at_once.values()) == {1}
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


def test_many_crews_at_once_deliver_everything_once(webhook, receiver, aurora, guest):
    for start in range(20):
        booked(aurora, start, guest)
    spread_all()
    crews = [Crew(4) for _ in range(4)]

    def wake(crew):
        crew.wake()
        connections.close_all()

    threads = [threading.Thread(target=wake, args=(crew,)) for crew in crews]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(crew.rest(20) for crew in crews)

    assert Counter(heard.told["revision"] for heard in receiver.heard) == dict.fromkeys(range(1, 21), 1)


def test_a_crew_that_finishes_begins_nothing_more(webhook, receiver, aurora, guest, crew):
    under_way, let_go = [], threading.Event()
    receiver.answer = lambda heard: under_way.append(heard) or 204 * let_go.wait(10)
    for start in range(12):
        booked(aurora, start, guest)
    spread_all()

    crew.wake()
    until(lambda: len(under_way) == 4)
    assert not crew.finish(0)
    let_go.set()
    assert crew.rest(10)

    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert states == {"delivered": 4, "waiting": 8}


def test_a_mistake_of_ours_counts_as_a_failure(webhook, receiver, aurora, guest, beat, caplog):
    booked(aurora, 1, guest)
    Change.objects.update(after=5)  # which is no picture of anything

    beat()

    [row] = Delivery.objects.all()
    assert (row.state, row.attempts, row.error[:15]) == ("waiting", 1, "Something went ")
    assert "could not be sent" in caplog.text


class TestAClockThatIsKilled:
    @pytest.fixture
    def killed(self, process, webhook, receiver, aurora, guest):
        """Kill the clock while the receiver ponders over the first of two deliveries; return when."""
        pondering, go_on = threading.Event(), threading.Event()

        def answer(heard):
            pondering.set()
            go_on.wait(30)
            return 204

        receiver.answer = answer
        made = booked(aurora, 1, guest)
        clock = process("manage.py", "clock")
        assert pondering.wait(20)
        rooms.cancel(made, by=guest)
        clock.kill()
        clock.wait()
        go_on.set()
        until(lambda: receiver.heard)
        receiver.answer = lambda heard: 204
        return datetime.now(UTC)

    def test_leaves_a_delivery_that_nobody_sends_before_its_lease_ends(self, killed, receiver, beat):
        beat()

        assert len(receiver.heard) == 1
        first, second = Delivery.objects.order_by("change_id")
        assert (first.state, first.attempts, second.state) == ("sending", 1, "waiting")
        assert 0 < (first.next_at - killed).total_seconds() <= 60

    def test_has_it_sent_again_with_the_same_id_and_the_next_one_after_it(self, killed, receiver, beat):
        Delivery.objects.filter(state="sending").update(next_at=killed)

        beat()

        kinds = [heard.type for heard in receiver.heard]
        assert kinds == ["booking.booked", "booking.booked", "booking.cancelled"]
        ids = [heard.headers["webhook-id"] for heard in receiver.heard]
        assert ids[0] == ids[1] != ids[2]
        assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}

    def test_between_making_deliveries_and_sending_them_loses_none(
        self, webhook, receiver, aurora, guest, beat
    ):
        booked(aurora, 1, guest)
        operations.spread()
        operations.claim(busy={})  # and then nothing more of it
        Delivery.objects.update(next_at=datetime.now(UTC))

        beat()

        assert [heard.type for heard in receiver.heard] == ["booking.booked"]
