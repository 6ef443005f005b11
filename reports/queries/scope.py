"""Which venues and which time a statement is about: the table that all of them begin with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reports.asking import Asked
from reports.sql import DAY, INT, MOMENT, TEXT, given, literal
from reports.tables import Column, Table

SCOPE = {"venue_id": INT, "since": MOMENT, "until": MOMENT, "zone": TEXT, "clock": INT}
SECONDS = {"opens": INT, "closes": INT}
MOST = 10_000  # rows of one report
# Of a booking: whether it has, or had, a room of the type.
HAS_TYPE = """AND EXISTS (
  SELECT 1 FROM rooms_allocation AS taken JOIN rooms_room AS room ON room.id = taken.room_id
  WHERE taken.booking_id = booking.id AND room.type_id = %s)"""


def scope_of(asked: Asked) -> tuple[str, list[Any]]:
    """Return the table `scope`: each venue with its period, as instants and in seconds from the base."""
    base = base_of(asked)
    rows = [(*row, int(row[1].timestamp()) - base, int(row[2].timestamp()) - base) for row in asked.bounds()]
    return given("scope", SCOPE | SECONDS, rows)


def base_of(asked: Asked) -> int:
    """Return the second from which time is counted: small numbers add up fast, and never overflow."""
    return int(ends(asked)[0].timestamp())


def calendar_of(asked: Asked) -> tuple[str, list[Any]]:
    """Return the table `calendar`: every day of the period, for a gap would look like a day left out."""
    return given("calendar", {"day": DAY}, [[day] for day in asked.days])


def ends(asked: Asked) -> tuple[datetime, datetime]:
    """Return when the period begins at the first of the venues, and ends at the last."""
    spans = [(since, until) for _, since, until, *_ in asked.bounds()] or [(asked.now, asked.now)]
    return min(since for since, _ in spans), max(until for _, until in spans)


def within(column: str, asked: Asked) -> str:
    """Return a condition that an instant may lie in the period: of a venue, `scope` then says it exactly.

    Written out, and not as parameters: the database plans by it how many rows there will be.
    """
    first, last = ends(asked)
    return f"{column} >= {literal(first)} AND {column} < {literal(last)}"


def table_of(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Table:
    """Return the table of what a statement found: the most rows there may be, and whether there are more."""
    return Table(tuple(columns), tuple(map(tuple, rows[:MOST])), is_cut=len(rows) > MOST)
