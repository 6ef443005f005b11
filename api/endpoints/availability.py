"""What is free, and what is taken when."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import UNSET

from api import answers
from api.endpoints.venues import room_facts
from api.queries import venue_called
from api.reading import refused
from api.routing import ANYBODY, Call, Reply, endpoint
from api.shapes_venues import (
    Availability,
    AvailabilityQuery,
    Reason,
    RoomOffer,
    Timeline,
    TimelineAllocation,
    TimelineQuery,
    TimelineRoom,
)
from reservations import Quote, Span
from rooms.queries.availability import Wants
from rooms.queries.survey import Surveyed, sentence_of, survey
from rooms.queries.terms import VenueTerms
from rooms.queries.timeline import RoomTimeline, Taken, revisions, timeline
from rooms.sql import database_now

LONGEST_WINDOW = timedelta(days=92)
MOST_TAGS = 5  # looked at; a client has one


@endpoint(
    "GET",
    "venues/{slug}/availability",
    who=ANYBODY,
    query=AvailabilityQuery,
    answer=Availability,
    refuses=["not_found"],
)
def show_availability(call: Call) -> Availability:
    """Tell which rooms can be had for a span, and what they cost; for the others, why not."""
    asked: AvailabilityQuery = call.query
    span = Span(asked.start, asked.end)
    terms = venue_called(call.path["slug"], call.user)
    found = survey(terms, span, wants=Wants(capacity=asked.capacity))
    free = sum(one.is_free for one in found)
    quotes: dict[int, Any] = {}
    return Availability(
        venue=terms.slug,
        start=span.start,
        end=span.end,
        free=free,
        enough=free >= asked.count,
        items=[_offer(one, terms, quotes) for one in found],
    )


def _offer(one: Surveyed, terms: VenueTerms, quotes: dict[int, Any]) -> RoomOffer:
    return RoomOffer(
        **room_facts(one.room),
        free=one.is_free,
        quote=_quote(one.quote, quotes),
        reasons=[] if one.is_free else _reasons(one, terms),
    )


def _quote(priced: Quote, told: dict[int, Any]) -> Any:
    """Return the price as it is told; rooms that cost the same share it."""
    if id(priced) not in told:
        told[id(priced)] = answers.quote(priced)
    return told[id(priced)]


def _reasons(one: Surveyed, terms: VenueTerms) -> list[Reason]:
    broken = [Reason(why.code, why.rule, why.sentence, why.until) for why in one.broken]
    taken = [
        Reason("unavailable", conflict.kind, sentence_of(conflict, terms), conflict.end)
        for conflict in one.conflicts
    ]
    return broken + taken


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
    terms = venue_called(call.path["slug"], call.user)
    now = database_now()
    for have in call.request.headers.get("If-None-Match", "").split(",", MOST_TAGS)[:MOST_TAGS]:
        if have and _is_true_still(have, terms, span, now):
            return Reply(status=304, headers={"ETag": have.strip()})
    rows = timeline(terms, span, now=now)
    told = _timeline(terms, span, rows, now)
    held = [row.expires_at for own in rows.values() for row in own.taken if row.expires_at]
    return Reply(told, headers={"ETag": _etag(terms.stamp, told.revision, span, min(held, default=None))})


def _is_true_still(have: str, terms: VenueTerms, span: Span, now: datetime) -> bool:
    """Test whether an ETag still stands: nothing has changed, and no hold it tells of has run out since."""
    told, _, second = have.strip().removeprefix("W/").strip('"').rpartition("-")
    if not second.isdigit() or len(second) > 11 or 0 < int(second) <= now.timestamp():
        return False
    stamp, total = revisions([terms.id]).get(terms.id, (0, 0))
    return told == _words(stamp, total, span)


def _etag(stamp: int, revision: int, span: Span, runs_out: datetime | None) -> str:
    # Weak: compression changes the bytes. The second is the first at which the answer is no longer true.
    second = 0 if runs_out is None else int(runs_out.timestamp())
    return f'W/"{_words(stamp, revision, span)}-{second}"'


def _words(stamp: int, revision: int, span: Span) -> str:
    return f"{stamp:x}-{revision}-{hashlib.sha256(str(span).encode()).hexdigest()[:16]}"


def _timeline(terms: VenueTerms, span: Span, rows: dict[int, RoomTimeline], now: datetime) -> Timeline:
    return Timeline(
        venue=terms.slug,
        start=span.start,
        end=span.end,  # type: ignore[arg-type]
        now=now.astimezone(UTC),
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
