"""How long from a booking's COMMIT to 1,000 watchers, beside a bare broadcaster under the same load.

    DATABASE_URL=postgres://… REDIS_URL=redis://… python -m benchmarks.live --watchers 1000 --rates 10 50

Four processes: the site under uvicorn; a bare broadcaster (asyncio, frames made by hand, no database); a
writer that really books and cancels through rooms.operations, stamps each COMMIT and, in the bare runs,
hands the broadcaster a frame of the same size; and the watchers, one epoll loop that only stores bytes.
Makes a database of its own and drops it in the end. Prints medians of all rounds, and their ratio.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from benchmarks.live_load import broadcast, make_world, tables, write
from benchmarks.live_watchers import Verdict, Watchers

ROOT = Path(__file__).resolve().parent.parent
DATABASE = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/15")


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit(f"Nobody listens on {port}.")


class Run:
    """A database, a site, a bare broadcaster, and rounds of writing and listening."""

    def __init__(self, stack: ExitStack, arguments: argparse.Namespace) -> None:
        self.arguments, self._stack = arguments, stack
        name = f"bench_live_{os.getpid()}"
        url = urlunsplit(urlsplit(DATABASE)._replace(path=f"/{name}"))
        self.env = {
            **os.environ,
            "DATABASE_URL": url,
            "REDIS_URL": REDIS,
            "SECRET_KEY": "bench-" + "0123456789abcdef" * 4,
            "DEBUG": "",
        }
        self._sql(f'CREATE DATABASE "{name}"')
        stack.callback(self._sql, f'DROP DATABASE "{name}" WITH (FORCE)')
        self._python("--role", "world")
        self.site, self.bare = free_port(), free_port()
        options = "--ws websockets-sansio --ws-per-message-deflate false --ws-ping-interval 0 --backlog 4096"
        quiet = f"--no-access-log --log-level warning --loop {arguments.loop} --port {self.site}"
        site = ["uvicorn", "reservations_site.asgi:application", *options.split(), *quiet.split()]
        bare = ["benchmarks.live", "--role", "bare", "--port", str(self.bare)]
        self.pids = [self._start(*site), self._start(*bare)]
        wait_for(self.site)
        wait_for(self.bare)

    def _start(self, *command: str) -> int:
        process = subprocess.Popen([sys.executable, "-m", *command], env=self.env, cwd=ROOT)  # noqa: S603 -- ours
        self._stack.callback(process.wait, 15)
        self._stack.callback(process.send_signal, signal.SIGKILL)
        return process.pid

    def cpu(self, *, bare: bool) -> float:
        """Return how many seconds of processor time the server has had so far."""
        fields = Path(f"/proc/{self.pids[bare]}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _python(self, *options: str, capture: bool = False) -> str:
        command = [sys.executable, "-m", "benchmarks.live", *options]
        output = subprocess.PIPE if capture else None
        done = subprocess.run(command, env=self.env, cwd=ROOT, check=True, stdout=output, text=True)  # noqa: S603 -- ours
        return (done.stdout or "").strip()

    def _sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(DATABASE, autocommit=True) as connection:
            connection.execute(statement)

    def round(self, rate: float, *, bare: bool) -> Verdict:
        """Watch while a writer writes, on the site or on the bare broadcaster."""
        watchers = Watchers(self.arguments.watchers, self.bare if bare else self.site)
        time.sleep(1)
        before = self.cpu(bare=bare)
        options = ["--rates", str(rate), "--seconds", str(self.arguments.seconds), "--port"]
        with ThreadPoolExecutor(1) as beside:
            port = str(self.bare if bare else 0)
            writer = beside.submit(self._python, "--role", "write", *options, port, capture=True)
            watchers.listen(writer.done)
            stamps = json.loads(writer.result())
        verdict = Verdict(watchers, stamps)
        verdict.cpu = 1e6 * (self.cpu(bare=bare) - before) / max(1, len(stamps) * self.arguments.watchers)
        watchers.close()
        if not bare and verdict.states != {self._python("--role", "tables", capture=True)}:
            verdict.missing += 1
            print("A watcher's state is not the tables'.", file=sys.stderr)
        return verdict


def report(results: dict[float, dict[bool, list[Verdict]]]) -> bool:
    """Print medians and ratios, and tell whether the target is met."""
    good = True
    names = f"{'first':>8} {'median':>8} {'last':>8} {'p99 last':>9} {'lost':>6} {'cpu µs':>7}"
    print(f"\n{'changes/s':>9} {'who':>5} {names}   (ms; cpu for each change and watcher)")
    for rate, by_kind in results.items():
        lasts = {}
        for bare, verdicts in by_kind.items():
            columns = [
                statistics.median([lag for verdict in verdicts for lag in getattr(verdict, name)])
                for name in ("first", "middle", "last")
            ]
            worst = statistics.quantiles([lag for verdict in verdicts for lag in verdict.last], n=100)[98]
            missing = sum(verdict.missing for verdict in verdicts)
            lasts[bare] = columns[2]
            cpu = statistics.median(verdict.cpu for verdict in verdicts)
            good &= not missing
            cells = "".join(f" {cell:8.1f}" for cell in columns)
            print(f"{rate:9g} {'bare' if bare else 'site':>5}{cells} {worst:9.1f} {missing:6d} {cpu:7.1f}")
        ratio = lasts[False] / lasts[True]
        good &= ratio <= 2
        print(f"{'':9} {'ratio of the medians to the last watcher':>40}: {ratio:.2f}")
    return good


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--watchers", type=int, default=1000)
    parser.add_argument("--rates", type=float, nargs="+", default=[10, 50])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--loop", default="auto")
    parser.add_argument("--role", choices=["bare", "write", "world", "tables"], help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.role == "bare":
        asyncio.run(broadcast(arguments.port))
    elif arguments.role == "world":
        make_world()
    elif arguments.role == "tables":
        print(tables())
    elif arguments.role == "write":
        write(arguments.rates[0], arguments.seconds, arguments.port)
    else:
        run(arguments)


def run(arguments: argparse.Namespace) -> None:
    """Alternate between bare and site, so that both meet the same machine."""
    results: dict[float, dict[bool, list[Verdict]]] = {}
    with ExitStack() as stack:
        bench = Run(stack, arguments)
        rates = arguments.rates * arguments.rounds
        steps = [(rate, bare) for rate in rates for bare in (True, False)]
        for number, (rate, bare) in enumerate(steps, 1):
            who = "bare broadcaster" if bare else "site"
            told = f"[{number}/{len(steps)}] {who} at {rate:g}/s, {arguments.watchers} watchers …"
            print(f"\r{told:70}", end="", flush=True)
            results.setdefault(rate, {}).setdefault(bare, []).append(bench.round(rate, bare=bare))
    if not report(results):
        raise SystemExit("The target is missed: at most 2 x the bare broadcaster, and nothing lost.")


if __name__ == "__main__":
    main()
