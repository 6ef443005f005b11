"""What Django checks: that the database guards its tables, and that threads need not wait for it."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from rooms.checked import Checked
from rooms.constraints import NoOverlap
from rooms.models import Allocation, Booking


@register(Tags.database)
def tables_are_guarded(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Report the constraint against overlaps, or a trigger of it or of others, that a database has lost."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if Booking._meta.app_label in behind(connection):
            continue  # a migration brings what it lacks, and is checked before it runs
        present = connection.introspection.table_names()
        for model in (Allocation, Booking):
            table = model._meta.db_table
            for constraint in model._meta.constraints if table in present else ():  # else not migrated yet
                if isinstance(constraint, NoOverlap | Checked):
                    follows = _FOLLOWS if isinstance(constraint, NoOverlap) else "rows can be senseless"
                    found += [_lost(name, alias, follows) for name in constraint.missing(connection, table)]
    return found


def behind(connection: Any) -> set[str]:
    """Return the apps of which the database lacks migrations."""
    loader = MigrationLoader(connection)
    return {app for app, _ in loader.graph.nodes.keys() - loader.applied_migrations.keys()}


_FOLLOWS = "two bookings of one room could overlap"


def _lost(name: str, alias: str, follows: str) -> Error:
    return Error(
        f"The database “{alias}” has lost {name}: {follows}.",
        hint="Restore it from the migration that made it, then run: python manage.py verify",
        id="reserve.E003",
    )


ENOUGH = 10  # of the threads of a process up to nine keep their connection while they have work


@register(deploy=True)
def connections_suffice(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn of a pool in which threads wait for each other, which looks like a database that hangs."""
    pool = settings.DATABASES["default"].get("OPTIONS", {}).get("pool")
    if not isinstance(pool, dict) or pool["max_size"] >= ENOUGH:
        return []
    return [
        checks.Warning(
            f"DATABASE_POOL={pool['max_size']} is fewer connections than a busy process has threads.",
            hint=f"Set DATABASE_POOL={ENOUGH} or more; PostgreSQL's max_connections is for all processes.",
            id="reserve.W001",
        )
    ]
