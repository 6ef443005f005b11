"""What docs/deploying.md tells an operator to run runs, and the files it hands out are understood."""

import os
import re
import shutil
import string
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests import test_docs
from tests.certificates import self_signed

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
MANUAL = (ROOT / "docs/deploying.md").read_text()
ON_POSTGRES = connection.vendor == "postgresql"
ENOUGH = string.ascii_letters + string.digits  # random enough for a check
CARDS = {"PAYMENT_GATEWAY": "stripe", "STRIPE_SECRET_KEY": "sk_test", "STRIPE_WEBHOOK_SECRET": "whsec"}
BOSS = {"DJANGO_SUPERUSER_EMAIL": "boss@example.com", "DJANGO_SUPERUSER_PASSWORD": "correct horse battery"}


def sample():
    """Return the settings of the sample file as a shell reads them."""
    words = {"PATH": os.environ["PATH"]}
    told = f'set -a; . "{DEPLOY / "reserve.env"}"; set +a; env -0'
    read = subprocess.run(["/bin/sh", "-c", told], env=words, capture_output=True, text=True, check=True)
    settings = dict(line.split("=", 1) for line in read.stdout.split("\0") if line)
    return {name: value for name, value in settings.items() if name not in ("PATH", "PWD", "_", "SHLVL")}


def filled():
    """Return them with something in place of each <angle bracket>."""
    return {name: re.sub(r"<[^>@]+>", ENOUGH, value) for name, value in sample().items()}


def run(*words, **environment):
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def manage(*words, **environment):
    return run(sys.executable, "manage.py", *words, **environment)


def commands_under(title):
    """Return the management commands of a chapter, in its order."""
    chapter = MANUAL.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return [line.split()[2:] for line in chapter.splitlines() if line.startswith("python manage.py ")]


@contextmanager
def database(name, folder):
    """Lend an empty database, and yield its URL."""
    if not ON_POSTGRES:
        yield f"sqlite:///{folder}/{name}.sqlite3"
        return
    server, name = os.environ["DATABASE_URL"], f"{name}_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name}")
        yield f"{server.rpartition('/')[0]}/{name}"
        session.execute(f"DROP DATABASE {name} WITH (FORCE)")


class TestTheSettings:
    def test_are_those_that_reserve_reads(self):
        files = [*ROOT.glob("reservations_site/settings*.py"), ROOT / "reservations_site/databases.py"]
        read = {name for path in files for name in test_docs.TestSettings.READ.findall(path.read_text())}

        assert sample().keys() - read == set()
        assert len(sample()) >= 15

    def test_filled_in_leave_nothing_to_warn_of(self):
        code, said = manage("check", "--deploy", "--fail-level", "WARNING", **filled(), **CARDS)

        assert (code, said) == (0, "System check identified no issues (0 silenced).\n")

    def test_left_as_they_are_are_refused(self):
        code, said = manage("check", "--deploy", **sample())

        assert code == 1
        assert "Set SECRET_KEY=" in said


class TestTheCommands:
    def test_of_the_first_start_make_a_site_in_which_the_superuser_is(self, tmp_path):
        assert [words[0] for words in commands_under("First start")] == [
            *("check", "migrate", "createsuperuser", "verify"),
        ]
        with database("first", tmp_path) as url:
            told = {**filled(), "DATABASE_URL": url, **BOSS}
            done = [
                manage(*words, *(["--noinput"] if words[0] == "createsuperuser" else []), **told)
                for words in commands_under("First start")
            ]

        assert [code for code, _ in done] == [0, 0, 0, 0], done
        assert done[-1][1] == "0 violations\n"

    @pytest.mark.skipif(
        not (ON_POSTGRES and shutil.which("pg_dump") and shutil.which("pg_restore")),
        reason="backups are PostgreSQL's own commands",
    )
    def test_of_backup_and_restore_bring_everything_back(self, tmp_path):
        backups = tmp_path / "backups"
        backups.mkdir()
        for day in range(3):
            (backups / f"reserve-2020010{day}T000000Z.dump").touch()
        with database("before", tmp_path) as before, database("after", tmp_path) as after:
            told = {**filled(), **BOSS, "DATABASE_URL": before}
            manage("migrate", "--verbosity", "0", **told)
            manage("createsuperuser", "--noinput", **told)
            code, said = run(str(DEPLOY / "backup"), str(backups), "2", DATABASE_URL=before)
            assert code == 0, said
            newest = said.strip()

            restored = run(str(DEPLOY / "restore"), newest, DATABASE_URL=after)
            again = run(str(DEPLOY / "restore"), newest, DATABASE_URL=after)
            told["DATABASE_URL"] = after
            followed = [manage(*words, **told) for words in commands_under("Restore")]
            with closing(psycopg.connect(after)) as session:
                people = session.execute("SELECT email FROM accounts_user").fetchall()

        assert restored[0] == 0, restored[1]
        assert (again[0], "Make an empty one" in again[1]) == (1, True)
        assert [code for code, _ in followed] == [0, 0], followed
        assert people == [("boss@example.com",)]
        assert sorted(path.name for path in backups.iterdir()) == [
            "reserve-20200102T000000Z.dump",
            Path(newest).name,
        ]


class TestTheFiles:
    @pytest.fixture
    def keys(self, tmp_path):
        """A certificate, and the words that put it into a sample of nginx's."""
        made = self_signed(tmp_path)
        live = "/etc/letsencrypt/live/reserve.example.com/"
        return {f"{live}fullchain.pem": str(made[0]), f"{live}privkey.pem": str(made[1])}

    @pytest.mark.skipif(not shutil.which("nginx"), reason="there is no nginx")
    def test_of_nginx_are_read_by_it(self, tmp_path, keys):
        pages = (DEPLOY / "nginx/reserve.conf").read_text()
        lines = (DEPLOY / "nginx/lines.conf").read_text()
        modules = "include /etc/nginx/modules-enabled/*.conf;"
        whole = f"pid {tmp_path}/pid;\n{modules}\nevents {{}}\nhttp {{\n{pages}\n}}\n{lines}"
        for sample_of, made in keys.items():
            whole = whole.replace(sample_of, made)
        (tmp_path / "nginx.conf").write_text(whole)

        code, said = run("nginx", "-t", "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "log"))

        assert code == 0, said

    def test_of_nginx_keep_pages_live_and_let_nobody_forge_where_they_come_from(self):
        pages = (DEPLOY / "nginx/reserve.conf").read_text()
        headers = dict(re.findall(r"proxy_set_header (\S+)\s+(\S+);", pages))

        assert (headers["Upgrade"], headers["Connection"]) == ("$http_upgrade", "$connection_upgrade")
        assert (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"]) == ("$remote_addr", "$scheme")
        assert f"127.0.0.1:{sample()['PORT']};" in pages
        assert f"127.0.0.1:{sample()['TCP_PORT']};" in (DEPLOY / "nginx/lines.conf").read_text()

    @pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd")
    def test_of_systemd_are_read_by_it(self, tmp_path):
        for unit in (DEPLOY / "systemd").iterdir():
            there = unit.read_text().replace("/opt/reserve/.venv/bin/python", sys.executable)
            (tmp_path / unit.name).write_text(there.replace("/opt/reserve/deploy", str(DEPLOY)))

        code, said = run("systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir())))

        assert (code, said) == (0, "")
