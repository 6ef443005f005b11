"""Take the rooms of a hold that ran out again: its guest had paid, and the bank was slow to say so."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from reservations import PolicyViolation, Span, lifecycle
from rooms import permissions
from rooms.models import Allocation, Booking
from rooms.operations import _standing
from rooms.operations._paid import Paid
from rooms.operations._writing import record, writes
from rooms.operations.changing import Case, open_case, span_of
from rooms.queries.terms import blocked_ranges, without_parts


@writes
def revive(
    also: frozenset[int], booking: Booking, *, by: Any, paid: Paid | None = None, now: datetime | None = None
) -> Booking:
    """Confirm a hold that ran out, with its own reference, if all its rooms are still free; or not at all.

    :param paid: who paid for it, if somebody did: they have booked it
    :raises Unavailable: if anybody else has any part of it now
    :raises PolicyViolation: if its time is over
    """
    permissions.require_staff(by, booking.venue_id, "revive a hold that ran out")
    rooms = _rooms_it_had(booking)
    case = open_case(also, booking, by=by, now=now, rooms=rooms)
    state = lifecycle.advance(case.booking.state, "revive")
    if case.booking.ends_at is not None and case.booking.ends_at <= case.now:
        raise PolicyViolation("This booking has ended already.", rule="begun")
    if case.booking.recurrence:
        _revive_series(case, state)
    else:
        place = without_parts(case.terms, rooms)
        blocked = blocked_ranges(case.terms, place, span_of(case.booking))
        asked, besides = span_of(case.booking), case.booking.pk
        _standing.make_way(
            blocked, case.terms, locked=case.locked, now=case.now, besides=besides, asked=asked
        )
        _write(case, state, blocked)
    happenings = _standing.happenings_of(case.booking, case.allocations, "booked", case.terms)
    for happening in happenings:
        happening.before = {}
        if happening.after and paid:
            happening.after |= paid.because
    record(happenings, locked=case.locked, by=paid.by if paid else by, now=case.now)
    return case.booking


def _rooms_it_had(booking: Booking) -> list[int]:
    """Return the rooms it had when it ran out: not those it left behind when it moved."""
    states = [lifecycle.EXPIRED, lifecycle.HELD]
    rows = Allocation.objects.filter(booking=booking, state__in=states)
    return sorted(set(rows.values_list("room_id", flat=True)))


def _revive_series(case: Case, state: str) -> None:
    """Take every date again that it had when it ran out, with the buffers it had."""
    lost = Allocation.objects.filter(booking=case.booking, state__in=[lifecycle.EXPIRED, lifecycle.HELD])
    rows = list(lost.order_by("blocks_from"))
    ranges: defaultdict[int, list[Span]] = defaultdict(list)
    for row in rows:
        ranges[row.room_id].append(Span(row.blocks_from, row.blocks_until))
    _standing.make_way_for_each(ranges, case.terms, locked=case.locked, now=case.now, besides=case.booking.pk)
    _write_state(case.booking, state)
    lost.update(state=state, active=True, expires_at=None)
    for row in rows:
        row.state, row.active, row.expires_at = state, True, None
    case.allocations[:] = rows


def _write_state(booking: Booking, state: str) -> None:
    booking.state, booking.expires_at, booking.held_until, booking.kept = state, None, None, None
    booking.save(update_fields=["state", "expires_at", "held_until", "kept"])


def _write(case: Case, state: str, blocked: Mapping[int, Span]) -> None:
    booking = case.booking
    _write_state(booking, state)
    rows = {row.room_id: row for row in Allocation.objects.filter(booking=booking).order_by("pk")}
    case.allocations.clear()
    for room, blocks in blocked.items():
        row = rows.get(room) or Allocation(booking=booking, room_id=room)
        row.starts_at, row.ends_at = booking.starts_at, booking.ends_at
        row.blocks_from, row.blocks_until = blocks.start, blocks.end
        row.state, row.active, row.expires_at = state, True, None
        row.save()
        case.allocations.append(row)
