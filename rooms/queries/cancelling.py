"""What cancelling a booking would mean now, before anybody does it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from reservations import Policy, ReservationError, Span, cancellation, lifecycle
from rooms.models import Booking, Passenger, VenueKind
from rooms.queries.lines import kept_whatever_follows
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
    kept = kept_of(booking, terms, policies, now=now)
    # No more comes back than a move has left.
    left = booking.price - min(kept_whatever_follows(booking.lines), booking.price)
    most = 100 * left // booking.price if booking.price else 100
    return Cancelling(
        policies=policies,
        refusal=refusal,
        until=until,
        percent=min(cancellation.refund_percent(span, policies, now=now), most),
        kept=kept,
        steps=[(step, min(back, most)) for step, back in cancellation.refund_steps(span, policies)],
    )


def kept_of(booking: Booking, terms: VenueTerms, policies: Sequence[Policy], *, now: datetime) -> int:
    """Return what of the price stays owed if the booking, which is no series, ends now by an exit.

    Of what was only held or asked for, nothing.
    """
    if booking.state != lifecycle.CONFIRMED:
        return 0
    owed, span = kept_already(booking, terms), Span(booking.starts_at, booking.ends_at)
    by_terms = owed + cancellation.kept(booking.price - owed, span, policies, now=now)
    return max(by_terms, min(kept_whatever_follows(booking.lines), booking.price))


def kept_if_moved(booking: Booking, policies: Sequence[Policy], *, staff: bool, now: datetime) -> int:
    """Return what of the price stays owed, whatever follows, if a booking that is no series is moved now.

    That is what cancelling it instead would keep. What the staff move, they move as they see fit; what is
    metered pays for what it used.
    """
    before = kept_whatever_follows(booking.lines)
    bound = booking.state in (lifecycle.CONFIRMED, lifecycle.CHECKED_IN) and not booking.metered
    if staff or not bound:
        return before
    span = Span(booking.starts_at, booking.ends_at)
    return max(before, cancellation.kept(booking.price, span, policies, now=now))


def kept_already(booking: Booking, terms: VenueTerms) -> int:
    """Return what the price has in it of passengers who stayed at home: it is owed, whatever follows."""
    if terms.kind != VenueKind.VEHICLE:
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
