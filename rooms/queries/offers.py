"""What to offer to somebody who lost a race: at least three wishes that can be asked for as they are."""

from datetime import datetime, timedelta
from typing import Any

from reservations import Span, availability, iso
from reservations.allocation import Candidate
from rooms.queries.availability import violations
from rooms.queries.terms import RoomTerms, VenueTerms, terms_of
from rooms.queries.timeline import timeline
from rooms.queries.words import span_in_words
from rooms.sql import database_now
from rooms.wishes import Wish

ENOUGH = 3
MOST_ROOMS = 200  # looked at; a hotel of 1,000 rooms finds three among the first 200 that fit
NEAR, FAR = timedelta(days=1), timedelta(days=7)


def alternatives_to(
    asked: Wish, *, now: datetime | None = None, besides: int | None = None
) -> list[dict[str, Any]]:
    """Return offers near the wish, each with what to post to have it: venue, rooms, start, end.

    :param besides: a booking that does not count as taken, because it is the one that is moving
    """
    moment = now or database_now()
    terms = terms_of(asked.venue_id)
    offers = _look(asked, terms, NEAR, moment, besides)
    if len(offers) < ENOUGH:
        offers = _look(asked, terms, FAR, moment, besides)
    return [_ready(offer, asked, terms) for offer in offers]


def _look(
    asked: Wish, terms: VenueTerms, reach: timedelta, now: datetime, besides: int | None
) -> list[availability.Offer]:
    rooms = _rooms_like(asked, terms)
    if not rooms or asked.span.end is None:
        return []
    wanted = _wanted(asked, terms, rooms[0], reach)
    first, last = asked.span.start - reach - timedelta(days=1), asked.span.end + reach + timedelta(days=1)
    found = timeline(terms, Span(first, last), rooms=[room.id for room in rooms], now=now)
    occupied = {
        room: [
            Span(row.blocks_from, row.blocks_until)
            for row in own.taken
            if besides is None or row.booking != besides
        ]
        for room, own in found.items()
    }
    share = -(-asked.details.party // wanted.number)

    def allowed(room: int, span: Span) -> bool:
        return not violations(terms.rooms[room], terms, span, now=now, party=share)

    candidates = [Candidate(room.id, capacity=room.capacity) for room in rooms]
    return availability.alternatives(wanted, candidates, occupied, allowed=allowed)


def _rooms_like(asked: Wish, terms: VenueTerms) -> list[RoomTerms]:
    """Return the rooms worth offering: those asked for, and others of the same unit that hold the party."""
    own = [terms.rooms[room] for room in asked.rooms if room in terms.rooms]
    if asked.any_of:
        own = [room for room in terms.rooms.values() if room.type_id == asked.any_of.type.pk]
    if not own:
        return []
    parts = {part for room in own for part in room.parts}
    own = [room for room in own if room.id not in parts]
    share = -(-asked.details.party // max(len(asked.rooms), 1))
    mine = {room.id for room in own}
    others = [
        room
        for room in terms.rooms.values()
        if room.id not in mine and room.unit == own[0].unit and room.capacity >= share
    ]
    return (own + sorted(others, key=lambda room: room.capacity))[:MOST_ROOMS]


def _wanted(asked: Wish, terms: VenueTerms, first: RoomTerms, reach: timedelta) -> availability.Wanted:
    policy = first.policy
    parts = {part for room in asked.rooms if room in terms.rooms for part in terms.rooms[room].parts}
    return availability.Wanted(
        span=asked.span,
        rooms=tuple(room for room in asked.rooms if room not in parts),
        count=asked.any_of.count if asked.any_of else 1,
        party=asked.details.party,
        step=timedelta(minutes=policy.step_minutes),
        reach=reach,
        buffer_before=timedelta(minutes=policy.buffer_before_minutes),
        buffer_after=timedelta(minutes=policy.buffer_after_minutes),
        zone=terms.zone,
    )


def _ready(offer: availability.Offer, asked: Wish, terms: VenueTerms) -> dict[str, Any]:
    names = [terms.rooms[room].name for room in offer.rooms]
    return {
        "venue": terms.slug,
        "rooms": list(offer.rooms),
        "start": iso(offer.span.start),
        "end": iso(offer.span.end) if offer.span.end else None,
        "title": asked.details.title,
        "party": asked.details.party,
        "hold": asked.hold,
        "sentence": f"{', '.join(names)}: {span_in_words(offer.span.start, offer.span.end, terms.zone)}",
    }
