"""Statements written by hand, sent the fast way.

By hand, because round trips and query building are what a booking costs (docs/decisions/0006).
"""

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model

M = TypeVar("M", bound=Model)
NAMES_ON_POSTGRES = """
SELECT conname FROM pg_constraint WHERE conrelid = to_regclass(%(table)s)
UNION SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE indrelid = to_regclass(%(table)s) AND indisvalid"""
NAMES_ON_SQLITE = "SELECT name, sql FROM sqlite_master WHERE tbl_name = %s"
_NAMED = re.compile(r'\bCONSTRAINT "(\w+)"')


@functools.cache
def on_postgres() -> bool:
    """Test whether the default database is PostgreSQL."""
    return connection.vendor == "postgresql"


def fetch(sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Return every row of one statement.

    On PostgreSQL it is prepared and its rows come in binary: Django's own cursor sends each statement as
    new text and reads instants by a regular expression, which took longer than the database did.
    """
    own = connections[DEFAULT_DB_ALIAS]  # looked up once: `connection` looks itself up for every attribute
    if own.vendor == "postgresql" and not own.queries_logged:
        own.ensure_connection()
        own.validate_no_broken_transaction()
        with own.wrap_database_errors:
            cursor = _cursor(own.connection)
            cursor.execute(sql, params, prepare=True, binary=True)
            # Not `description`, which describes every column before anybody asks.
            return [] if cursor.rownumber is None else cursor.fetchall()
    with own.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def names_on(table: str, own: Any = connection) -> set[str]:
    """Return the names of a table's constraints and indexes; on SQLite, of its triggers too.

    They are read from the catalogue: on SQLite Django's introspection parses the text of the table instead,
    for tens of milliseconds.
    """
    with own.cursor() as cursor:
        if own.vendor == "postgresql":
            cursor.execute(NAMES_ON_POSTGRES, {"table": own.ops.quote_name(table)})
            return {name for (name,) in cursor.fetchall()}
        cursor.execute(NAMES_ON_SQLITE, [table])
        made = cursor.fetchall()
    return {name for name, _ in made} | {name for _, sql in made for name in _NAMED.findall(sql or "")}


def rows_of(model: type[M], where: str, params: Sequence[Any], *, order: str = "id") -> list[M]:
    """Return the rows of a model that a condition written by hand names, in that order."""
    table = model._meta.db_table
    return read(
        model,
        f"SELECT {columns(model)} FROM {table} WHERE {where} ORDER BY {order}",  # noqa: S608 -- names only
        params,
    )


def read(model: type[M], sql: str, params: Sequence[Any], *, also: Sequence[str] = ()) -> list[M]:
    """Return the rows of a model that a statement selects: its `columns`, then what `also` names."""
    if not on_postgres() or connection.queries_logged:
        return list(model._default_manager.raw(sql, params))
    names = [field.attname for field in model._meta.concrete_fields]
    found = []
    for row in fetch(sql, params):
        one = model.from_db(connection.alias, names, row[: len(names)])
        for name, value in zip(also, row[len(names) :], strict=True):
            setattr(one, name, value)
        found.append(one)
    return found


@functools.cache
def columns(model: type[Model], alias: str = "") -> str:
    """Return the columns of a model, as a statement selects them from the table or its alias."""
    before = f"{alias}." if alias else ""
    return ", ".join(f"{before}{field.column}" for field in model._meta.concrete_fields)


def _cursor(session: Any) -> Any:
    from psycopg import Cursor  # only installations with PostgreSQL have it at hand

    return Cursor(session)
