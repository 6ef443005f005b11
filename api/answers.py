"""From rows and terms to the shapes that programs read."""

import functools
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from msgspec import UNSET, UnsetType

from api import shapes_blockings
from api import shapes_bookings as shapes
from api.queries import Row, every_row_of, rows_of, shown
from api.shapes import Money
from api.shapes_journeys import PassengerBooked
from api.shapes_questions import Answer
from api.shapes_venues import Line, Quote
from reservations import Quote as Priced
from reservations.lifecycle import kind_of
from reservations.recurrence import remembered
from rooms import money as rooms_money
from rooms import permissions
from rooms.models import Blocking, Booking, Passenger
from rooms.queries.cancelling import state_at
from rooms.queries.history import reasons_of
from rooms.queries.series import told_dates
from rooms.queries.tickets import passengers_of


@functools.lru_cache(maxsize=4096)
def money(amount: int, currency: str) -> Money:
    """Return the amount as the contract says it."""
    return Money(**rooms_money.as_json(amount, currency))


def quote(priced: Priced) -> Quote:
    """Return a price with its lines."""
    lines = [Line(line.text, money(line.amount, priced.currency), line.on) for line in priced.lines]
    return Quote(money(priced.total, priced.currency), lines)


def booking(found: Booking, user: Any, *, now: datetime | None = None) -> shapes.Booking:
    """Return one booking as this person may see it."""
    return bookings([found], user, now=now)[0]


def bookings(found: Sequence[Booking], user: Any, *, now: datetime | None = None) -> list[shapes.Booking]:
    """Return bookings as this person may see them, in so many queries whatever their number."""
    rows = every_row_of(one.pk for one in found)
    moment, reasons, traveling = now or datetime.now(UTC), reasons_of(found), passengers_of(found)
    told = [_told(one, rows[one.pk], user, moment) for one in found]
    for one, shape in zip(found, told, strict=True):
        if permissions.may_see(user, one):  # what the venue writes to its guest is not for who is invited
            shape.reason = reasons.get(one.pk, UNSET)
            _add_journey(shape, one, traveling.get(one.pk))
    return told


def _add_journey(told: shapes.Booking, found: Booking, passengers: list[Passenger] | None) -> None:
    """Add from where to where it leads, and who sits in the seats that are told."""
    if not passengers:
        return
    journey, seats = passengers[0].journey, {room.id: room.name for room in told.rooms}
    rooms = {row.id: row.room for row in told.allocations}
    told.departure, told.from_stop, told.to_stop = journey.departure_id, journey.first, journey.last
    told.passengers = [
        PassengerBooked(one.name, one.kind, seats[rooms[key]], money(one.price, found.currency))  # type: ignore[arg-type]
        for one in passengers
        if (key := one.allocation_id) in rooms
    ]


def _told(found: Booking, every: list[Row], user: Any, now: datetime) -> shapes.Booking:
    state, rows = state_at(found, now), shown(every)
    ran_out = state != found.state
    told = _shared(found, state, rows)
    if permissions.may_see(user, found):
        told = _private(told, found, user)
    dates = [shapes.Occurrence(**date) for date in told_dates(every, ran_out=ran_out)]
    told.occurrences = dates or UNSET
    told.allocations = [_allocation(row, ran_out) for row in rows]
    return told


def _private(told: shapes.Booking, found: Booking, user: Any) -> shapes.Booking:
    """Add what only the guest and the venue's staff are told."""
    told.note = found.note
    told.answers = [Answer(one.question, one.text, one.answer) for one in found.answered] or UNSET
    told.price = money(found.price, found.currency)
    told.kept = None if found.kept is None else money(found.kept, found.currency)
    told.lines = [_line(line, found.currency) for line in found.lines]
    told.guest, told.plate = _guest(found, user), permissions.plate_for(user, found) or UNSET
    return told


def _shared(found: Booking, state: str, rows: list[Row]) -> shapes.Booking:
    return shapes.Booking(
        reference=found.reference,
        state=state,  # type: ignore[arg-type]
        venue=found.venue.slug,
        title=found.title,
        party=found.party,
        note="",
        start=found.starts_at,
        end=found.ends_at,
        expires_at=found.expires_at,
        created_at=found.created_at,
        rooms=[shapes.RoomName(*room) for room in dict.fromkeys((row.room_id, row.name) for row in rows)],
        allocations=[],
        recurrence=remembered(found.recurrence).text if found.recurrence else UNSET,
    )


def _line(line: dict[str, Any], currency: str) -> Line:
    on = date.fromisoformat(line["on"]) if line.get("on") else None
    return Line(line["text"], money(line["amount"], currency), on, line.get("room", UNSET))


def _allocation(row: Row, ran_out: bool) -> shapes.BookedAllocation:
    kind: Any = "released" if ran_out else kind_of(row.state)
    return shapes.BookedAllocation(
        row.id, row.room_id, row.starts_at, row.ends_at, kind, row.expires_at or UNSET
    )


def _guest(found: Booking, user: Any) -> shapes.Guest | UnsetType | None:
    """Return who a booking is for, to staff; nobody has to be told of their own."""
    if found.guest_id == user.pk or not permissions.is_staff(user, found.venue_id):
        return UNSET
    return shapes.Guest(found.guest.name, found.guest.shown_email) if found.guest else None


def blockings(found: Sequence[Blocking], venue: str) -> list[shapes_blockings.Blocking]:
    """Return times out of use, in one query whatever their number."""
    rows = rows_of((one.pk for one in found), column="blocking_id")
    return [
        shapes_blockings.Blocking(
            id=one.pk,
            venue=venue,
            reason=one.reason,  # type: ignore[arg-type]
            note=one.note,
            start=one.starts_at,
            end=one.ends_at,
            created_at=one.created_at,
            lifted_at=one.lifted_at,
            rooms=[shapes.RoomName(row.room_id, row.name) for row in rows[one.pk]],
        )
        for one in found
    ]
