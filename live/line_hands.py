"""Hands: a few threads in which lines read and write the tables.

A thousand lines are a thousand sockets, but never more than these threads and database connections. A
connection goes back after every call: others in this process draw from the same pool.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import connections

P = ParamSpec("P")
R = TypeVar("R")


class Hands:
    """Runs functions that use the database, first come first served."""

    def __init__(self, number: int, name: str) -> None:
        self._threads = ThreadPoolExecutor(number, thread_name_prefix=name)

    async def run(self, act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what the function returns, raise what it raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: _and_hang_up(act, *args, **kwargs))

    def close(self) -> None:
        """End the threads; what runs is finished, what waits is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _and_hang_up(act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        return act(*args, **kwargs)
    finally:
        connections.close_all()
