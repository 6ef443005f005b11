"""What would become of a series, date by date, before anybody books it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from reservations import Span, merge, policies
from reservations.recurrence import Series
from rooms.queries.availability import hits, quote_of, taken_ranges, with_buffers
from rooms.queries.breaking import violations
from rooms.queries.own import conflict_of
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import Taken, timeline
from rooms.queries.words import taken_sentence

MOST_ROOMS = 40  # looked at for dates that cannot be had where they were asked for
CHOICES = 12  # of them for one date


@dataclass(frozen=True, slots=True)
class Previewed:
    """One date as it would be: left out, free in its room, or not to be had for a reason.

    `choices` are other rooms that can be had then, and the one that was chosen; of a date that can be had
    where the others are, there are none.
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


def preview(
    asked: Series,
    room: RoomTerms,
    terms: VenueTerms,
    out: Sequence[date],
    *,
    elsewhere: Mapping[date, RoomTerms] | None = None,
    now: datetime,
) -> list[Previewed]:
    """Return every date of the series, in two statements however many; what is left out has no problem.

    :param elsewhere: dates that were asked for in another room
    """
    others = elsewhere or {}
    rooms = {one.id for one in (room, *others.values())}
    found = timeline(terms, with_buffers(asked.whole), rooms=rooms, now=now)
    dates = []
    for one in asked.occurrences:
        local = asked.date_of(one)
        is_out, own = local in out, others.get(local, room)
        usual = "" if is_out else _problem(one.span, room, terms, found[room.id].taken, now)
        problem = usual if is_out or own == room else _problem(one.span, own, terms, found[own.id].taken, now)
        amount = 0 if is_out else quote_of(own, terms, one.span).total
        dates.append(Previewed(one.number, local, one.span, own, is_out, problem, amount, own != room, usual))
    if any(one.problem or one.is_elsewhere for one in dates):
        return _with_choices(dates, room, asked.whole, terms, now)
    return dates


def _with_choices(
    dates: Sequence[Previewed], room: RoomTerms, whole: Span, terms: VenueTerms, now: datetime
) -> list[Previewed]:
    """Return the dates, those that cannot be had or are elsewhere with the rooms that can be had then."""
    others = _others(room, terms)
    rows = timeline(terms, with_buffers(whole), rooms=[one.id for one in others], now=now)
    taken = {one.id: merge(taken_ranges(rows.get(one.id), one.policy)) for one in others}

    def free(span: Span, chosen: RoomTerms) -> Iterator[RoomTerms]:
        for one in others:
            if one != chosen and not hits(taken[one.id], span) and not violations(one, terms, span, now=now):
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
    blocked = policies.blocked(span, room.policy)
    for row in taken:
        if Span(row.blocks_from, row.blocks_until).overlaps(blocked):
            return taken_sentence([conflict_of(row, {})], terms)
    return ""
