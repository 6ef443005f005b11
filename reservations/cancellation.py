"""Cancellation: until when a guest may cancel, and what of the price stays owed then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from reservations.policies import Policy
from reservations.spans import Span


def cancellable_until(span: Span, policy: Policy) -> datetime:
    """Return the instant from which on the guest can no longer cancel."""
    return span.start - timedelta(minutes=policy.cancel_until_minutes)


def refund_percent(span: Span, policy: Policy, *, now: datetime) -> int:
    """Return how much of the price comes back when cancelled now: by the farthest step still ahead.

    Without steps, all of it; later than every step, nothing.
    """
    if not policy.cancellation_steps:
        return 100
    for hours_before, percent in sorted(policy.cancellation_steps, reverse=True):
        if span.start - now >= timedelta(hours=hours_before):
            return percent
    return 0


def kept(price: int, span: Span, policies: Iterable[Policy], *, now: datetime) -> int:
    """Return what of the price stays owed when cancelled now, in minor units; the strictest policy counts.

    What comes back is rounded up, in the guest's favor.
    """
    percent = min((refund_percent(span, policy, now=now) for policy in policies), default=100)
    return price - -(-price * percent // 100)
