"""What cancelling a booking would mean now, before anybody does it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from reservations import Policy, ReservationError, Span, cancellation, lifecycle
from rooms.models import Booking, Passenger, Unit
from rooms.queries.series import kept_of_series, last_date
from rooms.queries.terms import VenueTerms, without_parts


@dataclass(frozen=True, slots=True)
class Cancelling:
    """Why it is refused, if it is; until when it is not; and what of the price would stay owed.

    Each date of a series has its own steps, so none are those of the series.
    """

    policies: list[Policy]
    refusal: ReservationError | None
    until: datetime | None
    percent: int
    kept: int
    steps: list[tuple[datetime | None, int]]


def cancelling(
    booking: Booking, terms: VenueTerms, rooms: Iterable[int], *, staff: bool, now: datetime
) -> Cancelling:
    """Return what cancelling the booking, which has these rooms, would mean for a guest or for staff."""
    dates = list(booking.allocations.filter(active=True)) if booking.recurrence else []
    span = last_date(dates) if dates else Span(booking.starts_at, booking.ends_at)
    policies, state = policies_of(terms, rooms), state_at(booking, now)
    refusal: ReservationError | None = None
    try:
        cancellation.require_cancellable(state, span, policies, staff=staff, now=now, zone=terms.zone)
    except ReservationError as refused:
        refusal = refused
    until = _until(booking, span, policies, staff=staff)
    if dates:
        kept = kept_of_series(booking, dates, terms, staff=staff, now=now) if state == booking.state else 0
        percent = 100 * (booking.price - kept) // booking.price if booking.price else 100
        return Cancelling(policies, refusal, until, percent, kept, steps=[])
    owed = kept_already(booking, terms)
    rest = cancellation.kept_from(state, booking.price - owed, span, policies, now=now)
    return Cancelling(
        policies=policies,
        refusal=refusal,
        until=until,
        percent=cancellation.refund_percent(span, policies, now=now),
        kept=owed + rest if state == lifecycle.CONFIRMED else rest,
        steps=cancellation.refund_steps(span, policies),
    )


def kept_already(booking: Booking, terms: VenueTerms) -> int:
    """Return what the price has in it of passengers who stayed at home: it is owed, whatever follows."""
    if not any(room.unit == Unit.LEG for room in terms.rooms.values()):
        return 0
    left = Passenger.objects.filter(journey=booking.pk, kept__isnull=False)
    return int(left.aggregate(kept=Sum("kept"))["kept"] or 0)


def policies_of(terms: VenueTerms, rooms: Iterable[int]) -> list[Policy]:
    """Return the policies that hold for a booking of these rooms; parts come with their whole."""
    return [terms.rooms[room].policy for room in without_parts(terms, rooms) if room in terms.rooms]


def state_at(booking: Booking, now: datetime) -> str:
    """Return the booking's state: a hold whose time is over has run out, job or no job."""
    run_out = booking.expires_at is not None and booking.expires_at <= now
    return lifecycle.EXPIRED if booking.state == lifecycle.HELD and run_out else booking.state


def _until(booking: Booking, span: Span, policies: Sequence[Policy], *, staff: bool) -> datetime | None:
    """Return until when: a hold while it lasts, staff until the end, guests by the terms."""
    if booking.state == lifecycle.HELD:
        return booking.expires_at
    return booking.ends_at if staff else cancellation.cancellable_until(span, policies)
