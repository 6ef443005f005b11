"""What is counted of open connections, for Prometheus.

A hub counts for itself, and ends with its last socket; here its counts go on after it. They are brought up
to date at every look and at every scrape, not with every frame.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram

from live.doorbell import doorbell

if TYPE_CHECKING:
    from live.hub import Hub

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
LAG = Histogram(
    "reserve_hub_lag_seconds", "From a hint to the frame that tells of it.", ["process"], buckets=SECONDS
)
OPEN = Gauge("reserve_live_open", "Open connections and windows.", ["what"], multiprocess_mode="livesum")
DONE = Counter("reserve_live", "What hubs and doorbells have done.", ["what"])
COUNTED = ("frames_sent", "hints_lost", "reads_failed", "looks_failed", "slow_dropped")
RUNG = ("published", "failed", "dropped")
_rung = dict.fromkeys(RUNG, 0)


def lagged(seconds: float) -> None:
    """Note how long it took from a hint to its frame."""
    LAG.labels("hub").observe(seconds)


def bring_up_to_date(hubs: Iterable["Hub"]) -> None:
    """Count what hubs and the doorbell did since the last time, and what is open now."""
    watchers = views = 0
    for one in hubs:
        settle(one)
        watchers += len(one.sockets)
        views += len(one.views)
    OPEN.labels("watchers").set(watchers)
    OPEN.labels("windows").set(views)
    for what in RUNG:
        now = getattr(doorbell, what)
        _add(f"hints_{what}", now - _rung[what])
        _rung[what] = now


def settle(hub: "Hub") -> None:
    """Count what one hub did since the last time."""
    now = asdict(hub.tally)
    for what in COUNTED:
        _add(what, now[what] - hub.counted.get(what, 0))
        hub.counted[what] = now[what]


def _add(what: str, number: int) -> None:
    if number > 0:
        DONE.labels(what).inc(number)
