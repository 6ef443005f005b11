"""Every room of a venue for one span: free with its price, or taken with the reasons; in a few queries.

What rooms share is asked once: rooms of one type and hours break the same terms and cost the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from reservations import Conflict, Forbidden, PolicyViolation, Quote, Span
from reservations.rights import BOOK
from rooms.queries import rights
from rooms.queries.availability import Wants, quote_of
from rooms.queries.breaking import violations
from rooms.queries.clear import Around, around
from rooms.queries.own import HELD, Own, conflict_of, held_by
from rooms.queries.quotas import reached_by_type
from rooms.queries.terms import RoomTerms, VenueTerms, derived
from rooms.queries.timeline import RoomTimeline, timeline
from rooms.sql import database_now

ANYTHING = Wants()


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One room for the span: what it costs, what terms the span breaks there, and what is in the way."""

    room: RoomTerms
    quote: Quote
    broken: list[PolicyViolation | Forbidden]
    conflicts: list[Conflict]
    asked: Around

    @property
    def is_free(self) -> bool:
        """Test whether the room can be had."""
        return not self.broken and not self.conflicts


def survey(
    terms: VenueTerms,
    span: Span,
    *,
    wants: Wants = ANYTHING,
    now: datetime | None = None,
    reader: Any = None,
) -> list[Surveyed]:
    """Return the rooms that have what is wanted, the free ones first, cheapest fit first.

    :param reader: who asks: of what is in the way, their own holds are told from others', and what they
        may not book, or a quota leaves them nothing of, cannot be had
    """
    moment = now or database_now()
    rooms = [room for room in terms.rooms.values() if wants.met_by(room)]
    rows = timeline(terms, _widest(span, rooms), rooms=[room.id for room in rooms], now=moment)
    alike, quotes = derived(_groups, terms, _alike), {}
    is_held = any(row.kind == HELD for own in rows.values() for row in own.taken)
    mine = held_by(reader, now=moment) if is_held else {}
    used_up = reached_by_type(rooms, terms, span, reader, now=moment)
    broken: dict[int, list[PolicyViolation | Forbidden]] = {}
    refused = rights.refused(terms, reader, BOOK)
    asked: dict[int, Around] = {}
    ranked = []
    for room in rooms:
        group, rates, policy = alike[room.id], id(room.rates), id(room.policy)
        if group not in broken:
            broken[group] = [*violations(room, terms, span, now=moment), *used_up.get(room.type_id, [])]
        if rates not in quotes:
            quote = quote_of(room, terms, span)
            quotes[rates] = quote, quote.total
        if policy not in asked:
            asked[policy] = around(span, room.policy)
        conflicts = _conflicts(rows.get(room.id), asked[policy].blocked, mine)
        quote, total = quotes[rates]
        wrong = [refused[room.id], *broken[group]] if room.id in refused else broken[group]
        rank = bool(conflicts or wrong), total, room.capacity, room.order, room.id
        ranked.append((rank, Surveyed(room, quote, wrong, conflicts, asked[policy])))
    ranked.sort(key=itemgetter(0))
    return [one for _, one in ranked]


def _widest(span: Span, rooms: Iterable[RoomTerms]) -> Span:
    """Return the range in which any of the rooms could be blocked for the span."""
    terms = [room.policy for room in rooms]
    before = max((policy.buffer_before_minutes for policy in terms), default=0)
    after = max((policy.buffer_after_minutes for policy in terms), default=0)
    end = None if span.end is None else span.end + timedelta(minutes=after)
    return Span(span.start - timedelta(minutes=before), end)


def _conflicts(own: RoomTimeline | None, blocked: Span, mine: Own) -> list[Conflict]:
    if own is None or not own.taken:
        return []
    return [
        conflict_of(row, mine)
        for row in own.taken
        if row.blocks_from < (blocked.end or row.blocks_from + timedelta(1))
        and (row.blocks_until is None or blocked.start < row.blocks_until)
    ]


_groups: dict[int, tuple[VenueTerms, dict[int, int]]] = {}


def _alike(terms: VenueTerms) -> dict[int, int]:
    """Return for each room the number of its group, which has one unit, policy, hours and quotas."""
    numbers: dict[object, int] = {}
    return {
        room.id: numbers.setdefault((room.unit, id(room.policy), room.hours, room.quotas), len(numbers))
        for room in terms.rooms.values()
    }
