"""A copy of everything that the site knows of one person, as JSON, written while it is read."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from accounts import keepers
from accounts.models import User
from accounts.throttle import Limit

COPIES = Limit(
    "copies-of-ones-data",
    5,
    3_600,
    "You have had five copies within this hour. Please wait for the next.",
)


def copy_of(person: User, *, now: datetime | None = None) -> Iterator[str]:
    """Yield the copy piece by piece: an object with a list for each section, and a row a line.

    No more than a few hundred rows are in memory at once, however much there is.
    """
    head = {"site": settings.BASE_URL, "written_at": now or datetime.now(UTC)}
    yield "{\n" + ",\n".join(f"{_json(name)}: {_json(value)}" for name, value in head.items())
    for name, rows in keepers.told(person):
        yield f",\n{_json(name)}: ["
        before = "\n"
        for row in rows:
            yield before + _json(row)
            before = ",\n"
        yield "]" if before == "\n" else "\n]"
    yield "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
