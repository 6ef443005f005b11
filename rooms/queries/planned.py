"""How each room of a building is for one span, as its floor plan shows it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reservations import Span, policies
from rooms.queries.survey import survey
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import RoomTimeline, Taken

FREE, MINE = "free", "mine"
PAST, CLOSED, REFUSED = "past", "closed", "refused"  # nobody has the room, and yet it cannot be had
WORD_OF = {"starts_in_past": PAST, "opening_hours": CLOSED}  # by the rule that is broken


@dataclass(frozen=True, slots=True)
class Planned:
    """One room for the span: free, one's own, how else it is taken and until when, or why it is not let."""

    room: RoomTerms
    kind: str
    until: datetime | None = None
    expires_at: datetime | None = None

    @property
    def is_free(self) -> bool:
        """Test whether it can be had."""
        return self.kind == FREE


def not_let(terms: VenueTerms, span: Span, *, now: datetime, reader: Any) -> dict[int, str]:
    """Return of the rooms that nobody has, and that cannot be had even so, in a word why."""
    found = survey(terms, span, now=now, reader=reader)
    return {one.room.id: WORD_OF.get(one.broken[0].rule, REFUSED) for one in found if one.broken}


def planned(
    terms: VenueTerms,
    rows: dict[int, RoomTimeline],
    span: Span,
    *,
    mine: Collection[int],
    closed: dict[int, str],
) -> dict[int, Planned]:
    """Return how each room is for the span, its buffers included.

    :param rows: what is taken in a stretch that holds the span and the buffers around it
    :param mine: which allocations are one's own
    :param closed: as `not_let` says
    """
    return {room.id: _one(room, rows.get(room.id), span, mine, closed) for room in terms.rooms.values()}


def _one(
    room: RoomTerms,
    own: RoomTimeline | None,
    span: Span,
    mine: Collection[int],
    closed: dict[int, str],
) -> Planned:
    blocked, known = policies.blocked(span, room.policy), own.taken if own else []
    taken = [row for row in known if blocked.overlaps(Span(row.blocks_from, row.blocks_until))]
    if not taken:
        return Planned(room, closed.get(room.id, FREE))
    first = min(taken, key=lambda row: (row.id not in mine, row.start, row.id))
    return Planned(room, _kind(first, mine), first.end, first.expires_at)


def _kind(row: Taken, mine: Collection[int]) -> str:
    """Return what is shown of it: of one's own that somebody has still to decide on, that."""
    return MINE if row.id in mine and row.kind == "booked" else row.kind
