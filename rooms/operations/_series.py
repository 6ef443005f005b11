"""A series on its way to the tables: what of it is judged, priced and written date by date."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from reservations import Invalid, PolicyViolation, Span, policies, recurrence
from reservations.hours import date_in_words
from reservations.recurrence import Occurrence
from rooms.models import Allocation, Booking
from rooms.operations._writing import picture
from rooms.queries.lines import lines_of_span
from rooms.queries.terms import VenueTerms, blocked_ranges, without_parts
from rooms.queries.words import called
from rooms.wishes import Wish

MOST_TAKEN = 1000
"""Rooms times dates of one series: each is judged, priced and written, under the locks of its rooms."""


@dataclass(frozen=True, slots=True)
class Place:
    """One date of a series with the rooms that are asked for on it, less parts that come with a whole."""

    occurrence: Occurrence
    rooms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Taking:
    """One date of a series, with the range of each room that nobody else can have."""

    occurrence: Occurrence
    blocked: dict[int, Span]


def laid_out(asked: Wish, terms: VenueTerms) -> Wish:
    """Return the wish with what its rule comes to by the clocks of the venue.

    :raises Invalid: if the span is not the first date of the rule, its dates overlap, or one that it does not
        have is to be elsewhere
    """
    if not asked.rule:
        return asked
    found = recurrence.series(asked.rule, asked.span, terms.zone)
    dates = {found.date_of(one) for one in found.occurrences}
    if unknown := [day for day, _ in asked.elsewhere if day not in dates]:
        sentence = f"The series has no date on {date_in_words(unknown[0])} to be elsewhere."
        raise Invalid(sentence, field_errors={"elsewhere": [sentence]})
    return replace(asked, series=found)


def places(asked: Wish, terms: VenueTerms, rooms: Sequence[int]) -> list[Place]:
    """Return where each date of the series is to be: in the rooms, or in others of its own."""
    if asked.series is None:
        return []
    usual, others = without_parts(terms, rooms), dict(asked.elsewhere)
    found = []
    for one in asked.series.occurrences:
        own = others.get(asked.series.date_of(one)) if others else None
        found.append(Place(one, without_parts(terms, own) if own else usual))
    return found


def rooms_of(found: Iterable[Place]) -> tuple[int, ...]:
    """Return every room that a date is in."""
    return tuple(dict.fromkeys(room for place in found for room in place.rooms))


def require_bounded(found: Iterable[Place]) -> None:
    """Refuse a series that takes too many rooms, counted on each of its dates."""
    taken = sum(len(place.rooms) for place in found)
    if taken > MOST_TAKEN:
        sentence = f"A series takes at most {MOST_TAKEN} rooms, counted on each date; this takes {taken}."
        raise Invalid(sentence, field_errors={"recurrence": [sentence]})


def require_terms(found: Iterable[Place], terms: VenueTerms, *, party: int, now: datetime) -> None:
    """Refuse a series of which one date does not keep to the terms of one of its rooms, and say which.

    :raises PolicyViolation: with the first rule that the first such date breaks
    """
    for place in found:
        span, wanted = place.occurrence.span, [terms.rooms[room] for room in place.rooms]
        seats = sum(own.capacity for own in wanted)
        for own in wanted:
            broken = policies.violations(
                span, own.policy, own.hours, now=now, zone=terms.zone, party=party, capacity=seats,
                rooms_called=partial(called, wanted), venue_name=terms.name,
            )  # fmt: skip
            if broken:
                raise dated(broken[0], span, terms)


def dated(broken: PolicyViolation, span: Span, terms: VenueTerms) -> PolicyViolation:
    """Return the violation with the date of the series that it is about."""
    when = date_in_words(span.start.astimezone(terms.zone))
    return PolicyViolation(f"{when}: {broken.sentence}", rule=broken.rule, until=broken.until)


def takings(found: Iterable[Place], terms: VenueTerms) -> list[Taking]:
    """Return what each date takes of which room.

    :raises PolicyViolation: if the buffers of one date reach into a later one in the same room
    """
    taken: list[Taking] = []
    before: dict[int, Span] = {}
    for place in found:
        one = Taking(place.occurrence, blocked_ranges(terms, place.rooms, place.occurrence.span))
        if any(room in before and before[room].overlaps(blocks) for room, blocks in one.blocked.items()):
            raise dated(
                PolicyViolation("The room needs some time before and after each date.", rule="buffer"),
                one.occurrence.span,
                terms,
            )
        before |= one.blocked
        taken.append(one)
    return taken


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


def all_lines(found: Iterable[Place], terms: VenueTerms) -> list[dict[str, Any]]:
    """Return the priced lines of all dates, in their order."""
    return [line for place in found for line in lines(place.occurrence, terms, place.rooms)]


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
