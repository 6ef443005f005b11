"""The words in which the two databases differ, as far as reports need them beyond rooms/sql.py."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import InterfaceError, OperationalError, transaction

from reservations import Unready
from rooms.sql import fetch, instant, on_postgres

# What a report may take, where a booking may not: nobody waits for a lock behind it. Its plans are good with
# memory for their sums, and gain nothing by being compiled first.
PATIENCE = """SELECT set_config('statement_timeout', '30000', true), set_config('work_mem', '64MB', true),
  set_config('jit', 'off', true)"""
INT, TEXT, DAY, MOMENT = "bigint", "text", "date", "timestamptz"


def given(name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> tuple[str, list[Any]]:
    """Return a table of given rows, to stand in a WITH, and its parameters."""
    found = list(rows)
    if on_postgres():
        arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
        # Not kept aside: what is read from a table kept aside, no second process may help with.
        sql = f"{name} AS NOT MATERIALIZED (SELECT * FROM unnest({arrays}) AS {name}({', '.join(columns)}))"  # noqa: S608
        return sql, [[row[place] for row in found] for place in range(len(columns))]
    told = json.dumps([[_written(cell) for cell in row] for row in found])
    cells = ", ".join(
        f"json_extract(value, '$[{place}]') AS {column}" for place, column in enumerate(columns)
    )
    return f"{name} AS MATERIALIZED (SELECT {cells} FROM json_each(%s))", [told]  # noqa: S608 -- our own names


def _written(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return instant(cell)
    return cell if cell is None or isinstance(cell, int) else str(cell)


def literal(moment: datetime) -> str:
    """Return an instant of ours as a statement has it."""
    return f"'{moment.isoformat()}'::timestamptz" if on_postgres() else f"'{instant(moment)}'"


def local_day(moment: str, zone: str) -> str:
    """Return the date that the clocks of a zone show: a date on PostgreSQL, and its text on SQLite."""
    if on_postgres():
        return f"({moment} AT TIME ZONE {zone})::date"
    return f"django_datetime_cast_date({moment}, {zone}, 'UTC')"  # Django's, on each of its connections


def days_since(first: date, day: str) -> str:
    """Return how many days a date, as `local_day` has it, lies behind the first."""
    if on_postgres():
        return f"({day} - '{first.isoformat()}'::date)"
    return f"CAST(julianday({day}) - julianday('{first.isoformat()}') AS INTEGER)"


def seconds(moment: str) -> str:
    """Return the whole seconds since 1970 of an instant."""
    if on_postgres():
        return f"floor(date_part('epoch', {moment}))"  # faster than EXTRACT, which makes a decimal
    return f"CAST(strftime('%%s', {moment}) AS INTEGER)"


def small(number: str) -> str:
    """Return a number that fits 32 bits as such: PostgreSQL adds those up without decimals."""
    return f"CAST({number} AS int)"


def later(one: str, other: str) -> str:
    """Return the greater of two values."""
    return f"{'GREATEST' if on_postgres() else 'MAX'}({one}, {other})"


def earlier(one: str, other: str) -> str:
    """Return the lesser of two values."""
    return f"{'LEAST' if on_postgres() else 'MIN'}({one}, {other})"


def by_itself() -> str:
    """Return what ends a SELECT in brackets that PostgreSQL shall plan by itself.

    It then knows less of how many different rows come of it, and so lets several processes sum them up; and
    works out a column once for each row, and not wherever it is read.
    """
    return "OFFSET '0'" if on_postgres() else ""


def sorted_array(number: str) -> str:
    """Return the values of a group in order, for `last_before`."""
    return f"array_agg({number} ORDER BY {number})" if on_postgres() else "NULL"


def last_before(number: str, array: str) -> str:
    """Return the last value of an array that is not above the number; on SQLite the number itself."""
    return f"{array}[width_bucket({number}, {array})]" if on_postgres() else number


def lines_of(column: str) -> str:
    """Return the priced lines in a column as the table `line`, for `of_line` to read."""
    return f"{'jsonb_array_elements' if on_postgres() else 'json_each'}({column}) AS line"


def of_line(name: str) -> str:
    """Return one field of a priced line: an amount, its units, the room it is for, or the day it is on."""
    if not on_postgres():
        return f"json_extract(line.value, '$.{name}')"
    kind = {"room": "", "on": "::date"}.get(name, "::bigint")
    return f"(line.value->>'{name}'){kind}"


def rounded(part: str, whole: str, scale: int = 1) -> str:
    """Return a ratio in whole parts of the scale, halves up; nothing where there is no whole."""
    return f"CASE WHEN {whole} > 0 THEN (2 * {scale} * {part} + {whole}) / (2 * {whole}) END"


def whole(number: str) -> str:
    """Return a sum as a whole number: PostgreSQL adds whole numbers up as decimals."""
    return f"CAST({number} AS bigint)"


@contextmanager
def patient() -> Iterator[None]:
    """Let statements take their time, and say so where it was not enough.

    :raises Unready: if the database was too slow, or away
    """
    try:
        if on_postgres():
            with transaction.atomic():
                fetch(PATIENCE)
                yield
        else:
            yield  # a transaction would keep everybody on SQLite from booking
    except (OperationalError, InterfaceError) as error:
        raise Unready("That took too long. Ask for fewer days, or one venue.", retry_after=30) from error
