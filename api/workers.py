"""Threads that answer, each with a database connection that it keeps while there is work, and no longer.

Asking the pool for a connection costs a round trip each time, for the pool makes sure that it is alive; and
a connection that an idle thread keeps is one that a page has to wait for.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, TypeVar

from django.db import connections

R = TypeVar("R")
Job = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", Callable[..., Any], tuple[Any, ...]]
REST = 0.5  # seconds without work, after which a thread gives its connection back


class Workers:
    """So many threads, started when they are needed first."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    async def run(self, work: Callable[..., R], *args: Any) -> R:
        """Do the work in one of the threads, and return what it returns."""
        if not self._threads:
            self._start()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[R] = loop.create_future()
        # In the context of whoever asks: logs of the thread say which request it was.
        self._jobs.put((loop, done, copy_context().run, (work, *args)))
        return await done

    def _start(self) -> None:
        self._threads = [
            threading.Thread(target=self._work, name=f"api-{n}", daemon=True) for n in range(self._number)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads, once they have done what there is to do."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _work(self) -> None:
        while job := self._next():
            loop, done, work, args = job
            try:
                settle, result = done.set_result, work(*args)
            except BaseException as error:  # noqa: BLE001 -- whoever waits for it hears of it
                settle, result = done.set_exception, error
            # The loop of a server that has stopped meanwhile hears nothing any more.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle, done, settle, result)
        connections.close_all()

    def _next(self) -> Job | None:
        try:
            return self._jobs.get(timeout=REST)
        except queue.Empty:
            connections.close_all()
            return self._jobs.get()


def _settle(done: "asyncio.Future[Any]", settle: Callable[[Any], None], result: Any) -> None:
    if not done.done():  # The client may have left.
        settle(result)
