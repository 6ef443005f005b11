"""Settings come from the environment as they were meant, or are refused with a sentence that names them."""

import json
import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from reservations_site.environment import Environment
from tests.test_settings import GOOD_KEY, REAL, run

ROOT = Path(__file__).resolve().parent.parent
SETTING = re.compile(r"^#([A-Z_]+)=(.*)$", re.MULTILINE)
EXAMPLE = dict(SETTING.findall((ROOT / ".env.example").read_text()))
SHOW = """
import json, sys
from reservations_site.environment import Environment
Environment.read_env(sys.argv[1])
from reservations_site import settings
print(json.dumps({name: value for name, value in vars(settings).items() if name.isupper()}, default=str))
"""


def settings_of(path):
    """Return every setting that a site with this .env has."""
    ended = run("-c", SHOW, str(path))
    assert (ended.returncode, ended.stderr) == (0, "")
    return json.loads(ended.stdout)


def meant(value, kind):
    """Return what a reader of the example takes the value for."""
    return {
        bool: lambda: {"on": True, "off": False}[value],
        int: lambda: int(value),
        float: lambda: float(value),
        list: lambda: value.split(","),
        str: lambda: value,
    }[kind]()


class TestTheExample:
    @pytest.fixture
    def usual(self, tmp_path):
        return settings_of(tmp_path / "none")

    @pytest.fixture
    def taken(self, tmp_path):
        """The settings of a site whose .env is the example, with every line in force."""
        path = tmp_path / ".env"
        written = SETTING.sub(r"\1=\2", (ROOT / ".env.example").read_text())
        path.write_text(written.replace("/etc/reserve/site", str(tmp_path)))  # a folder that there is
        return settings_of(path)

    def test_says_what_each_setting_becomes(self, usual, taken):
        said = {name: value for name, value in EXAMPLE.items() if value and name in taken}

        assert len(said) > 30
        assert {name: taken[name] for name in said} == {
            name: meant(value, type(usual[name])) for name, value in said.items() if name != "EMAIL_URL"
        }

    def test_names_the_services_that_it_says(self, taken):
        database, mail = (
            taken["DATABASES"]["default"],
            {name: taken[f"EMAIL_{name}"] for name in ("HOST", "PORT")},
        )

        assert (database["HOST"], database["PORT"], database["NAME"]) == ("127.0.0.1", 5432, "reserve")
        assert (database["PASSWORD"], database["OPTIONS"]["pool"]["max_size"]) == ("password", 10)
        assert mail == {"HOST": "mail.example.com", "PORT": 587}
        assert (taken["EMAIL_HOST_PASSWORD"], taken["EMAIL_USE_TLS"]) == ("password", True)

    def test_makes_no_secret_of_what_everybody_can_read(self, usual, taken):
        secrets = [name for name, value in EXAMPLE.items() if not value]

        assert {"SECRET_KEY", "METRICS_TOKEN", "FIELD_KEYS", "OIDC_CLIENT_SECRET"} <= set(secrets)
        assert {name: taken[name] for name in secrets} == {name: usual[name] for name in secrets}


def refused(**environment):
    """Return the sentence with which the site refuses to start."""
    ended = run("manage.py", "check", **{"DEBUG": "on", **environment})
    assert ended.returncode == 1
    [line] = ended.stderr.strip().splitlines()
    return line.removeprefix("A setting is wrong: ")


DATABASE = (
    "DATABASE_URL is such as sqlite:////path/to/a.sqlite3 or postgres://user:password@host:5432/name, "
    "and nothing else."
)


@pytest.mark.parametrize(
    "wrong",
    ["foo", "mysql://root:hidden@127.0.0.1/reserve", "postgres://me:hidden@host:abc/name", "postgres://"],
)
def test_a_database_that_cannot_be_is_refused_and_its_password_is_not_said(wrong):
    assert refused(DATABASE_URL=wrong) == DATABASE


@pytest.mark.parametrize(
    "wrong", ["foo", "127.0.0.1:6379", "http://127.0.0.1:6379", "redis://127.0.0.1:x/0", "redis://"]
)
def test_a_redis_that_cannot_be_is_refused(wrong):
    assert refused(REDIS_URL=wrong).startswith("REDIS_URL is such as redis://host:6379/0, ")


@pytest.mark.parametrize("wrong", ["foo", "pigeon://example.com", "smtp+tls://user:hidden@example.com:x"])
def test_a_way_of_mail_that_cannot_be_is_refused(wrong):
    assert refused(EMAIL_URL=wrong).startswith("EMAIL_URL is such as smtp+tls://user:password@host:587, ")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("REFUSALS_EVERY", "2s", "REFUSALS_EVERY is a number, and not “2s”."),
        ("REFUSALS_EVERY", "nan", "REFUSALS_EVERY is a number, and not “nan”."),
        ("PORT", "80a", "PORT is a whole number, and not “80a”."),
        ("BEHIND_PROXY", "onn", "BEHIND_PROXY is on or off, and not “onn”."),
    ],
)
def test_what_is_of_another_kind_is_refused(name, value, sentence):
    assert refused(**{name: value}) == sentence


@pytest.mark.parametrize("read", [str, bool, float, list])
@pytest.mark.parametrize(
    "value", ["   # 50 or more random characters; needed as soon as DEBUG is off", "2  # or so"]
)
def test_a_remark_behind_a_value_is_refused(monkeypatch, read, value):
    monkeypatch.setenv("SOME_SETTING", value)

    with pytest.raises(
        ImproperlyConfigured, match=r"^SOME_SETTING has a remark in it, from # on: that stands on"
    ):
        Environment()("SOME_SETTING", cast=read, default=None)


def test_a_number_sign_within_a_word_is_none(monkeypatch):
    monkeypatch.setenv("SOME_SETTING", "Team #1, a#b")

    assert Environment()("SOME_SETTING", default="") == "Team #1, a#b"


def test_what_is_empty_is_not_set():
    empty = dict.fromkeys(EXAMPLE, "") | {"DEBUG": "on"}

    ended = run("manage.py", "check", **empty)

    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("SECRET_KEY", "#" + GOOD_KEY, "reserve.E001"),
        ("SECRET_KEY", "k" * 20 + " " * 40, "reserve.E001"),
        ("METRICS_TOKEN", "#with-it", "reserve.E009"),
        ("FIELD_KEYS", "a-long-secret,#newer", "reserve.E009"),
    ],
)
def test_a_real_site_has_no_secret_that_begins_as_a_remark_does(name, value, error):
    ended = run("manage.py", "check", **{**REAL, name: value})

    assert (ended.returncode, error in ended.stderr) == (1, True)
