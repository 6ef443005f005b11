"""Act at a door: what whoever stands before a panel may do, as far as the staff let the display.

Nobody is logged in there. So it takes what everybody may have for nothing, and each act says what is to be so
in the end (until when, of what is taken now): pressed twice, it is done once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from accounts.origins import through
from reservations import Forbidden, NotFound, PolicyViolation, ReservationError, Span, doors, lifecycle
from reservations.policies import floor_to_step
from rooms.models import Allocation, Booking, Display
from rooms.operations import refusing
from rooms.operations._writing import writes
from rooms.operations.changing import Case, open_case
from rooms.operations.holding import lock_with_terms, take_carefully
from rooms.operations.moving import move
from rooms.operations.occupying import check_in, check_out
from rooms.queries import at_door
from rooms.queries.displays import display_on
from rooms.queries.terms import RoomTerms, terms_knowing
from rooms.wishes import Details, Wish, wish

TITLE = "Booked at the door"
MOST = timedelta(minutes=max(doors.LENGTHS))


def book_at_door(display: Display, span: Span, *, now: datetime | None = None) -> Booking:
    """Book the display's room from now on for nobody in particular, who is there: it is checked in.

    :raises Unavailable: if somebody has part of that time
    :raises PolicyViolation: if the terms do not allow it, or it is too far ahead for a door
    """
    found = _acting(display)
    asked = wish([found.room] if found.room else [], span, by=None, details=Details(title=TITLE))
    with through(at_door.door_name(found)):
        try:
            return _book(asked, found, now)
        except ReservationError as refusal:
            refusing.count(asked, refusal)
            raise


@writes
def _book(also: frozenset[int], asked: Wish, display: Display, now: datetime | None) -> Booking:
    terms = terms_knowing(asked.venue_id, asked.rooms)
    locked = lock_with_terms(also, asked.rooms, terms)
    moment, room = now or locked.now, terms.rooms[asked.rooms[0]]
    if broken := at_door.why_not(room, terms):
        raise broken
    if earlier := _booked_before(asked):
        return earlier
    first = floor_to_step(moment, room.policy, terms.zone)
    step = timedelta(minutes=max(room.policy.step_minutes, 1))
    if asked.span.start > first + step or asked.span.end is None or asked.span.end > moment + MOST + 2 * step:
        raise PolicyViolation("At a door one books from now on, for an hour at most.", rule="door")
    booking = take_carefully(asked, now)
    return check_in(booking, by=None, now=now) if booking.starts_at <= moment else booking


def _booked_before(asked: Wish) -> Booking | None:
    """Return what the same press came to a moment ago."""
    rows = Allocation.objects.filter(
        room__in=asked.rooms, active=True, ends_at=asked.span.end, booking__title=TITLE, booking__guest=None
    )
    rows = rows.filter(starts_at=asked.span.start, booking__state__in=at_door.RUNS)
    found = rows.select_related("booking").first()
    return found.booking if found and at_door.made_at_doors([found.booking_id or 0]) else None


def check_in_at_door(display: Display, taken: int, *, now: datetime | None = None) -> Booking:
    """Note that the guests of what is taken now are there."""

    def act(case: Case, room: RoomTerms) -> Booking:
        if case.booking.state == lifecycle.CHECKED_IN:
            return case.booking
        return check_in(case.booking, by=None, now=now)

    return _with(display, taken, act, now)


def extend_at_door(display: Display, taken: int, until: datetime, *, now: datetime | None = None) -> Booking:
    """Make what is taken now last until then.

    :raises Unavailable: if somebody else comes before
    :raises Forbidden: if it is somebody's whom this display does not let others speak for
    """

    def act(case: Case, room: RoomTerms) -> Booking:
        booking = case.booking
        if booking.ends_at == until:
            return booking
        _require_may_end(display, booking)
        if why := at_door.why_no_longer(booking, room):
            raise PolicyViolation(why, rule="door")
        step = timedelta(minutes=max(room.policy.step_minutes, 1))
        most = timedelta(minutes=max(doors.LONGER)) + step
        if booking.ends_at is None or not booking.ends_at < until <= booking.ends_at + most:
            raise PolicyViolation("At a door one stays half an hour longer at most.", rule="door")
        return move(booking, by=None, span=Span(booking.starts_at, until), now=now)

    return _with(display, taken, act, now)


def end_at_door(display: Display, taken: int, *, now: datetime | None = None) -> Booking:
    """End what is taken now, and leave the rest of its time to others.

    :raises Forbidden: if it is somebody's whom this display does not let others speak for
    """

    def act(case: Case, room: RoomTerms) -> Booking:
        _require_may_end(display, case.booking)
        return check_out(case.booking, by=None, now=now)

    return _with(display, taken, act, now)


def _with(
    display: Display, taken: int, act: Callable[[Case, RoomTerms], Booking], now: datetime | None
) -> Booking:
    found = _acting(display)
    row = Allocation.objects.filter(pk=taken, room=found.room).select_related("booking").first()
    if row is None or row.booking is None:
        raise NotFound("There is no such booking here.")
    if row.booking.state == lifecycle.COMPLETED:
        return row.booking  # pressed twice, or it ended by itself
    with through(at_door.door_name(found)):
        return _acted(found, row.booking, act, now)


@writes
def _acted(
    also: frozenset[int],
    display: Display,
    booking: Booking,
    act: Callable[[Case, RoomTerms], Booking],
    now: datetime | None,
) -> Booking:
    case = open_case(also, booking, by=None, now=now)
    room = case.terms.rooms.get(display.room_id or 0)
    if room is None or room.id not in {row.room_id for row in case.allocations}:
        raise NotFound("There is no such booking here.")
    if why := at_door.why_not_ours(case.booking, room):
        raise Forbidden(why)
    if case.booking.starts_at > case.now:
        begins = case.booking.starts_at
        raise PolicyViolation("This booking has not begun yet.", rule="not_begun", until=begins)
    return act(case, room)


def _acting(display: Display) -> Display:
    """Return the display as it is now, if it may act at all."""
    found = display_on(display.pk)
    if found.acts == Display.Acts.NOTHING or found.room is None:
        raise Forbidden("This display only shows.")
    return found


def _require_may_end(display: Display, booking: Booking) -> None:
    if not at_door.may_end(display, booking):
        raise Forbidden("Only what was booked at the door is changed there.")
