"""Processes of buyers and a clock, which are killed at any instant and started again."""

import multiprocessing
from multiprocessing.process import BaseProcess
from typing import Any

from django.db import connection

SHOPS = 2
PRELOADED = ["tests.races.preloaded", "tests.races.buyers"]


def be(what: str, *args: Any) -> None:
    """Be one process."""
    import django

    django.setup()
    from tests.races import buyers

    getattr(buyers, what)(*args)


class Servers:
    """Two processes of buyers and one clock, all on the test database."""

    def __init__(self, buyers: int) -> None:
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(PRELOADED)
        self.database = str(connection.settings_dict["NAME"])
        self.parts = [list(range(buyers))[first::SHOPS] for first in range(SHOPS)]
        self.shops: list[BaseProcess] = []
        self.clock: BaseProcess | None = None

    def start(self) -> None:
        """Start them all; buyers begin again from the first one, with the keys of the first time."""
        self.shops = [self._started("shop", part) for part in self.parts]
        self.clock = self._started("tick")

    def _started(self, what: str, *args: Any) -> BaseProcess:
        process = self.context.Process(target=be, args=(what, self.database, *args), daemon=True)
        process.start()
        return process

    def kill(self) -> None:
        """Kill them all at once, whatever they are doing."""
        every = [process for process in (*self.shops, self.clock) if process is not None]
        for process in every:
            process.kill()
        for process in every:
            process.join()
