"""Search journeys, and look at the seats of one."""

from typing import Any

from msgspec import UNSET

from api import answers, cursors
from api.queries import after
from api.routing import ANYBODY, Call, endpoint
from api.shapes import PassengerWanted
from api.shapes_journeys import (
    CallAt,
    ClassOffered,
    FoundJourney,
    JourneyPage,
    JourneysQuery,
    PlacePage,
    PlaceServed,
    PlacesQuery,
    Seats,
    SeatShown,
    SeatsQuery,
)
from reservations import NotFound
from reservations.journeys import Traveler
from rooms.queries.departures import Run
from rooms.queries.journeys import Found, search
from rooms.queries.seats import Coach, SeatNow, seat_map
from rooms.queries.served import served
from rooms.sql import database_now
from rooms.views.asking_journeys import departure_called, way_called


@endpoint("GET", "journeys", who=ANYBODY, query=JourneysQuery, answer=JourneyPage)
def list_journeys(call: Call) -> Any:
    """Search departures between two places on a date, with free seats and prices by class.

    The earliest comes first. Places are found however they are typed: istanbul is İstanbul.
    """
    asked: JourneysQuery = call.query
    of = ("journeys", asked.origin, asked.destination, asked.date, asked.mode, asked.type_name)
    found = search(
        asked.origin, asked.destination, asked.date, mode=asked.mode or "", type_name=asked.type_name or ""
    )
    if asked.cursor:
        last = cursors.place(asked.cursor, of=of)
        found = [one for one in found if _place(one) > last]
    page, last = after(found, asked.limit)
    return JourneyPage([_found(one) for one in page], cursors.cursor(_place(last), of=of) if last else None)


def _place(one: Found) -> list[Any]:
    """Return where the departure stands in a list."""
    return [one.departs_at.isoformat(), one.departure]


def _found(one: Found) -> FoundJourney:
    return FoundJourney(
        id=one.departure,
        route=one.route,
        mode=one.mode,  # type: ignore[arg-type]
        operator=one.operator,
        from_stop=one.way.first,
        to_stop=one.way.last,
        origin=one.origin,
        destination=one.destination,
        departs_at=one.departs_at,
        arrives_at=one.arrives_at,
        platform=one.platform,
        delay_minutes=one.delay_minutes,
        free=one.free,
        classes=[
            ClassOffered(own.type_id, own.name, own.free, answers.money(own.price, one.currency))
            for own in one.classes
        ],
    )


@endpoint("GET", "places", group="journeys", who=ANYBODY, query=PlacesQuery, answer=PlacePage)
def list_places(call: Call) -> Any:
    """List the places where a route stops that runs now or later, by name: what a search can be asked for.

    Each word of `q` begins a word of the place or of a station there, however it is typed: ist is İstanbul.
    """
    asked: PlacesQuery = call.query
    of = ("places", asked.q)
    found = served(asked.q, today=database_now().date())
    if asked.cursor:
        last = cursors.place(asked.cursor, of=of)
        found = [one for one in found if [one.key] > last]
    page, last = after(found, asked.limit)
    items = [PlaceServed(one.name, list(one.stations)) for one in page]
    return PlacePage(items, cursors.cursor([last.key], of=of) if last else None)


@endpoint("GET", "journeys/{id}/seats", who=ANYBODY, query=SeatsQuery, answer=Seats, refuses=["not_found"])
def list_seats(call: Call) -> Seats:
    """Tell how every seat of a departure is on the way from one stop to another.

    Go on with the websocket's topic `journey:<id>`: both count the same revisions.
    """
    run = run_called(call.path["id"], call.user)
    way = way_called(run, call.query.from_stop, call.query.to_stop)
    found = seat_map(run, way, now=database_now(), guest=call.user.pk if call.user else None)
    return Seats(
        departure=run.departure.pk,
        vehicle=run.departure.vehicle.slug,
        route=run.departure.route.name,
        mode=run.departure.route.mode,  # type: ignore[arg-type]
        operator=run.departure.route.operator,
        amenities=found.amenities,
        from_stop=way.first,
        to_stop=way.last,
        starts_at=run.departure.starts_at,
        ends_at=run.departure.ends_at,
        delay_minutes=run.departure.delay_minutes,
        revision=sum(own.revision for own in found.rows.values()),
        stops=[
            CallAt(one.position, one.place, one.station, one.platform, one.arrives_at, one.departs_at)
            for one in run.calls
        ],
        free=sum(coach.free for coach in found.coaches),
        seats=[
            _seat(seat, coach, row.number, run.departure.vehicle.currency)
            for coach in found.coaches
            for row in coach.rows
            for seat in row.seats
        ],
    )


def _seat(seat: SeatNow, coach: Coach, row: int, currency: str) -> SeatShown:
    return SeatShown(
        id=seat.id,
        name=seat.name,
        coach=coach.name,
        row=row,
        where=seat.where or None,  # type: ignore[arg-type]
        room_type=seat.type_id,
        class_name=seat.type_name,
        state=seat.state,  # type: ignore[arg-type]
        price=None if seat.price is None else answers.money(seat.price, currency),
        expires_at=seat.expires_at or UNSET,
    )


def run_called(number: str, user: Any) -> Run:
    """Return the departure, if this person may see it.

    :raises NotFound: if there is none, or its vehicle is shown to its staff only
    """
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise NotFound("There is no such departure.")
    return departure_called(int(number), user)


def travelers(passengers: list[PassengerWanted]) -> tuple[Traveler, ...]:
    """Return who travels, as the library says it."""
    return tuple(Traveler(one.name, one.kind) for one in passengers)
