"""Faults, done for real: processes killed and frozen, Redis dead and forgetful, PostgreSQL hanging up."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Mapping

import psycopg
import redis

from tests.chaos.cluster import Cluster

Fault = Callable[[Cluster, random.Random], None]
LEFT_OUT = ("a crash of PostgreSQL itself", "networks that lose packets")


def kill_a_worker(cluster: Cluster, chance: random.Random) -> None:
    """Kill one worker in whatever it does; the supervisor starts another."""
    if workers := cluster.workers():
        _signal(chance.choice(workers), signal.SIGKILL)


def kill_all_workers(cluster: Cluster, chance: random.Random) -> None:
    """Kill every worker at once."""
    for worker in cluster.workers():
        _signal(worker, signal.SIGKILL)


def freeze_a_worker(cluster: Cluster, chance: random.Random) -> None:
    """Stop one worker for two seconds, with whatever locks it holds."""
    if workers := cluster.workers():
        chosen = chance.choice(workers)
        _signal(chosen, signal.SIGSTOP)
        time.sleep(2)
        _signal(chosen, signal.SIGCONT)


def kill_the_server(cluster: Cluster, chance: random.Random) -> None:
    """Kill the supervisor with its clock, and start it all again, as a machine that comes back does."""
    assert cluster.server is not None
    orphans = cluster.workers()
    cluster.server.kill()
    cluster.server.wait()
    for worker in orphans:
        _signal(worker, signal.SIGKILL)
    cluster.serve()


def restart_the_server(cluster: Cluster, chance: random.Random) -> None:
    """Restart in order: it has ten seconds, and ends with 0."""
    assert cluster.server is not None
    cluster.server.terminate()
    code = cluster.server.wait(timeout=12)
    cluster.serve()
    if code != 0:
        raise RuntimeError(f"The server ended with {code}.")


def kill_redis(cluster: Cluster, chance: random.Random) -> None:
    """Kill Redis, and let it come back empty after two seconds."""
    cluster.redis.kill()
    time.sleep(2)
    cluster.redis.start()


def freeze_redis(cluster: Cluster, chance: random.Random) -> None:
    """Stop Redis for three seconds: it takes connections, and does not answer."""
    cluster.redis.process.send_signal(signal.SIGSTOP)
    time.sleep(3)
    cluster.redis.process.send_signal(signal.SIGCONT)


def empty_redis(cluster: Cluster, chance: random.Random) -> None:
    """Let Redis forget everything, and hang up on everybody."""
    with contextlib.suppress(redis.RedisError), redis.Redis.from_url(cluster.redis.url) as client:
        client.flushall()
        for kind in ("pubsub", "normal"):
            client.client_kill_filter(_type=kind, skipme=True)


def hang_up_on_the_database(cluster: Cluster, chance: random.Random) -> None:
    """End every session of PostgreSQL, in the middle of whatever it does."""
    with psycopg.connect(cluster.database, autocommit=True) as session:
        session.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def lock_every_room(cluster: Cluster, chance: random.Random) -> None:
    """Lock all rooms for four seconds, as a careless program would: bookings wait three, then hear so."""
    with psycopg.connect(cluster.database) as session:
        session.execute("SELECT id FROM rooms_room ORDER BY id FOR UPDATE")
        time.sleep(4)


FAULTS: Mapping[str, Fault] = {
    fault.__name__.replace("_", " "): fault
    for fault in (
        kill_a_worker,
        kill_all_workers,
        freeze_a_worker,
        kill_the_server,
        restart_the_server,
        kill_redis,
        freeze_redis,
        empty_redis,
        hang_up_on_the_database,
        lock_every_room,
    )
}


def _signal(process: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, what)
