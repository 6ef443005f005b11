"""Real server processes on real ports, with a database of their own, and programs that write to it."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
from websockets.asyncio.client import connect

from tests.live.boards import Board
from tests.live.recorded import heard

ROOT = Path(__file__).parent.parent.parent
POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the process listens."""
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        assert process.poll() is None, "The server ended before it listened."
        time.sleep(0.1)
    raise AssertionError("The server does not listen.")


class Killed(Exception):
    """The process that writes was killed, and answers no more."""


class Site:
    """One database, and whatever runs on it."""

    def __init__(self, database: str, redis: str = "") -> None:
        self.env = {
            **os.environ,
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "DEBUG": "1",
            "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
            "DJANGO_SETTINGS_MODULE": "reservations_site.settings",
            "EMAIL_URL": "memorymail://",
            "PYTHONWARNINGS": "ignore",
        }
        self.servers: list[subprocess.Popen[bytes]] = []
        self._writer: subprocess.Popen[str] | None = None

    def serve(self) -> int:
        """Start a server and return its port."""
        port = free_port()
        command = "--ws websockets-sansio --ws-per-message-deflate false --log-level warning --no-access-log"
        module = [sys.executable, "-m", "uvicorn", "reservations_site.asgi:application"]
        process = subprocess.Popen([*module, "--port", str(port), *command.split()], env=self.env, cwd=ROOT)
        self.servers.append(process)
        wait_for(port, process)
        return port

    @property
    def pid(self) -> int:
        """The process of the newest server."""
        return self.servers[-1].pid

    def stop(self) -> None:
        """Kill the servers, and who writes."""
        for process in [*self.servers, *([self._writer] if self._writer else [])]:
            process.kill()
            process.communicate()
        self._writer = None

    def run(self, code: str) -> str:
        """Run a program of this site in a process that is no server, and return what it prints.

        One process runs them all, one after the other: to start takes it longer than most of them.
        """
        if self._writer is None:
            self._writer = subprocess.Popen(
                [sys.executable, "-m", "tests.live.writer"],
                env=self.env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        self._writer.stdin.write(json.dumps(code) + "\n")
        self._writer.stdin.flush()
        answer = self._writer.stdout.readline()
        if not answer:
            self._writer.communicate()
            self._writer = None
            raise Killed
        told = json.loads(answer)
        assert told["wrong"] == "", told["wrong"]
        return told["said"]

    async def runs(self, code: str) -> str:
        """Run a program while this loop goes on."""
        return await asyncio.to_thread(self.run, code)


def make_database(engine: str, folder: Path) -> str:
    """Return the address of a new, empty database."""
    if engine == "sqlite":
        return f"sqlite:///{folder}/site.sqlite3"
    name = f"test_live_{os.getpid()}_{free_port()}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return POSTGRES.rpartition("/")[0] + f"/{name}"


def drop_database(url: str) -> None:
    """Drop what make_database made."""
    if url.startswith("postgres"):
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{url.rpartition("/")[2]}" WITH (FORCE)')


class Redis:
    """A Redis of one's own, to be killed."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_for(self.port, self.process)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Watching:
    """A websockets client that keeps one board."""

    def __init__(self, port: int, **watch: Any) -> None:
        self.board, self._port, self._watch = Board(), port, watch

    async def __aenter__(self) -> Board:
        self._socket = await connect(f"ws://127.0.0.1:{self._port}/ws/live/")
        await self._socket.send(json.dumps({"type": "watch", **self._watch}))
        self.board.apply(heard(await self._socket.recv()))
        self._task = asyncio.create_task(self._hear())
        return self.board

    async def _hear(self) -> None:
        async for text in self._socket:
            before = self.board.revision
            self.board.apply(heard(text))
            if self.board.revision > before:
                self.board.risen_at = time.time()

    async def __aexit__(self, *error: object) -> None:
        self._task.cancel()
        await self._socket.close()
