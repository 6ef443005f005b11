"""Note that another calendar wants time of a room that is taken, or no longer does.

Nothing of the room changes by it, but whoever looks at its desk hears of it, and its history has it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rooms.models import Room
from rooms.operations._writing import Happening, lock, record, writes
from rooms.operations.holding import touched
from rooms.queries.terms import terms_of


@writes
def note_conflict(
    also: frozenset[int],
    room: Room,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    now: datetime | None = None,
) -> None:
    """Write one Change of the room: `after` says what it is in conflict with, `before` what it was.

    Both name the `calendar` and say `from` when `until` when it wants the room; or are empty.
    """
    # With its parts and wholes, though only its own Change is written: whoever goes on in this transaction
    # takes them out of use, and would else have to lock them out of order.
    terms = terms_of(room.venue_id)
    locked = lock({room.pk, *touched(terms, [room.pk] if room.pk in terms.rooms else []), *also})
    happening = Happening(room.pk, "conflict", before=dict(before), after=dict(after))
    record([happening], locked=locked, by=None, now=now or locked.now)
