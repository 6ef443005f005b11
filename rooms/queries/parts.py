"""Which rooms are parts of which, however deep, as the tables say."""

from collections import defaultdict
from collections.abc import Iterable

from rooms.models import RoomPart


def parts_of(wholes: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return for each of the rooms every part of it, archived or not, in one query."""
    wanted = set(wholes)
    direct: defaultdict[int, set[int]] = defaultdict(set)
    for whole, part in _pairs(wanted):
        direct[whole].add(part)
    return {whole: _reached(whole, direct) for whole in wanted}


def wholes_of(part: int) -> frozenset[int]:
    """Return every room that the room is part of, archived or not."""
    direct: defaultdict[int, set[int]] = defaultdict(set)
    for whole, its in _pairs({part}):
        direct[its].add(whole)
    return _reached(part, direct)


def _pairs(rooms: set[int]) -> Iterable[tuple[int, int]]:
    rows = RoomPart.objects.filter(whole__venue__rooms__in=rooms)
    return rows.values_list("whole_id", "part_id").distinct()


def _reached(room: int, direct: dict[int, set[int]]) -> frozenset[int]:
    found: set[int] = set()
    waiting = list(direct.get(room, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(direct.get(one, ()))
    return frozenset(found - {room})
