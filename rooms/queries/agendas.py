"""Agendas at a venue: a room and a time for each of several events, from what its terms leave free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reservations import Invalid, Quote, Span, gaps, hours, merge, policies
from reservations import agenda as agendas
from reservations.hours import MIDNIGHT, to_instant
from reservations.rights import BOOK
from reservations.spans import LATEST, counted, in_words
from rooms.models import Unit
from rooms.queries import rights
from rooms.queries.availability import Wants, quote_of, taken_ranges, with_buffers
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import RoomTimeline, timeline
from rooms.sql import database_now

MOST_ROOMS = 200  # looked at for one event, the ones that suit it best
LONGEST = timedelta(days=14)  # in which a place is looked for


@dataclass(frozen=True, slots=True)
class Event:
    """One of several to be placed: how long it takes, for how many, and what its room must have."""

    length: timedelta
    party: int = 1
    title: str = ""
    amenities: frozenset[str] = frozenset()
    type_id: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where and when an event, told by its number in the list, can be, and what that costs."""

    event: int
    room: RoomTerms
    span: Span
    quote: Quote


@dataclass(frozen=True, slots=True)
class Found:
    """A place for each event, by time, and why the others have none."""

    placed: list[Placed]
    left: dict[int, str]

    @property
    def is_whole(self) -> bool:
        """Whether each event has a place."""
        return bool(self.placed) and not self.left


def find(
    terms: VenueTerms,
    events: Sequence[Event],
    window: Span,
    *,
    apart: bool = False,
    reader: Any = None,
    now: datetime | None = None,
) -> Found:
    """Return a plan for the events within the window; it asks the tables twice, however many they are.

    :param apart: whether no two may be at the same time
    :raises Invalid: if there are none or too many events, or the window is too long or open
    """
    require_bounded(events, window)
    moment = now or database_now()
    fitting = [_rooms_for(event, terms, reader) for event in events]
    rooms = {room.id: room for some in fitting for room in some}
    taken = timeline(terms, with_buffers(window), rooms=list(rooms), now=moment) if rooms else {}
    grounds = {room.id: _ground(room, rooms, terms, window, taken, moment) for room in rooms.values()}
    asked = [
        agendas.Event(event.length, tuple(room.id for room in some))
        for event, some in zip(events, fitting, strict=True)
    ]

    def align(room: int, start: datetime) -> datetime:
        return policies.ceil_to_step(start, rooms[room].policy, terms.zone)

    plan = agendas.agenda(asked, grounds, align=align, apart=apart)
    placed = [
        Placed(one.event, rooms[one.room], one.span, quote_of(rooms[one.room], terms, one.span))
        for one in plan.places
    ]
    alone = {one: agendas.agenda([asked[one]], grounds, align=align) for one in plan.left}
    return Found(placed, {one: _why(events[one], asked[one], alone[one], terms) for one in plan.left})


def require_bounded(events: Sequence[Event], window: Span) -> None:
    """Refuse an agenda of nothing, of too much, or within no bounds."""
    if not 1 <= len(events) <= agendas.MOST:
        sentence = f"Name 1 to {counted(agendas.MOST, 'event')}."
        raise Invalid(sentence, field_errors={"events": [sentence]})
    if window.end is None or window.end - window.start > LONGEST:
        sentence = f"Look within {counted(LONGEST.days, 'day')} at most."
        raise Invalid(sentence, field_errors={"end": [sentence]})


def _rooms_for(event: Event, terms: VenueTerms, reader: Any) -> list[RoomTerms]:
    """Return the rooms that may have the event, the smallest and plainest first."""
    closed = rights.closed(terms, reader, BOOK)
    wants = Wants(capacity=event.party, amenities=event.amenities, type_id=event.type_id)
    found = [
        room
        for room in terms.rooms.values()
        if room.unit == Unit.HOUR
        and room.id not in closed
        and wants.met_by(room)
        and _may_last(event.length, room.policy)
        and not (room.policy.payment == "online" and room.rates)  # held and paid, one by one
    ]
    return sorted(found, key=lambda room: (room.capacity, *wants.place_of(room)))[:MOST_ROOMS]


def _may_last(length: timedelta, policy: policies.Policy) -> bool:
    minutes = length // timedelta(minutes=1)
    is_long_enough = minutes >= policy.min_minutes
    is_short_enough = policy.max_minutes is None or minutes <= policy.max_minutes
    return is_long_enough and is_short_enough and minutes % max(policy.step_minutes, 1) == 0


def _ground(
    room: RoomTerms,
    rooms: Mapping[int, RoomTerms],
    terms: VenueTerms,
    window: Span,
    taken: Mapping[int, RoomTimeline],
    now: datetime,
) -> agendas.Ground:
    policy = room.policy
    span = _bookable(policy, terms, window, now)
    busy = merge(taken_ranges(taken.get(room.id), policy))
    opened = hours.open_spans(room.hours, span, terms.zone) if span else []
    open_then = [part for one in opened if span and (part := one.intersection(span)) is not None]
    own = {room.id, *room.parts}
    return agendas.Ground(
        free=tuple(gap for one in open_then for gap in gaps(busy, within=one)),
        before=timedelta(minutes=policy.buffer_before_minutes),
        after=timedelta(minutes=policy.buffer_after_minutes),
        linked=frozenset(other.id for other in rooms.values() if own & {other.id, *other.parts}),
    )


def _bookable(policy: policies.Policy, terms: VenueTerms, window: Span, now: datetime) -> Span | None:
    """Return the part of the window that is neither too soon nor too far ahead to be booked."""
    first = max(window.start, now + timedelta(minutes=policy.min_notice_minutes))
    last = window.end or LATEST
    if policy.max_advance_days is not None:
        day = now.astimezone(terms.zone).date() + timedelta(days=policy.max_advance_days + 1)
        last = min(last, to_instant(day, MIDNIGHT, terms.zone))
    return Span(first, last) if first < last else None


def _why(event: Event, asked: agendas.Event, alone: agendas.Agenda, terms: VenueTerms) -> str:
    if not asked.rooms:
        by_hour = [room.capacity for room in terms.rooms.values() if room.unit == Unit.HOUR]
        if event.party > max(by_hour, default=0):
            return f"No room here holds {event.party} people."
        return f"No room here that it fits in is let for {in_words(event.length // timedelta(minutes=1))}."
    if alone.left:
        return "No room that it fits in is free for so long then."
    return "The others take what is free."
