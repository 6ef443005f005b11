"""What endpoints read that no page does, by prepared statements: each is one round trip."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reservations import NotFound
from rooms import permissions
from rooms.models import Booking
from rooms.queries.terms import VenueTerms, terms_of
from rooms.sql import aware, fetch, instant, one_of


def venue_called(slug: str, user: Any) -> VenueTerms:
    """Return the terms of the venue, as they are now, if this person may see it.

    :raises NotFound: if there is none, or it is shown to its staff only
    """
    rows = fetch("SELECT id, terms_stamp, is_listed FROM rooms_venue WHERE slug = %s", [slug])
    if not rows or not (rows[0][2] or (user is not None and permissions.is_staff(user, rows[0][0]))):
        raise NotFound("There is no such venue.")
    return terms_of(rows[0][0], rows[0][1])


def booking_called(reference: str, user: Any) -> Booking:
    """Return the booking, if this person may see it.

    :raises NotFound: if there is none, or it is somebody else's
    """
    known = Booking.objects.select_related("venue", "guest")
    found = known.filter(reference=reference.upper()).first() if len(reference) <= 12 else None
    if found is None:
        raise NotFound("There is no such booking.")
    permissions.require_own(user, found)
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """An allocation of a booking or a blocking, with its room's name."""

    owner: int
    id: int
    room: int
    name: str
    start: datetime
    end: datetime | None
    state: str
    active: bool
    expires_at: datetime | None


ALLOCATIONS = """
SELECT taken.{owner}, taken.id, taken.room_id, room.name, taken.starts_at, taken.ends_at, taken.state,
  taken.active, taken.expires_at
FROM rooms_allocation AS taken JOIN rooms_room AS room ON room.id = taken.room_id
WHERE {which} ORDER BY room."order", room.name, taken.id
"""


def rows_of(owners: Iterable[int], *, column: str = "booking_id") -> dict[int, list[Row]]:
    """Return the allocations of each booking (or blocking): those it has, or if none, those it had."""
    wanted = list(owners)
    found: dict[int, list[Row]] = {owner: [] for owner in wanted}
    if not wanted:
        return found
    which, params = one_of(f"taken.{column}", wanted)
    for owner, key, room, name, start, end, state, active, expires_at in fetch(
        ALLOCATIONS.format(owner=column, which=which), params
    ):
        begins, ends, runs_out = utc(start), utc(end), utc(expires_at)
        found[owner].append(
            Row(owner, key, room, name, begins, ends, state, bool(active), runs_out)  # type: ignore[arg-type]
        )
    return {owner: [row for row in rows if row.active] or rows for owner, rows in found.items()}


def utc(value: Any) -> datetime | None:
    """Return an instant that was read by hand, in UTC."""
    if isinstance(value, datetime) and value.tzinfo is UTC:
        return value
    return aware(value)


def after(rows: Sequence[Any], limit: int) -> tuple[list[Any], Any]:
    """Return the page of a list that was read one row too far, and its last row if there is more."""
    page = list(rows[:limit])
    return page, page[-1] if len(rows) > limit else None


def moment(value: datetime) -> Any:
    """Return the instant as a parameter of a statement by hand."""
    return instant(value)
