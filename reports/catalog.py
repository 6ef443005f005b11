"""Every report there is: what it answers, how it can be cut, and which figures say most of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reports import queries
from reports.asking import Asked
from reports.tables import Table
from reservations import NotFound


@dataclass(frozen=True, slots=True)
class Report:
    """One report: its name in addresses, its words, and the question that is asked of the tables."""

    name: str
    title: str
    about: str
    icon: str
    ask: Callable[[Asked], Table]
    ways: tuple[str, ...]
    shown: str  # the column that its chart shows
    figures: tuple[str, ...]  # the columns of its totals that stand above it, the most telling first


REPORTS: Mapping[str, Report] = {
    one.name: one
    for one in (
        Report(
            "revenue",
            "Revenue",
            "What was paid and given back, as the ledger has it, to the cent.",
            "banknote",
            queries.revenue,
            ("day", "venue", "type", "route"),
            "revenue",
            ("revenue", "captured", "refunded"),
        ),
        Report(
            "occupancy",
            "Occupancy",
            "How much of the open time is booked, and what nights, spots and seats make of it.",
            "gauge",
            queries.occupancy,
            ("venue", "type", "day"),
            "occupancy",
            ("occupancy", "booked_hours", "nights_sold", "adr", "revpar", "turnover", "load_factor"),
        ),
    )
}
WAYS = {
    "day": "Day",
    "venue": "Venue",
    "type": "Room type",
    "route": "Route",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a report comes to: its rows, all of them in one, and the same of as many days before."""

    report: Report
    asked: Asked
    table: Table
    totals: Table
    before: Table


def called(name: str) -> Report:
    """Return the report of that name.

    :raises NotFound: if there is none
    """
    if name not in REPORTS:
        raise NotFound("There is no such report.")
    return REPORTS[name]


def answer(report: Report, asked: Asked) -> Answer:
    """Return what the report comes to."""
    whole = asked.cut("total")
    return Answer(report, asked, report.ask(asked), report.ask(whole), report.ask(whole.before))
