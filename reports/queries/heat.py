"""When it fills: how much is in use at each hour of each weekday, by the venue's own clocks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reports.asking import Asked
from reports.queries.scope import base_of, table_of
from reports.queries.usage import keyed, swept
from reports.sql import INT, TEXT, given, rounded, whole
from reports.tables import Column, Table
from rooms.sql import fetch

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MEASURES = (
    Column("booked_hours", "Booked hours", "hours"),
    Column("all_hours", "All hours", "hours"),
    Column("share", "In use, %", "share"),
)
CUTS: dict[str, tuple[Column, ...]] = {
    "total": (),
    "hour": (Column("weekday", "Weekday"), Column("hour", "Hour")),
}
HOUR = timedelta(hours=1)
SHARE = rounded(whole("SUM(used)"), whole("SUM(every)"), 1000)
REST = """
flow AS (
  SELECT measured.day AS place, measured.time AS used, line.rooms * measured.length AS every
  FROM measured JOIN line ON line.key = measured.key
)"""
NUMBERS = f"{whole('SUM(used)')}, {whole('SUM(every)')}, {SHARE}"
SELECTS = {
    "total": f"SELECT {NUMBERS} FROM flow HAVING COUNT(*) > 0",  # noqa: S608 -- our own words
    "hour": f"""SELECT cell.weekday, cell.hour, {NUMBERS} FROM flow JOIN cell ON cell.place = flow.place
      GROUP BY cell.place, cell.weekday, cell.hour ORDER BY cell.place""",  # noqa: S608 -- our own words
}


def heatmap(asked: Asked) -> Table:
    """Return how much is in use at each hour of each weekday that the period has."""
    return table_of((*CUTS[asked.by], *MEASURES), fetch(*statement(asked)))


def statement(asked: Asked) -> tuple[str, list[Any]]:
    """Return the one statement of the report, with its parameters."""
    mark = given("mark", {"key": INT, "day": INT, "opens": INT, "closes": INT}, _hours(asked))
    tables, params = swept(asked, *keyed(asked, "scope.clock"), mark)
    cell, cells = given("cell", {"place": INT, "weekday": TEXT, "hour": TEXT}, _cells())
    sql = f"WITH {', '.join(tables)}, {cell}, {REST} {SELECTS[asked.by]}"
    return sql, [*params, *cells]


def _cells() -> Iterator[tuple[int, str, str]]:
    for place in range(7 * 24):
        weekday, hour = divmod(place, 24)
        yield place, WEEKDAYS[weekday], f"{hour:02}:00"


def _hours(asked: Asked) -> Iterator[tuple[int, int, int, int]]:
    """Yield each hour of the period for each zone: the zone's number, its place in the week, both ends."""
    base = base_of(asked)
    zones = {number: (since, until, ZoneInfo(zone)) for _, since, until, zone, number in asked.bounds()}
    for number, (since, until, zone) in zones.items():
        start = since
        while start < until:
            # To the next full hour there: on one island clocks change by half of one.
            local = start.astimezone(zone)
            end = min(start + HOUR - timedelta(minutes=local.minute, seconds=local.second), until)
            yield number, _place(start, zone), int(start.timestamp()) - base, int(end.timestamp()) - base
            start = end


def _place(moment: datetime, zone: ZoneInfo) -> int:
    local = moment.astimezone(zone)
    return local.weekday() * 24 + local.hour
