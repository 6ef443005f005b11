"""Which rooms are free for a span, what they cost, and for the others: why not."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from reservations import Conflict, Quote, Span, Unavailable, availability, hours, merge, policies, pricing
from reservations.allocation import Candidate
from reservations.rights import BOOK
from reservations.spans import EARLIEST, LATEST
from rooms.models import Unit
from rooms.queries import rights
from rooms.queries.breaking import violations
from rooms.queries.clear import Around, around
from rooms.queries.own import HELD, conflict_of, held_by
from rooms.queries.quotas import reached, reached_by_type
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import RoomTimeline, timeline
from rooms.queries.words import taken_sentence
from rooms.sql import FOREVER, aware, database_now, fetch, instant, one_of, reaches_into

# Active allocations of one room never overlap, so the last one that begins before the wanted end is the
# only one that can stand in the way: one step back in the room's own index (performance.md §4).
MARGIN = timedelta(days=2)  # two buffers: each is a day at most
STANDS = "taken.room_id = room.id AND taken.active AND (taken.expires_at IS NULL OR taken.expires_at > %s)"
AROUND = f"""
SELECT room.id,
  (SELECT COALESCE(taken.blocks_until, %s) FROM rooms_allocation AS taken
   WHERE {STANDS} AND taken.blocks_from < %s ORDER BY taken.blocks_from DESC LIMIT 1),
  (SELECT taken.blocks_from FROM rooms_allocation AS taken
   WHERE {STANDS} AND taken.blocks_from >= %s ORDER BY taken.blocks_from LIMIT 1)
FROM rooms_room AS room WHERE """  # noqa: S608 -- no input in it


def free_candidates(
    terms: VenueTerms, rooms: Iterable[int], blocked: Span, *, now: datetime
) -> list[Candidate]:
    """Return those of the rooms that are free, parts included, for the whole range, with the gaps around."""
    wanted = list(rooms)
    asked = {*wanted, *(part for room in wanted for part in terms.rooms[room].parts)}
    which, params = one_of("room.id", asked)
    end, moment = instant(blocked.end or FOREVER), instant(now)
    rows = fetch(AROUND + which, [instant(FOREVER), moment, end, moment, end, *params])
    around = {room: (aware(before), aware(after)) for room, before, after in rows}
    free = {room for room, (before, _) in around.items() if before is None or before <= blocked.start}
    return [
        _candidate(terms.rooms[room], around[room], blocked)
        for room in wanted
        if room in free and free.issuperset(terms.rooms[room].parts)
    ]


def free_for_all(
    terms: VenueTerms, rooms: Iterable[int], spans: Sequence[Span], *, now: datetime
) -> list[Candidate]:
    """Return those of the rooms that are free, parts included, for all of the spans, which are in order.

    One statement, however many they are. How tight the gaps around each would be is not weighed.
    """
    wanted = list(rooms)
    found = timeline(terms, with_buffers(Span(spans[0].start, spans[-1].end)), rooms=wanted, now=now)
    free = []
    for room in wanted:
        own = terms.rooms[room]
        taken = merge(taken_ranges(found.get(room), own.policy))
        if not any(hits(taken, span) for span in spans):
            free.append(Candidate(room, capacity=own.capacity, extras=len(own.amenities)))
    return free


def with_buffers(span: Span) -> Span:
    """Return the span with all around it from which a buffer can reach into it, or it into another."""
    end = None if span.end is None else min(span.end + MARGIN, LATEST)
    return Span(max(span.start - MARGIN, EARLIEST), end)


def hits(taken: Sequence[Span], span: Span) -> bool:
    """Test whether one of the ranges reaches into the span; they are in order and share no time."""
    before = len(taken) if span.end is None else bisect_left(taken, span.end, key=lambda one: one.start)
    return before > 0 and taken[before - 1].overlaps(span)


def count_free(rooms: Iterable[int], blocked: Span, *, now: datetime) -> int:
    """Count those of the rooms, which have no parts, that are free for the whole range."""
    which, params = one_of("room.id", rooms)
    reaches, reach_params = reaches_into(blocked, "taken", "room.id")
    [(free,)] = fetch(
        f"SELECT COUNT(*) FROM rooms_room AS room WHERE {which} AND NOT EXISTS (SELECT 1 "  # noqa: S608
        f"FROM rooms_allocation AS taken WHERE {STANDS} AND {reaches})",
        [*params, instant(now), *reach_params],
    )
    return int(free)


def _candidate(room: RoomTerms, around: tuple[datetime | None, datetime | None], blocked: Span) -> Candidate:
    before, after = around
    return Candidate(
        room.id,
        capacity=room.capacity,
        gap_before=None if before is None else blocked.start - before,
        gap_after=None if after is None or blocked.end is None else after - blocked.end,
        extras=len(room.amenities),
    )


@dataclass(frozen=True, slots=True)
class Free:
    """A room that can be had, and what it costs."""

    room: RoomTerms
    quote: Quote


@dataclass(frozen=True, slots=True)
class Wants:
    """What a room must have, for those who look for one."""

    capacity: int = 0
    amenities: frozenset[str] = field(default_factory=frozenset)
    floor: str = ""
    type_id: int | None = None
    among: frozenset[int] | None = None  # only these rooms, such as those in a rectangle of the plan

    def met_by(self, room: RoomTerms) -> bool:
        """Test whether the room has all of it."""
        return (
            room.capacity >= self.capacity
            and self.amenities <= room.amenities
            and self.floor in ("", room.floor)
            and self.type_id in (None, room.type_id)
            and (self.among is None or room.id in self.among)
        )

    def place_of(self, room: RoomTerms) -> tuple[int, int, int]:
        """Return where the room stands among equals: one with a charger last, unless that is wanted."""
        return len(room.amenities - self.amenities), room.order, room.id


def free_rooms(
    terms: VenueTerms,
    span: Span,
    *,
    wants: Wants = Wants(),
    now: datetime | None = None,
    reader: Any = None,
) -> list[Free]:
    """Return the rooms that can be had for the span, cheapest first and then the smallest that fits.

    Of equals, what has least that is not wanted comes first: a charger is for those who ask for it.

    :param reader: who asks: what they may not book, or a quota leaves them nothing of, cannot be had
    """
    moment = now or database_now()
    by_buffers: defaultdict[Span, list[int]] = defaultdict(list)
    used_up = reached_by_type(terms.rooms.values(), terms, span, reader, now=moment)
    closed = rights.closed(terms, reader, BOOK)
    for room in terms.rooms.values():
        is_wanted = wants.met_by(room) and room.type_id not in used_up and room.id not in closed
        if is_wanted and not violations(room, terms, span, now=moment):
            by_buffers[policies.blocked(span, room.policy)].append(room.id)
    free = [
        candidate.id
        for blocked, rooms in by_buffers.items()
        for candidate in free_candidates(terms, rooms, blocked, now=moment)
    ]
    found = [Free(terms.rooms[room], quote_of(terms.rooms[room], terms, span)) for room in free]
    return sorted(found, key=lambda one: (one.quote.total, one.room.capacity, *wants.place_of(one.room)))


def quote_of(room: RoomTerms, terms: VenueTerms, span: Span) -> Quote:
    """Return what the room costs for the span."""
    return pricing.quote(span, room.rates, terms.zone, terms.currency)


def conflicts(
    room: RoomTerms, terms: VenueTerms, span: Span, *, now: datetime, reader: Any = None
) -> list[Conflict]:
    """Return what stands in the way of the span in the room or a part of it, without saying whose it is.

    :param reader: who asks: their own holds are told from those of others
    """
    blocked = policies.blocked(span, room.policy)
    rows = timeline(terms, blocked, rooms=[room.id], now=now)
    taken = [row for own in rows.values() for row in own.taken]
    own = held_by(reader, now=now) if any(row.kind == HELD for row in taken) else {}
    return [conflict_of(row, own) for row in taken]


def why(
    room: RoomTerms, terms: VenueTerms, span: Span, *, now: datetime | None = None, reader: Any = None
) -> list[dict[str, Any]]:
    """Return every reason why the room cannot be had for the span; nothing if it can.

    Each is {code, rule, sentence, until}: the same words and codes that a refusal would carry. Of what is
    taken it says when that `ends`, of a hold of the reader's own also `mine`, its reference.
    """
    moment = now or database_now()
    broken: list[Any] = [*rights.refusals(room, terms, reader), *violations(room, terms, span, now=moment)]
    broken += reached(room, terms, span, reader, now=moment)
    reasons = [
        {"code": one.code, "rule": one.rule, "sentence": one.sentence, "until": one.until} for one in broken
    ]
    asked = around(span, room.policy)
    found = conflicts(room, terms, span, now=moment, reader=reader)
    return reasons + [_reason(one, asked, terms) for one in found]


def _reason(conflict: Conflict, asked: Around, terms: VenueTerms) -> dict[str, Any]:
    told = {
        "code": Unavailable.code,
        "rule": asked.rule(conflict),
        "sentence": taken_sentence([conflict], terms, asked),
        "until": asked.until(conflict),
        "ends": conflict.end,
    }
    return told | ({"mine": conflict.mine} if conflict.mine else {})


def next_free(
    room: RoomTerms,
    terms: VenueTerms,
    length: timedelta,
    *,
    after: datetime | None = None,
    now: datetime | None = None,
    days: int = 14,
) -> Span | None:
    """Return the first span of that length that can be had in the room, within so many days of `after`.

    A room by the night is asked for from check-in to check-out, so a length of two days is two nights.
    """
    moment = now or after or database_now()
    start = max(after or moment, moment + timedelta(minutes=room.policy.min_notice_minutes))
    window = Span(start, start + timedelta(days=days))
    rows = timeline(terms, policies.blocked(window, room.policy), rooms=[room.id], now=moment)
    taken = taken_ranges(rows.get(room.id), room.policy)
    if room.unit == Unit.NIGHT:
        stays = _stays(room, terms, window, nights=max(length.days, 1))
        free = (stay for stay in stays if not any(stay.overlaps(one) for one in taken))
        return next((stay for stay in free if not violations(room, terms, stay, now=moment)), None)
    found = availability.next_free(
        taken,
        length,
        start,
        hours.open_spans(room.hours, window, terms.zone),
        align=lambda moment: policies.ceil_to_step(moment, room.policy, terms.zone),
    )
    return None if found is None or violations(room, terms, found, now=moment) else found


def _stays(room: RoomTerms, terms: VenueTerms, window: Span, *, nights: int) -> Iterable[Span]:
    """Yield the stays of so many nights that begin in the window, in order."""
    policy, midnight = room.policy, time(0)
    first = window.start.astimezone(terms.zone).date()
    for day in range(((window.end or window.start) - window.start).days + 1):
        arrive = first + timedelta(days=day)
        stay = hours.night_span(
            arrive,
            arrive + timedelta(days=nights),
            policy.check_in or midnight,
            policy.check_out or policy.check_in or midnight,
            terms.zone,
        )
        if window.contains(stay.start):
            yield stay


def taken_ranges(
    own: RoomTimeline | None, policy: policies.Policy, *, besides: int | None = None
) -> Sequence[Span]:
    """Return the ranges in which a booking of the room cannot lie, its own buffers included.

    :param besides: a booking that does not count, because it is the one that is moving
    """
    if own is None:
        return ()
    before, after = (
        timedelta(minutes=policy.buffer_before_minutes),
        timedelta(minutes=policy.buffer_after_minutes),
    )
    return [
        Span(row.blocks_from - after, None if row.blocks_until is None else row.blocks_until + before)
        for row in own.taken
        if besides is None or row.booking != besides
    ]
