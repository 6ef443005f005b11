"""Which rooms nothing is in at this moment, as the first page counts them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from rooms.models import RoomPart
from rooms.queries.availability import STANDS
from rooms.sql import FOREVER, aware, fetch, instant, one_of


def free_right_now(venues: Iterable[int], *, now: datetime) -> dict[int, set[int]]:
    """Return for each venue the rooms that nothing is in at this moment, nor in a part of them.

    Whether the venue is open is another question.
    """
    venues = list(venues)
    which, params = one_of("room.venue_id", venues)
    moment = instant(now)
    rows = fetch(
        "SELECT room.venue_id, room.id, "  # noqa: S608 -- no input in it
        "(SELECT COALESCE(taken.blocks_until, %s) FROM rooms_allocation AS taken "
        f"WHERE {STANDS} AND taken.blocks_from <= %s ORDER BY taken.blocks_from DESC LIMIT 1) "
        f"FROM rooms_room AS room WHERE room.archived_at IS NULL AND {which}",
        [instant(FOREVER), moment, moment, *params],
    )
    free: defaultdict[int, set[int]] = defaultdict(set)
    for venue, room, until in rows:
        if until is None or aware(until) <= now:  # type: ignore[operator]
            free[venue].add(room)
    parts = RoomPart.objects.filter(whole__venue__in=venues, part__archived_at=None)
    rows = list(parts.values_list("whole__venue_id", "whole_id", "part_id"))
    # Round by round, for a part may be a whole itself.
    while lost := [row for row in rows if row[1] in free[row[0]] and row[2] not in free[row[0]]]:
        for venue, whole, _ in lost:
            free[venue].discard(whole)
    return dict(free)
