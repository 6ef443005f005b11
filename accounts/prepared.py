"""Statements that are sent so often that even building them anew is felt.

For each statement psycopg makes a cursor, converts the text, looks for what was prepared and waits in a loop
of its own. That takes a third of what a whole booking takes in this process (docs/decisions/0006).
"""

import re
from collections.abc import Mapping
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from accounts.sql import fetch

TEXT, BINARY = "t", 1
FAILED, SQLSTATE = 7, ord("C")  # as libpq numbers them
FORGOTTEN = b"26000"  # psycopg makes the server forget every statement whenever it rolls back
PLACE = re.compile(r"%\((\w+)\)s")


class Prepared:
    """A statement that each connection prepares once, and that libpq then runs by itself.

    Its parameters travel as text: PostgreSQL tells their types by where they stand. Its rows come in binary.
    """

    def __init__(self, name: str, sql: str) -> None:
        self.name, self.sql = name.encode(), sql
        self.params = tuple(dict.fromkeys(PLACE.findall(sql)))
        self.formats = [TEXT] * len(self.params)
        self.text = PLACE.sub(lambda place: f"${self.params.index(place[1]) + 1}", sql).encode()

    def fetch(self, params: Mapping[str, Any], own: Any = None) -> list[tuple[Any, ...]]:
        """Return every row of the statement; `own` is the connection, where it is at hand."""
        own = own or connections[DEFAULT_DB_ALIAS]
        if own.connection is None:
            own.ensure_connection()
        # psycopg itself begins transactions, and Django's cursor logs: what asks for either goes their way.
        if own.queries_logged or not own.connection.autocommit:
            return fetch(self.sql, params)
        try:
            return self._run(own.connection, list(map(params.__getitem__, self.params)))
        except Exception:
            with own.wrap_database_errors:
                raise

    def _run(self, session: Any, values: list[Any]) -> list[tuple[Any, ...]]:
        readers = session.__dict__.setdefault("readers_of_prepared", {})
        reader = readers.get(self.name) or readers.setdefault(self.name, self._prepare(session))
        texts = reader.dump_sequence(values, self.formats)
        result = session.pgconn.exec_prepared(self.name, texts, None, BINARY)
        if result.status == FAILED:
            if result.error_field(SQLSTATE) == FORGOTTEN:
                self._prepare(session)
                result = session.pgconn.exec_prepared(self.name, texts, None, BINARY)
            _require(result, session)
        reader.set_pgresult(result)
        return reader.load_rows(0, result.ntuples, tuple)  # type: ignore[no-any-return]

    def _prepare(self, session: Any) -> Any:
        from psycopg.adapt import Transformer  # only installations with PostgreSQL have it at hand

        _require(session.pgconn.prepare(self.name, self.text), session)
        return Transformer(session)


def _require(result: Any, session: Any) -> None:
    """Raise what psycopg raises for a result that is an error."""
    if result.status != FAILED:
        return
    from psycopg import OperationalError
    from psycopg.errors import error_from_result

    if session.closed:  # the server went away, and has no code for it
        raise OperationalError(result.get_error_message())
    raise error_from_result(result)
