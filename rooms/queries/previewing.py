"""What would become of a series, date by date, before anybody books it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reservations import Conflict, Span, policies
from reservations.recurrence import Series
from rooms.queries.availability import quote_of, violations, with_buffers
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import Taken, timeline
from rooms.queries.words import taken_sentence


@dataclass(frozen=True, slots=True)
class Previewed:
    """One date as it would be: left out, free, or not to be had for a reason."""

    number: int
    date: date
    span: Span
    is_out: bool
    problem: str
    amount: int


def preview(
    asked: Series, room: RoomTerms, terms: VenueTerms, out: Sequence[date], *, now: datetime
) -> list[Previewed]:
    """Return every date of the series, in one statement however many; what is left out has no problem."""
    taken = timeline(terms, with_buffers(asked.whole), rooms=[room.id], now=now)[room.id].taken
    found = []
    for one in asked.occurrences:
        local = one.span.start.astimezone(terms.zone).date()
        is_out = local in out
        problem = "" if is_out else _problem(one.span, room, terms, taken, now)
        amount = 0 if is_out else quote_of(room, terms, one.span).total
        found.append(Previewed(one.number, local, one.span, is_out, problem, amount))
    return found


def _problem(span: Span, room: RoomTerms, terms: VenueTerms, taken: Sequence[Taken], now: datetime) -> str:
    """Return why the room cannot be had then, in the words a refusal would have; nothing if it can."""
    if broken := violations(room, terms, span, now=now):
        return broken[0].sentence
    blocked = policies.blocked(span, room.policy)
    for row in taken:
        if Span(row.blocks_from, row.blocks_until).overlaps(blocked):
            conflict = Conflict(row.part or row.room, row.start, row.end, row.kind)
            return taken_sentence([conflict], terms)
    return ""
