"""Erase what bookings say of a guest whose account is closed; what was booked, and what it cost, stays.

A booking's change `erased` is what marks it as done: so whatever dies in between is taken up again, and
screens, webhooks and the history hear of it like of anything else.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import operations as people
from accounts.models import User
from reservations import ReservationError, lifecycle
from reservations.messaging import CLOSED
from rooms.models import (
    Allocation,
    Booking,
    Change,
    IdempotencyKey,
    Message,
    Participant,
    Passenger,
    RoomRight,
    SavedView,
    Thread,
    WaitlistEntry,
    Watch,
)
from rooms.models.bookings import kept_plate
from rooms.models.changes import ERASED
from rooms.operations import _standing
from rooms.operations._writing import Happening, LockMore, lock, record, writes
from rooms.operations.changing import cancel
from rooms.operations.holding import touched
from rooms.operations.occupying import release
from rooms.queries import participants
from rooms.queries.terms import terms_of
from rooms.sql import database_now

log = logging.getLogger(__name__)
LIMIT = 100  # bookings in one go
LATE = timedelta(minutes=2)  # longer than a request may last that began before the account was closed


def forget_wishes(person: Any) -> None:
    """Let the person wait for, watch, be allowed and be invited to nothing; forget their views and keys."""
    Watch.objects.filter(person=person).delete()
    participants.invitations_of(person).delete()
    RoomRight.objects.filter(person=person).delete()
    own = WaitlistEntry.objects.filter(guest=person)
    own.filter(state=WaitlistEntry.State.WAITING).update(state=WaitlistEntry.State.LEFT)
    own.update(travelers=[], title="")
    SavedView.objects.filter(owner=person).delete()
    # A key that was refused for them is unused again: nobody can be booked for who is gone.
    IdempotencyKey.objects.filter(Q(owner=person) | Q(guest=person)).delete()
    # Of others the key goes on to act once, and its answer is composed anew if it is asked for.
    IdempotencyKey.objects.filter(booking__guest=person).update(status=None, answer=None)


def erase_closed(*, now: datetime | None = None, limit: int = LIMIT) -> int:
    """Erase what bookings say of guests whose accounts are closed, and return of how many.

    An account counts as erased only when nothing can come any more from a request that was under way when it
    was closed: a booking that slipped in is let go.
    """
    moment, done = now or database_now(), 0
    for person in User.objects.filter(closed_at__isnull=False, erased_at=None).order_by("closed_at")[:limit]:
        found = list(_unerased(person)[: limit - done])
        done += sum(_erased(booking, now) for booking in found)
        if done >= limit:
            break
        if not found and person.closed_at is not None and person.closed_at + LATE <= moment:
            people.note_erased(person, now=moment)
    return done


def _unerased(person: User) -> QuerySet[Booking]:
    told = Change.objects.filter(booking=OuterRef("pk"), kind=ERASED)
    return Booking.objects.filter(~Exists(told), guest=person).order_by("pk")


def _erased(booking: Booking, now: datetime | None) -> bool:
    try:
        if booking.state == lifecycle.CHECKED_IN:
            release(booking, by=None, now=now)
        elif booking.state in lifecycle.KEEPS_ROOM:
            cancel(booking, by=None, now=now)
        return _erase(booking, now=now)
    except ReservationError:
        return False  # Somebody is busy there, or the clock ends it first.
    except Exception:
        log.exception("Booking %s could not be erased; it is tried again.", booking)
        return False


@writes
def _erase(also: frozenset[int], booking: Booking, *, now: datetime | None) -> bool:
    rooms = _rooms_of(booking)
    terms = terms_of(booking.venue_id)
    locked = lock({*rooms, *touched(terms, [room for room in rooms if room in terms.rooms]), *also})
    terms = terms_of(booking.venue_id, locked.stamps.get(booking.venue_id))
    fresh = Booking.objects.get(pk=booking.pk)
    if fresh.state in lifecycle.KEEPS_ROOM or Change.objects.filter(booking=fresh, kind=ERASED).exists():
        return False  # Another clock was here while this waited for the lock.
    shown = list(Allocation.objects.filter(booking=fresh, active=True).order_by("room_id", "starts_at"))
    happenings = _standing.happenings_of(fresh, shown, ERASED, terms)
    told = {happening.room for happening in happenings}
    happenings += [Happening(room, ERASED, booking=fresh) for room in sorted(_rooms_of(fresh) - told)]
    _require_locked((one.room for one in happenings), locked.revisions)
    Booking.objects.filter(pk=fresh.pk).update(title="", note="", answers=None, **kept_plate(""))
    Passenger.objects.filter(journey=fresh.pk).update(name="")
    Participant.objects.filter(booking=fresh).delete()  # addresses of others, whom only this guest knew
    Message.objects.filter(thread=fresh.pk).update(text="")  # of both sides: an answer says what was asked
    Thread.objects.filter(pk=fresh.pk).exclude(state=CLOSED).update(state=CLOSED, since=now or locked.now)
    record(happenings, locked=locked, by=None, now=now or locked.now)
    return True


def _rooms_of(booking: Booking) -> set[int]:
    return set(Allocation.objects.filter(booking=booking).values_list("room_id", flat=True))


def _require_locked(rooms: Iterable[int], locked: dict[int, int]) -> None:
    needed = set(rooms)
    if not needed <= set(locked):
        raise LockMore(needed)
