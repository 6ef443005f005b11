"""What Django checks before it migrates: that the database still guards against overlaps."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from rooms.constraints import NoOverlap
from rooms.models import Allocation


@register(Tags.database)
def overlaps_are_refused(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Report the constraint against overlaps, or a trigger of it, that a database has lost."""
    table = Allocation._meta.db_table
    found: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if table not in connection.introspection.table_names():
            continue  # Not migrated yet.
        for constraint in Allocation._meta.constraints:
            if isinstance(constraint, NoOverlap):
                found += [_lost(name, alias) for name in constraint.missing(connection, table)]
    return found


def _lost(name: str, alias: str) -> Error:
    return Error(
        f"The database “{alias}” has lost {name}: two bookings of one room could overlap.",
        hint="Restore it from the migration that made it, then run: python manage.py verify",
        id="reserve.E003",
    )
