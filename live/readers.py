"""Readers: two threads with a database connection each, in which live reads the tables.

Of their own, because asgiref's one shared thread is where a process's pages run too: a slow page must not
hold back a hundred screens. A connection is kept between reads, for opening one costs more than reading.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")


class Readers:
    """Run functions that read the database, on whichever thread has the least to do."""

    def __init__(self, threads: int = 2) -> None:
        names = [f"live-reader-{number}" for number in range(threads)]
        self._threads = [ThreadPoolExecutor(1, thread_name_prefix=name) for name in names]
        self._waiting = [0] * threads

    async def run(self, read: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what the function returns, raise what it raises."""
        number = min(range(len(self._threads)), key=self._waiting.__getitem__)
        self._waiting[number] += 1
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(
                self._threads[number], lambda: _with_connection(read, *args, **kwargs)
            )
        finally:
            self._waiting[number] -= 1

    async def close(self) -> None:
        """Give the connections back and end the threads."""
        loop = asyncio.get_running_loop()
        closing = [loop.run_in_executor(thread, _hang_up) for thread in self._threads]
        # A thread that hangs in a read is left to its statement_timeout: a stop does not wait for it.
        await asyncio.wait(closing, timeout=2)
        for thread in self._threads:
            thread.shutdown(wait=False)


def _hang_up() -> None:
    connection.close()  # This thread's own, which is found only by asking in this thread.


def _with_connection(read: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    kept = connection.connection is not None
    try:
        return read(*args, **kwargs)
    except (OperationalError, InterfaceError):
        connection.close()
        if not kept:
            raise
        # The server may have been restarted since the last read: a fresh connection tells.
        return read(*args, **kwargs)
    finally:
        connection.queries_log.clear()  # With DEBUG on it would keep the last 9,000 statements.
