"""What a display shows: which rooms, how each of them is, and how far the tables are for it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from reservations import NotFound, Span, doors
from reservations.hours import openings
from rooms.models import Display
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import Taken
from rooms.sql import fetch, one_of

LONGEST = 40  # characters of a token
HEIGHTS = """
SELECT display.id, venue.terms_stamp, COALESCE(SUM(room.revision), 0) FROM rooms_display AS display
JOIN rooms_venue AS venue ON venue.id = display.venue_id
LEFT JOIN rooms_room AS room ON room.venue_id = display.venue_id AND room.archived_at IS NULL
  AND (room.id = display.room_id OR (display.room_id IS NULL AND display.floor IN ('', room.floor)))
WHERE display.revoked_at IS NULL AND {which} GROUP BY display.id, venue.terms_stamp"""


def display_called(token: str) -> Display:
    """Return the display of that token.

    :raises NotFound: if there is none, or it was switched off
    """
    is_one = token.isascii() and token.isprintable() and len(token) <= LONGEST
    return _on(token=token) if is_one else _on(pk=None)


def display_on(number: int) -> Display:
    """Return the display of that id; refused as above."""
    return _on(pk=number)


def _on(**which: object) -> Display:
    found = Display.objects.select_related("venue", "room").filter(**which, revoked_at=None).first()
    if found is None:
        raise NotFound("There is no such display, or it was switched off.")
    return found


def rooms_of(display: Display, terms: VenueTerms) -> list[RoomTerms]:
    """Return the rooms that it shows: one beside a door, and of a sign those of its floor, or all."""
    if display.kind == Display.Kind.DOOR:
        return [terms.rooms[display.room_id]] if display.room_id in terms.rooms else []
    return [room for room in terms.rooms.values() if display.floor in ("", room.floor)]


def mark_of(stamp: int) -> str:
    """Return what tells what a display was drawn from, its venue's terms, from what comes later."""
    return f"{stamp:x}"


def heights(displays: Iterable[int]) -> dict[int, tuple[str, int]]:
    """Return of each display that is on its mark, and the sum of its rooms' revisions."""
    which, params = one_of("display.id", displays)
    rows = fetch(HEIGHTS.format(which=which), params)
    return {display: (mark_of(stamp), int(total)) for display, stamp, total in rows}


def standing_of(
    room: RoomTerms, terms: VenueTerms, taken: Sequence[Taken], day: Span, *, now: datetime
) -> doors.Standing:
    """Return how the room is, by what is taken of the day and by its hours."""
    return doors.standing(kept_of(taken), openings(room.hours, day, terms.zone), now=now)


def kept_of(taken: Iterable[Taken]) -> list[doors.Kept]:
    """Return what is taken as the rules of doors know it."""
    return [
        doors.Kept(Span(row.start, row.end), Span(row.blocks_from, row.blocks_until), row.kind == "blocked")
        for row in taken
    ]
