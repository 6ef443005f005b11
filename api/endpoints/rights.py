"""Who may what in a room, for the venue's managers."""

from accounts import roles
from api.queries import venue_called
from api.reading import refused
from api.routing import MANAGER, Call, endpoint
from api.shapes_rights import PersonRights, Rights, RightsWanted
from reservations import Forbidden, NotFound
from reservations.rights import in_order
from rooms import operations
from rooms.models import Room, RoomRight
from rooms.operations import Given

PATH = "venues/{slug}/rooms/{room}/rights"


@endpoint("GET", PATH, group="rights", who=MANAGER, answer=Rights, refuses=["forbidden", "not_found"])
def show_rights(call: Call) -> Rights:
    """Tell what everybody may in a room, and who may more; at most 200 people may."""
    room = _room(call)
    if not roles.may(call.user, "edit_venue", room.venue_id):
        raise Forbidden("Only the venue's managers see and change rights.")
    return _told(room)


@endpoint(
    "PUT",
    PATH,
    group="rights",
    who=MANAGER,
    body=RightsWanted,
    answer=Rights,
    refuses=["forbidden", "not_found", "invalid"],
)
def replace_rights(call: Call) -> Rights:
    """Say what everybody may in a room, and who may more; who is not named has no rights of their own there.

    Roles keep what they give. Seats of vehicles have no rights (`invalid`).
    """
    wanted: RightsWanted = call.body
    people = {one.email: tuple(one.verbs) for one in wanted.people}
    if len(people) < len(wanted.people):
        raise refused("people", "Somebody is named twice.")
    room = operations.give_rights(_room(call), Given(wanted.everybody, people, only=True), by=call.user)
    return _told(room)


def _room(call: Call) -> Room:
    terms, named = venue_called(call.path["slug"], call.person), call.path["room"]
    number = int(named) if named.isascii() and named.isdecimal() and len(named) <= 18 else 0
    if number not in terms.rooms:
        raise NotFound("There is no such room here.")
    return Room.objects.select_related("venue").get(pk=number)


def _told(room: Room) -> Rights:
    rows = RoomRight.objects.filter(room=room).select_related("person").order_by("person__email")
    people = [
        PersonRights(
            email=row.person.email,
            name=row.person.name,
            verbs=in_order(row.verbs),  # type: ignore[arg-type]
            given_at=row.given_at,
        )
        for row in rows
    ]
    return Rights(room=room.pk, name=room.name, everybody=room.everybody, people=people)  # type: ignore[arg-type]
