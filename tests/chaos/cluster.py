"""A site of several real processes, on a database and a Redis of its own; all of it gone afterwards."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.live.servers import Redis, Site, drop_database, free_port, make_database

WORKERS = 3
ROOMS, GUESTS = 6, 10
# The venue of the run, its rooms and guests, and a token for each guest.
WORLD = f"""
from accounts import operations as people
from rooms.models import Policy
venue = office("chaos", hours=None, max_holds=99, max_held_rooms=99)
Policy.objects.update(min_notice_minutes=0)
print("rooms", *[one.pk for one in rooms(venue, {ROOMS})])
for number in range({GUESTS}):
    print("token", people.begin_login(person(f"guest{{number}}")).access)
"""


class Cluster:
    """PostgreSQL is the one that runs here; Redis and the server's processes are our own."""

    def __init__(self, log: Path) -> None:
        self.database = make_database("postgresql", Path())
        self.redis = Redis()
        self.port = free_port()
        self.rooms: list[int] = []
        self.tokens: list[str] = []
        self._log = log.open("w")
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Fill the database, and serve it."""
        self.redis.start()
        site = Site(self.database, self.redis.url)
        site.run("from django.core.management import call_command; call_command('migrate', verbosity=0)")
        for line in site.run(WORLD).splitlines():
            what, *rest = line.split()
            if what == "rooms":
                self.rooms = [int(number) for number in rest]
            elif what == "token":
                self.tokens += rest
        self.environment = {
            **site.env,
            "PORT": str(self.port),
            "TCP_PORT": "0",
            "WEB_PROCESSES": str(WORKERS),
            "API_THROTTLE_USER": "0",
            "API_THROTTLE_ADDRESS": "0",
        }
        self.serve()
        self.wait_until_ready()

    def serve(self) -> None:
        """Start the server."""
        self.server = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            env=self.environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Wait until a worker answers."""
        latest = time.monotonic() + seconds
        while time.monotonic() < latest:
            with contextlib.suppress(OSError), urllib.request.urlopen(self.address + "/readyz", timeout=2):  # noqa: S310
                return
            time.sleep(0.2)
        raise RuntimeError("The site does not answer. See its log.")

    def workers(self) -> list[int]:
        """Return the ids of the processes that answer."""
        assert self.server is not None
        try:
            listed = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text()
        except OSError:
            return []
        return [int(number) for number in listed.split()]

    def verify(self) -> tuple[int, str]:
        """Return how `manage.py verify` ends, and what it says."""
        done = subprocess.run(
            [sys.executable, "manage.py", "verify"],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout.strip()

    def stop(self) -> None:
        """End everything, frozen processes too."""
        if self.server is not None:
            for process in (*self.workers(), self.server.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)
            self.server.kill()
            self.server.wait()
        with contextlib.suppress(OSError):
            self.redis.process.send_signal(signal.SIGCONT)
            self.redis.kill()
        self._log.close()
        drop_database(self.database)
