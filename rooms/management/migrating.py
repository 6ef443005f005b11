"""What a command says of a database whose tables are not those of this version."""

from django.core.management.base import CommandError
from django.db import connection

from rooms.checks import behind


def require_migrated() -> None:
    """Refuse a database that lacks migrations.

    :raises CommandError: with the apps they are of, and the command that brings them
    :raises OperationalError: if the database does not answer
    """
    if apps := behind(connection):
        raise CommandError(
            f"The database lacks migrations of {', '.join(sorted(apps))}. Run: python manage.py migrate"
        )
