"""Which venues and which time a statement is about: the table that all of them begin with."""

from typing import Any

from reports.asking import Asked
from reports.sql import DAY, INT, MOMENT, TEXT, given

SCOPE = {"venue_id": INT, "since": MOMENT, "until": MOMENT, "zone": TEXT, "clock": INT}
MOST = 10_000  # rows of one report
# Of a booking: whether it has, or had, a room of the type.
HAS_TYPE = """AND EXISTS (
  SELECT 1 FROM rooms_allocation AS taken JOIN rooms_room AS room ON room.id = taken.room_id
  WHERE taken.booking_id = booking.id AND room.type_id = %s)"""


def scope_of(asked: Asked) -> tuple[str, list[Any]]:
    """Return the table `scope`: each venue with the period by its own clocks."""
    return given("scope", SCOPE, asked.bounds())


def calendar_of(asked: Asked) -> tuple[str, list[Any]]:
    """Return the table `calendar`: every day of the period, for a gap would look like a day left out."""
    return given("calendar", {"day": DAY}, [[day] for day in asked.days])
