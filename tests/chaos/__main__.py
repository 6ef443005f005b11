"""Run the site under load and break what can be broken: python -m tests.chaos, or make chaos.

The same seed plans the same faults and wishes; how they interleave is up to the machine. Ends with 0 when
nothing was violated, and writes its verdict to var/chaos/.
"""

import argparse
import asyncio
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.chaos import judges
from tests.chaos.boards import Screen, converge
from tests.chaos.cluster import Cluster
from tests.chaos.faults import FAULTS, LEFT_OUT
from tests.chaos.guests import Guest
from tests.chaos.history import History
from tests.chaos.report import written

SCREENS = 4
CALM = judges.RECOVERED + 4.0  # seconds of load after the last fault, to see it recover
DATES = """
SELECT booking.reference, COUNT(DISTINCT taken.occurrence),
  COUNT(DISTINCT taken.occurrence) FILTER (WHERE taken.active)
FROM rooms_booking AS booking LEFT JOIN rooms_allocation AS taken ON taken.booking_id = booking.id
WHERE booking.recurrence <> '' GROUP BY booking.reference
"""
SETTLED = 15.0  # seconds in which the clock tells all that happened


@dataclass(slots=True)
class Run:
    """What is known of this run."""

    seed: int
    seconds: float
    began: float = field(default_factory=time.monotonic)
    faults: list[tuple[float, str]] = field(default_factory=list)
    history: History = field(default_factory=History)
    screens: list[Screen] = field(default_factory=list)
    verdicts: dict[str, list[str]] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)

    def line(self) -> str:
        """Return how it goes, in a line."""
        granted = sum(one.was_granted for one in self.history.wishes)
        last = self.faults[-1][1] if self.faults else "none yet"
        return (
            f"{time.monotonic() - self.began:5.0f} s  "
            f"wishes {len(self.history.wishes):5}  granted {granted:5}  "
            f"refused {self.history.statuses.get(409, 0):5}  503 {self.history.statuses.get(503, 0):4}  "
            f"unanswered {self.history.unanswered:4}  faults {len(self.faults):3} (last: {last})"
        )


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


async def watch_over(run: Run) -> None:
    """Say every few seconds how it goes."""
    while True:
        await asyncio.sleep(3)
        say(run.line())


async def break_things(run: Run, cluster: Cluster, chance: random.Random) -> None:
    """Do every fault, in an order drawn from the seed, and again until the time is over."""
    until = time.monotonic() + run.seconds
    while time.monotonic() < until or len({name for _, name in run.faults}) < len(FAULTS):
        for name in chance.sample(sorted(FAULTS), len(FAULTS)):
            await asyncio.sleep(chance.uniform(0.5, 1.5))
            run.faults.append((time.monotonic(), name))
            await asyncio.to_thread(FAULTS[name], cluster, chance)
            await asyncio.to_thread(cluster.wait_until_ready)
            if time.monotonic() > until and len({name for _, name in run.faults}) == len(FAULTS):
                return


async def play(run: Run, cluster: Cluster) -> None:
    """Let guests and screens live while things break, and for a while after."""
    chance, enough = random.Random(run.seed), asyncio.Event()  # noqa: S311 -- a run that can be repeated
    guests = [
        Guest(number, cluster, run.history, random.Random(f"{run.seed}-{number}"))  # noqa: S311 -- the same
        for number in range(len(cluster.tokens))
    ]
    run.screens = [Screen(cluster.port) for _ in range(SCREENS)]
    watching = [asyncio.create_task(one.live()) for one in run.screens]
    telling = asyncio.create_task(watch_over(run))
    living = [asyncio.create_task(one.live(enough)) for one in guests]
    try:
        await break_things(run, cluster, chance)
        last = time.monotonic()
        say(f"{last - run.began:5.0f} s  no more faults; load goes on for {CALM:.0f} s")
        await asyncio.sleep(CALM)
        enough.set()
        await asyncio.gather(*living)
        run.verdicts["it recovers"] = judges.it_recovers(run.history, last)
        wrong, seconds = await converge(run.screens)
        run.verdicts["screens converge"] = wrong
        run.verdicts["no screen goes back"] = [back for one in run.screens for back in one.backward]
        run.facts["screens agreed after"] = f"{seconds:.1f} s"
    finally:
        for task in (telling, *watching, *living):
            task.cancel()


def judge(run: Run, cluster: Cluster) -> None:
    """Ask every judge."""
    run.verdicts["all is told"] = untold(cluster)
    with psycopg.connect(cluster.database) as session:
        tables = dict(session.execute("SELECT reference, state FROM rooms_booking").fetchall())
        dates = {reference: (every, kept) for reference, every, kept in session.execute(DATES).fetchall()}
    for name, judged in judges.OF_HISTORY.items():
        run.verdicts[name] = judged(run.history)
    run.verdicts["what was promised is there"] = judges.what_was_promised_is_there(run.history, tables)
    run.verdicts["a series is whole or nothing"] = judges.a_series_is_whole_or_nothing(run.history, dates)
    run.verdicts["one key books once"] = judges.one_key_books_once(run.history, tables)
    run.verdicts["every fault took place"] = judges.every_fault_took_place(
        list(FAULTS), [name for _, name in run.faults]
    )
    code, words = cluster.verify()
    run.verdicts["manage.py verify"] = [] if code == 0 else words.splitlines()
    run.facts["series"] = f"{len(dates)}"
    run.facts["manage.py verify"] = words.splitlines()[-1] if words else f"exit code {code}"


def untold(cluster: Cluster) -> list[str]:
    """Return how many changes the clock has not told after a while: none, or something lost is owed."""
    latest = time.monotonic() + SETTLED
    while True:
        with psycopg.connect(cluster.database) as session:
            left = session.execute("SELECT count(*) FROM rooms_change WHERE NOT told").fetchone()
        if left is None or left[0] == 0:
            return []
        if time.monotonic() > latest:
            return [f"{left[0]} changes were not told"]
        time.sleep(0.5)


def main() -> int:
    """Run, judge, and write the verdict down."""
    asked = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    asked.add_argument("--seed", type=int, default=int(time.time()))
    asked.add_argument("--seconds", type=float, default=30, help="how long to break things (default: 30)")
    options = asked.parse_args()
    folder = Path("var/chaos")
    folder.mkdir(parents=True, exist_ok=True)
    run = Run(options.seed, options.seconds)
    say(f"chaos  seed {run.seed}  every one of {len(FAULTS)} faults, for at least {run.seconds:.0f} s")
    for left_out in LEFT_OUT:
        say(f"left out: {left_out}")
    cluster = Cluster(folder / f"{run.seed}.log")
    try:
        cluster.start()
        say(f"{time.monotonic() - run.began:5.0f} s  the site is there; load begins")
        asyncio.run(play(run, cluster))
        judge(run, cluster)
    finally:
        cluster.stop()
    report = folder / f"{run.seed}.md"
    report.write_text(written(run))
    say(
        "\n" + written(run) + f"\nThis verdict: {report}   The site's own words: {folder / f'{run.seed}.log'}"
    )
    return 1 if any(run.verdicts.values()) else 0


sys.exit(main())
