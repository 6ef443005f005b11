"""Threads that answer, each with a database connection that it keeps while there is work, and no longer.

Asking the pool for a connection costs a round trip each time, for the pool makes sure that it is alive; and
a connection that an idle thread keeps is one that a page has to wait for. So whoever was busy last is asked
first: its connection is open, and its statements, here and at the database, are still at hand.
"""

import asyncio
import contextlib
import queue
import threading
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, TypeVar

from django.db import connections

R = TypeVar("R")
Job = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", Callable[..., Any], tuple[Any, ...]]
Bell = queue.SimpleQueue["Job | None"]
REST = 0.5  # seconds without work, after which a thread gives its connection back


class Workers:
    """So many threads, started when they are needed first."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._lock = threading.Lock()
        self._waiting: deque[Job] = deque()  # jobs for whom no thread was free
        self._idle: list[Bell] = []  # the bells of threads without work, the last to have had some at the end
        self._is_over = False
        self._threads: list[threading.Thread] = []

    async def run(self, work: Callable[..., R], *args: Any) -> R:
        """Do the work in one of the threads, and return what it returns."""
        if not self._threads:
            self._start()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[R] = loop.create_future()
        # In the context of whoever asks: logs say which request it was, and changes where it came from.
        job: Job = (loop, done, copy_context().run, (work, *args))
        with self._lock:
            bell = self._idle.pop() if self._idle else None
            if bell is None:
                self._waiting.append(job)
        if bell is not None:
            bell.put(job)
        return await done

    def _start(self) -> None:
        self._is_over = False
        self._threads = [
            threading.Thread(target=self._work, name=f"api-{n}", daemon=True) for n in range(self._number)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads, once they have done what there is to do."""
        with self._lock:
            self._is_over = True
            bells, self._idle = self._idle, []
        for bell in bells:
            bell.put(None)
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _work(self) -> None:
        bell: Bell = queue.SimpleQueue()
        tell: Callable[[], Any] | None = None
        while True:
            self._await(bell)
            if tell is not None:
                # After that, so that the next job of whoever waited for this one finds this thread. The loop
                # of a server that has stopped meanwhile hears nothing any more.
                with contextlib.suppress(RuntimeError):
                    tell()
            if (job := _rung(bell)) is None:
                break
            tell = _done(job)
        connections.close_all()

    def _await(self, bell: Bell) -> None:
        """Have the bell rung: at once, if there is something to do, or as soon as there is."""
        with self._lock:
            if self._waiting:
                bell.put(self._waiting.popleft())
            elif self._is_over:
                bell.put(None)
            else:
                self._idle.append(bell)


def _rung(bell: Bell) -> Job | None:
    """Return the next job, None for the end; who has to wait for it for long keeps no connection."""
    try:
        return bell.get(timeout=REST)
    except queue.Empty:
        connections.close_all()
        return bell.get()


def _done(job: Job) -> Callable[[], Any]:
    """Do the job, and return what tells of it."""
    loop, done, work, args = job
    try:
        settle, result = done.set_result, work(*args)
    except BaseException as error:  # noqa: BLE001 -- whoever waits for it hears of it
        settle, result = done.set_exception, error
    return lambda: loop.call_soon_threadsafe(_settle, done, settle, result)


def _settle(done: "asyncio.Future[Any]", settle: Callable[[Any], None], result: Any) -> None:
    if not done.done():  # The client may have left.
        settle(result)
