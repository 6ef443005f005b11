"""`manage.py serve` and its clock, as real processes: how they start, and that they leave in order."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from reservations_site import clock

ROOT = Path(__file__).resolve().parent.parent
ON_POSTGRES = "postgresql" in settings.DATABASES["default"]["ENGINE"]
PROMISED = 10  # seconds from the signal to the end
PATIENCE = 30  # seconds for an answer: a site is ready as soon as it listens, and its workers start meanwhile

alone = pytest.mark.skipif(ON_POSTGRES, reason="one process on SQLite is tested in the SQLite leg")
several = pytest.mark.skipif(
    not (ON_POSTGRES and settings.REDIS_URL), reason="several processes need PostgreSQL and Redis"
)


def free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        return probe.getsockname()[1]


def command(*words, **environment):
    """Start a management command with nothing set but what is given."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", "DEBUG": "on", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=mind_ctrl_c,
    )


def mind_ctrl_c():
    """Let the signal end a command, also where these tests run in a background that ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Site:
    """A running site, and what becomes of it."""

    def __init__(self, *, port_by="PORT", **environment):
        self.port = free_port()
        if port_by == "PORT":
            self.process = command("serve", PORT=str(self.port), **environment)
        else:
            self.process = command("serve", port_by, str(self.port), **environment)
        self.words = ""

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)

    def ready(self):
        """Return what a balancer is answered, and what is said of the database."""
        try:
            status, body, _ = self.get("/readyz")
        except urllib.error.HTTPError as refused:
            status, body = refused.code, refused.read().decode()
        return status, json.loads(body)["database"]

    def wait_until_ready(self):
        for line in self.process.stdout:
            self.words += line
            if line.startswith("Reserve is ready"):
                return self
        raise AssertionError(f"The site did not start: {self.words}")

    def children(self):
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(number) for number in listed.split()]

    def end(self, by=signal.SIGTERM):
        """Send the signal, and return the exit code and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(by)
        self.words += self.process.communicate(timeout=PROMISED + 5)[0]
        return self.process.returncode, time.monotonic() - began


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """The URL of a migrated database of its own, as the site's own commands make it."""
    if ON_POSTGRES:
        name = f"serve_{os.getpid()}"
        server = os.environ["DATABASE_URL"]
        with psycopg.connect(server, autocommit=True) as session:
            session.execute(f"CREATE DATABASE {name}")
        url = f"{server.rpartition('/')[0]}/{name}"
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('site')}/site.sqlite3"
    migrating = command("migrate", "--verbosity", "0", DATABASE_URL=url)
    words = migrating.communicate(timeout=60)[0]
    assert (migrating.returncode, words) == (0, "")
    yield url
    if ON_POSTGRES:
        with psycopg.connect(server, autocommit=True) as session:
            session.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def site(database):
    """Start sites that are gone after the test, whatever happens in it."""
    started = []

    def start(**environment):
        started.append(Site(DATABASE_URL=database, **environment))
        return started[-1].wait_until_ready()

    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()


@alone
class TestOneProcess:
    def test_serves_pages_and_the_two_questions_of_a_balancer(self, site):
        running = site()

        assert running.get("/healthz")[:2] == (200, '{"status": "ok"}')
        assert running.get("/readyz")[:2] == (
            200,
            '{"status": "ok", "database": "ok", "channel_layer": "ok"}',
        )
        assert "server" not in {name.lower() for name in running.get("/healthz")[2]}

    def test_is_not_ready_until_its_database_is_there_and_has_its_tables(self, tmp_path):
        later = tmp_path / "later"
        url = f"sqlite:///{later}/site.sqlite3"
        running = Site(DATABASE_URL=url)
        try:
            running.wait_until_ready()
            away = running.ready()
            later.mkdir()
            wait_until(lambda: running.ready() != away)
            behind = running.ready()
            command("migrate", "--verbosity", "0", DATABASE_URL=url).communicate(timeout=60)
            wait_until(lambda: running.ready()[0] == 200)
        finally:
            running.end()

        assert away == (503, "down")
        assert behind == (503, "behind")
        assert "Traceback" not in running.words

    def test_links_to_the_port_that_it_is_told_to_serve(self, site):
        running = site(port_by="--port")

        with pytest.raises(urllib.error.HTTPError) as refused:
            running.get("/api/v1/venues/nowhere")

        problem = json.loads(refused.value.read())
        assert problem["type"] == f"http://127.0.0.1:{running.port}/api/v1/docs#not_found"

    @pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
    def test_ends_with_0_when_told_to(self, site, by):
        running = site()

        code, seconds = running.end(by)

        assert (code, seconds < PROMISED) == (0, True)
        assert running.words.splitlines()[-1] == "Reserve has stopped."
        assert "Traceback" not in running.words

    def test_tells_open_sockets_that_it_restarts(self, site):
        running = site()

        async def closed():
            async with connect(f"ws://127.0.0.1:{running.port}/ws/live/") as peer:
                running.process.send_signal(signal.SIGTERM)
                while True:
                    await peer.recv()

        with pytest.raises(ConnectionClosed) as ended:
            asyncio.run(asyncio.wait_for(closed(), PROMISED))

        assert ended.value.rcvd.code == 1012
        assert running.process.wait(timeout=PROMISED) == 0

    def test_does_not_wait_for_a_visitor_who_never_finishes_asking(self, site):
        running = site()
        with socket.create_connection(("127.0.0.1", running.port)) as slow:
            slow.sendall(b"POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhal")
            time.sleep(0.3)

            code, seconds = running.end()

        assert (code, seconds < PROMISED) == (0, True)
        assert "Traceback" not in running.words

    def test_says_in_one_sentence_that_its_port_is_taken(self, database):
        with closing(socket.create_server(("127.0.0.1", 0))) as other:
            port = other.getsockname()[1]
            refused = command("serve", PORT=str(port), DATABASE_URL=database)
            words = refused.communicate(timeout=30)[0]

        assert refused.returncode == 1
        assert words.strip() == (
            f"CommandError: Cannot listen on 127.0.0.1:{port} (Address already in use). "
            f"Stop what runs there, or choose another port: PORT={port + 1} make run"
        )

    def test_refuses_to_start_without_a_key_when_debug_is_off(self, database):
        refused = command("serve", PORT=str(free_port()), DEBUG="off", DATABASE_URL=database)
        words = refused.communicate(timeout=30)[0]

        assert refused.returncode == 1
        assert "Set SECRET_KEY=" in words

    def test_refuses_several_processes_that_could_not_hear_each_other(self, database):
        refused = command("serve", WEB_PROCESSES="2", DATABASE_URL=database)
        words = refused.communicate(timeout=30)[0]

        assert refused.returncode == 1
        assert "Set DATABASE_URL=postgres://… and REDIS_URL=redis://…, or WEB_PROCESSES=1." in words


@several
class TestSeveralProcesses:
    def test_serve_on_one_port_and_leave_no_orphans(self, site):
        running = site(WEB_PROCESSES="2", REDIS_URL=settings.REDIS_URL)
        workers = running.children()

        assert running.get("/readyz")[0] == 200
        code, seconds = running.end()

        assert (len(workers), code, seconds < PROMISED) == (2, 0, True)
        assert not any(Path(f"/proc/{worker}").exists() for worker in workers)
        assert "Traceback" not in running.words

    def test_replace_one_that_is_killed(self, site):
        running = site(WEB_PROCESSES="2", REDIS_URL=settings.REDIS_URL)
        running.get("/healthz")
        before = running.children()

        os.kill(before[0], signal.SIGKILL)

        wait_until(lambda: len(running.children()) == 2 and before[0] not in running.children())
        assert running.get("/healthz")[0] == 200
        assert before[1] in running.children()

    def test_count_together_whichever_is_asked(self, site):
        running = site(WEB_PROCESSES="2", REDIS_URL=settings.REDIS_URL)
        for _ in range(12):
            running.get("/healthz")

        told = [running.get("/metrics")[1] for _ in range(4)]

        counted = 'reserve_requests_total{area="healthz",method="GET",status="200"} 12.0'
        assert [counted in one for one in told] == [True] * 4

    def test_leave_when_their_supervisor_is_killed(self, site):
        running = site(WEB_PROCESSES="2", REDIS_URL=settings.REDIS_URL)
        running.get("/healthz")
        workers = running.children()

        running.process.kill()

        wait_until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
        with pytest.raises(OSError, match="refused"):
            running.get("/healthz")


def wait_until(is_so, seconds=PROMISED):
    latest = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < latest, "it never came to that"
        time.sleep(0.1)


class TestTheClock:
    @pytest.fixture(autouse=True)
    def _no_trace(self, transactional_db):
        """Remove the file whose lock the clocks of SQLite pass around."""
        yield
        if not ON_POSTGRES:
            Path(f"{connection.settings_dict['NAME']}-clock").unlink(missing_ok=True)

    def test_is_led_by_one_of_many_and_by_another_when_that_one_is_gone(self):
        with clock.leadership() as first, clock.leadership() as second:
            assert (first(), second()) == (True, False)
        with clock.leadership() as third:
            assert third() is True

    def test_goes_on_after_an_outage(self, monkeypatch):
        beats = []

        def duty():
            beats.append(time.monotonic())
            if len(beats) == 1:
                raise OperationalError("the server closed the connection unexpectedly")

        monkeypatch.setattr(clock, "DUTIES", (duty,))
        monkeypatch.setattr(clock, "AGAIN", 0.05)
        monkeypatch.setattr(clock, "EVERY", 0.05)
        ticking = clock.Clock()

        ticking.start()
        wait_until(lambda: len(beats) >= 3)
        ticking.stop()

        stopped_at = len(beats)
        time.sleep(0.2)
        assert len(beats) == stopped_at

    def test_goes_on_after_a_defect(self, monkeypatch, caplog):
        beats = []

        def duty():
            beats.append(1)
            raise ZeroDivisionError

        monkeypatch.setattr(clock, "DUTIES", (duty,))
        monkeypatch.setattr(clock, "AGAIN", 0.05)
        ticking = clock.Clock()

        ticking.start()
        wait_until(lambda: len(beats) >= 2)
        ticking.stop()

        assert "The clock stumbled and goes on." in caplog.messages

    def test_lets_every_hold_go_that_ran_out_however_many(self, monkeypatch):
        left = [500, 500, 7]
        monkeypatch.setattr(clock.operations, "expire_holds", lambda limit: left.pop(0))

        clock.expire_holds()

        assert left == []

    def test_does_at_every_look_all_that_nobody_waits_for(self):
        left = [100, 100, 7, 0]
        duty = clock.Patient(lambda: left.pop(0), every=60)

        duty()
        duty()

        assert left == []

    def test_leaves_what_takes_too_long_for_the_next_beat(self, monkeypatch):
        monkeypatch.setattr(clock, "BUDGET", -1)
        left = [100, 100, 0]
        duty = clock.Patient(lambda: left.pop(0), every=60)

        beats = []
        for _ in range(4):
            duty()
            beats.append(len(left))

        assert beats == [2, 1, 0, 0]


@alone
def test_the_clock_alone_ends_with_0_when_told_to(database):
    ticking = command("clock", DATABASE_URL=database)
    assert ticking.stdout.readline().startswith("The clock runs.")
    wait_until(lambda: _is_locked(f"{database.removeprefix('sqlite:///')}-clock"))

    ticking.terminate()

    words = ticking.communicate(timeout=PROMISED)[0]
    assert (ticking.returncode, words) == (0, "The clock has stopped.\n")


def _is_locked(path):
    if not Path(path).exists():
        return False
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as session:
        try:
            session.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return True
    return False
