"""An fsck for bookings: every invariant that can be read from the tables, looked at in turn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from rooms.queries import (  # noqa: F401 -- they add themselves
    invariants_of_changes,
    invariants_of_messages,
    invariants_of_participants,
    invariants_of_rights,
    invariants_of_waiting,
)
from rooms.queries.invariants import INVARIANTS, Row
from rooms.sql import on_postgres


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one invariant: its name, its law, and the rows that break it."""

    name: str
    law: str
    broken: list[Row]


def verdicts(begin: Callable[[int, str], None] = lambda number, name: None) -> Iterator[Verdict]:
    """Look at every invariant in turn; `begin` hears the number and name of each beforehand."""
    with _unhurried():
        for number, look in enumerate(INVARIANTS, start=1):
            begin(number, look.__name__)
            yield Verdict(look.__name__, (look.__doc__ or "").strip().splitlines()[0], look())


def violations() -> dict[str, list[Row]]:
    """Return the rows that break an invariant, by its name; nothing when all is well."""
    return {verdict.name: verdict.broken for verdict in verdicts() if verdict.broken}


@contextmanager
def _unhurried() -> Iterator[None]:
    """Lift the budget of a web request: on PostgreSQL it is for this transaction, SQLite has none."""
    if not on_postgres():
        yield  # And no transaction either: on SQLite it would keep every booking waiting.
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield
