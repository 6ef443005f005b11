"""A gigabyte in one line, a thousand lines at once: a server process of its own, whose memory is watched."""

import os
import resource
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.cache import cache
from django.db import connection

from reservations_site.databases import password_hashers
from tests.days import TUE
from tests.line.clients import Program
from tests.worlds import office, person, room

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1024 * 1024


def where_the_tests_are():
    """Return the address of the tests' own database, for another process."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    return f"postgres://{at['USER']}@{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}"


class Process:
    """`manage.py line_server`, on a port that was free."""

    def __init__(self, **environment: str) -> None:
        command = [sys.executable, "manage.py", "line_server", "--port", "0"]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "DEBUG": "on", **environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        said = self.process.stdout.readline()
        assert said.startswith("Lines are served on 127.0.0.1:"), said
        self.address = ("127.0.0.1", int(said.split(":")[1].split(".")[0]))

    @property
    def memory(self) -> int:
        """Bytes that the process has in memory."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * resource.getpagesize()

    def stop(self) -> str:
        """End it as Ctrl-C would, and return what it said last."""
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=15)
        assert self.process.returncode == 0
        return said


@pytest.fixture
def start(transactional_db):
    """Start servers over the tests' own database and counters."""
    cache.clear()
    started = []

    def start_one(**environment):
        own = {"DATABASE_URL": where_the_tests_are(), "REDIS_URL": site.REDIS_URL}
        process = Process(**own, **environment)
        started.append(process)
        return process

    yield start_one

    for process in started:
        if process.process.poll() is None:
            assert process.stop().endswith("The line server has stopped.\n")


@pytest.fixture
def process(start):
    return start()


def test_a_line_of_a_gigabyte_costs_nothing_but_its_line(process, connect):
    honest = connect(process)
    honest.call("ping")
    before, most, sent = process.memory, 0, 0

    with socket.create_connection(process.address, timeout=20) as wordy, suppress(ConnectionError):
        while sent < 1024 * MEGABYTE:
            sent += wordy.send(b"x" * MEGABYTE)
            most = max(most, process.memory)

    assert sent > 65_536
    assert most - before < 16 * MEGABYTE
    assert honest.call("ping") == "pong"


def test_the_last_word_to_a_line_too_long_arrives(process):
    with socket.create_connection(process.address, timeout=20) as wordy:
        wordy.sendall(b"x" * 4 * MEGABYTE)

        assert b"A line has at most 65536 bytes." in wordy.recv(65_536)


def test_a_thousand_lines_are_served_and_the_next_is_told(start, connect, settings):
    process = start(LINE_CONNECTIONS_PER_ADDRESS="1000")
    settings.PASSWORD_HASHERS = password_hashers()  # those of the other process
    venue = office()
    room(venue)
    guest = person("guest")
    before = process.memory
    lines = [connect(process) for _ in range(1_000)]
    for line in lines:
        line.send(b'{"jsonrpc":"2.0","id":0,"method":"rooms","params":{"venue":"office"}}\n' * 2)

    for line in lines:
        assert [line.read()["result"]["rooms"][0]["name"] for _ in range(2)] == ["Aurora"] * 2

    [said] = connect(process).ends()
    assert said["error"]["message"] == "Too many connections from your address."
    assert process.memory - before < 64 * MEGABYTE
    began = time.monotonic()
    lines[500].log_in(guest)
    lines[500].call("book", venue="office", count=1, start=f"{TUE}T09:00", end=f"{TUE}T10:00")
    assert time.monotonic() - began < 3


def test_a_thousand_half_lines_stay_within_what_a_line_may_hold(process, connect):
    before = process.memory

    lines = [connect(process) for _ in range(1_000)]
    for line in lines:
        line.send(b"x" * 60_000)
    time.sleep(1)

    assert process.memory - before < 1_000 * 100_000
    assert connect(process).call("ping") == "pong"


def test_killed_clients_are_forgotten(process, connect):
    for _ in range(3):
        lines = [Program(process.address) for _ in range(300)]
        for line in lines:
            line.call("ping")
            line.close()

    assert connect(process).call("ping") == "pong"


def test_who_drip_and_who_shout_keep_nobody_waiting(process, connect):
    ending = threading.Event()

    def drip():
        line = Program(process.address)
        while not ending.wait(0.05):
            line.send(b"x")
        line.close()

    def shout():
        line = Program(process.address)
        line.socket.settimeout(0.5)
        with suppress(TimeoutError):
            while not ending.is_set():
                line.send(b"garbage\n" * 5_000)
        line.close()

    crowd = [threading.Thread(target=act) for act in [drip] * 10 + [shout] * 5]
    for one in crowd:
        one.start()
    honest, took = connect(process), []
    for _ in range(100):
        began = time.monotonic()
        honest.call("ping")
        took.append(time.monotonic() - began)
    ending.set()
    for one in crowd:
        one.join()

    assert sorted(took)[50] < 0.1


def test_with_a_certificate_nobody_else_can_read_a_line(start, certificate):
    known, key = certificate
    process = start(LINE_TLS_CERT=str(known), LINE_TLS_KEY=str(key))
    trusting = ssl.create_default_context(cafile=str(known))

    with socket.create_connection(process.address, timeout=5) as plain:
        plain.sendall(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
        with suppress(ConnectionResetError):
            assert plain.recv(1) == b""
    with (
        socket.create_connection(process.address, timeout=5) as peer,
        trusting.wrap_socket(peer, server_hostname="localhost") as line,
    ):
        line.sendall(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
        assert line.recv(100) == b'{"jsonrpc":"2.0","id":1,"result":"pong"}\n'


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"LINE_TLS_CERT": "/no/such.pem"}, "LINE_TLS_CERT=/no/such.pem and LINE_TLS_KEY= cannot be used"),
        ({"TCP_PORT": "70000"}, "Cannot listen for lines on 127.0.0.1:70000"),
    ],
)
def test_what_cannot_be_is_named(environment, sentence):
    environment = {**os.environ, "DEBUG": "on", "TCP_PORT": "0", **environment}

    ended = subprocess.run(
        [sys.executable, "manage.py", "line_server"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 1
    assert sentence in ended.stderr


def test_a_port_that_is_taken_is_named():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "manage.py", "line_server", "--port", str(port)],
            cwd=ROOT, env={**os.environ, "DEBUG": "on"}, capture_output=True, text=True,
        )  # fmt: skip

    assert ended.returncode == 1
    assert f"Cannot listen for lines on 127.0.0.1:{port} (Address already in use)" in ended.stderr
    assert f"TCP_PORT={port + 1}" in ended.stderr
