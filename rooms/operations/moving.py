"""Move a booking to another span, other rooms, or both: in one transaction, or not at all."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from reservations import PolicyViolation, Span, Unavailable, cancellation, lifecycle, policies
from reservations.rights import BOOK, REPEAT
from rooms import permissions
from rooms.models import Allocation, Booking, Room
from rooms.moves import agreed, asks_anew, moved
from rooms.operations import _limits, _standing
from rooms.operations._writing import Happening, picture, record, writes
from rooms.operations.changing import (
    Case,
    open_case,
    require_no_series,
    require_not_run_out,
    span_of,
)
from rooms.operations.holding import require_by_the_leg, touched
from rooms.queries.offers import alternatives_to
from rooms.queries.quotas import Asked
from rooms.queries.terms import blocked_ranges, without_parts
from rooms.queries.words import called
from rooms.said import asked_again
from rooms.wishes import Wish, named, require_span

# Rules that a booking which keeps its start has met already: a running meeting may be made longer.
MET = {"starts_in_past", "notice"}


def move(
    booking: Booking,
    *,
    by: Any,
    span: Span | None = None,
    rooms: Room | Sequence[Room] | None = None,
    now: datetime | None = None,
) -> Booking:
    """Move the booking; what is not given stays. It keeps its reference, and is priced anew.

    What the venue approves first is only asked for there, unless it was had before; a request that goes to
    where it does not is booked.

    :raises Unavailable: if anybody else has any part of the new span in one of the new rooms
    :raises PolicyViolation: if the terms do not allow the new span
    """
    wanted = None if rooms is None else named(rooms)[1]
    if span is not None:
        require_span(span)
    try:
        return _move(booking, by=by, span=span, rooms=wanted, now=now)
    except Unavailable as refusal:
        target = span or span_of(booking)
        place = wanted or tuple(booking.allocations.filter(active=True).values_list("room_id", flat=True))
        details = asked_again(booking)
        asked = Wish(booking.venue_id, place, (), target, details, by)
        refusal.alternatives = alternatives_to(asked, now=now, besides=booking.pk)
        raise


@writes
def _move(
    also: frozenset[int],
    booking: Booking,
    *,
    by: Any,
    span: Span | None,
    rooms: tuple[int, ...] | None,
    now: datetime | None,
) -> Booking:
    may = permissions.require_to_change
    case = open_case(also, booking, by=by, now=now, rooms=rooms or (), allowed=may)
    require_not_run_out(case)
    lifecycle.advance(case.booking.state, "move")
    require_no_series(case, "Move its dates one by one.")
    target = span or span_of(case.booking)
    place = without_parts(case.terms, rooms or case.rooms)
    require_move_allowed(case, target, place, by)
    blocked = blocked_ranges(case.terms, place, target)
    besides = case.booking.pk
    _standing.make_way(blocked, case.terms, locked=case.locked, now=case.now, besides=besides, asked=target)
    require_quotas_left(case, (agreed(case.booking, target), place), by)

    return _write(case, target, place, blocked, by)


def require_move_allowed(case: Case, span: Span, place: Sequence[int], by: Any) -> None:
    """Refuse a move that gives back what cannot be, or leads to what the terms do not allow."""
    _require_rights(case, span, place, by)
    staff = permissions.is_staff(by, case.terms.id)
    _require_in_time(case, span, staff=staff)
    if not staff:
        _require_nothing_given_back(case, span, place)
        _require_time_to_ask(case, span, place)
    _require_allowed(case, span, place)


def _require_rights(case: Case, span: Span, place: Sequence[int], by: Any) -> None:
    """Refuse a move to a room, or to a time in it, that its mover may not book there; of a series, so often.

    What one has is one's own: it may be made shorter after the right to book there was taken away.
    """
    kept = case.rooms if span.within(span_of(case.booking)) else ()
    verb = REPEAT if case.booking.recurrence else BOOK
    permissions.require_known(place, case.terms)
    permissions.require_rights(by, [room for room in place if room not in kept], case.terms, verb)


def require_quotas_left(case: Case, date: Asked, by: Any, number: int | None = None) -> None:
    """Refuse a move to where a quota leaves its guest too little, counted without what moves.

    :param number: of a series, which of its dates moves
    """
    booking = case.booking
    _limits.require_quotas(
        [date], case.terms, guest=booking.guest_id, by=by, now=case.now, besides=(booking.pk, number)
    )


def _require_in_time(case: Case, span: Span, *, staff: bool) -> None:
    """Refuse to give back time that was used: once begun, only its end moves, and not to before now."""
    booking, now = case.booking, case.now
    if booking.state == lifecycle.HELD or booking.starts_at > now:
        return
    if booking.ends_at is not None and booking.ends_at <= now:
        raise PolicyViolation("This booking has ended already.", rule="begun")
    if span.start != booking.starts_at and not staff:
        raise PolicyViolation("This booking has begun already: only its end can move.", rule="begun")
    if span.end is not None and span.end <= now:
        raise PolicyViolation("This booking has begun already: it cannot end before now.", rule="begun")


def _require_nothing_given_back(case: Case, span: Span, place: Sequence[int]) -> None:
    """Refuse a move that frees time which could no longer be cancelled: cancelling is one move away."""
    booking = case.booking
    keeps = span_of(booking).within(span) and set(case.rooms) <= set(place)
    if booking.state != lifecycle.HELD and booking.starts_at > case.now and not keeps:
        cancellation.require_before_deadline(
            span_of(booking), case.policies, "moved", now=case.now, zone=case.terms.zone
        )


def _require_time_to_ask(case: Case, span: Span, place: Sequence[int]) -> None:
    """Refuse to ask for anything once it has begun: a request that nobody decides on in time is let go."""
    had = span_of(case.booking), case.rooms
    begun = case.booking.state != lifecycle.HELD and case.booking.starts_at <= case.now
    if begun and asks_anew(case.terms, had, (span, place)):
        sentence = "The venue approves that first, and this booking has begun: ask its staff to move it."
        raise PolicyViolation(sentence, rule="approval")


def _require_allowed(case: Case, span: Span, place: Sequence[int]) -> None:
    wanted = [case.terms.rooms[room] for room in place]
    seats = sum(own.capacity for own in wanted)
    keeps_start = span.start == case.booking.starts_at
    for own in wanted:
        require_by_the_leg(own, None)
        for violation in policies.violations(
            agreed(case.booking, span),
            own.policy,
            own.hours,
            now=case.now,
            zone=case.terms.zone,
            party=case.booking.party,
            capacity=seats,
            rooms_called=partial(called, wanted),
            venue_name=case.terms.name,
        ):
            if not (keeps_start and violation.rule in MET):
                raise violation


def _write(case: Case, span: Span, place: Sequence[int], blocked: dict[int, Span], by: Any) -> Booking:
    booking, terms = case.booking, case.terms
    there = moved(booking, terms, case.rooms, (span, place), by=by, now=case.now)
    booking.state, booking.lines, booking.price = there.state, there.lines, there.price
    booking.starts_at, booking.ends_at = span.start, span.end
    booking.save(update_fields=["state", "starts_at", "ends_at", "price", "lines"])
    before = {row.room_id: picture(row) for row in case.allocations}
    _place(case, span, blocked)
    after = {"state": booking.state, "start": span.start, "end": span.end}
    rooms = {
        *touched(terms, [room for room in before if room in terms.rooms]),
        *before,
        *touched(terms, place),
    }
    happenings = [
        Happening(
            room,
            "moved",
            booking=booking,
            before=before.get(room, {}),
            after=after if room in blocked else {},
        )
        for room in sorted(rooms)
    ]
    record(happenings, locked=case.locked, by=by, now=case.now)
    return booking


def _place(case: Case, span: Span, blocked: dict[int, Span]) -> None:
    """Give the booking's allocations their new rooms and spans, keeping their ids where rows suffice."""
    staying = {row.room_id: row for row in case.allocations if row.room_id in blocked}
    leaving = [row for row in case.allocations if row.room_id not in blocked]
    for room, blocks in blocked.items():
        row = staying.get(room) or (leaving.pop() if leaving else Allocation(booking=case.booking))
        row.room_id, row.starts_at, row.ends_at = room, span.start, span.end
        row.blocks_from, row.blocks_until = blocks.start, blocks.end
        row.state, row.active, row.expires_at = case.booking.state, True, case.booking.expires_at
        row.save()
    for row in leaving:
        row.state, row.active = lifecycle.CANCELLED, False
        row.save(update_fields=["state", "active"])
