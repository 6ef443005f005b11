"""The few words in which the two databases differ, for the statements written by hand.

By hand, because round trips and query building are what a booking costs (docs/decisions/0006).
"""

import json
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from accounts.sql import columns, fetch, on_postgres, read, rows_of
from reservations import Span
from rooms.constraints import FOREVER_ON_SQLITE

__all__ = [
    "aware",
    "columns",
    "database_now",
    "estimated_now",
    "fetch",
    "instant",
    "on_postgres",
    "one_of",
    "reaches_into",
    "read",
    "rows_of",
    "stays_table",
]
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)


def one_of(column: str, ids: Iterable[int]) -> tuple[str, list[Any]]:
    """Return a condition that the column is one of the ids, and its parameters."""
    values = list(ids)
    if on_postgres():
        # As text: psycopg looks at each element of a list to find its type, twice a statement.
        return f"{column} = ANY(%s::bigint[])", [f"{{{','.join(map(str, values))}}}"]
    return f"{column} IN ({', '.join(['%s'] * len(values)) or 'NULL'})", values


def stays_table(rows: Iterable[tuple[int, datetime, datetime]]) -> tuple[str, list[Any]]:
    """Return a table of given rows (type_id, starts, ends), to be joined, and its parameters."""
    given = list(rows)
    if on_postgres():
        sql = "unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS stay(type_id, starts, ends)"
        return sql, [list(column) for column in zip(*given, strict=True)] or [[], [], []]
    told = json.dumps([[key, instant(start), instant(end)] for key, start, end in given])
    columns = ("type_id", "starts", "ends")
    parts = ", ".join(f"json_extract(value, '$[{n}]') AS {name}" for n, name in enumerate(columns))
    return f"(SELECT {parts} FROM json_each(%s)) AS stay", [told]  # noqa: S608 -- no input in it


def instant(value: datetime | None) -> Any:
    """Return the instant as this database takes it in a parameter."""
    return None if value is None else connection.ops.adapt_datetimefield_value(value)


def aware(value: datetime | str | None) -> datetime | None:
    """Return an instant read by hand, in UTC: SQLite does not say its zone, and computes in text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value is None or value.tzinfo is UTC:
        return value
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def reaches_into(span: Span, allocation: str, room: str) -> tuple[str, list[Any]]:
    """Return a condition that an allocation's blocked range shares time with the span, and its parameters.

    Active allocations of one room never overlap. So PostgreSQL asks the constraint's own GiST index, and
    SQLite starts at the last one that begins before the span: none before it can reach in.
    """
    if on_postgres():
        sql = f"tstzrange({allocation}.blocks_from, {allocation}.blocks_until) && tstzrange(%s, %s)"
        return sql, [span.start, span.end]
    sql = (
        f"{allocation}.blocks_from < %s AND {allocation}.blocks_from >= COALESCE(("  # noqa: S608 -- only the names of tables
        f"SELECT MAX(step.blocks_from) FROM rooms_allocation AS step "
        f"WHERE step.room_id = {room} AND step.active AND step.blocks_from <= %s), %s) "
        f"AND COALESCE({allocation}.blocks_until, '{FOREVER_ON_SQLITE}') > %s"
    )
    start = instant(span.start)
    return sql, [instant(span.end) or FOREVER_ON_SQLITE, start, start, start]


def database_now() -> datetime:
    """Return the time by the database's clock, which decides when a hold has run out."""
    if on_postgres():
        moment: datetime = fetch("SELECT clock_timestamp()")[0][0]
        return moment.astimezone(UTC)
    return datetime.now(UTC)  # SQLite runs in this process: its clock is this one.


MEASURED_FOR = 60.0  # seconds; two clocks drift apart by microseconds in that time
_offset: tuple[float, timedelta] | None = None


def estimated_now() -> datetime:
    """Return about what `database_now` would say, mostly without asking."""
    global _offset
    if _offset is None or time.monotonic() - _offset[0] > MEASURED_FOR:
        _offset = time.monotonic(), database_now() - datetime.now(UTC)
    return datetime.now(UTC) + _offset[1]
