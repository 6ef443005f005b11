"""`serve` and its lines: on the site's own loop, or beside several processes; and what a taken port means."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.db import connection

from tests.days import TUE, WED
from tests.line.clients import Program
from tests.line.test_masses import ROOT, where_the_tests_are
from tests.live.conftest import TEST_REDIS, answers
from tests.test_serve import PROMISED
from tests.worlds import office, room


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


class Site:
    """`manage.py serve` on ports that were free."""

    def __init__(self, **environment: str) -> None:
        self.line = ("127.0.0.1", free_port())
        self.port = free_port()
        ports = {"PORT": str(self.port), "TCP_PORT": str(self.line[1])}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"], cwd=ROOT, text=True,
            env={**os.environ, "DEBUG": "on", "DATABASE_URL": where_the_tests_are(), **ports, **environment},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.said = ""
        while "Reserve is ready" not in self.said:
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line
        if "TCP_PORT" not in environment:  # The line after it says where lines are served.
            self.said += self.process.stdout.readline()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        said, _ = self.process.communicate(timeout=15)
        return self.process.returncode, said


@pytest.fixture
def site(transactional_db):
    started = []

    def start(**environment):
        started.append(Site(**environment))
        return started[-1]

    yield start

    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


def tell_of_a_booking(one, connect):
    """Book on one line, and return what another hears."""
    watcher, actor = connect(one), connect(one)
    watcher.call("watch", topic="venue:office", start=f"{TUE}T00:00", end=f"{WED}T00:00")
    actor.call("register", email="new@example.com", password="a few words to remember")
    actor.call("book", venue="office", count=1, start=f"{TUE}T09:00", end=f"{TUE}T10:00")
    return watcher, watcher.hears(seconds=3)


class Lines:
    def __init__(self, one):
        self.address = one.line


def test_a_site_serves_lines_and_takes_its_leave_from_them(site, connect):
    room(office())
    one = site()

    watcher, heard = tell_of_a_booking(Lines(one), connect)
    code, said = one.stop()

    assert f"Lines are served on 127.0.0.1:{one.line[1]}: python -m live.line_client" in one.said
    assert [row["state"] for row in heard["rooms"][0]["allocations"]] == ["booked"]
    assert watcher.ends()[-1]["error"]["message"] == "The server restarts. Please come back in a moment."
    assert (code, said.splitlines()[-1]) == (0, "Reserve has stopped.")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="several processes need PostgreSQL")
def test_a_site_of_several_processes_serves_lines_beside_them(site, connect):
    if not answers(TEST_REDIS):
        pytest.skip(f"LEFT OUT: no Redis answers at {TEST_REDIS}")
    room(office())
    one = site(WEB_PROCESSES="2", REDIS_URL=TEST_REDIS)

    watcher, heard = tell_of_a_booking(Lines(one), connect)
    code, _ = one.stop()

    assert len(heard["rooms"]) == 1
    assert watcher.ends()[-1]["error"]["data"]["code"] == "unready"
    assert code == 0


def test_a_port_somebody_chose_must_be_free(transactional_db):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "manage.py", "serve", "--port", "0"], cwd=ROOT, capture_output=True, text=True,
            env={**os.environ, "DEBUG": "on", "DATABASE_URL": where_the_tests_are(), "TCP_PORT": str(port)},
            check=False,
        )  # fmt: skip

    assert ended.returncode == 1
    assert f"Cannot listen for lines on 127.0.0.1:{port} (Address already in use)" in ended.stderr


def test_without_a_port_there_are_no_lines(site):
    one = site(TCP_PORT="0")

    assert "Lines are served" not in one.said
    with pytest.raises(ConnectionRefusedError):
        Program(one.line)
    began = time.monotonic()
    assert one.stop()[0] == 0
    assert time.monotonic() - began < PROMISED
