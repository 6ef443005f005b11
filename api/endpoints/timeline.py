"""What is taken of each room when, as of one instant."""

import hashlib
from datetime import datetime, timedelta

import msgspec
from msgspec import UNSET

from api.kept import Kept, Memory
from api.queries import Standing, venue_as_it_stands
from api.reading import refused
from api.routing import ANYBODY, Call, Reply, endpoint
from api.shapes_venues import Timeline, TimelineAllocation, TimelineQuery, TimelineRoom
from reservations import Span
from rooms.boards import mark_of
from rooms.queries.terms import VenueTerms
from rooms.queries.timeline import RoomTimeline, Taken, timeline

LONGEST_WINDOW = timedelta(days=92)
MOST_TAGS = 5  # of an If-None-Match looked at; a client has one
_memory = Memory()


@endpoint(
    "GET",
    "venues/{slug}/timeline",
    who=ANYBODY,
    query=TimelineQuery,
    answer=Timeline,
    refuses=["not_found"],
    may_be_unchanged=True,
    sent={"If-None-Match": "The ETag of the answer one has: 304 if it is still true."},
    headers={"ETag": "Changes with everything that this answer tells."},
)
def show_timeline(call: Call) -> Reply:
    """Tell what is taken of each room in a span, with the number of its latest change.

    Start a board from this and go on with the websocket: both count the same revisions.
    """
    asked: TimelineQuery = call.query
    span = Span(asked.start, asked.end)
    if asked.end - asked.start > LONGEST_WINDOW:
        raise refused("end", f"At most {LONGEST_WINDOW.days} days after the start.")
    found = venue_as_it_stands(call.path["slug"], call.user)
    words = _words(found.terms, found.revision, span)
    for have in call.request.headers.get("If-None-Match", "").split(",", MOST_TAGS)[:MOST_TAGS]:
        if _is_true_still(have, words, found.now):
            return Reply(status=304, headers={"ETag": have.strip()})
    kept = _told(found, span, words)
    return Reply(kept.content, headers={"ETag": kept.tag})


def _is_true_still(have: str, words: str, now: datetime) -> bool:
    """Test whether a tag still stands: nothing has changed, and no hold it tells of has run out since."""
    told, _, second = have.strip().removeprefix("W/").strip('"').rpartition("-")
    return told == words and second.isdecimal() and not 0 < int(second[:12]) <= now.timestamp()


def _words(terms: VenueTerms, revision: int, span: Span) -> str:
    return f"{mark_of(terms)}-{revision}-{hashlib.sha256(str(span).encode()).hexdigest()[:16]}"


def _told(found: Standing, span: Span, words: str) -> Kept:
    """Return the answer from memory, if it is still true, or else from the tables."""
    key = (found.terms.id, found.terms.hidden, span)
    kept = _memory.get(key)
    if kept is None or not _is_true_still(kept.tag, words, found.now):
        kept = _read(found.terms, span, found.now)
        _memory.keep(key, kept)
    return kept


def _read(terms: VenueTerms, span: Span, now: datetime) -> Kept:
    rows = timeline(terms, span, now=now)
    told = _timeline(terms, span, rows)
    held = [row.expires_at for own in rows.values() for row in own.taken if row.expires_at]
    # The second in which the first hold runs out is the first in which this is no longer true.
    second = int(min(held).timestamp()) if held else 0
    # Weak: compression changes the bytes.
    tag = f'W/"{_words(terms, told.revision, span)}-{second}"'
    return Kept(tag, msgspec.json.encode(told))


def _timeline(terms: VenueTerms, span: Span, rows: dict[int, RoomTimeline]) -> Timeline:
    return Timeline(
        venue=terms.slug,
        start=span.start,
        end=span.end,  # type: ignore[arg-type]
        revision=sum(own.revision for own in rows.values()),
        rooms=[_room(terms, own) for own in rows.values()],
        allocations=[_allocation(row) for own in rows.values() for row in own.taken],
    )


def _room(terms: VenueTerms, own: RoomTimeline) -> TimelineRoom:
    room = terms.rooms[own.id]
    return TimelineRoom(
        room.id,
        room.name,
        own.revision,
        room.type_id,
        room.type_name,
        room.noun,
        room.capacity,
        room.floor,
        sorted(room.amenities),
        room.order,
    )


def _allocation(row: Taken) -> TimelineAllocation:
    return TimelineAllocation(
        row.id,
        row.room,
        row.start,
        row.end,
        row.kind,  # type: ignore[arg-type]
        row.expires_at or UNSET,
        row.blocks_from if row.blocks_from != row.start else UNSET,
        row.blocks_until if row.blocks_until and row.blocks_until != row.end else UNSET,
        row.part or UNSET,
    )
