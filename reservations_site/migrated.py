"""Whether the database has the tables of this version: asked until it once has them, and then remembered."""

from django.db import connection

from rooms.checks import behind

_known: set[str] = set()  # the databases that were found well; a version that runs gets no new migrations


def is_migrated() -> bool:
    """Test whether the database has every migration of this version.

    :raises OperationalError: if it does not answer
    """
    name = str(connection.settings_dict["NAME"])
    if name in _known:
        return True
    try:
        if behind(connection):
            return False
    finally:
        connection.close()
    _known.add(name)
    return True
