"""Real server processes on the tests' own database, for what only happens between processes."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import connection

CALM = dict.fromkeys(("API_THROTTLE_USER", "API_THROTTLE_ADDRESS", "API_THROTTLE_TOKEN_ADDRESS"), "1000000")


def database_url() -> str:
    """Return the address of the database that this test runs in."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    who = facts["USER"] + (f":{facts['PASSWORD']}" if facts["PASSWORD"] else "")
    return f"postgres://{who}@{facts['HOST']}:{facts['PORT'] or 5432}/{facts['NAME']}"


@contextlib.contextmanager
def served(processes: int = 2) -> Iterator[str]:
    """Serve the site from so many processes, and end them afterwards; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "reservations_site.asgi:application", "--port", str(port)]
    command += ["--workers", str(processes), "--no-access-log", "--lifespan", "off", "--log-level", "warning"]
    environment = {
        **os.environ,
        **CALM,
        "DATABASE_URL": database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "reservations_site.settings",
        "REDIS_URL": "",
        "DEBUG": "off",
    }
    server = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        assert server.poll() is None, "The server did not start."
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("The server did not start.")
