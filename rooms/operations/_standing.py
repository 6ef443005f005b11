"""What stands in the way of a span under lock: expired holds are moved aside, all else is a refusal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from reservations import Conflict, Span, Unavailable, lifecycle
from rooms.models import Allocation, Booking
from rooms.operations._series import told
from rooms.operations._writing import Happening, Locked, LockMore, record, set_state
from rooms.queries.availability import hits
from rooms.queries.clear import Around
from rooms.queries.own import clear_around, conflict
from rooms.queries.terms import VenueTerms
from rooms.queries.words import taken_on_dates, taken_sentence
from rooms.sql import FOREVER, aware, fetch, one_of, reaches_into


def make_way(
    blocked: Mapping[int, Span],
    terms: VenueTerms,
    *,
    locked: Locked,
    now: datetime,
    besides: int | None = None,
    asked: Span | None = None,
) -> None:
    """Expire the holds that ran out in these ranges; refuse if anything else reaches into one of them.

    :param besides: a booking that may stay, because it is the one that is moving
    :param asked: the span that the ranges block, without its buffers; None where it has none
    :raises Unavailable: with what is taken, and when
    """
    ranges = {room: (span,) for room, span in blocked.items()}
    make_way_for_each(ranges, terms, locked=locked, now=now, besides=besides, asked=asked)


def make_way_for_each(
    ranges: Mapping[int, Sequence[Span]],
    terms: VenueTerms,
    *,
    locked: Locked,
    now: datetime,
    besides: int | None = None,
    asked: Span | None = None,
) -> None:
    """Do the same for the ranges of a series: any number for each room, in order, in as few statements."""
    standing = [row for row in _in_the_way(ranges) if row["booking_id"] != besides or besides is None]
    expired = {row["booking_id"] for row in standing if row["expires_at"] and row["expires_at"] <= now}
    real = [row for row in standing if row["booking_id"] not in expired]
    if real:
        raise unavailable([conflict_with(Allocation(**row)) for row in real], ranges, terms, asked)
    if expired:
        expire(list(Booking.objects.filter(pk__in=expired).order_by("pk")), terms, locked=locked, now=now)


def conflict_with(row: Allocation) -> Conflict:
    """Return what the allocation is to whoever wants its time."""
    span, kind = Span(row.starts_at, row.ends_at), lifecycle.kind_of(row.state)
    taken = conflict(row.room_id, kind, span, expires_at=row.expires_at)
    return clear_around(taken, Span(row.blocks_from, row.blocks_until))


def unavailable(
    conflicts: list[Conflict], ranges: Mapping[int, Sequence[Span]], terms: VenueTerms, asked: Span | None
) -> Unavailable:
    """Return the refusal of what these are in the way of: one span, which blocks the ranges, or a series."""
    if any(len(own) > 1 for own in ranges.values()):
        return Unavailable(taken_on_dates(conflicts, terms), conflicts=conflicts)
    blocked = ranges[conflicts[0].room][0]
    sentence = taken_sentence(conflicts, terms, Around(asked or blocked, blocked))
    return Unavailable(sentence, conflicts=conflicts)


def expire(bookings: list[Booking], terms: VenueTerms, *, locked: Locked, now: datetime) -> None:
    """Let go of holds that ran out, in this transaction.

    :raises LockMore: if one of them has rooms that are not locked yet
    """
    allocations = list(Allocation.objects.filter(booking__in=bookings, active=True).order_by("room_id"))
    wholes = {whole for row in allocations if (own := terms.rooms.get(row.room_id)) for whole in own.wholes}
    rooms = {row.room_id for row in allocations} | wholes
    if not rooms <= set(locked.revisions):
        raise LockMore(rooms)
    happenings = []
    for booking in bookings:
        lifecycle.advance(booking.state, "expire")
        mine = [row for row in allocations if row.booking_id == booking.pk]
        set_state(booking, lifecycle.EXPIRED, active=False, kept=0, held_until=None)
        happenings += happenings_of(booking, mine, "expired", terms)
    record(happenings, locked=locked, by=None, now=now)


def happenings_of(
    booking: Booking, allocations: list[Allocation], kind: str, terms: VenueTerms
) -> list[Happening]:
    """Return one Happening for each allocation, and one for each of the wholes above their rooms.

    A whole is only numbered: nothing of it was taken, so nothing is said of before and after.
    """
    taken = {row.room_id for row in allocations}
    wholes = {whole for room in taken if (own := terms.rooms.get(room)) for whole in own.wholes} - taken
    happenings = [
        Happening(
            row.room_id, kind, booking=booking, before=told(row), after={**told(row), "state": booking.state}
        )
        for row in allocations
    ]
    return happenings + [Happening(room, kind, booking=booking) for room in sorted(wholes)]


def _in_the_way(ranges: Mapping[int, Sequence[Span]]) -> list[dict[str, Any]]:
    spans = [span for own in ranges.values() for span in own]
    first = min(span.start for span in spans)
    last = None if any(span.end is None for span in spans) else max(span.end or FOREVER for span in spans)
    rooms, room_params = one_of("taken.room_id", ranges)
    reaches, params = reaches_into(Span(first, last), "taken", "taken.room_id")
    columns = [
        "room_id", "booking_id", "starts_at", "ends_at", "blocks_from", "blocks_until", "state", "expires_at",
    ]  # fmt: skip
    rows = fetch(
        f"SELECT {', '.join(f'taken.{column}' for column in columns)} FROM rooms_allocation AS taken "  # noqa: S608 -- no input in it
        f"WHERE {rooms} AND taken.active AND {reaches} ORDER BY taken.starts_at",
        [*room_params, *params],
    )
    found = [dict(zip(columns, map(_readable, row), strict=True)) for row in rows]
    return [
        row for row in found if hits(ranges[row["room_id"]], Span(row["blocks_from"], row["blocks_until"]))
    ]


def _readable(value: Any) -> Any:
    return aware(value) if isinstance(value, datetime) else value
