"""From what somebody says of a journey to what operations take: a departure, two stops, a class, seats."""

from collections.abc import Iterable
from typing import Any

from reservations import NotFound
from reservations.journeys import Way
from rooms import permissions
from rooms.models import Room, RoomType
from rooms.places import key_of
from rooms.queries.departures import Run, run_of
from rooms.queries.terms import terms_of_venue
from rooms.views.asking import LARGEST_ID, invalid


def departure_called(number: int, user: Any) -> Run:
    """Return the departure, if this person may see it.

    :raises NotFound: if there is none, or its vehicle is shown to its staff only
    """
    if number > LARGEST_ID:
        raise NotFound("There is no such departure.")
    run = run_of(number)
    vehicle = run.departure.vehicle
    if not vehicle.is_listed and not (user is not None and permissions.is_staff(user, vehicle.pk)):
        raise NotFound("There is no such departure.")
    return run


def way_called(run: Run, first: int | str | None, last: int | str | None) -> Way:
    """Return the way between two stops, told by position or place; the whole way, where they are left out.

    :raises Invalid: if there is no such stop, or the second does not come after the first
    """
    begins = 0 if first is None else _position(run, first, "from_stop")
    ends = len(run.calls) - 1 if last is None else _position(run, last, "to_stop")
    return run.way(begins, ends)


def _position(run: Run, stop: int | str, field: str) -> int:
    if isinstance(stop, int):
        return stop
    if stop.isascii() and stop.isdecimal() and len(stop) < 6:
        return int(stop)
    for one in run.calls:
        if one.key == key_of(stop):
            return one.position
    raise invalid(field, "There is no such stop.")


def class_called(run: Run, wanted: int | str) -> RoomType:
    """Return the class of the vehicle with that id or name.

    :raises NotFound: if it has none
    """
    for kind in RoomType.objects.filter(venue=run.departure.vehicle_id):
        if wanted in (kind.pk, kind.name):
            return kind
    raise NotFound("There is no such class in this vehicle.")


def seats_called(run: Run, wanted: Iterable[int | str]) -> list[Room]:
    """Return the seats of these ids or names, in their order; an operation reads nothing of them but ids.

    :raises NotFound: if the vehicle has one of them not
    """
    known = terms_of_venue(run.departure.vehicle).rooms.values()
    named: dict[int | str, int] = {key: room.id for room in known for key in (room.id, room.name)}
    asked = list(wanted)
    if any(one not in named for one in asked):
        raise NotFound("There is no such seat in this vehicle.")
    return [Room(pk=named[one], venue_id=run.departure.vehicle_id) for one in asked]
