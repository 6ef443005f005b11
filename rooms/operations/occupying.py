"""Be there, or not: check in, check out, let go of what is left of the time, and say who did not come.

A booking that ends early keeps its row and its price: the allocation is cut to what was used, and the rest
is free for the next guest at once. Only what is metered, as is all without an end, pays for what it used.
"""

from datetime import datetime, timedelta
from typing import Any

from reservations import PolicyViolation, lifecycle, pricing
from rooms import permissions
from rooms.models import Allocation, Booking, Change
from rooms.operations import _standing
from rooms.operations._writing import record, set_state, writes
from rooms.operations.changing import Case, open_case, require_no_series, require_not_run_out
from rooms.queries.lines import lines_of_room


@writes
def check_in(also: frozenset[int], booking: Booking, *, by: Any, now: datetime | None = None) -> Booking:
    """Note that the guest is there.

    :raises PolicyViolation: if the booking has not begun, or has ended already
    """
    case = open_case(also, booking, by=by, now=now)
    require_not_run_out(case)
    state = lifecycle.advance(case.booking.state, "check_in")
    require_no_series(case, "Nobody has to check in for its dates.")
    _require_begun(case)
    _require_not_ended(case)
    return case.finish(state, "checked_in", by)


@writes
def undo_check_in(also: frozenset[int], booking: Booking, *, by: Any, now: datetime | None = None) -> Booking:
    """Take a check-in back that was a mistake: they are expected as before; only the venue's staff may.

    :raises PolicyViolation: if it has ended, or nobody ever checked in: who drove in is there
    """
    permissions.require_own(by, booking)
    permissions.require_staff(by, booking.venue_id, "say that somebody is not there")
    case = open_case(also, booking, by=by, now=now)
    state = lifecycle.advance(case.booking.state, "undo_check_in")
    _require_not_ended(case)
    if not Change.objects.filter(booking=case.booking.pk, kind="checked_in").exists():
        raise PolicyViolation("Nobody checked in here: they came as they took it.", rule="not_checked_in")
    return case.finish(state, "check_in_undone", by)


@writes
def mark_no_show(also: frozenset[int], booking: Booking, *, by: Any, now: datetime | None = None) -> Booking:
    """Note that the guest did not come, and free their rooms, as the clock does by the terms; staff may.

    :raises PolicyViolation: if it has not begun yet, or has ended already
    """
    permissions.require_own(by, booking)
    permissions.require_staff(by, booking.venue_id, "say that somebody is not there")
    case = open_case(also, booking, by=by, now=now)
    state = lifecycle.advance(case.booking.state, "no_show")
    require_no_series(case, "Nobody has to check in for its dates.")
    _require_begun(case)
    _require_not_ended(case)
    return case.finish(state, "no_show", by)


@writes
def check_out(also: frozenset[int], booking: Booking, *, by: Any, now: datetime | None = None) -> Booking:
    """End a running booking now, and free what is left of its time.

    :raises PolicyViolation: if it has not begun: what lies ahead is cancelled
    """
    return _leave(open_case(also, booking, by=by, now=now), "check_out", by)


@writes
def release(also: frozenset[int], booking: Booking, *, by: Any, now: datetime | None = None) -> Booking:
    """Let go of the rooms from now on: of a hold altogether, of a running booking for the rest of its time.

    :raises PolicyViolation: if it is a booking that has not begun: what lies ahead is cancelled
    """
    case = open_case(also, booking, by=by, now=now)
    if case.booking.state != lifecycle.HELD:
        return _leave(case, "release", by)
    require_not_run_out(case)
    return case.finish(lifecycle.advance(case.booking.state, "release"), "released", by)


def _leave(case: Case, move: str, by: Any) -> Booking:
    require_not_run_out(case)
    state = lifecycle.advance(case.booking.state, move)
    require_no_series(case, "Its dates end when they end; those to come can be left out one by one.")
    _require_begun(case)
    booking = case.booking
    # At the very instant at which it began it still lasts a moment: no span is empty.
    used = max(case.now, booking.starts_at + timedelta.resolution)
    end = used if booking.ends_at is None else min(used, booking.ends_at)
    is_metered = booking.metered or booking.ends_at is None
    fields: dict[str, Any] = {"ends_at": end, **(_price(case, end) if is_metered else {})}

    happenings = _standing.happenings_of(booking, case.allocations, "completed", case.terms)
    for happening in happenings:
        if happening.after:
            happening.after |= {"state": state, "end": end}
    # Its buffer goes with it: it was to follow an end that will not come.
    Allocation.objects.filter(booking=booking, active=True).update(ends_at=end, blocks_until=end)
    set_state(booking, state, active=False, **fields)
    record(happenings, locked=case.locked, by=by, now=case.now)
    return booking


def _require_begun(case: Case) -> None:
    if case.booking.starts_at > case.now:
        raise PolicyViolation(
            "This booking has not begun yet: it can be cancelled.",
            rule="not_begun",
            until=case.booking.starts_at,
        )


def _require_not_ended(case: Case) -> None:
    if case.booking.ends_at is not None and case.booking.ends_at <= case.now:
        raise PolicyViolation("This booking has ended already.", rule="ended")


def _price(case: Case, end: datetime) -> dict[str, Any]:
    """Return what the time that was used comes to, now that it has an end."""
    start, terms = case.booking.starts_at, case.terms
    known = [terms.rooms[room] for room in case.rooms if room in terms.rooms]
    quotes = [(room, pricing.due(start, end, room.rates, terms.zone, terms.currency)) for room in known]
    return {
        "price": sum(quote.total for _, quote in quotes),
        "lines": [line for room, quote in quotes for line in lines_of_room(room, quote.lines)],
    }
