"""Rivals in processes of their own, each with its own connections to the test database."""

import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

PROCESSES = 3


def serve(pipe: Connection, database: str) -> None:
    """Be one process of rivals: run what comes down the pipe until None comes."""
    import django

    django.setup()
    from django.db import connections

    connections["default"].settings_dict["NAME"] = database
    from tests.races.clients import run

    pipe.send("ready")
    while (order := pipe.recv()) is not None:
        pipe.send(run(*order))
    connections.close_all()
    connections["default"].close_pool()


class Processes:
    """Three processes that wait for orders."""

    def __init__(self, database: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.running = []
        for _ in range(PROCESSES):
            ours, theirs = context.Pipe()
            process = context.Process(target=serve, args=(theirs, database), daemon=True)
            process.start()
            theirs.close()
            self.running.append((process, ours))
        for _, pipe in self.running:
            assert pipe.recv() == "ready"

    def run(self, clients: Sequence[Any], start_at: float) -> list[Any]:
        for number, (_, pipe) in enumerate(self.running):
            pipe.send((clients[number::PROCESSES], start_at))
        return [answer for _, pipe in self.running for answer in pipe.recv()]

    def end(self) -> None:
        for process, pipe in self.running:
            pipe.send(None)
            process.join(10)
            pipe.close()
            process.close()
