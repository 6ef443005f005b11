"""What cancelling a booking would mean now, before anybody does it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from api.answers import money, state_of
from api.queries import rows_of
from api.shapes_bookings import Cancellation, CancellationStep
from reservations import IllegalTransition, Policy, Span, lifecycle
from reservations.cancellation import refund_percent
from rooms import permissions
from rooms.models import Booking
from rooms.queries.terms import terms_of_venue


def cancellation(booking: Booking, user: Any, *, now: datetime) -> Cancellation:
    """Return what the terms of the booking's rooms say of cancelling now; the strictest room counts."""
    terms = terms_of_venue(booking.venue)
    rooms = [terms.rooms[row.room] for row in rows_of([booking.pk])[booking.pk] if row.room in terms.rooms]
    kept = [room.policy for room in rooms]
    until = _until(booking, user, kept)
    reason = _refusal(booking, until, now)
    span = Span(booking.starts_at, booking.ends_at)
    percent = min((refund_percent(span, policy, now=now) for policy in kept), default=100)
    nothing = money(0, booking.currency)  # until payments tell of more
    return Cancellation(
        reference=booking.reference,
        allowed=reason is None,
        reason=reason,
        until=until,
        refund_percent=percent,
        steps=_steps(span, kept),
        price=money(booking.price, booking.currency),
        paid=nothing,
        refund=nothing,
        owed=nothing,
    )


def _until(booking: Booking, user: Any, kept: Sequence[Policy]) -> datetime | None:
    """Return until when this person may: a hold while it lasts, staff until the end, guests by the terms."""
    if booking.state == lifecycle.HELD:
        return booking.expires_at
    if permissions.is_staff(user, booking.venue_id):
        return booking.ends_at
    notice = max((policy.cancel_until_minutes for policy in kept), default=0)
    return booking.starts_at - timedelta(minutes=notice)


def _refusal(booking: Booking, until: datetime | None, now: datetime) -> str | None:
    state = state_of(booking, now)
    if state == lifecycle.EXPIRED:
        return "The hold ran out before it was confirmed."
    try:
        lifecycle.advance(state, "cancel")
    except IllegalTransition as refusal:
        return refusal.sentence
    return "It is too late to cancel this booking." if until is not None and until <= now else None


def _steps(span: Span, kept: Sequence[Policy]) -> list[CancellationStep]:
    """Return how much comes back until when, the last step being for ever."""
    hours = sorted({hours for policy in kept for hours, _ in policy.cancellation_steps}, reverse=True)
    moments: list[datetime | None] = [span.start - timedelta(hours=before) for before in hours]
    steps = []
    for moment in [*moments, None]:
        asked_at = moment if moment is not None else span.start + timedelta(days=1)
        percent = min((_percent(span, policy, asked_at) for policy in kept), default=100)
        steps.append(CancellationStep(moment, percent))
    return steps


def _percent(span: Span, policy: Policy, now: datetime) -> int:
    return refund_percent(span, policy, now=now)
