"""Attendance: what time itself makes of a booking, whether or not its guest ever came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from reservations import lifecycle
from reservations.policies import Policy
from reservations.spans import Span


def no_show_at(span: Span, policies: Collection[Policy]) -> datetime | None:
    """Return from when on a guest who did not check in has not shown up; None where nobody has to check in.

    The most patient room counts, and none waits longer than the booking lasts.
    """
    waits = [policy.no_show_minutes for policy in policies]
    if not waits or None in waits:
        return None
    at = span.start + timedelta(minutes=max(wait for wait in waits if wait is not None))
    return at if span.end is None else min(at, span.end)


def move_due(state: str, span: Span, policies: Collection[Policy], *, now: datetime) -> str | None:
    """Return the move that is due by now without anybody making it: expire, no_show or complete."""
    if state == lifecycle.PENDING and span.start <= now:
        return "expire"
    absent_at = no_show_at(span, policies) if state == lifecycle.CONFIRMED else None
    if absent_at is not None and absent_at <= now:
        return "no_show"
    is_there = state in (lifecycle.CONFIRMED, lifecycle.CHECKED_IN)
    return "complete" if is_there and span.end is not None and span.end <= now else None
