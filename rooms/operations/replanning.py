"""What the operator does with a departure: say that it is late, or run it otherwise than planned.

A delay is news and moves nothing. A new plan moves every booking of the departure at once, or none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reservations import Invalid, Span, Unavailable, Unready
from rooms import permissions
from rooms.models import Allocation, Booking, Call, Departure, Thread, Venue
from rooms.operations import _standing
from rooms.operations._writing import Happening, Locked, lock, picture, record, writes
from rooms.operations.queueing import follow
from rooms.queries.departures import Run, run_of
from rooms.queries.terms import VenueTerms, terms_of, terms_of_venue
from rooms.sql import database_now
from rooms.wishes import line

LATEST = 2880  # minutes
MOVING = "moving"  # the state of a row between its old place and its new one, in this transaction only


@writes
def delay(
    also: frozenset[int],
    departure: Departure,
    minutes: int,
    *,
    note: str = "",
    by: Any,
    now: datetime | None = None,
) -> Departure:
    """Say that the departure is so many minutes late, and tell every passenger; 0 takes it back."""
    permissions.require_staff(by, departure.vehicle_id, "say that a departure is late")
    if type(minutes) is not int or not 0 <= minutes <= LATEST:
        sentence = f"A delay is 0 to {LATEST} minutes."
        raise Invalid(sentence, field_errors={"minutes": [sentence]})
    note = line(note, "note", 200)
    rows = _rows_of(departure)
    first = min(terms_of(departure.vehicle_id).rooms, default=None)
    rooms = {row.room_id for row in rows}
    locked = lock({*rooms, *also, *([first] if first is not None else [])})
    departure.delay_minutes, departure.delay_note = minutes, note
    departure.save(update_fields=["delay_minutes", "delay_note"])
    said = {"departure": departure.pk, "delay_minutes": minutes, "note": note}
    happenings = [Happening(row.room_id, "delayed", booking=row.booking, after=said) for row in _firsts(rows)]
    if not happenings and first is not None:
        happenings = [Happening(first, "delayed", after=said)]  # so that who looks at the seats hears of it
    record(happenings, locked=locked, by=by, now=now or locked.now)
    return departure


def _rows_of(departure: Departure) -> list[Allocation]:
    """Return what is taken of the departure's seats by its journeys."""
    rows = Allocation.objects.filter(booking__journey__departure=departure, active=True)
    return list(rows.select_related("booking__journey").order_by("room_id", "starts_at"))


def _firsts(rows: Iterable[Allocation]) -> list[Allocation]:
    """Return one row of each booking: a delay is told once, however many travel."""
    return list({row.booking_id: row for row in rows}.values())


@dataclass(frozen=True, slots=True)
class Plan:
    """How a departure runs from now on: so much later or earlier, and with which vehicle."""

    later: timedelta
    vehicle: Venue


def replan(
    departure: Departure,
    *,
    by: Any,
    later: timedelta = timedelta(0),
    vehicle: Venue | None = None,
    now: datetime | None = None,
) -> Departure:
    """Run the departure at another time, with another vehicle, or both; every booking goes with it.

    :raises Unavailable: if the other vehicle lacks a seat that is sold, or somebody else has one then
    """
    permissions.require_staff(by, departure.vehicle_id, "plan a departure anew")
    if vehicle is not None:
        permissions.require_staff(by, vehicle.pk, "plan a departure anew")
    if abs(later) > timedelta(days=30) or later % timedelta(minutes=1):
        raise Invalid("A departure moves by whole minutes, at most 30 days.")
    planned = _replan(departure.pk, Plan(later, vehicle or departure.vehicle), by=by, now=now)
    with suppress(Unready):  # the clock has them follow then
        follow(planned, now=now or database_now())
    return planned


@writes
def _replan(also: frozenset[int], key: int, plan: Plan, *, by: Any, now: datetime | None) -> Departure:
    run = run_of(key)
    before_it = run.departure.vehicle
    old, new = terms_of_venue(before_it), terms_of_venue(plan.vehicle)
    # All of them: whoever takes a seat of this departure meanwhile waits, and then reads the new plan.
    locked = lock({*old.rooms, *new.rooms, *also})
    rows = _rows_of(run.departure)
    seats = _seats(rows, old, new)
    _shift(run, plan)
    fresh = run_of(key)
    before = [(row, row.room_id, picture(row)) for row in rows]
    _move(rows, seats, fresh, new, locked=locked, now=now or locked.now)
    before_it.save(update_fields=["terms_stamp"])  # a new one: who watches its seats is to look again

    happenings = []
    for row, room, was in before:
        after = picture(row)
        if room != row.room_id:
            happenings.append(Happening(room, "moved", booking=row.booking, before=was))
        here = was if room == row.room_id else {}
        happenings.append(Happening(row.room_id, "moved", booking=row.booking, before=here, after=after))
    record(happenings, locked=locked, by=by, now=now or locked.now)
    return fresh.departure


def _seats(rows: Sequence[Allocation], old: VenueTerms, new: VenueTerms) -> Mapping[int, int]:
    """Return for each seat that is sold the one of the same name and class in the new vehicle."""
    if old.id == new.id:
        return {row.room_id: row.room_id for row in rows}
    known = {(room.name, room.type_name): room.id for room in new.rooms.values()}
    found = {}
    for row in rows:
        seat = old.rooms[row.room_id]
        if (seat.name, seat.type_name) not in known:
            raise Unavailable(f"{new.name} has no seat {seat.name} in {seat.type_name}, which is sold.")
        found[row.room_id] = known[seat.name, seat.type_name]
    return found


def _shift(run: Run, plan: Plan) -> None:
    departure = run.departure
    departure.vehicle = plan.vehicle
    departure.starts_at += plan.later
    departure.ends_at += plan.later
    departure.delay_minutes, departure.delay_note = 0, ""
    departure.save()
    for call in run.calls:
        call.arrives_at = call.arrives_at and call.arrives_at + plan.later
        call.departs_at = call.departs_at and call.departs_at + plan.later
        call.timed()
    Call.objects.bulk_update(run.calls, ["arrives_at", "departs_at", "date", "key"])


def _move(
    rows: Sequence[Allocation],
    seats: Mapping[int, int],
    run: Run,
    terms: VenueTerms,
    *,
    locked: Locked,
    now: datetime,
) -> None:
    """Take all rows out of the way of each other, see that nobody else stands there, and put them in."""
    states = {row.pk: row.state for row in rows}
    Allocation.objects.filter(pk__in=states).update(state=MOVING, active=False)
    bookings: dict[int, Booking] = {}
    for row in rows:
        booking = row.booking
        if booking is None:
            continue
        span = run.span_of(run.way(booking.journey.first, booking.journey.last))
        row.room_id = seats[row.room_id]
        row.starts_at, row.ends_at = span.start, span.end
        row.blocks_from, row.blocks_until = span.start, span.end
        booking.starts_at, booking.ends_at, booking.venue_id = span.start, span.end, terms.id
        booking.lines = [_reseated(line, seats) for line in booking.lines]
        bookings[booking.pk] = booking
    for layer in _layers(rows):
        _standing.make_way(layer, terms, locked=locked, now=now)
    Booking.objects.bulk_update(bookings.values(), ["starts_at", "ends_at", "venue", "lines"], batch_size=200)
    Thread.objects.filter(booking__in=bookings).update(venue=terms.id)
    fields = ["room", "starts_at", "ends_at", "blocks_from", "blocks_until", "state", "active"]
    Allocation.objects.bulk_update(rows, fields, batch_size=200)


def _reseated(line: dict[str, Any], seats: Mapping[int, int]) -> dict[str, Any]:
    """Return a priced line of the seat of that name in the new vehicle; old lines know the name alone."""
    return {**line, "room_id": seats.get(line["room_id"], line["room_id"])} if "room_id" in line else line


def _layers(rows: Iterable[Allocation]) -> Iterator[dict[int, Span]]:
    """Yield the new spans so that no seat comes twice in one of them."""
    layers: list[dict[int, Span]] = []
    for row in rows:
        free = next((layer for layer in layers if row.room_id not in layer), None)
        if free is None:
            layers.append(free := {})
        free[row.room_id] = Span(row.starts_at, row.ends_at)
    yield from layers
