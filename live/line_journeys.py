"""What the verbs of journeys do: search, look at seats, take some, and show the tickets."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from live.line_calling import Call, booking_of, require_person, told
from reservations import NotFound, iso
from reservations.journeys import Traveler
from rooms import money, operations, tickets
from rooms.models import Mode
from rooms.operations import AnyOf, Details, Ride
from rooms.queries.departures import Run
from rooms.queries.journeys import Found, search
from rooms.queries.seats import SeatNow, seat_map
from rooms.queries.tickets import CANCELLED, Issued, tickets_of
from rooms.sql import database_now
from rooms.views.asking import invalid
from rooms.views.asking_journeys import class_called, departure_called, seats_called, way_called
from rooms.wishes import MAX_ROOMS

LONGEST_NAME = 80  # characters
WHICH = "Say which seats, or of which type any will do."


def journeys(call: Call) -> list[dict[str, Any]]:
    """List the departures that lead from one place to another on a date."""
    origin, destination = (_named(call.params[name], name) for name in ("origin", "destination"))
    mode = call.params.get("mode", "")
    if mode and mode not in Mode.values:
        raise invalid("mode", f"A mode is one of: {', '.join(Mode.values)}.")
    type_name = _named(call.params["class"], "class", "class") if "class" in call.params else ""
    day = _day(call.params["date"])
    return [_found(one) for one in search(origin, destination, day, mode=mode, type_name=type_name)]


def _named(typed: str, field: str, what: str = "place") -> str:
    name = typed.strip()
    if not (name and name.isprintable() and len(name) <= LONGEST_NAME):
        raise invalid(field, f"A {what} has 1 to {LONGEST_NAME} characters.")
    return name


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip() if typed.isprintable() else "")
    except ValueError:
        raise invalid("date", "Give a date, such as 2026-11-24.") from None


def _found(one: Found) -> dict[str, Any]:
    return {
        "departure": one.departure,
        "route": one.route,
        "mode": one.mode,
        "operator": one.operator,
        "from_stop": one.way.first,
        "to_stop": one.way.last,
        "origin": one.origin,
        "destination": one.destination,
        "start": iso(one.departs_at),
        "end": iso(one.arrives_at),
        "timezone": one.departs_zone.key,
        "platform": one.platform,
        "delay_minutes": one.delay_minutes,
        "free": one.free,
        "classes": [
            {
                "id": own.type_id,
                "name": own.name,
                "free": own.free,
                "price": money.as_json(own.price, one.currency),
            }
            for own in one.classes
        ],
    }


def seats(call: Call) -> dict[str, Any]:
    """Tell how every seat of a departure is on the way; the watched topic goes on from there."""
    run, way = _way(call)
    guest = call.user.pk if call.user is not None and call.user.is_authenticated else None
    found = seat_map(run, way, now=database_now(), guest=guest)
    currency, span = run.departure.vehicle.currency, run.span_of(way)
    return {
        "departure": run.departure.pk,
        "topic": f"journey:{run.departure.pk}",
        "vehicle": run.departure.vehicle.slug,
        "route": run.departure.route.name,
        "from_stop": way.first,
        "to_stop": way.last,
        "start": iso(span.start),
        "end": iso(span.end) if span.end else None,
        "timezone": run.calls[way.first].timezone,
        "delay_minutes": run.departure.delay_minutes,
        "operator": run.departure.route.operator,
        "amenities": found.amenities,
        "stops": [
            {
                "position": one.position,
                "place": one.place,
                "station": one.station,
                "arrives": iso(one.arrives_at) if one.arrives_at else None,
                "departs": iso(one.departs_at) if one.departs_at else None,
            }
            for one in run.calls
        ],
        "free": sum(coach.free for coach in found.coaches),
        "seats": [
            _seat(seat, coach.name, row.number, currency)
            for coach in found.coaches
            for row in coach.rows
            for seat in row.seats
        ],
    }


def _seat(seat: SeatNow, coach: str, row: int, currency: str) -> dict[str, Any]:
    return {
        "id": seat.id,
        "name": seat.name,
        "coach": coach,
        "row": row,
        "where": seat.where or None,
        "type": seat.type_name,
        "state": seat.state,
        "price": None if seat.price is None else money.as_json(seat.price, currency),
    }


def hold_seats(call: Call) -> dict[str, Any]:
    """Keep seats for a while."""
    return _taken(call, operations.hold_seats)


def book_seats(call: Call) -> dict[str, Any]:
    """Book seats: exactly what is asked for, or nothing."""
    return _taken(call, operations.book_seats)


def _taken(call: Call, operation: Callable[..., Any]) -> dict[str, Any]:
    require_person(call)
    run, way = _way(call)
    said = {name: call.params[name] for name in ("title", "note", "answers") if name in call.params}
    passengers = [
        Traveler(one.get("name", ""), one.get("kind", "adult")) for one in call.params.get("passengers", ())
    ]
    ride = Ride(run.departure.pk, way.first, way.last, _which(call, run), tuple(passengers))
    made = operation(ride, by=call.user, details=Details(**said), key=call.params.get("key", ""))
    return told(made, call.user)


def _which(call: Call, run: Run) -> Any:
    named, kind, count = (call.params.get(name) for name in ("seats", "type", "count"))
    if (named is None) == (kind is None) or (named is not None and count is not None):
        raise invalid("seats", WHICH)
    if named is not None:
        return seats_called(run, named)
    if not 1 <= (count or 1) <= MAX_ROOMS or count == 0:
        raise invalid("count", f"Ask for 1 to {MAX_ROOMS} seats.")
    return AnyOf(class_called(run, kind or ""), count or 1)


def _way(call: Call) -> Any:
    run = departure_called(call.params["departure"], call.user)
    return run, way_called(run, call.params.get("from_stop"), call.params.get("to_stop"))


def show_tickets(call: Call) -> dict[str, Any]:
    """List the tickets of a booking."""
    found = booking_of(call)
    run, issued = tickets_of(found)
    if run is None:
        raise NotFound("This booking has no tickets.")
    return {
        "reference": found.reference,
        "state": found.state,
        "departure": run.departure.pk,
        "route": run.departure.route.name,
        "delay_minutes": run.departure.delay_minutes,
        "tickets": [_ticket(one, found.currency) for one in issued],
    }


def _ticket(one: Issued, currency: str) -> dict[str, Any]:
    passenger, ticket = one.passenger, one.ticket
    return {
        "passenger": passenger.name,
        "kind": passenger.kind,
        "seat": ticket.seat,
        "type": one.type_name,
        "origin": ticket.origin,
        "destination": ticket.destination,
        "start": ticket.departs,
        "price": money.as_json(passenger.price, currency),
        "state": one.state,
        "used_at": iso(passenger.used_at) if passenger.used_at else None,
        "used_where": passenger.used_where or None,
        "code": None if one.state == CANCELLED else tickets.signed(ticket),
    }


METHODS: Mapping[str, Callable[[Call], Any]] = {
    "journeys": journeys,
    "seats": seats,
    "hold_seats": hold_seats,
    "book_seats": book_seats,
    "tickets": show_tickets,
}
