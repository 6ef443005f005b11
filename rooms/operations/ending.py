"""End what time has ended: holds, requests nobody decided on, guests who did not come, what is over.

Only the clock asks for it, and any number of clocks may: whatever is found due is looked at again under
the lock of its rooms. What one look leaves, the next one finds.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from reservations import Unready, attendance, lifecycle
from rooms.models import Allocation, Booking, Policy
from rooms.operations import _standing
from rooms.operations._writing import record, writes
from rooms.operations.changing import Case, open_case, span_of
from rooms.sql import database_now

log = logging.getLogger(__name__)
# So many bookings are looked at in one go, and so long ago they began at most: a stay whose guest did not
# come is let go by the index of its venue's bookings, which has all its history; past that, when it ends.
LIMIT, LOOK_BACK = 100, timedelta(days=3)
KINDS = {"expire": "expired", "no_show": "no_show", "complete": "completed"}


def mark_no_shows(*, now: datetime | None = None, limit: int = LIMIT) -> int:
    """Free the rooms of guests who have not checked in for so long as the terms wait; return how many."""
    moment = now or database_now()
    waits = Policy.objects.exclude(no_show_minutes=None).values_list("no_show_minutes", flat=True).distinct()
    ended = 0
    for minutes in sorted(wait for wait in waits if wait is not None):
        ended += _end_all(_absent(minutes, moment)[: limit - ended], moment)
    return ended


def _absent(minutes: int, now: datetime) -> QuerySet[Booking]:
    """Return who has not come where the most patient room waits for so long, the earliest first."""
    begun = now - timedelta(minutes=minutes)
    taken = Allocation.objects.filter(booking=OuterRef("pk"), active=True)
    patient = Q(room__type__policy__no_show_minutes=None) | Q(room__type__policy__no_show_minutes__gt=minutes)
    due = Booking.objects.filter(
        Exists(taken.filter(room__type__policy__no_show_minutes=minutes)),
        ~Exists(taken.filter(patient)),
        venue__in=Policy.objects.filter(no_show_minutes=minutes).values("venue"),
        state=lifecycle.CONFIRMED,
        recurrence="",  # nobody has to check in for the dates of a series
        starts_at__lte=begun,
        starts_at__gt=begun - LOOK_BACK,
    )
    return due.order_by("starts_at")


def complete_past(*, now: datetime | None = None, limit: int = LIMIT) -> int:
    """Close the bookings whose time is over, the oldest first, and return how many.

    Who had to check in and did not, has not shown up; all others were there.
    """
    moment = now or database_now()
    running = [lifecycle.CONFIRMED, lifecycle.CHECKED_IN]
    due = Booking.objects.filter(state__in=running, ends_at__lte=moment).order_by("ends_at")[:limit]
    return _end_all(due, moment)


def expire_requests(*, now: datetime | None = None, limit: int = LIMIT) -> int:
    """Let go of requests that nobody decided on before they were to begin, and return how many."""
    moment = now or database_now()
    due = Booking.objects.filter(state=lifecycle.PENDING, starts_at__lte=moment).order_by("starts_at")[:limit]
    return _end_all(due, moment)


def expire_holds(*, now: datetime | None = None, limit: int = 500) -> int:
    """Let go of holds that ran out, oldest first, and return how many.

    Only tidying: a hold that ran out stands in nobody's way, with or without this.
    """
    moment = now or database_now()
    due = Booking.objects.filter(state=lifecycle.HELD, expires_at__lte=moment).order_by("expires_at")[:limit]
    return sum(_ended(booking, moment, _expire) for booking in due)


def _end_all(due: Iterable[Booking], now: datetime) -> int:
    return sum(_ended(booking, now, _end) for booking in due)


def _ended(booking: Booking, now: datetime, end: Callable[..., bool]) -> bool:
    try:
        return end(booking, now=now)
    except Unready:
        return False  # Somebody is busy in its rooms; the others need not wait for that.
    except Exception:
        log.exception("Booking %s could not be ended; it is tried again.", booking)
        return False


@writes
def _end(also: frozenset[int], booking: Booking, *, now: datetime) -> bool:
    case = open_case(also, booking, by=None, now=now)
    waiting = [] if case.booking.recurrence else case.policies
    move = attendance.move_due(case.booking.state, span_of(case.booking), waiting, now=now)
    if move is None:
        return False  # Checked in, moved or cancelled while this waited for the lock; or it may take longer.
    state = lifecycle.advance(case.booking.state, move)
    if move == "complete":
        _complete(case, state)
    else:
        case.finish(state, KINDS[move], None)
    return True


@writes
def _expire(also: frozenset[int], booking: Booking, *, now: datetime) -> bool:
    case = open_case(also, booking, by=None, now=now)
    fresh = case.booking
    if fresh.state != lifecycle.HELD or fresh.expires_at is None or fresh.expires_at > now:
        return False  # Confirmed, renewed or cancelled while this waited for the lock.
    case.finish(lifecycle.advance(fresh.state, "expire"), "expired", None)
    return True


def _complete(case: Case, state: str) -> None:
    """Write that it is over, and leave its allocations: boards show today what was there this morning.

    They lie in the past, where nobody books; and the buffer behind them still has to be kept.
    """
    happenings = _standing.happenings_of(case.booking, case.allocations, KINDS["complete"], case.terms)
    for happening in happenings:
        if happening.after:
            happening.after["state"] = state
    Booking.objects.filter(pk=case.booking.pk).update(state=state)
    record(happenings, locked=case.locked, by=None, now=case.now)
