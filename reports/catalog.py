"""Every report there is: what it answers, how it can be cut, and which figures say most of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from reports import keeping, queries
from reports.asking import Asked
from reports.sql import patient
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
    reads: tuple[str, ...] = ()  # what it reads beside the rooms of its venues (reports/keeping.py)


REPORTS: Mapping[str, Report] = {
    one.name: one
    for one in (
        Report(
            "revenue",
            "Revenue",
            "What was paid and given back, as the ledger has it, to the cent.",
            "banknote",
            queries.revenue,
            ("day", "venue", "type", "room", "floor", "route"),
            "revenue",
            ("revenue", "captured", "refunded"),
            ("money", "routes"),
        ),
        Report(
            "occupancy",
            "Occupancy",
            "How much of the open time is booked, and what nights, spots and seats make of it.",
            "gauge",
            queries.occupancy,
            ("venue", "type", "room", "floor", "day"),
            "occupancy",
            ("occupancy", "booked_hours", "nights_sold", "adr", "revpar", "turnover", "load_factor"),
        ),
        Report(
            "popular-routes",
            "Popular routes",
            "Which routes sold most seats in these days, whenever they travel.",
            "route",
            queries.popular_routes,
            ("route",),
            "seats",
            ("seats", "bookings", "revenue"),
            ("money", "routes"),
        ),
        Report(
            "active-guests",
            "Active guests",
            "Who booked most often in these days, and what stays of what they paid for it.",
            "users",
            queries.active_guests,
            ("guest",),
            "bookings",
            ("guests", "bookings", "cancelled", "no_shows"),
            ("money",),
        ),
        Report(
            "trends",
            "Trends",
            "What was booked, cancelled and missed on each day, and how long ahead bookings are made.",
            "trending-up",
            queries.trends,
            ("day",),
            "made",
            ("made", "cancelled", "no_shows", "lead_hours"),
        ),
        Report(
            "heatmap",
            "When it fills",
            "How much is in use at each hour of each weekday, by the clocks of the venue.",
            "calendar-clock",
            queries.heatmap,
            ("hour",),
            "share",
            ("share", "booked_hours"),
        ),
        Report(
            "turned-away",
            "Turned away",
            "What could not be had: it was taken, against the terms, or there was only a place in the queue.",
            "door-closed",
            queries.turned_away,
            ("reason", "day", "venue", "type"),
            "times",
            ("times", "rooms"),
            ("wanted",),
        ),
    )
}
WAYS = {
    "day": "Day",
    "venue": "Venue",
    "type": "Room type",
    "room": "Room",
    "floor": "Floor",
    "route": "Route",
    "guest": "Guest",
    "reason": "Reason",
    "hour": "Hour",
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
    with patient():
        state = keeping.state_of(asked, report.reads)
        (table,) = keeping.kept((report.name, state.of(report.reads)), lambda: (report.ask(asked),))
        return _answer(report, state, table)


def figures(asked: Asked) -> list[Answer]:
    """Return what every report comes to without its rows: all of them in one, and the same before."""
    with patient():
        state = keeping.state_of(asked, {name for one in REPORTS.values() for name in one.reads})
        return [_answer(one, state, Table((), ())) for one in REPORTS.values()]


def _answer(report: Report, state: keeping.State, table: Table) -> Answer:
    whole = state.asked.cut("total")
    key = report.name, replace(state, asked=whole).of(report.reads)
    totals, before = keeping.kept(key, lambda: (report.ask(whole), report.ask(whole.before)))
    return Answer(report, state.asked, table, totals, before)
