"""A site of its own for one run of the tests: a server process, a database file, the demo and a tower."""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

ZONE = ZoneInfo("Europe/Istanbul")  # of the demo's venues
OPENS = datetime(2026, 11, 23, 10, 1, tzinfo=ZONE)
"""When the site's clock starts to run: a Monday morning, with the working day around it."""

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DATABASE = "site.sqlite3"
PATIENCE = 60  # seconds for a server to come up on a busy machine


class Site:
    """A server that can be stopped, frozen and started again, always at the same address."""

    def __init__(self, folder: Path, opens: datetime = OPENS) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ahead = 0.0
        self.leap(opens - datetime.now(UTC))
        self._process: subprocess.Popen[bytes] | None = None
        self._log = (folder / "server.log").open("ab")

    @property
    def now(self) -> datetime:
        """The time by the site's clock, in the demo's zone."""
        return (datetime.now(UTC) + timedelta(seconds=self.ahead)).astimezone(ZONE)

    def leap(self, by: timedelta) -> None:
        """Set the site's clock forward; nobody is told, as when a machine wakes."""
        self.ahead += by.total_seconds()
        told = self.folder / "ahead.new"
        told.write_text(str(self.ahead))
        told.rename(self.folder / "ahead")

    @property
    def today(self) -> date:
        """The site's day: the Monday on which it lives."""
        return self.now.date()

    def manage(self, *arguments: str) -> None:
        """Run a management command at the site's time, to its end."""
        subprocess.run(
            self._command(*arguments), cwd=ROOT, env=self._environment(), check=True,
            stdout=self._log, stderr=self._log,
        )  # fmt: skip

    def build(self) -> None:
        """Make the database: its tables, the demo, and what the demo lacks."""
        self.manage("migrate", "--verbosity", "0")
        self.manage("seed_demo")
        self.manage("shell", "--command", "from tests.browser import scenery; scenery.build()")

    def build_once(self, shared: Path) -> None:
        """Make the database, or copy it from the shared folder where another site has put it."""
        shared.mkdir(exist_ok=True)
        with (shared / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (shared / DATABASE).exists():
                shutil.copy(shared / DATABASE, self.folder)
                return
            self.build()
            with contextlib.closing(sqlite3.connect(self.folder / DATABASE)) as made:
                made.execute("VACUUM INTO ?", [str(shared / DATABASE)])  # with what its log still holds

    def start(self) -> None:
        """Start the server, and return once it answers."""
        command = self._command("serve", "--port", str(self.port))
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=self._environment(), stdout=self._log, stderr=self._log
        )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/healthz", timeout=2).is_success:
                    return
            time.sleep(0.05)  # between two knocks at the door
        raise RuntimeError(f"The server did not come up:\n{self.log()[-4000:]}")

    def stop(self) -> None:
        """End the server in order, as Ctrl-C would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server at once, as a power cut would: no close frame, no good-bye."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """End the server, and what is written about it."""
        self.stop()
        self._log.close()

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(how)
            self._process.wait(timeout=PATIENCE)
            self._process = None

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Let the server hang for a while: it keeps its sockets open and says nothing."""
        process = self._process
        if process is None:
            raise RuntimeError("The server does not run.")
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)

    def log(self) -> str:
        """Return what the server has printed so far."""
        self._log.flush()
        return (self.folder / "server.log").read_text(errors="replace")

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(HERE / "clockwork.py"), *arguments]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "SECRET_KEY")}
        return kept | {
            "DJANGO_SETTINGS_MODULE": "reservations_site.settings",
            "DATABASE_URL": f"sqlite:///{self.folder}/{DATABASE}",
            "REDIS_URL": "",
            "DEBUG": "on",
            "RESERVE_AHEAD": str(self.folder / "ahead"),
            "EMAIL_URL": f"filemail:///{self.folder}/mail",
            # Its button is on pages; nobody there presses it.
            "OIDC_ISSUER": "https://id.example.com",
            "OIDC_CLIENT_ID": "reserve",
            "OIDC_CLIENT_SECRET": "secret",
            "OIDC_NAME": "Anatolian Harbour Holdings account 12345",  # as long as a name may be
        }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
