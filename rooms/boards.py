"""What a board is told: rooms and allocations as JSON, the same in a page, a frame and an answer.

Nothing here names a guest, a title or a reference, save what `own` is asked to say to those who may know.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from reservations import Span, iso
from rooms.queries.guests import OwnTaken, notes_of
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import RoomTimeline, Taken


def snapshot(
    topic: str, terms: VenueTerms, rows: Mapping[int, RoomTimeline], span: Span, *, now: datetime
) -> dict[str, Any]:
    """Return everything a board needs to begin: the rooms, their revisions, and what of the span is taken."""
    return {
        "type": "snapshot",
        "topic": topic,
        "revision": sum(own.revision for own in rows.values()),
        "now": iso(now),
        "terms": mark_of(terms),
        "window": window(span),
        "rooms": [room(terms.rooms[own.id], own.revision) for own in rows.values() if own.id in terms.rooms],
        "allocations": [allocation(row) for own in rows.values() for row in own.taken],
    }


def mark_of(terms: VenueTerms) -> str:
    """Return what tells these descriptions from others: the venue's stamp, and which rooms are left out."""
    if not terms.hidden:
        return f"{terms.stamp:x}"
    return f"{terms.stamp:x}.{zlib.crc32(repr(sorted(terms.hidden)).encode()):x}"


def window(span: Span) -> str:
    """Return the span of which a snapshot tells as text, such as 2026-12-01T00:00:00Z/2026-12-02T00:00:00Z.

    Without an end it is as in 2026-12-01T00:00:00Z/.. Clients hand it back with `since`: a revision says how
    far one is in a room, not of which days.
    """
    return f"{iso(span.start)}/{iso(span.end) if span.end else '..'}"


def room(terms: RoomTerms, revision: int) -> dict[str, Any]:
    """Return a room as boards begin with it."""
    return {"id": terms.id, "revision": revision, **about(terms)}


def about(terms: RoomTerms) -> dict[str, Any]:
    """Return how boards describe a room."""
    return {
        "name": terms.name,
        "type": terms.type_name,
        "noun": terms.noun,
        "capacity": terms.capacity,
        "floor": terms.floor,
        "amenities": sorted(terms.amenities),
        "order": terms.order,
        "step_minutes": terms.policy.step_minutes,
        "min_minutes": terms.policy.min_minutes,
    }


def about_on_display(terms: RoomTerms) -> dict[str, Any]:
    """Return how displays describe a room: by no name, for it may be one that not everybody may know."""
    return {"floor": terms.floor}


def allocation(row: Taken) -> dict[str, Any]:
    """Return what is taken, for everybody: which room, when, and in what state."""
    told = _taken(row)
    if row.blocks_from != row.start:
        told["blocks_from"] = iso(row.blocks_from)
    if row.blocks_until and row.blocks_until != row.end:
        told["blocks_until"] = iso(row.blocks_until)
    if row.part:
        told["part"] = row.part
    return told


def own(rows: Sequence[OwnTaken], *, reader: int | None, staff: bool = False) -> list[dict[str, Any]]:
    """Return what is taken with its title and reference, for its guest or the venue's staff."""
    told = [own_allocation(row, mine=row.guest_id == reader) for row in rows]
    if staff:
        for said, row in zip(told, rows, strict=True):
            said["guest"] = row.guest
    return told


def own_allocation(row: OwnTaken, *, mine: bool) -> dict[str, Any]:
    """Return one allocation with what only its guest and the venue's staff may know."""
    said = {**_taken(row), "booking": row.reference, "title": row.title, "mine": mine}
    said |= {"offered": True} if row.offered and mine else {}
    return said if row.occurrence is None else {**said, "occurrence": row.occurrence}


def _taken(row: Taken | OwnTaken) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": row.id,
        "room": row.room,
        "start": iso(row.start),
        "end": iso(row.end) if row.end else None,
        "state": row.kind,
    }
    return {**told, "expires_at": iso(row.expires_at)} if row.expires_at else told


def say_why(allocations: Iterable[dict[str, Any]]) -> None:
    """Add to what is out of use why it is, for the staff: as they noted it, or another calendar says."""
    blocked = [row for row in allocations if row["state"] == "blocked"]
    notes = notes_of({row["id"] for row in blocked}) if blocked else {}
    for row in blocked:
        if note := notes.get(row["id"]):
            row["title"] = note
