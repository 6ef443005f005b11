"""What to offer to somebody who lost a race: at least three wishes that can be asked for as they are."""

from datetime import datetime, timedelta
from typing import Any

from reservations import Span, iso, merge, offering, open_spans
from reservations.allocation import Candidate
from reservations.rights import BOOK, REPEAT
from reservations.spans import EARLIEST, LATEST
from rooms.models import Allocation, Unit
from rooms.queries import rights
from rooms.queries.availability import taken_ranges
from rooms.queries.breaking import violations
from rooms.queries.confirming import must_be_held
from rooms.queries.lines import lines_of_span
from rooms.queries.quotas import left_for
from rooms.queries.terms import RoomTerms, VenueTerms, terms_of, without_parts
from rooms.queries.timeline import timeline
from rooms.queries.words import span_in_words
from rooms.sql import database_now
from rooms.wishes import Wish

ENOUGH = 3
MOST_ROOMS = 200  # looked at; a hotel of 1,000 rooms finds three among the first 200 that fit
NEAR, FAR = timedelta(days=1), timedelta(days=7)
MARGIN = timedelta(days=2)  # what is taken beyond the reach may block into it: a buffer is a day at most


def alternatives_to(
    asked: Wish, *, now: datetime | None = None, besides: int | None = None, verb: str = ""
) -> list[dict[str, Any]]:
    """Return offers near the wish, each with what to post to have it: venue, rooms, start, end.

    :param besides: a booking that does not count as taken, because it is the one that is moving; each offer
        is then what to post to move it, and none is where it is already
    :param verb: what one must be allowed in a room, where the wish does not say it, as of a date that moves
    """
    moment = now or database_now()
    terms = terms_of(asked.venue_id)
    rooms = rooms_like(asked, terms, verb)
    offers: list[offering.Offer] = []
    for reach in _reaches(rooms):
        further = _look(asked, terms, rooms, reach, moment, besides)
        offers += [offer for offer in further if offer not in offers]
        if len(offers) >= ENOUGH:
            break
    return [_ready(offer, asked, terms, is_move=besides is not None) for offer in offers]


def _reaches(rooms: list[RoomTerms]) -> tuple[timedelta, ...]:
    """Return how far away to look, the nearest first: what is near for hours is not for nights."""
    if not rooms:
        return ()
    return (FAR,) if rooms[0].unit == Unit.NIGHT else (NEAR, FAR)


def _look(
    asked: Wish,
    terms: VenueTerms,
    rooms: list[RoomTerms],
    reach: timedelta,
    now: datetime,
    besides: int | None,
) -> list[offering.Offer]:
    wanted = _wanted(asked, terms, rooms[0], reach)
    last = LATEST if asked.span.end is None else asked.span.end + reach + MARGIN
    window = Span(max(asked.span.start - reach - MARGIN, EARLIEST), min(last, LATEST))
    found = timeline(terms, window, rooms=[room.id for room in rooms], now=now)
    # Each room with its own buffers: what is free for one type may be too tight for another.
    occupied = {
        room: taken_ranges(own, terms.rooms[room].policy, besides=besides) for room, own in found.items()
    }
    share = -(-asked.details.party // wanted.number)
    moving = None if besides is None else (besides, None)
    own = _places_of(besides)
    used = left_for(asked.by, terms, (window, [room.id for room in rooms]), now=now, besides=moving)

    def allowed(room: int, span: Span) -> bool:
        if wanted.number == 1 and (room, span) in own:
            return False  # it is there already
        if violations(terms.rooms[room], terms, span, now=now, party=share):
            return False
        return used.refusal(None, (span, [room]), terms) is None

    candidates = _candidates(asked, terms, rooms)
    opened = _open_times(asked, terms, rooms, window, now)
    offers = offering.alternatives(wanted, candidates, occupied, allowed=allowed, open_spans=opened)
    return [one for one in offers if not own.issuperset((room, one.span) for room in one.rooms)]


def _candidates(asked: Wish, terms: VenueTerms, rooms: list[RoomTerms]) -> list[Candidate]:
    """Return the rooms with what each has that none of those has which were asked for by name."""
    known = {room for room in asked.rooms if room in terms.rooms}
    named = {amenity for room in known for amenity in terms.rooms[room].amenities}
    return [
        Candidate(room.id, room.capacity, kind=_kind(room), extras=len(room.amenities - named))
        for room in rooms
    ]


def _places_of(booking: int | None) -> set[tuple[int, Span]]:
    """Return which rooms the booking has and when, if there is one."""
    if booking is None:
        return set()
    rows = Allocation.objects.filter(booking=booking, active=True)
    return {(room, Span(start, end)) for room, start, end in rows.values_list("room", "starts_at", "ends_at")}


def _open_times(
    asked: Wish, terms: VenueTerms, rooms: list[RoomTerms], window: Span, now: datetime
) -> list[Span] | None:
    """Return when any of the rooms is open and it is not too late: outside these nobody may have one."""
    if rooms[0].unit == Unit.NIGHT:
        return None  # days are few, and tonight may be had until midnight
    # A span may begin in the step that is under way.
    ahead = Span(
        max(now - timedelta(minutes=max(room.policy.step_minutes for room in rooms)), EARLIEST), None
    )
    if asked.span.end is None:
        return [ahead]  # it only has to begin while it is open
    opened = merge(
        span for hours in {room.hours for room in rooms} for span in open_spans(hours, window, terms.zone)
    )
    return [left for span in opened if (left := span.intersection(ahead)) is not None]


def _kind(room: RoomTerms) -> int | None:
    """Return what makes rooms alike: nights are had in any room of a type, hours in a room with a name."""
    return room.type_id if room.unit == Unit.NIGHT else None


def rooms_like(asked: Wish, terms: VenueTerms, verb: str = "") -> list[RoomTerms]:
    """Return the rooms worth offering: those asked for, and others of the same unit that hold the party."""
    # By whose rights it would be asked for: nobody is offered what they may not book.
    verb = verb or (REPEAT if asked.rule else BOOK)
    closed = rights.closed(terms, asked.by, verb) if asked.by is not None else ()
    own = [terms.rooms[room] for room in asked.rooms if room in terms.rooms and room not in closed]
    if asked.any_of:
        types = {one.type.pk for one in asked.any_of}
        own = [room for room in terms.rooms.values() if room.type_id in types and room.id not in closed]
    if not own:
        return []
    parts = {part for room in own for part in room.parts}
    own = [room for room in own if room.id not in parts]
    number = sum(one.count for one in asked.any_of) or len(own)
    share = -(-asked.details.party // number)
    mine = {room.id for room in own}
    others = [
        room
        for room in terms.rooms.values()
        if room.id not in mine
        and room.unit == own[0].unit
        and room.capacity >= share
        and room.id not in closed
    ]
    return (own + sorted(others, key=lambda room: room.capacity))[:MOST_ROOMS]


def _wanted(asked: Wish, terms: VenueTerms, first: RoomTerms, reach: timedelta) -> offering.Wanted:
    # Nights are a day apart; and days away, the same hour is nearer to the wish than a time between.
    by_night = first.unit == Unit.NIGHT
    by_day = by_night or reach > NEAR
    return offering.Wanted(
        span=asked.span,
        rooms=without_parts(terms, asked.rooms),
        kinds=tuple(one.type.pk for one in asked.any_of for _ in range(one.count)) if by_night else (),
        count=sum(one.count for one in asked.any_of) or 1,
        party=asked.details.party,
        step=timedelta(days=1) if by_day else timedelta(minutes=first.policy.step_minutes),
        reach=reach,
        zone=terms.zone,
    )


def _ready(offer: offering.Offer, asked: Wish, terms: VenueTerms, *, is_move: bool) -> dict[str, Any]:
    names = [terms.rooms[room].name for room in offer.rooms]
    place = {
        "rooms": list(offer.rooms),
        "start": iso(offer.span.start),
        "end": iso(offer.span.end) if offer.span.end else None,
    }
    said = f"{', '.join(names)}: {span_in_words(offer.span.start, offer.span.end, terms.zone)}"
    if is_move:
        return {**place, "sentence": said}
    agreed = [terms.rooms[room].policy for room in offer.rooms]
    price = sum(line["amount"] for line in lines_of_span(terms, offer.rooms, offer.span))
    words = asked.words(must_be_held=must_be_held(asked.by, price, agreed, terms.id))
    return {"venue": terms.slug, **place, "party": asked.details.party, **words, "sentence": said}
