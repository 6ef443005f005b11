"""Whose hold is in the way: who asks is told of their own, and how to go on from it, and of nobody else's."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from reservations import Conflict, Span, Unavailable, lifecycle
from rooms.models import Allocation
from rooms.queries.terms import VenueTerms
from rooms.queries.timeline import Taken
from rooms.queries.words import taken_sentence
from rooms.sql import database_now

HELD = "held"
Own = Mapping[tuple[int, datetime], tuple[str, datetime]]
"""Where and from when the reader holds a room: the reference, and when the hold ends."""


def held_by(reader: Any, *, now: datetime) -> Own:
    """Return what the person has on hold now, wherever that is; nothing of a visitor."""
    if not getattr(reader, "is_authenticated", False):
        return {}
    held = Allocation.objects.filter(
        booking__guest=reader, state=lifecycle.HELD, active=True, expires_at__gt=now
    )
    rows = held.values_list("room_id", "starts_at", "booking__reference", "expires_at")
    # No two of them share any time of a room, so that its start names one.
    return {(room, start): (reference, ends) for room, start, reference, ends in rows if ends is not None}


def conflict_of(row: Taken, own: Own) -> Conflict:
    """Return what a row of the timeline is to whoever wants its time."""
    taken = conflict(row.part or row.room, row.kind, Span(row.start, row.end), expires_at=row.expires_at)
    return _whose(clear_around(taken, Span(row.blocks_from, row.blocks_until)), own)


def conflict(room: int, kind: str, span: Span, *, expires_at: datetime | None) -> Conflict:
    """Return that the room is taken then; of a hold, until when."""
    return Conflict(room, span.start, span.end, kind, expires_at=expires_at if kind == HELD else None)


def clear_around(taken: Conflict, blocked: Span) -> Conflict:
    """Return the same with what is kept clear around it, if anything is."""
    if blocked == Span(taken.start, taken.end):
        return taken
    return replace(taken, blocks_from=blocked.start, blocks_until=blocked.end)


def tell_whose(refusal: Unavailable, terms: VenueTerms, reader: Any, *, now: datetime | None) -> None:
    """Say in the refusal which holds are the reader's own, and if all are, what to do with them."""
    if not any(one.kind == HELD for one in refusal.conflicts):
        return
    own = held_by(reader, now=now or database_now())
    refusal.conflicts = [_whose(one, own) for one in refusal.conflicts]
    if all(one.mine for one in refusal.conflicts):
        refusal.sentence = taken_sentence(refusal.conflicts, terms)


def _whose(conflict: Conflict, own: Own) -> Conflict:
    found = own.get((conflict.room, conflict.start)) if conflict.kind == HELD else None
    return conflict if found is None else replace(conflict, mine=found[0], expires_at=found[1])
