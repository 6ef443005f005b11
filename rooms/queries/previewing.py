"""What would become of a series, date by date, before anybody books it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from reservations import Span, merge
from reservations.recurrence import Series
from reservations.rights import REPEAT
from rooms.queries import rights
from rooms.queries.availability import hits, quote_of, taken_ranges, with_buffers
from rooms.queries.breaking import violations
from rooms.queries.clear import around
from rooms.queries.own import conflict_of
from rooms.queries.quotas import Used, left_for
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import Taken, timeline
from rooms.queries.words import taken_sentence

MOST_ROOMS = 40  # looked at for dates that cannot be had where they were asked for
CHOICES = 12  # of them for one date


@dataclass(frozen=True, slots=True)
class Previewed:
    """One date as it would be: left out, free in its room, or not to be had for a reason.

    `choices` are other rooms that can be had then, and the one that was chosen; of a date that can be had
    where the others are, there are none. `is_over` says that the problem is a quota, whatever is free.
    """

    number: int
    date: date
    span: Span
    room: RoomTerms
    is_out: bool
    problem: str
    amount: int
    is_elsewhere: bool = False
    usual_problem: str = ""
    choices: tuple[RoomTerms, ...] = ()
    is_over: bool = False


def preview(
    asked: Series,
    room: RoomTerms,
    terms: VenueTerms,
    otherwise: Mapping[date, RoomTerms | None],
    *,
    now: datetime,
    reader: Any = None,
) -> list[Previewed]:
    """Return every date of the series, in few statements however many; what is left out has no problem.

    :param otherwise: dates that were asked for in another room, or are left out
    :param reader: who asks: where they may book no series, or more than a quota leaves them, cannot be had
    """
    others = {day: own for day, own in otherwise.items() if own is not None}
    rooms = {one.id for one in (room, *others.values())}
    found = timeline(terms, with_buffers(asked.whole), rooms=rooms, now=now)
    refused = rights.refused(terms, reader, REPEAT)
    dates = []
    for one in asked.occurrences:
        local = asked.date_of(one)
        is_out, own = local in otherwise and local not in others, others.get(local, room)
        usual = "" if is_out else _problem(one.span, room, terms, found[room.id].taken, now)
        problem = usual if is_out or own == room else _problem(one.span, own, terms, found[own.id].taken, now)
        if not is_out and own.id in refused:
            problem = refused[own.id].sentence
            usual = usual if own != room else problem
        amount = 0 if is_out else quote_of(own, terms, one.span).total
        dates.append(Previewed(one.number, local, one.span, own, is_out, problem, amount, own != room, usual))
    used = _used(reader, asked.whole, [room, *others.values()], terms, now)
    dates = [_within_quotas(one, used, terms) for one in dates]
    if any(one.problem or one.is_elsewhere for one in dates):
        return _with_choices(dates, room, asked.whole, terms, used, refused)
    return dates


def _used(reader: Any, whole: Span, rooms: Sequence[RoomTerms], terms: VenueTerms, now: datetime) -> Used:
    """Return what the reader has used of the quotas on the rooms, and on those that may be chosen instead."""
    every = {one.id for one in (*rooms, *_others(rooms[0], terms))}
    return left_for(reader, terms, (whole, sorted(every)), now=now)


def _within_quotas(one: Previewed, used: Used, terms: VenueTerms) -> Previewed:
    """Return the date with the quota that leaves nothing for it, if one does; else it is counted too."""
    if one.is_out or one.problem:
        return one
    date = (one.span, [one.room.id])
    if refusal := used.refusal(one.number, date, terms):
        return replace(
            one,
            problem=refusal.sentence,
            usual_problem=one.usual_problem or refusal.sentence,
            is_over=True,
        )
    used.add(one.number, date, terms)
    return one


def _with_choices(
    dates: Sequence[Previewed],
    room: RoomTerms,
    whole: Span,
    terms: VenueTerms,
    used: Used,
    closed: Collection[int],
) -> list[Previewed]:
    """Return the dates, those that cannot be had or are elsewhere with the rooms that can be had then."""
    others, now = [one for one in _others(room, terms) if one.id not in closed], used.now
    rows = timeline(terms, with_buffers(whole), rooms=[one.id for one in others], now=now)
    taken = {one.id: merge(taken_ranges(rows.get(one.id), one.policy)) for one in others}

    def free(span: Span, chosen: RoomTerms) -> Iterator[RoomTerms]:
        for one in others:
            if one == chosen or hits(taken[one.id], span) or violations(one, terms, span, now=now):
                continue
            if used.refusal(None, (span, [one.id]), terms) is None:
                yield one

    return [
        replace(
            one,
            choices=((one.room,) if one.is_elsewhere else ())
            + tuple(islice(free(one.span, one.room), CHOICES)),
        )
        if one.problem or one.is_elsewhere
        else one
        for one in dates
    ]


def _others(room: RoomTerms, terms: VenueTerms) -> list[RoomTerms]:
    """Return the other rooms of its unit: of its type first, then those that are large enough."""
    others = [one for one in terms.rooms.values() if one.unit == room.unit and one.id != room.id]
    others.sort(key=lambda one: (one.type_id != room.type_id, one.capacity < room.capacity, one.capacity))
    return others[:MOST_ROOMS]


def _problem(span: Span, room: RoomTerms, terms: VenueTerms, taken: Sequence[Taken], now: datetime) -> str:
    """Return why the room cannot be had then, in the words a refusal would have; nothing if it can."""
    if broken := violations(room, terms, span, now=now):
        return broken[0].sentence
    asked = around(span, room.policy)
    for row in taken:
        if Span(row.blocks_from, row.blocks_until).overlaps(asked.blocked):
            return taken_sentence([conflict_of(row, {})], terms, asked)
    return ""
