"""Change what is said of one room, and archive it: by who may change the venue, or was given the room."""

from typing import Any

from django.db import IntegrityError, transaction

from accounts import roles
from reservations import Invalid, NotFound
from reservations.rights import ARCHIVE, EDIT
from rooms import permissions
from rooms.models import Room
from rooms.operations import archiving
from rooms.operations._writing import lock, writes
from rooms.texts import text

NAME, FLOOR = 80, 20  # characters
MOST_SEATS = 32_767


def edit_room(room: Room, *, by: Any, name: str, floor: str, capacity: int) -> Room:
    """Say what the room is called, on which floor it is and how many it holds.

    :raises Invalid: if another room of the venue has that name
    """
    _require_may(by, room, EDIT)
    problems: dict[str, list[str]] = {}
    name, floor = text(name, "name", NAME, problems), text(floor, "floor", FLOOR, problems)
    if not name and "name" not in problems:
        problems["name"] = ["Every room has a name."]
    if type(capacity) is not int or not 1 <= capacity <= MOST_SEATS:
        problems["capacity"] = [f"A room holds 1 to {MOST_SEATS}."]
    if problems:
        raise Invalid(next(iter(problems.values()))[0], field_errors=problems)
    return _edit(room, by=by, name=name, floor=floor, capacity=capacity)


@writes
def _edit(also: frozenset[int], room: Room, *, by: Any, name: str, floor: str, capacity: int) -> Room:
    lock({room.pk, *also})
    _require_may(by, room, EDIT)  # again under the lock, under which rights are given and taken
    fresh = Room.objects.filter(pk=room.pk, archived_at=None).select_related("venue").first()
    if fresh is None:
        raise NotFound("There is no such room here.")
    if Room.objects.filter(venue=fresh.venue, name=name, archived_at=None).exclude(pk=fresh.pk).exists():
        raise _name_taken()
    fresh.name, fresh.floor, fresh.capacity = name, floor, capacity
    try:
        with transaction.atomic():
            fresh.save(update_fields=["name", "floor", "capacity"])
    except IntegrityError as error:  # another room came to that name since, under its own lock
        raise _name_taken() from error
    return fresh


def _name_taken() -> Invalid:
    return Invalid("The venue has a room of that name.", field_errors={"name": ["Choose another name."]})


def archive_room(room: Room, *, by: Any) -> Room:
    """Take the room off every board; what it has seen stays.

    :raises Unavailable: if it has bookings or blockings to come
    """
    _require_may(by, room, ARCHIVE)
    return archiving.archive(room, allowed=lambda: _require_may(by, room, ARCHIVE))


def _require_may(by: Any, room: Room, verb: str) -> None:
    permissions.require_may_change(by, room.venue_id, [room.pk], roles.WORDS["edit_venue"], verb)
