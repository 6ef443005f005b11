"""What a site must not start with, and what it is made of."""

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.exceptions import ImproperlyConfigured
from packaging.version import Version

from reservations_site.databases import database
from reservations_site.environment import Environment
from reservations_site.security import refuse_unsafe_settings, require_safe_settings

ROOT = Path(__file__).resolve().parent.parent
GOOD_KEY = "k" * 50
PIN = re.compile(r"^([\w.-]+)(?:\[[\w, -]+\])?==([^ \\;]+)", re.MULTILINE)

# Below these, something is known that a stranger could use, or that loses what was promised.
FLOORS = {
    "Django": "5.2.14",  # security releases of the 5.2 series
    "daphne": "4.2.2",
    "channels": "4.3.0",  # a socket's own Redis connection
    "uvicorn": "0.54.0",  # websockets-sansio, and 1012 on shutdown
    "websockets": "15.0",
    "cryptography": "44.0.1",
    "PyJWT": "2.10.1",  # issuer compared as a part
    "h11": "0.16.0",  # request smuggling by chunked bodies
    "sqlparse": "0.5.0",
    "Twisted": "24.7.0",
}


class TestWithDebugOff:
    @pytest.mark.parametrize(
        ("key", "hosts", "refused"),
        [
            (GOOD_KEY, ["reserve.example.com"], []),
            ("", ["reserve.example.com"], ["reserve.E001"]),
            ("short", ["reserve.example.com"], ["reserve.E001"]),
            (site.DEMO_SECRET_KEY, ["reserve.example.com"], ["reserve.E001"]),
            (GOOD_KEY, ["*"], ["reserve.E002"]),
            (site.DEMO_SECRET_KEY, ["*"], ["reserve.E001", "reserve.E002"]),
        ],
        ids=["a real site", "no key", "a short key", "the demo's key", "every host", "both"],
    )
    def test_refuses(self, key, hosts, refused, settings):
        settings.DEBUG, settings.ALLOWED_HOSTS = False, hosts
        settings.SECRET_KEY = key or site.DEMO_SECRET_KEY

        assert [error.id for error in refuse_unsafe_settings(None)] == refused

    def test_names_the_line_to_set(self, settings):
        settings.DEBUG, settings.SECRET_KEY = False, settings.DEMO_SECRET_KEY

        with pytest.raises(ImproperlyConfigured, match="Set SECRET_KEY=<50 or more random characters>"):
            require_safe_settings()


def test_with_debug_on_a_demo_may_start(settings):
    settings.DEBUG, settings.SECRET_KEY = True, settings.DEMO_SECRET_KEY

    assert refuse_unsafe_settings(None) == []


def run(*command, **environment):
    """Run Python in the project, with nothing set but what is given."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("application", ["asgi", "wsgi"])
def test_no_server_gets_an_application_without_a_key(application):
    ended = run("-c", f"import reservations_site.{application}", DEBUG="off")

    assert ended.returncode == 1
    assert "Set SECRET_KEY=" in ended.stderr.splitlines()[-1]


REAL = {
    "DEBUG": "off",
    "SECRET_KEY": "".join(map(chr, range(48, 123))),
    "ALLOWED_HOSTS": "reserve.example.com",
    "BASE_URL": "https://reserve.example.com",
    "PAYMENT_GATEWAY": "stripe",
    "STRIPE_SECRET_KEY": "sk_test",
    "STRIPE_WEBHOOK_SECRET": "whsec",
}


@pytest.mark.parametrize("more", [{}, {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}])
def test_a_real_site_has_nothing_that_django_warns_of(more):
    ended = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **REAL, **more)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("System check identified no issues")


def test_fewer_connections_than_a_busy_process_has_threads_are_warned_of():
    few = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "DATABASE_POOL": "9"}

    ended = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **REAL, **few)

    assert ended.returncode == 1
    assert "reserve.W001" in ended.stderr
    assert "Set DATABASE_POOL=10 or more" in ended.stderr


def test_a_hold_is_not_left_for_less_than_its_other_pages_need_to_say_that_they_are_there():
    ended = run("manage.py", "check", DEBUG="on", HOLD_AWAY_SECONDS="7")

    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        "A setting is wrong: HOLD_AWAY_SECONDS is 8 or more: pages say every 4 seconds that they are there."
    )


def test_the_folder_of_the_file_that_nobody_named_is_made(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)

    Path(database(Environment(), tmp_path)["NAME"]).touch()

    assert (tmp_path / "var" / "reserve.sqlite3").exists()


@pytest.mark.parametrize("package", FLOORS)
def test_is_not_older_than_its_floor(package):
    assert Version(version(package)) >= Version(FLOORS[package])


class TestTheLocks:
    def test_pin_every_package_by_hash(self):
        for name in ("requirements.txt", "requirements-dev.txt"):
            text = (ROOT / name).read_text()
            pins = PIN.findall(text)

            assert len(pins) == len(
                re.findall(r"^\S[^\n]*\\\n +--hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
            )
            assert "git+" not in text

    def test_agree_with_each_other(self):
        runtime = dict(PIN.findall((ROOT / "requirements.txt").read_text()))
        development = dict(PIN.findall((ROOT / "requirements-dev.txt").read_text()))

        assert {name: development.get(name) for name in runtime} == runtime


class TestTheSettings:
    def test_keep_cookies_from_scripts_and_other_sites(self):
        assert site.SESSION_COOKIE_HTTPONLY
        assert site.SESSION_COOKIE_SAMESITE == site.CSRF_COOKIE_SAMESITE == "Lax"

    def test_let_writers_of_sqlite_queue(self):
        options = site.DATABASES["default"]["OPTIONS"]
        if "sqlite" not in site.DATABASES["default"]["ENGINE"]:
            pytest.skip("this run is on PostgreSQL")

        assert options["transaction_mode"] == "IMMEDIATE"
        assert "journal_mode=WAL" in options["init_command"]
        assert options["timeout"] == 20

    def test_do_not_let_redis_end_idle_sockets(self):
        layer = site.CHANNEL_LAYERS["default"]
        if not site.REDIS_URL:
            pytest.skip("this run has no Redis")

        assert layer["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"
        assert layer["CONFIG"]["hosts"][0]["socket_timeout"] >= 30


def test_every_answer_forbids_scripts_of_others(client):
    answer = client.get("/healthz")

    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
