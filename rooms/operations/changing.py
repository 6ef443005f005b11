"""Change what was taken: confirm, renew, approve, decline, cancel."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reservations import (
    HoldExpired,
    NotFound,
    Policy,
    PolicyViolation,
    Span,
    cancellation,
    lifecycle,
    recurrence,
)
from reservations.rights import SEE
from rooms import permissions
from rooms.models import Allocation, Booking
from rooms.models.bookings import kept_plate
from rooms.operations import _dates, _standing
from rooms.operations._answering import answers_kept, still_asked
from rooms.operations._paid import Paid
from rooms.operations._writing import Locked, LockMore, lock, record, set_state, writes
from rooms.operations.holding import KIND, state_booked, touched
from rooms.queries.cancelling import kept_of, policies_of
from rooms.queries.offers_of_series import alternatives
from rooms.queries.series import dates_of, kept_of_series, last_date, seats_of
from rooms.queries.terms import VenueTerms, terms_knowing, terms_of, without_parts
from rooms.rides import riding_of
from rooms.said import asked_again
from rooms.sql import fetch, rows_of
from rooms.wishes import NO_DETAILS, REASON, Details, Wish, clean, line


@dataclass(frozen=True, slots=True)
class Case:
    """A booking under lock: as it is now, with the rooms it has and the terms that hold."""

    booking: Booking
    allocations: list[Allocation]
    terms: VenueTerms
    locked: Locked
    now: datetime

    @property
    def rooms(self) -> tuple[int, ...]:
        """The rooms that were asked for: those taken, less those taken as parts of another."""
        return without_parts(self.terms, dict.fromkeys(row.room_id for row in self.allocations))

    @property
    def policies(self) -> list[Policy]:
        """The policies of those rooms."""
        return policies_of(self.terms, self.rooms)

    def finish(
        self, state: str, kind: str, by: Any, *, why: Mapping[str, str] | None = None, **fields: Any
    ) -> Booking:
        """Write the booking's new state, and what of the price it keeps if that is an exit; and say so.

        :param why: what the changes tell of that besides
        """
        if state in lifecycle.EXITS and "kept" not in fields:
            fields["kept"] = self.kept(by)
        if self.booking.held_until is not None:
            fields.setdefault("held_until", None)  # Whoever does anything with it is there.
        happenings = _standing.happenings_of(self.booking, self.allocations, kind, self.terms)
        active = state in lifecycle.KEEPS_ROOM
        set_state(self.booking, state, active=active, **fields)
        for happening in happenings:
            if happening.after:
                happening.after |= {"state": state, **(why or {})}
        record(happenings, locked=self.locked, by=by, now=self.now)
        return self.booking

    def kept(self, by: Any) -> int:
        """Return what of the price stays owed if the booking ends now by an exit."""
        if self.booking.recurrence:
            staff = permissions.is_staff(by, self.terms.id)
            return kept_of_series(self.booking, self.allocations, self.terms, staff=staff, now=self.now)
        return kept_of(self.booking, self.terms, self.policies, now=self.now)


def open_case(
    also: Iterable[int],
    booking: Booking,
    *,
    by: Any,
    now: datetime | None,
    rooms: Iterable[int] = (),
    allowed: permissions.Allowed = permissions.require_own,
) -> Case:
    """Lock the booking's rooms, and those it may go to, and read it afresh under the lock.

    :param allowed: refuses who may not do it: others than the guest and the staff only where it says so
    :raises NotFound: if the booking is neither theirs nor at a venue where they work
    """
    allowed(by, booking)
    terms = terms_knowing(booking.venue_id, rooms)
    before = _rooms_of(booking)
    permissions.require_known(rooms, terms)
    known = [room for room in (*before, *rooms) if room in terms.rooms]
    locked = lock({*before, *touched(terms, known), *also})
    terms = terms_of(booking.venue_id, locked.stamps.get(booking.venue_id))
    permissions.require_known(rooms, terms)
    # Before anything is said of the booking: else that, and not a room that never was, would answer.
    permissions.require_rights(by, [room for room in rooms if room not in before], terms, SEE)
    fresh = next(iter(rows_of(Booking, "id = %s", [booking.pk])), None)
    if fresh is None:
        raise NotFound("There is no such booking.")
    if allowed is not permissions.require_own:
        allowed(by, fresh)  # a guest stays its guest; from a co-organizer it may be taken during the wait
    allocations = rows_of(Allocation, "booking_id = %s AND active", [fresh.pk], order="room_id, starts_at")
    # What was locked was read before the lock: the booking may have moved, or the hall been divided anew.
    taken = [row.room_id for row in allocations]
    needed = {*taken, *touched(terms, [room for room in (*taken, *rooms) if room in terms.rooms])}
    if not needed <= set(locked.revisions):
        raise LockMore(needed)
    return Case(fresh, allocations, terms, locked, now or locked.now)


def _rooms_of(booking: Booking) -> list[int]:
    rows = fetch("SELECT room_id FROM rooms_allocation WHERE booking_id = %s AND active", [booking.pk])
    return [room for (room,) in rows]


def confirm(
    booking: Booking, *, by: Any, details: Details | None = None, paid: Paid | None = None,
    now: datetime | None = None,
) -> Booking:  # fmt: skip
    """Make a hold a booking, or a request where the policy needs approval.

    :param paid: if it was paid for already: then nothing is asked any more, and who paid has booked it
    :raises HoldExpired: if the hold ran out, by the database's clock
    """
    try:
        return _confirm(booking, by=by, details=details, paid=paid, now=now)
    except HoldExpired as refusal:
        refusal.alternatives = alternatives(wish_of(booking, by), now=now)
        raise


@writes
def _confirm(
    also: frozenset[int], booking: Booking, *, by: Any, details: Details | None, paid: Paid | None,
    now: datetime | None,
) -> Booking:  # fmt: skip
    case = open_case(also, booking, by=by, now=now)
    require_not_run_out(case)
    permissions.require_to_keep(by, case.booking, case.rooms, case.terms)
    state = state_booked(case.terms, case.rooms, by)
    lifecycle.advance(case.booking.state, "request" if state == lifecycle.PENDING else "confirm")
    if state == lifecycle.CONFIRMED:
        permissions.require_paid(by, case.booking.price, case.policies, case.terms.id)
    checked = None if details is None else clean(details)
    said = said_of(case, checked, by, complete=paid is None)
    if checked is not None and checked.plate:
        said |= kept_plate(checked.plate)
    who, why = (paid.by, paid.because) if paid else (by, None)
    return case.finish(state, KIND[state], who, why=why, expires_at=None, **said)


def said_of(case: Case, details: Details | None, by: Any, *, complete: bool) -> dict[str, Any]:
    """Return the columns in which the booking keeps what is said of it, as far as anything is.

    :param complete: whether it has to answer by now what has to be answered
    """
    said: dict[str, Any] = {}
    if details is not None:
        seats = seats_of(case.allocations, case.terms)
        if details.party > seats:
            raise PolicyViolation(f"That holds {seats} people, and not {details.party}.", rule="capacity")
        said = {"title": details.title, "party": details.party, "note": details.note}
    before = case.booking.answers
    answers = answers_kept(
        details or NO_DETAILS, case.terms, case.rooms, by=by, before=before, complete=complete
    )
    return said if answers == before else {**said, "answers": answers}


def span_of(booking: Booking) -> Span:
    """Return the span that people see of the booking."""
    return Span(booking.starts_at, booking.ends_at)


def wish_of(booking: Booking, by: Any) -> Wish:
    """Return what would have to be asked for to have the booking's rooms again."""
    # Not the rows it left behind when it moved: those were cancelled.
    rows = Allocation.objects.filter(booking=booking, state__in=[lifecycle.HELD, lifecycle.EXPIRED])
    rooms = tuple(rows.values_list("room_id", flat=True).distinct())
    answers = still_asked(booking)
    details = asked_again(booking, answers=answers)
    if booking.recurrence:
        series = recurrence.remembered(booking.recurrence)
        first = series.occurrences[0].span
        return Wish(
            booking.venue_id, rooms, (), first, details, by, hold=True, rule=series.text, series=series
        )
    ride = riding_of(booking, rooms)
    return Wish(booking.venue_id, rooms, (), span_of(booking), details, by, hold=True, ride=ride)


def require_no_series(case: Case, instead: str) -> None:
    """Refuse what is about one stretch of time, where the booking is a series of them."""
    if case.booking.recurrence:
        raise PolicyViolation(f"This booking is a series. {instead}", rule="series")


def require_not_run_out(case: Case) -> None:
    """Refuse a hold whose time is over, in the same words whether or not anybody has written so yet."""
    state, expires_at = case.booking.state, case.booking.expires_at
    run_out = state == lifecycle.HELD and expires_at is not None and expires_at <= case.now
    if run_out or state == lifecycle.EXPIRED:
        raise HoldExpired("The hold ran out before it was confirmed.")


@writes
def renew(also: frozenset[int], booking: Booking, *, by: Any, now: datetime | None = None) -> Booking:
    """Give a hold its full time again; as often as the policy says, and no more.

    :raises HoldExpired: if it ran out already
    """
    case = open_case(also, booking, by=by, now=now)
    require_not_run_out(case)
    lifecycle.advance(case.booking.state, "renew")
    permissions.require_to_keep(by, case.booking, case.rooms, case.terms)
    most = min(policy.max_renewals for policy in case.policies)
    if case.booking.renewals >= most:
        raise PolicyViolation(
            "This hold cannot be prolonged again: confirm it, or let it go.", rule="renewals"
        )
    lasts = timedelta(minutes=min(policy.hold_minutes for policy in case.policies))
    # An offer may last longer than a hold: who asks for more time is not given less.
    until = max(case.booking.expires_at or case.now, case.now + lasts)
    return case.finish(lifecycle.HELD, "renewed", by, expires_at=until, renewals=case.booking.renewals + 1)


@writes
def approve(also: frozenset[int], booking: Booking, *, by: Any, now: datetime | None = None) -> Booking:
    """Grant a request; only the venue's staff may."""
    permissions.require_own(by, booking)
    permissions.require_staff(by, booking.venue_id, "approve requests")
    case = open_case(also, booking, by=by, now=now)
    return case.finish(lifecycle.advance(case.booking.state, "approve"), "approved", by)


@writes
def decline(
    also: frozenset[int], booking: Booking, *, by: Any, reason: str = "", now: datetime | None = None
) -> Booking:
    """Refuse a request and free its rooms; only the venue's staff may.

    :param reason: why, in one line that the guest reads; nothing where the staff do not say
    """
    permissions.require_own(by, booking)
    permissions.require_staff(by, booking.venue_id, "decline requests")
    reason = line(reason, "reason", REASON)
    case = open_case(also, booking, by=by, now=now)
    state, why = lifecycle.advance(case.booking.state, "decline"), {"reason": reason} if reason else None
    return case.finish(state, "declined", by, why=why)


@writes
def cancel(also: frozenset[int], booking: Booking, *, by: Any, now: datetime | None = None) -> Booking:
    """Give the rooms back: a hold is let go, a booking or a request is cancelled.

    What of the price stays owed is written with it; the rest of what was paid is refunded because of it.

    :raises PolicyViolation: if it is too late by the terms; the venue's staff may until it ends
    """
    case = open_case(also, booking, by=by, now=now, allowed=permissions.require_to_change)
    require_not_run_out(case)
    _require_cancellable(case, by)
    state = lifecycle.advance(case.booking.state, "cancel")
    if case.booking.recurrence and case.booking.starts_at <= case.now:
        return _cancel_the_rest(case, by)
    return case.finish(state, "cancelled", by)


def _cancel_the_rest(case: Case, by: Any) -> Booking:
    """Leave out every date of a series that has not begun; the others took place, and stay."""
    ahead = [date for date in dates_of(case.allocations) if date.span.start > case.now]
    if not ahead:
        raise PolicyViolation("The last date of this series has begun already.", rule="begun")
    return _dates.leave_out(case, ahead, by)


def _require_cancellable(case: Case, by: Any) -> None:
    """Refuse what is too late. Staff may more than guests: so only a refusal asks who they are."""
    lasts = case.booking.recurrence and case.allocations
    span = last_date(case.allocations) if lasts else span_of(case.booking)
    told = (case.booking.state, span, case.policies)
    try:
        cancellation.require_cancellable(*told, staff=False, now=case.now, zone=case.terms.zone)
    except PolicyViolation:
        if not permissions.is_staff(by, case.terms.id):
            raise
        cancellation.require_cancellable(*told, staff=True, now=case.now, zone=case.terms.zone)
