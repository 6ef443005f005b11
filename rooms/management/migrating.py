"""What a command says of a database whose tables are not those of this version."""

from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def require_migrated() -> None:
    """Refuse a database that lacks migrations.

    :raises CommandError: with the command that brings them
    """
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("The database lacks migrations. Run: python manage.py migrate")
