"""Rows by the ten thousand: what the large demo and the past of the small one are written with.

The one thing that does not go through the operations: it writes the same rows as they would, and
`manage.py verify` finds nothing wrong with them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.utils.crypto import get_random_string

from accounts.models import User
from rooms.sql import fetch, on_postgres

DIGITS = "23456789BCDFGHJKMNPQRSTVWXYZ"
Row = tuple[Any, ...]


def visitors(names: dict[str, str]) -> list[int]:
    """Return the ids of people by their addresses, made where they are not; nobody can log in as them."""
    present = set(User.objects.filter(email__in=names).values_list("email", flat=True))
    User.objects.bulk_create(
        User(email=address, name=name, password="!" + get_random_string(40))
        for address, name in names.items()
        if address not in present
    )
    return list(User.objects.filter(email__in=names).order_by("pk").values_list("pk", flat=True))


def keys(table: str, number: int) -> int:
    """Return the first of so many ids that nobody else will be given."""
    if on_postgres():
        sequence = "pg_get_serial_sequence(%s, 'id')"
        [(last,)] = fetch(f"SELECT setval({sequence}, nextval({sequence}) + %s)", [table, table, number - 1])
        return int(last) - number + 1
    [(last,)] = fetch(f"SELECT COALESCE(MAX(id), 0) FROM {table}")  # noqa: S608 -- our own table
    return int(last) + 1


def reference(key: int) -> str:
    """Return a reference one letter longer than those that are drawn: the two never meet."""
    letters = ""
    for _ in range(9):
        key, digit = divmod(key, len(DIGITS))
        letters = DIGITS[digit] + letters
    return f"{letters[:4]}-{letters[4:]}"


def load(table: str, columns: str, rows: Iterable[Row]) -> None:
    """Write the rows in the fastest way the database has."""
    with connection.cursor() as cursor:
        if on_postgres():
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * (columns.count(",") + 1))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(rows))  # noqa: S608 -- our own names


def number(revisions: Sequence[tuple[int, int]]) -> None:
    """Say of each room how many changes it has now."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE rooms_room SET revision = %s WHERE id = %s", [(last, room) for room, last in revisions]
        )
