"""Which rooms are parts of which, however deep, as the tables say."""

from collections import defaultdict
from collections.abc import Iterable

from rooms.models import RoomPart


def parts_of(wholes: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return for each of the rooms every part of it, archived or not, in one query."""
    wanted = set(wholes)
    direct: defaultdict[int, set[int]] = defaultdict(set)
    rows = RoomPart.objects.filter(whole__venue__rooms__in=wanted)
    for whole, part in rows.values_list("whole_id", "part_id").distinct():
        direct[whole].add(part)
    return {whole: _under(whole, direct) for whole in wanted}


def _under(whole: int, direct: dict[int, set[int]]) -> frozenset[int]:
    found: set[int] = set()
    waiting = list(direct.get(whole, ()))
    while waiting:
        part = waiting.pop()
        if part not in found:
            found.add(part)
            waiting.extend(direct.get(part, ()))
    return frozenset(found - {whole})
