"""Take seats for a journey: those that were named, or as many together of a class; all of them, or none."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from reservations import PolicyViolation, ReservationError, Span, Unavailable, seating
from reservations.allocation import Candidate
from reservations.journeys import Traveler
from reservations.seating import Seat
from reservations.spans import EARLIEST
from rooms import permissions
from rooms.models import Booking, Departure, Journey, Passenger
from rooms.operations import _choosing, _standing, refusing
from rooms.operations._creating import create
from rooms.operations._limits import require_within_limits
from rooms.operations._writing import StartOver, lock, writes
from rooms.operations.holding import answered_before, draft, lock_with_terms, require_allowed, touched
from rooms.queries.availability import count_free, free_candidates
from rooms.queries.departures import Run, legs_free, run_of
from rooms.queries.offers_of_seats import seats_instead
from rooms.queries.own import tell_whose
from rooms.queries.terms import VenueTerms, blocked_ranges, terms_knowing, terms_of
from rooms.rides import Ride, Riding, seats_of, travelers_of
from rooms.sql import database_now, fetch
from rooms.wishes import NO_DETAILS, AnyOf, Details, Wish, wish


def hold_seats(
    ride: Ride, *, by: Any, details: Details = NO_DETAILS, key: str = "", now: datetime | None = None
) -> Booking:
    """Keep the seats until they are paid for or the hold runs out.

    :raises Unavailable: if anybody has one of them on any leg of the way, or fewer are left
    :raises PolicyViolation: if the departure is not on sale, or the way is not in this class
    """
    return _ask(ride, by, details, key, now, hold=True)


def book_seats(
    ride: Ride, *, by: Any, details: Details = NO_DETAILS, key: str = "", now: datetime | None = None
) -> Booking:
    """Book the seats at once, where they need not be paid for online first.

    :raises Unavailable: if anybody has one of them on any leg of the way, or fewer are left
    :raises PolicyViolation: if the departure is not on sale, or the way is not in this class
    """
    return _ask(ride, by, details, key, now, hold=False)


def _ask(ride: Ride, by: Any, details: Details, key: str, now: datetime | None, *, hold: bool) -> Booking:
    permissions.require_person(by)
    run = run_of(ride.departure)
    asked = asked_of(ride, run, by=by, details=details, key=key, hold=hold)
    try:
        return _take_seats(asked, [run], now)
    except ReservationError as refusal:
        # A request that was granted is not refused when it comes again, though its seats are taken now, or
        # the departure does not run.
        if asked.key and (earlier := answered_before(asked)):
            return earlier
        refusing.count(asked, refusal)
        # After the rollback: nobody waits on these seats' locks while offers are looked for.
        if isinstance(refusal, Unavailable):
            tell_whose(refusal, terms_of(asked.venue_id), by, now=now)
            refusal.alternatives = seats_instead(asked, run, now=now)
        raise


def hold_for_queue(ride: Ride, *, guest: Any, now: datetime | None = None) -> Booking:
    """Keep seats for who waits for them; a refusal offers nothing, and counts as nobody turned away.

    :raises Unavailable: if fewer are left
    """
    run = run_of(ride.departure)
    asked = asked_of(ride, run, by=None, details=Details(guest=guest), key="", hold=True)
    return _take_seats(replace(asked, is_offer=True), [run], now)


def asked_of(ride: Ride, run: Run, *, by: Any, details: Details, key: str, hold: bool) -> Wish:
    """Return the request in the shape that every booking has, but for its span: the timetable says that.

    :raises Invalid: if it makes no sense
    """
    asked = wish(ride.seats, Span(EARLIEST, None), by=by, details=details, key=key, hold=hold)
    riding = Riding(ride.departure, run.way(ride.first, ride.last), travelers_of(ride))
    return replace(asked, ride=replace(riding, order=seats_of(ride)))


@writes
def _take_seats(also: frozenset[int], asked: Wish, read: list[Run], now: datetime | None) -> Booking:
    run = read.pop() if read else run_of(asked.ride.departure)  # anew, when this starts over
    sent = asked  # by what was sent, a key knows its request again
    _require_on_sale(run, asked)
    asked = _timed(asked, run)
    asked, terms = _seated(asked, run, now, also)
    locked = lock_with_terms(also, asked.ride.order, terms)
    moment = now or locked.now
    if asked.key and (earlier := answered_before(sent)):
        return earlier
    _require_as_read(run)
    require_allowed(asked, terms, asked.ride.order, moment)
    blocked = blocked_ranges(terms, asked.ride.order, asked.span)
    try:
        _standing.make_way(blocked, terms, locked=locked, now=moment, asked=asked.span)
    except Unavailable:
        _choosing.keep_choosing(asked, terms, locked)
        raise
    # As with rooms: who asks for a taken seat hears that, for it comes with other seats to ask for.
    require_within_limits(asked, terms, asked.ride.order, moment)
    new = draft(asked, terms, asked.ride.order, blocked, moment)
    new.fingerprint = sent.fingerprint if sent.key else ""
    booking = create(new, touched(terms, asked.ride.order), locked=locked)
    _seat(booking, asked.ride)
    return booking


def _require_on_sale(run: Run, asked: Wish) -> None:
    if run.departure.state != Departure.State.SCHEDULED:
        raise PolicyViolation("This departure is cancelled.", rule="departure")
    if asked.venue_id != run.departure.vehicle_id:
        raise PolicyViolation("These seats are in another vehicle.", rule="departure")


def _require_as_read(run: Run) -> None:
    """Start over if the departure was planned anew during the wait for the seats' locks."""
    known = {
        name: getattr(run.departure, name) for name in ("pk", "starts_at", "ends_at", "vehicle", "state")
    }
    if not Departure.objects.filter(**known).exists():
        raise StartOver


def _timed(asked: Wish, run: Run) -> Wish:
    """Return the request with its span by the timetable as it is now, and its fares."""
    riding = replace(asked.ride, fares=run.fares, travelers=_called(asked))
    details = replace(
        asked.details,
        title=asked.details.title or run.title(riding.way),
        party=len(riding.travelers),
    )
    return replace(asked, span=run.span_of(riding.way), details=details, ride=riding)


def _called(asked: Wish) -> tuple[Traveler, ...]:
    """Return who travels: where nobody is named, who comes without an account is the first of them."""
    travelers: tuple[Traveler, ...] = asked.ride.travelers
    guest = asked.details.guest
    if not isinstance(guest, str) or any(one.name for one in travelers):
        return travelers
    return (replace(travelers[0], name=guest), *travelers[1:])


def _seated(asked: Wish, run: Run, now: datetime | None, also: Iterable[int]) -> tuple[Wish, VenueTerms]:
    """Return the request with its seats, and the terms from which they were read."""
    if not asked.any_of:
        chosen = seating.Seated(asked.ride.order, together=False)
        return asked, terms_knowing(asked.venue_id, chosen.seats)
    _require_enough(asked, now or database_now())
    terms = _choosing.lock_types(asked.any_of)
    permissions.require_may_take(asked, terms)
    if also:
        lock({*_choosing.everything(asked, terms), *also})
    chosen = _chosen(asked.any_of[0], asked, terms, run, now or database_now())
    riding = replace(asked.ride, order=chosen.seats, together=chosen.together)
    return replace(asked, ride=riding), terms


def _require_enough(asked: Wish, now: datetime) -> None:
    """Refuse what cannot be had before waiting for a turn: after a sell-out most who ask are of that kind."""
    if _free_if_too_few(asked, terms_of(asked.venue_id), now) is None:
        return
    # Nobody is refused by the seats that a vehicle had before it got more.
    [(stamp,)] = fetch("SELECT terms_stamp FROM rooms_venue WHERE id = %s", [asked.venue_id])
    terms = terms_of(asked.venue_id, stamp)
    permissions.require_may_take(asked, terms)
    free = _free_if_too_few(asked, terms, now)
    if free is not None:
        raise seating.too_few(free)


def _free_if_too_few(asked: Wish, terms: VenueTerms, now: datetime) -> int | None:
    """Return how many seats of the type are free; None if that is enough, or if there is no such type."""
    wanted = asked.any_of[0]
    of_type = [room.id for room in terms.rooms.values() if room.type_id == wanted.type.pk]
    free = count_free(of_type, asked.span, now=now) if of_type else wanted.count
    return None if free >= wanted.count else free


def _chosen(any_of: AnyOf, asked: Wish, terms: VenueTerms, run: Run, now: datetime) -> seating.Seated:
    of_type = {room.id: room for room in terms.rooms.values() if room.type_id == any_of.type.pk}
    free = {one.id: one for one in free_candidates(terms, of_type, asked.span, now=now)}
    # Few gaps differ: most seats of a departure are free as long as the next one.
    spare = {gaps: _spare(*gaps, asked, run) for gaps in {_gaps(one) for one in free.values()}}
    seats = []
    for key, room in of_type.items():
        across, row = room.place or (0.0, 0.0)
        seats.append(Seat(key, room.floor, row, across, spare[_gaps(free[key])] if key in free else 0))
    return seating.seat_together(seats, free, any_of.count)


Gap = timedelta | None


def _gaps(free: Candidate) -> tuple[Gap, Gap]:
    return free.gap_before, free.gap_after


def _spare(before: Gap, after: Gap, asked: Wish, run: Run) -> int:
    """Return on how many other legs of this departure a seat with these gaps can still be sold."""
    start, end = run.span.start, run.span.end
    if before is not None:
        start = max(start, asked.span.start - before)
    if after is not None and asked.span.end is not None and end is not None:
        end = min(end, asked.span.end + after)
    return legs_free(run.halts, asked.ride.way, Span(start, end))


def _seat(booking: Booking, riding: Riding) -> None:
    """Write who sits where."""
    journey = Journey.objects.create(
        booking=booking,
        departure_id=riding.departure,
        first=riding.way.first,
        last=riding.way.last,
        together=riding.together,
    )
    rows = dict(booking.allocations.values_list("room_id", "pk"))
    Passenger.objects.bulk_create(
        Passenger(
            journey=journey,
            allocation_id=rows[room],
            order=order,
            name=traveler.name,
            kind=traveler.kind,
            price=line["amount"],
        )
        for order, (room, traveler, line) in enumerate(
            zip(riding.order, riding.travelers, booking.lines, strict=True)
        )
    )
