"""What must be true of rights on rooms: each law is looked at by `manage.py verify`."""

from rooms.queries.invariants import Row, invariant, rows


@invariant
def everybody_may_something_known() -> list[Row]:
    """Each room says in a known word how much of it everybody may have."""
    return rows("""
        SELECT id AS room, everybody FROM rooms_room
        WHERE everybody NOT IN ('none', 'see', 'book', 'repeat')""")


@invariant
def seats_have_no_rights() -> list[Row]:
    """A seat of a vehicle is everybody's who sees the departure, and nobody has rights in it."""
    return rows("""
        SELECT room.id AS room, room.everybody FROM rooms_room AS room
        JOIN rooms_venue AS venue ON venue.id = room.venue_id
        WHERE venue.kind = 'vehicle' AND (room.everybody <> 'repeat'
          OR EXISTS (SELECT 1 FROM rooms_roomright AS own WHERE own.room_id = room.id))""")
