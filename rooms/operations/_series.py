"""A series on its way to the tables: what of it is judged, priced and written date by date."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from reservations import Invalid, PolicyViolation, Span, policies, recurrence
from reservations.hours import date_in_words
from reservations.recurrence import Occurrence, Series
from rooms.models import Allocation, Booking
from rooms.operations._writing import picture
from rooms.queries.lines import lines_of_span
from rooms.queries.terms import VenueTerms, blocked_ranges
from rooms.wishes import Wish

MOST_TAKEN = 1000
"""Rooms times dates of one series: each is judged, priced and written, under the locks of its rooms."""


@dataclass(frozen=True, slots=True)
class Taking:
    """One date of a series, with the range of each room that nobody else can have."""

    occurrence: Occurrence
    blocked: dict[int, Span]


def laid_out(asked: Wish, terms: VenueTerms) -> Wish:
    """Return the wish with what its rule comes to by the clocks of the venue.

    :raises Invalid: if the span is not the first date of the rule, or its dates overlap
    """
    return (
        replace(asked, series=recurrence.series(asked.rule, asked.span, terms.zone)) if asked.rule else asked
    )


def require_bounded(asked: Series, rooms: Sequence[int]) -> None:
    """Refuse a series that takes too many rooms, counted on each of its dates."""
    taken = len(asked.occurrences) * len(rooms)
    if taken > MOST_TAKEN:
        sentence = f"A series takes at most {MOST_TAKEN} rooms, counted on each date; this takes {taken}."
        raise Invalid(sentence, field_errors={"recurrence": [sentence]})


def require_terms(room: int, asked: Series, terms: VenueTerms, **told: Any) -> None:
    """Refuse a series of which one date does not keep to the terms of the room, and say which.

    :raises PolicyViolation: with the first rule that the first such date breaks
    """
    own = terms.rooms[room]
    for one in asked.occurrences:
        broken = policies.violations(
            one.span, own.policy, own.hours, zone=terms.zone, venue_name=terms.name, **told
        )
        if broken:
            raise dated(broken[0], one.span, terms)


def dated(broken: PolicyViolation, span: Span, terms: VenueTerms) -> PolicyViolation:
    """Return the violation with the date of the series that it is about."""
    when = date_in_words(span.start.astimezone(terms.zone))
    return PolicyViolation(f"{when}: {broken.sentence}", rule=broken.rule, until=broken.until)


def takings(asked: Series, terms: VenueTerms, rooms: Sequence[int]) -> list[Taking]:
    """Return what each date takes of which room.

    :raises PolicyViolation: if the buffers of one date reach into the next
    """
    found = [Taking(one, blocked_ranges(terms, rooms, one.span)) for one in asked.occurrences]
    for one, other in pairwise(found):
        if any(blocks.overlaps(other.blocked[room]) for room, blocks in one.blocked.items()):
            raise dated(
                PolicyViolation("The room needs some time before and after each date.", rule="buffer"),
                other.occurrence.span,
                terms,
            )
    return found


def ranges(found: Iterable[Taking]) -> dict[int, list[Span]]:
    """Return for each room all the ranges that nobody else can have."""
    together: dict[int, list[Span]] = {}
    for taking in found:
        for room, blocks in taking.blocked.items():
            together.setdefault(room, []).append(blocks)
    return together


def lines(found: Occurrence, terms: VenueTerms, rooms: Iterable[int]) -> list[dict[str, Any]]:
    """Return the priced lines of one date; they say which it is."""
    return lines_of_span(terms, rooms, found.span, occurrence=found.number)


def all_lines(asked: Series, terms: VenueTerms, rooms: Sequence[int]) -> list[dict[str, Any]]:
    """Return the priced lines of all dates, in their order."""
    return [line for one in asked.occurrences for line in lines(one, terms, rooms)]


def allocations(booking: Booking, found: Iterable[Taking]) -> list[Allocation]:
    """Return the rows of a new series."""
    return [
        allocation(booking, taking.occurrence.span, room, blocks, taking.occurrence.number)
        for taking in found
        for room, blocks in taking.blocked.items()
    ]


def allocation(
    booking: Booking, span: Span, room: int, blocks: Span, number: int | None = None
) -> Allocation:
    """Return a row of a booking; of a series, with the number of its date."""
    return Allocation(
        booking=booking, room_id=room, occurrence=number,
        starts_at=span.start, ends_at=span.end, blocks_from=blocks.start, blocks_until=blocks.end,
        state=booking.state, active=True, expires_at=booking.expires_at,
    )  # fmt: skip


def told(row: Allocation) -> dict[str, Any]:
    """Return what a Change says of one room that is taken; of a series, on which of its dates."""
    return picture(row) if row.occurrence is None else {**picture(row), "occurrence": row.occurrence}


def edges(rows: Iterable[Allocation]) -> dict[str, datetime | None]:
    """Return where a booking with these rows begins and ends."""
    kept = list(rows)
    return {
        "starts_at": min(row.starts_at for row in kept),
        "ends_at": max((row.ends_at for row in kept if row.ends_at is not None), default=None),
    }
