"""Leave a hold, and come back to it: while nobody looks at its page, it runs out within seconds.

Whoever closes the tab does not confirm; whoever only loads it again is back in time, and finds the hold
with all the time it had. A page that never said it stays, as without JavaScript, is never away.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from reservations import Forbidden, lifecycle
from rooms import events, permissions
from rooms.models import Booking, WaitlistEntry
from rooms.operations._writing import writes
from rooms.operations.changing import open_case, require_not_run_out
from rooms.sql import database_now


@writes
def leave(also: frozenset[int], booking: Booking, *, by: Any, now: datetime | None = None) -> Booking:
    """Let a hold run out soon, since its guest's page is gone; what is no hold any more stays as it is."""
    case = open_case(also, booking, by=by, now=now)
    fresh, soon = case.booking, case.now + timedelta(seconds=settings.HOLD_AWAY_SECONDS)
    if fresh.state != lifecycle.HELD or fresh.expires_at is None or fresh.expires_at <= soon:
        return fresh
    if any(keeps for _, keeps in events.leaving.send(sender=None, booking=fresh)):
        return fresh
    if WaitlistEntry.objects.filter(booking=fresh).exists():
        return fresh  # They waited for it, and look at it on the way: it lasts as long as they were told.
    return case.finish(lifecycle.HELD, "left", by, expires_at=soon, held_until=fresh.expires_at)


def stay(booking: Booking, *, by: Any, now: datetime | None = None) -> Booking:
    """Give a hold back the time it had before its guest was away; only they and who held it for them may.

    :raises HoldExpired: if it ran out meanwhile
    :raises IllegalTransition: if it is no hold any more
    """
    permissions.require_own(by, booking)
    if by not in (booking.guest, booking.booked_by):
        raise Forbidden("Only whoever holds a room stays on its page.")
    moment = now or database_now()
    is_away = booking.held_until is not None or booking.expires_at is None or booking.expires_at <= moment
    return _stay(booking, by=by, now=now) if is_away or booking.state != lifecycle.HELD else booking


@writes
def _stay(also: frozenset[int], booking: Booking, *, by: Any, now: datetime | None) -> Booking:
    case = open_case(also, booking, by=by, now=now)
    require_not_run_out(case)
    lifecycle.advance(case.booking.state, "renew")
    if case.booking.held_until is None:
        return case.booking
    return case.finish(lifecycle.HELD, "back", by, expires_at=case.booking.held_until)
