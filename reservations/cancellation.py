"""Cancellation: until when it may be, and what of the price stays owed then; for every door alike.

Where a booking has several rooms, the strictest of their policies counts. Steps are hours that really
pass, and not hours of the wall clock: on the night the clocks change the boundaries stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reservations import lifecycle
from reservations.errors import HoldExpired, PolicyViolation
from reservations.hours import in_local_words
from reservations.policies import Policy
from reservations.spans import Span


def cancellable_until(span: Span, policies: Iterable[Policy]) -> datetime:
    """Return the instant from which on the guest can no longer cancel."""
    notice = max((policy.cancel_until_minutes for policy in policies), default=0)
    return span.start - timedelta(minutes=notice)


def refund_percent(span: Span, policies: Iterable[Policy], *, now: datetime) -> int:
    """Return how much of the price comes back when cancelled now: by the farthest step still ahead.

    Without steps, all of it; later than every step, nothing.
    """
    return min((_percent(span, policy, now) for policy in policies), default=100)


def _percent(span: Span, policy: Policy, now: datetime) -> int:
    if not policy.cancellation_steps:
        return 100
    for hours_before, percent in sorted(policy.cancellation_steps, reverse=True):
        if span.start - now >= timedelta(hours=hours_before):
            return percent
    return 0


def refund_steps(span: Span, policies: Sequence[Policy]) -> list[tuple[datetime | None, int]]:
    """Return how much of the price comes back until when, inclusively; the last step is for ever."""
    hours = sorted({hours for policy in policies for hours, _ in policy.cancellation_steps}, reverse=True)
    moments = [span.start - timedelta(hours=before) for before in hours]
    after = (moments[-1] if moments else span.start) + timedelta.resolution
    steps: list[tuple[datetime | None, int]] = [
        (moment, refund_percent(span, policies, now=moment)) for moment in moments
    ]
    return [*steps, (None, refund_percent(span, policies, now=after))]


def kept(price: int, span: Span, policies: Iterable[Policy], *, now: datetime) -> int:
    """Return what of the price stays owed when cancelled now, in minor units.

    What comes back is rounded up, in the guest's favor.
    """
    return price - -(-price * refund_percent(span, policies, now=now) // 100)


def kept_from(state: str, price: int, span: Span, policies: Iterable[Policy], *, now: datetime) -> int:
    """Return what of the price stays owed when a booking leaves this state now by an exit.

    Of what was only held or asked for, nothing.
    """
    return kept(price, span, policies, now=now) if state == lifecycle.CONFIRMED else 0


def require_cancellable(
    state: str, span: Span, policies: Iterable[Policy], *, staff: bool, now: datetime, zone: ZoneInfo
) -> None:
    """Refuse to cancel what is over, or is too near by the terms; the venue's staff may until it ends.

    :raises IllegalTransition: if it is not alive
    :raises PolicyViolation: if it is too late
    """
    if state == lifecycle.EXPIRED:
        raise HoldExpired("The hold ran out before it was confirmed.")
    lifecycle.advance(state, "cancel")
    limit = span.end if staff else span.start
    if state == lifecycle.HELD:
        return
    if limit is not None and limit <= now:
        raise PolicyViolation(f"This booking has {'ended' if staff else 'begun'} already.", rule="begun")
    if not staff:
        require_before_deadline(span, policies, "cancelled", now=now, zone=zone)


def require_before_deadline(
    span: Span, policies: Iterable[Policy], done: str, *, now: datetime, zone: ZoneInfo
) -> None:
    """Refuse a guest to give time back later than the terms allow.

    :raises PolicyViolation: with until when they could have
    """
    until = cancellable_until(span, policies)
    if until <= now:
        when = in_local_words(until, zone, seen_from=now)
        raise PolicyViolation(f"This booking could be {done} until {when}.", rule="cancel_until")
