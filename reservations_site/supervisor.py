"""The supervisor: several server processes on one listening socket, each replaced when it dies.

The socket is opened once and inherited, so no connection is refused while a worker restarts: it waits in
the socket's own queue for whoever is free.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reservations_site.serving import GRACE, Beside
from reservations_site.sharing import bury

log = logging.getLogger("reserve.supervisor")

LOOK = 0.2  # seconds between two looks at the workers
YOUNG = 5.0  # seconds: a worker that dies younger than this has something wrong with it
LONGEST_REST = 10.0  # seconds
PATIENCE = GRACE + 1.5  # seconds for workers to end; then they are killed


@dataclass(slots=True)
class Worker:
    """One server process, and when the next one may take its place."""

    process: subprocess.Popen[bytes]
    started_at: float = field(default_factory=time.monotonic)
    failures: int = 0
    rests_until: float | None = None


class Supervisor:
    """Keep `count` workers running until a signal ends them all."""

    def __init__(self, listener: socket.socket, count: int) -> None:
        self._listener = listener
        self._count = count
        self._stopped = threading.Event()
        self._workers: list[Worker] = []

    def run(self, *, started: Callable[[], None], beside: Sequence[Beside]) -> None:
        """Start the workers, say so, and replace each that dies, until SIGTERM or Ctrl-C."""
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, lambda *_: self._stopped.set())
        try:
            self._workers = [Worker(self._spawn()) for _ in range(self._count)]
            for one in beside:
                one.start()
            started()
            while not self._stopped.wait(LOOK):
                self._workers = [self._look_after(worker) for worker in self._workers]
        finally:
            self._end()
            for one in reversed(beside):
                one.stop()

    def _spawn(self) -> subprocess.Popen[bytes]:
        number = self._listener.fileno()
        command = [
            sys.executable,
            sys.argv[0],
            "serve",
            "--worker-of",
            str(os.getpid()),
            "--socket",
            str(number),
        ]
        return subprocess.Popen(command, pass_fds=[number])  # noqa: S603 -- our own command

    def _look_after(self, worker: Worker) -> Worker:
        ended = worker.process.poll()
        if ended is None:
            return worker
        now = time.monotonic()
        if worker.rests_until is None:
            young = now - worker.started_at < YOUNG
            worker.failures = worker.failures + 1 if young else 0
            # The first to die is replaced at once; one that cannot live is not tried in a tight loop.
            rest = min(2.0**worker.failures, LONGEST_REST) if young else 0.0
            worker.rests_until = now + rest
            bury(worker.process.pid)
            log.warning("A worker ended (%s); another starts in %.0f s.", ended, rest)
        if now < worker.rests_until:
            return worker
        return Worker(self._spawn(), failures=worker.failures)

    def _end(self) -> None:
        self._listener.close()
        alive = [worker.process for worker in self._workers if worker.process.poll() is None]
        for process in alive:
            process.terminate()
        latest = time.monotonic() + PATIENCE
        for process in alive:
            try:
                process.wait(timeout=max(0.0, latest - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def leave_with(parent: int) -> None:
    """End this worker in order when its supervisor is gone, so that a killed one leaves no orphans."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
