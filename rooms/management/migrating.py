"""What a command says of a database whose tables are not those of this version."""

from django.core.management.base import CommandError
from django.db import connection

from rooms.checks import behind


def require_migrated() -> None:
    """Refuse a database that lacks migrations.

    :raises CommandError: with the command that brings them
    """
    if behind(connection):
        raise CommandError("The database lacks migrations. Run: python manage.py migrate")
