"""The queue of a full departure: whoever waits gets a hold as soon as seats are free, one after another."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from reservations import Invalid, NotFound, PolicyViolation, ReservationError, Unavailable, Unready
from reservations.spans import counted
from rooms import permissions
from rooms.models import Departure, RoomType, WaitlistEntry
from rooms.operations.traveling import hold_for_queue
from rooms.queries.departures import Run, run_of
from rooms.queries.terms import terms_of_venue
from rooms.rides import Ride, travelers_from, travelers_of
from rooms.sql import database_now
from rooms.wishes import AnyOf

State = WaitlistEntry.State
MOST = 5  # departures one person waits for
BATCH = 200


def join_waitlist(ride: Ride, *, by: Any, now: datetime | None = None) -> WaitlistEntry:
    """Take the last place in the queue for so many seats of a class of the departure.

    :raises PolicyViolation: if it has left, or the person waits for as many departures as one may
    :raises Invalid: if the vehicle has fewer seats of the class than are wanted
    """
    permissions.require_person(by)
    if not isinstance(ride.seats, AnyOf) or by is None:
        raise Invalid("One waits for a number of seats of a class.")
    run, travelers, moment = run_of(ride.departure), travelers_of(ride), now or database_now()
    way = run.way(ride.first, ride.last)
    if ride.seats.type.venue_id != run.departure.vehicle_id:
        raise NotFound("There is no such class in this vehicle.")
    _require_ever_enough(ride.seats, run)
    if run.departure.state != Departure.State.SCHEDULED or run.span_of(way).start <= moment:
        raise PolicyViolation("This departure is no longer on sale.", rule="departure")
    waiting = WaitlistEntry.objects.filter(guest=by, state=State.WAITING)
    if waiting.count() >= MOST:
        raise PolicyViolation(f"You wait for {MOST} departures already.", rule="waitlist")
    try:
        with transaction.atomic():
            return WaitlistEntry.objects.create(
                guest=by,
                departure=run.departure,
                type=ride.seats.type,
                first=way.first,
                last=way.last,
                count=ride.seats.count,
                travelers=[{"name": one.name, "kind": one.kind} for one in travelers],
                created_at=moment,
            )
    except IntegrityError:
        raise PolicyViolation("You wait for this departure already.", rule="waitlist") from None


def _require_ever_enough(wanted: AnyOf, run: Run) -> None:
    """Refuse to wait for what can never come, however many give back theirs."""
    rooms = terms_of_venue(run.departure.vehicle).rooms.values()
    seats = sum(room.type_id == wanted.type.pk for room in rooms)
    if wanted.count > seats:
        sentence = f"{run.departure.vehicle.name} has only {counted(seats, 'seat')} of this class."
        raise Invalid(sentence, field_errors={"count": [sentence]})


def leave_waitlist(entry: WaitlistEntry, *, by: Any) -> WaitlistEntry:
    """Give up one's place in the queue; a hold that was offered stays what it is.

    :raises NotFound: if it is somebody else's
    """
    permissions.require_person(by)
    if by is not permissions.SYSTEM and entry.guest_id != by.pk:
        raise NotFound("There is no such place in a queue.")
    WaitlistEntry.objects.filter(pk=entry.pk, state=State.WAITING).update(state=State.LEFT)
    entry.refresh_from_db()
    return entry


def offer_seats(*, now: datetime | None = None) -> int:
    """Give holds to those who have waited longest where seats are free now, and return to how many.

    Who wants more seats than are free keeps their place; those behind them are not kept waiting by that.
    """
    moment = now or database_now()
    entries = WaitlistEntry.objects.filter(state=State.WAITING).select_related("guest", "departure", "type")
    given = 0
    for entry in list(entries.order_by("departure", "pk")[:BATCH]):
        given += _offer(entry, moment, now)
    return given


def _offer(entry: WaitlistEntry, moment: datetime, now: datetime | None) -> bool:
    """Hold for the entry what it waits for, in the transaction that takes it off the queue."""
    if entry.departure.ends_at <= moment or entry.departure.state != Departure.State.SCHEDULED:
        return _closed(entry)
    seats = AnyOf(RoomType(pk=entry.type_id, venue_id=entry.type.venue_id), entry.count)
    ride = Ride(entry.departure_id, entry.first, entry.last, seats, travelers_from(entry.travelers))
    try:
        with transaction.atomic():
            waiting = WaitlistEntry.objects.filter(pk=entry.pk, state=State.WAITING)
            if not waiting.select_for_update().exists():
                return False  # another clock was here, or its guest left
            booking = hold_for_queue(ride, by=entry.guest, now=now)
            entry.state, entry.booking, entry.offered_at = State.OFFERED, booking, moment
            entry.save(update_fields=["state", "booking", "offered_at"])
            return True
    except (Unavailable, Unready):
        return False
    except ReservationError:
        return _closed(entry)  # what it waits for is not sold any more


def _closed(entry: WaitlistEntry) -> bool:
    WaitlistEntry.objects.filter(pk=entry.pk, state=State.WAITING).update(state=State.LEFT)
    return False
