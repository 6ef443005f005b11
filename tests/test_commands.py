"""What commands say in one sentence: of a setting, a date or a database that is not what they need."""

import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.test_serve import ROOT, command

ON_POSTGRES = connection.vendor == "postgresql"


def run(*words, stdout=subprocess.PIPE, **environment):
    """Run a management command with nothing set but what is given; return its code and its two outputs."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DEBUG": "on", **environment},
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr.strip()


@pytest.fixture
def empty(tmp_path):
    """The URL of a database without a table."""
    if not ON_POSTGRES:
        yield f"sqlite:///{tmp_path}/empty.sqlite3"
        return
    server, name = os.environ["DATABASE_URL"], f"empty_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name}")
        yield f"{server.rpartition('/')[0]}/{name}"
        session.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("name", ["verify", "clock", "serve", "line_server"])
def test_a_database_that_is_not_migrated_is_sent_to_migrate(empty, name):
    code, told, said = run(name, DATABASE_URL=empty)

    assert (code, told) == (1, "")
    assert said.startswith("CommandError: The database lacks migrations of account, accounts, ")
    assert said.endswith(", sessions, socialaccount. Run: python manage.py migrate")


def test_a_database_that_an_upgrade_left_behind_is_not_served(empty):
    run("migrate", "--verbosity", "0", DATABASE_URL=empty)
    run("migrate", "sessions", "zero", "--verbosity", "0", DATABASE_URL=empty)

    said = "CommandError: The database lacks migrations of sessions. Run: python manage.py migrate"
    assert run("serve", DATABASE_URL=empty) == (1, "", said)


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("PORT", "abc", "a whole number"),
        ("TCP_PORT", "9.5", "a whole number"),
        ("REFUSALS_EVERY", "x", "a number"),
    ],
)
def test_a_setting_that_is_no_number_is_named(name, value, what):
    said = f"A setting is wrong: {name} is {what}, and not “{value}”."

    assert run("serve", **{name: value}) == (1, "", said)


def test_an_export_ends_as_quietly_as_its_reader(db):
    name = connection.settings_dict["NAME"]  # of this run, which has its tables
    own = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}" if ON_POSTGRES else f"sqlite:///{name}"
    reader, writer = os.pipe()
    os.close(reader)

    try:
        code, _, errors = run("export_bookings", stdout=writer, DATABASE_URL=own)
    finally:
        os.close(writer)

    assert (code, errors) == (141, "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("x", "“x” is no date; one looks like 2026-12-31."),
        ("2026-02-30", "“2026-02-30” is no date; one looks like 2026-12-31."),
        ("0001-01-01", "Dates go from 1971 to 2198."),
    ],
)
@pytest.mark.parametrize("option", ["--from", "--to"])
def test_an_export_says_what_a_date_looks_like(option, written, said):
    with pytest.raises(CommandError, match=said):
        call_command("export_bookings", option, written)


def test_a_command_that_is_interrupted_says_so_in_a_sentence(tmp_path):
    table = tmp_path / "rooms.csv"
    os.mkfifo(table)  # The command waits for its first line, which never comes.
    words, place = ["import_rooms", str(table)], f"sqlite:///{tmp_path}/none.sqlite3"

    with command(*words, DATABASE_URL=place) as waiting:
        writer = opened_by(waiting, table)
        waiting.send_signal(signal.SIGINT)
        try:
            said, _ = waiting.communicate(timeout=60)
        finally:
            waiting.kill()
            os.close(writer)

    assert (waiting.returncode, said) == (130, "Stopped. What was finished by then stays.\n")


def opened_by(process, pipe):
    """Open the pipe for writing as soon as the process reads from it."""
    while process.poll() is None:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads yet
            time.sleep(0.02)
    raise AssertionError(f"It ended: {process.stdout.read()}")
