"""Hang a display somewhere, and switch it off: whoever has its address may look, until it is revoked."""

from typing import Any

from django.db import transaction

from reservations import IllegalTransition, Invalid, NotFound
from rooms import events, permissions
from rooms.models import Display, Room, Venue
from rooms.sql import database_now
from rooms.texts import text

NAME = 80  # characters
MOST = 200  # displays of one venue


def hang(
    venue: Venue, *, by: Any, name: str, floor: str = "", room: Room | None = None, acts: str = "nothing"
) -> Display:
    """Give the venue a display: the sign of a floor, or of all of it, or the panel beside a room's door.

    :param acts: of a door, what whoever stands there may do
    :raises Invalid: if it has no name, there is no such floor, or it is a sign that is to have buttons
    """
    permissions.require_staff(by, venue.pk, "hang displays")
    problems: dict[str, list[str]] = {}
    name = text(name, "name", NAME, problems)
    if not name and not problems:
        problems["name"] = ["Say where it hangs."]
    if floor and not venue.rooms.filter(floor=floor, archived_at=None).exists():
        problems["floor"] = ["There is no such floor."]
    if acts not in Display.Acts or (acts != Display.Acts.NOTHING and room is None):
        problems["acts"] = ["Only the panel of a door has buttons: choose which, and whose door."]
    if venue.displays.filter(revoked_at=None).count() >= MOST:
        problems["name"] = [f"A venue has at most {MOST} displays."]
    if problems:
        raise Invalid(next(iter(problems.values()))[0], field_errors=problems)
    if room is not None and room.venue_id != venue.pk:
        raise NotFound("There is no such room here.")
    kind = Display.Kind.DOOR if room else Display.Kind.SIGN
    return Display.objects.create(
        venue=venue, kind=kind, name=name, floor="" if room else floor, room=room, acts=acts, created_by=by
    )


def revoke(display: Display, *, by: Any) -> Display:
    """Switch the display off for good: its address shows nothing any more."""
    permissions.require_staff(by, display.venue_id, "switch displays off")
    if display.revoked_at is not None:
        raise IllegalTransition("This display is off already.", state="revoked", move="revoke")
    display.revoked_at = database_now()
    display.save(update_fields=["revoked_at"])
    _announce(display)
    return display


def _announce(display: Display) -> None:
    """Say after commit that the display is no longer what it was: it blanks, or draws itself anew."""
    change = events.Changed(displays=frozenset([display.pk]))
    transaction.on_commit(lambda: events.changed.tell(change), robust=True)
