"""Draw the plan of a venue: where its rooms stand, what they are called, which come and which go."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from accounts import roles
from reservations import Forbidden, Invalid, NotFound, Unavailable
from rooms import permissions
from rooms.models import Room, RoomType, Venue
from rooms.operations._writing import lock, writes
from rooms.operations.archiving import to_come
from rooms.texts import in_order, text

MOST = 2_000  # rooms on one plan
FAR = 10_000  # units from the middle: what is farther is a slip of the hand
SMALLEST, LARGEST = 8, 2_000  # units that a room reaches across and down
NAME, FLOOR = 80, 20  # characters
PLACE = ("x", "y", "width", "depth")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A room as it was drawn; without an id it is new, and without a place or a size it keeps what it has."""

    id: int | None
    name: str
    floor: str
    x: float | None
    y: float | None
    width: float | None = None
    depth: float | None = None


def draw_plan(
    venue: Venue,
    drawn: Sequence[Drawn],
    *,
    by: Any,
    kind: RoomType | None = None,
    now: datetime | None = None,
) -> list[Room]:
    """Make the venue's rooms what was drawn, all at once or not at all: moved, renamed, added, archived.

    :param kind: the type of rooms that are new
    :raises Unavailable: if a room that is not drawn any more has anything to come
    """
    permissions.require_person(by)
    if by is not permissions.SYSTEM and not roles.manages(by, venue.pk):
        raise Forbidden("Only the venue's managers may draw its plan.")
    return _draw(venue, _checked(drawn), kind=kind, now=now)


def _checked(drawn: Sequence[Drawn]) -> list[Drawn]:
    problems: dict[str, list[str]] = {}
    if not 1 <= len(drawn) <= MOST:
        problems["rooms"] = [f"A plan has 1 to {MOST} rooms."]
    clean = [_one_checked(one, problems) for one in drawn[:MOST]]
    names = [one.name for one in clean]
    if twice := next((name for name in names if names.count(name) > 1), None) if not problems else None:
        problems["name"] = [f"Two rooms are called {twice}."]
    if problems:
        raise Invalid(next(iter(problems.values()))[0], field_errors=problems)
    return clean


def _one_checked(one: Drawn, problems: dict[str, list[str]]) -> Drawn:
    name, floor = text(one.name, "name", NAME, problems), text(one.floor, "floor", FLOOR, problems)
    if not name:
        problems.setdefault("name", ["Every room has a name."])
    if not all(math.isfinite(value) and abs(value) <= FAR for value in (one.x, one.y) if value is not None):
        problems.setdefault("x", ["This lies too far off the plan."])
    # Not a number is not between two either.
    if not all(SMALLEST <= value <= LARGEST for value in (one.width, one.depth) if value is not None):
        problems.setdefault("width", [f"A room is {SMALLEST} to {LARGEST} units wide and deep."])
    return replace(one, name=name, floor=floor)


@writes
def _draw(
    also: frozenset[int], venue: Venue, drawn: list[Drawn], *, kind: RoomType | None, now: datetime | None
) -> list[Room]:
    ids = venue.rooms.filter(archived_at=None).values_list("pk", flat=True)
    locked = lock({*ids, *also})
    present = {room.pk: room for room in venue.rooms.filter(archived_at=None)}
    known = {one.id for one in drawn if one.id is not None}
    if not known <= present.keys() or len(known) < sum(one.id is not None for one in drawn):
        raise NotFound("Somebody removed a room of this plan. Please load it again.")
    gone = [room for key, room in present.items() if key not in known]
    _archive(gone, now or locked.now)
    _rename([(present[one.id], one) for one in drawn if one.id is not None])
    _add(venue, [one for one in drawn if one.id is None], kind)
    venue.save(update_fields=["name"])  # its terms have changed: boards draw themselves afresh
    return in_order(venue.rooms.filter(archived_at=None))


def _archive(gone: Sequence[Room], now: datetime) -> None:
    """Take rooms off the plan; what they have seen stays."""
    if first := to_come([room.pk for room in gone], now=now).select_related("room").first():
        raise Unavailable(f"{first.room} is taken, or will be: move or cancel that first.")
    Room.objects.filter(pk__in=[room.pk for room in gone]).update(archived_at=now)


def _rename(pairs: Sequence[tuple[Room, Drawn]]) -> None:
    renamed = [room for room, one in pairs if room.name != one.name]
    for room in renamed:  # out of the way first: A1 and A2 may change places
        room.name = f"~{room.pk}"
    Room.objects.bulk_update(renamed, ["name"])
    for room, one in pairs:
        room.name, room.floor = one.name, one.floor
        for field in PLACE:
            if getattr(one, field) is not None:
                setattr(room, field, getattr(one, field))
    Room.objects.bulk_update([room for room, _ in pairs], ["name", "floor", *PLACE], batch_size=200)


def _add(venue: Venue, new: Sequence[Drawn], kind: RoomType | None) -> None:
    if not new:
        return
    if kind is None or kind.venue_id != venue.pk:
        raise Invalid("Say what type the new ones are.", field_errors={"type": ["Choose a type."]})
    last = venue.rooms.order_by("-order").values_list("order", flat=True).first() or 0
    Room.objects.bulk_create(
        Room(
            venue=venue, type=kind, name=one.name, floor=one.floor, x=one.x, y=one.y,
            width=one.width, depth=one.depth, capacity=kind.capacity, order=last + 1 + number,
        )
        for number, one in enumerate(new)
    )  # fmt: skip
