"""The words in which the two databases differ, as far as reports need them beyond rooms/sql.py."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rooms.sql import instant, on_postgres

INT, TEXT, DAY, MOMENT = "bigint", "text", "date", "timestamptz"


def given(name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> tuple[str, list[Any]]:
    """Return a table of given rows, to stand in a WITH, and its parameters."""
    found = list(rows)
    if on_postgres():
        arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
        sql = f"{name} AS MATERIALIZED (SELECT * FROM unnest({arrays}) AS {name}({', '.join(columns)}))"  # noqa: S608
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


def local_day(moment: str, zone: str) -> str:
    """Return the date that the clocks of a zone show: a date on PostgreSQL, and its text on SQLite."""
    if on_postgres():
        return f"({moment} AT TIME ZONE {zone})::date"
    return f"django_datetime_cast_date({moment}, {zone}, 'UTC')"  # Django's, on each of its connections


def seconds(moment: str) -> str:
    """Return the whole seconds since 1970 of an instant."""
    if on_postgres():
        return f"floor(EXTRACT(EPOCH FROM {moment}))::bigint"
    return f"CAST(strftime('%%s', {moment}) AS INTEGER)"


def later(one: str, other: str) -> str:
    """Return the greater of two values."""
    return f"{'GREATEST' if on_postgres() else 'MAX'}({one}, {other})"


def earlier(one: str, other: str) -> str:
    """Return the lesser of two values."""
    return f"{'LEAST' if on_postgres() else 'MIN'}({one}, {other})"


def lines_of(column: str) -> str:
    """Return the priced lines in a column as the table `line`, for `of_line` to read."""
    return f"{'jsonb_array_elements' if on_postgres() else 'json_each'}({column}) AS line"


def of_line(name: str) -> str:
    """Return one field of a priced line: its amount, its room, or the day it is on."""
    if not on_postgres():
        return f"json_extract(line.value, '$.{name}')"
    kind = {"amount": "::bigint", "on": "::date"}.get(name, "")
    return f"(line.value->>'{name}'){kind}"


def rounded(part: str, whole: str, scale: int = 1) -> str:
    """Return a ratio in whole parts of the scale, halves up; nothing where there is no whole."""
    return f"CASE WHEN {whole} > 0 THEN (2 * {scale} * {part} + {whole}) / (2 * {whole}) END"


def whole(number: str) -> str:
    """Return a sum as a whole number: PostgreSQL adds whole numbers up as decimals."""
    return f"CAST({number} AS bigint)"
