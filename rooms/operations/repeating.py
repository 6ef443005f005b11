"""Change single dates of a series: leave one out, take it back, or move it to another time or room."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from reservations import IllegalTransition, PolicyViolation, Span, Unavailable, lifecycle
from reservations.rights import REPEAT
from reservations.spans import EARLIEST
from rooms import permissions
from rooms.models import Booking, Room
from rooms.moves import asks_anew
from rooms.operations import _dates
from rooms.operations._writing import writes
from rooms.operations.changing import Case, cancel, open_case, require_not_run_out
from rooms.operations.moving import require_move_allowed, require_quotas_left
from rooms.queries.offers import alternatives_to
from rooms.queries.series import Date, date_of, refusal_of
from rooms.queries.terms import blocked_ranges, without_parts
from rooms.said import details_of
from rooms.wishes import Wish, named, require_span


@dataclass(frozen=True, slots=True)
class _To:
    """Which date moves, and to when or where; what is not given stays."""

    number: int
    span: Span | None
    rooms: tuple[int, ...] | None


def skip(booking: Booking, number: int, *, by: Any, now: datetime | None = None) -> Booking:
    """Leave one date of a series out; leaving out the only one is cancelling the booking.

    :raises NotFound: if the series has no such date
    :raises IllegalTransition: if the date is left out already
    :raises PolicyViolation: if it is too late by the terms
    """
    skipped = _skip(booking, number, by=by, now=now)
    return cancel(booking, by=by, now=now) if skipped is None else skipped


@writes
def _skip(
    also: frozenset[int], booking: Booking, number: int, *, by: Any, now: datetime | None
) -> Booking | None:
    case, date = _open(also, booking, number, by=by, now=now)
    if not date.active:
        raise IllegalTransition("This date is left out already.", state="cancelled", move="skip")
    if refusal := refusal_of(case.booking, date, case.terms, staff=False, now=case.now):
        staff = permissions.is_staff(by, case.terms.id)
        if not staff or refusal_of(case.booking, date, case.terms, staff=True, now=case.now):
            raise refusal
    if all(row.occurrence == number for row in case.allocations):
        return None
    return _dates.leave_out(case, [date], by)


def move_date(
    booking: Booking,
    number: int,
    *,
    by: Any,
    span: Span | None = None,
    rooms: Room | Sequence[Room] | None = None,
    now: datetime | None = None,
) -> Booking:
    """Move one date of a series to another time, other rooms, or both; the other dates stay.

    Of a date that was left out, this takes it back: then and there, or where and when it was.

    :raises Unavailable: if anybody, or another date of the series, has any part of it
    :raises PolicyViolation: if the terms do not allow it
    """
    to = _To(number, span, None if rooms is None else named(rooms)[1])
    if span is not None:
        require_span(span)
    try:
        return _move(booking, to, by=by, now=now)
    except Unavailable as refusal:
        date = date_of(booking, number)
        details = details_of(booking)
        asked = Wish(booking.venue_id, to.rooms or date.rooms, (), span or date.span, details, by)
        refusal.alternatives = alternatives_to(asked, now=now, besides=booking.pk, verb=REPEAT)
        raise


@writes
def _move(also: frozenset[int], booking: Booking, to: _To, *, by: Any, now: datetime | None) -> Booking:
    rooms = to.rooms or date_of(booking, to.number).rooms
    case, date = _open(also, booking, to.number, by=by, now=now, rooms=rooms)
    target, place = to.span or date.span, without_parts(case.terms, rooms)
    had = (date.span, date.rooms) if date.active else None
    asks = asks_anew(case.terms, had, (target, place)) and not permissions.may_approve(by, case.terms.id)
    if case.booking.state == lifecycle.CONFIRMED and asks:
        raise PolicyViolation(
            "The venue approves each date: ask its staff to move this one.", rule="approval"
        )
    require_move_allowed(_of_one(case, date), target, place, by)
    blocked = blocked_ranges(case.terms, place, target)
    _dates.require_apart(case, to.number, blocked, target)
    require_quotas_left(case, (target, place), by, to.number)

    _dates.put(case, _dates.Put(to.number, target, place, blocked), by)
    return case.booking


def _open(
    also: frozenset[int],
    booking: Booking,
    number: int,
    *,
    by: Any,
    now: datetime | None,
    rooms: Sequence[int] = (),
) -> tuple[Case, Date]:
    """Lock the series, and return it with one of its dates."""
    may = permissions.require_to_change
    case = open_case(also, booking, by=by, now=now, rooms=rooms, allowed=may)
    require_not_run_out(case)
    date = date_of(case.booking, number)
    lifecycle.advance(case.booking.state, "move")
    return case, date


def _of_one(case: Case, date: Date) -> Case:
    """Return the case as if the date were all there is of the booking; left out, it gives nothing back."""
    booking = copy.copy(case.booking)
    booking.starts_at, booking.ends_at = date.span.start, date.span.end
    if not date.active:  # No start is kept, so that the rules about the past and notice are asked.
        booking.state, booking.starts_at = lifecycle.HELD, EARLIEST
    rows = [row for row in case.allocations if row.occurrence == date.number]
    return replace(case, booking=booking, allocations=rows)
