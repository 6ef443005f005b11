"""`manage.py flush` as tests run it: after each test that commits, to leave the tables as they were found.

Django's own truncates every table, and makes all content types and permissions anew. On PostgreSQL that
writes hundreds of files to do away with a few rows, and took longer than most tests. This deletes what rows
there are.
"""

from typing import Any

from django.core.management.commands import flush
from django.db import connections, transaction

KEPT = {"django_content_type", "auth_permission"}  # they follow from the models, and no test changes them


class Command(flush.Command):
    """Empty the tables."""

    def handle(self, *, database: str, **options: Any) -> None:
        """Delete every row but those of KEPT, whoever refers to whom: references are checked at the end."""
        connection = connections[database]
        tables = sorted(set(connection.introspection.django_table_names()) - KEPT)
        names = {table: connection.ops.quote_name(table) for table in tables}
        with transaction.atomic(using=database), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # Wait for whoever still writes, as TRUNCATE would; SQLite has one writer at a time.
                cursor.execute(f"LOCK TABLE {', '.join(names.values())}")
            cursor.execute(
                " UNION ALL ".join(
                    f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {name})" for table, name in names.items()
                )
            )
            for (table,) in cursor.fetchall():
                cursor.execute(f"DELETE FROM {names[table]}")
