"""What endpoints read that no page does, by prepared statements: each is one round trip."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from accounts.models import User
from reservations import NotFound
from rooms import permissions
from rooms.models import Booking, Venue
from rooms.operations import remembering
from rooms.queries.rights import seen, without
from rooms.queries.terms import VenueTerms, terms_of
from rooms.queries.timeline import revisions_of
from rooms.sql import aware, columns, fetch, on_postgres, one_of, read
from rooms.texts import natural


def venue_called(slug: str, user: Any, *, key: str = "") -> VenueTerms:
    """Return the terms of the venue, as they are now and as this person may see them.

    :param key: with the rooms, too, that they may not see any more and booked with this key before
    :raises NotFound: if there is none, or it is shown to its staff only
    """
    rows = fetch("SELECT id, terms_stamp, is_listed FROM rooms_venue WHERE slug = %s", [slug])
    _require_visible(rows, user)
    terms = terms_of(rows[0][0], rows[0][1])
    shown = seen(terms, user)
    return without(terms, remembering.not_to_name(shown, user, key)) if key and shown.hidden else shown


@dataclass(frozen=True, slots=True)
class Standing:
    """A venue with the sum of its rooms' revisions, and the database's time."""

    terms: VenueTerms
    revision: int
    now: datetime


def venue_as_it_stands(slug: str, user: Any) -> Standing:
    """Return the venue as this person may see it, and how often its rooms have changed: in one query.

    :raises NotFound: if there is none, or it is shown to its staff only
    """
    rows = fetch(
        "SELECT venue.id, venue.terms_stamp, venue.is_listed, (SELECT COALESCE(SUM(room.revision), 0) "  # noqa: S608
        f"FROM rooms_room AS room WHERE room.venue_id = venue.id AND room.archived_at IS NULL), {_clock()} "
        "FROM rooms_venue AS venue WHERE venue.slug = %s",
        [slug],
    )
    _require_visible(rows, user)
    key, stamp, _, revision, now = rows[0]
    terms = seen(terms_of(key, stamp), user)
    if terms.hidden:
        revision -= sum(revisions_of(terms.hidden).values())
    return Standing(terms, int(revision), aware(now) or datetime.now(UTC))


def _clock() -> str:
    return "clock_timestamp()" if on_postgres() else "NULL"  # SQLite's clock is this process's


def _require_visible(rows: Sequence[Any], user: Any) -> None:
    if not rows or not (rows[0][2] or (user is not None and permissions.is_staff(user, rows[0][0]))):
        raise NotFound("There is no such venue.")


BOOKING = f"""
SELECT {columns(Booking, "booking")}, venue.slug AS venue_slug, venue.kind AS venue_kind,
  venue.terms_stamp AS venue_stamp,
  guest.name AS guest_name, guest.email AS guest_email, guest.closed_at AS guest_closed_at
FROM rooms_booking AS booking JOIN rooms_venue AS venue ON venue.id = booking.venue_id
LEFT JOIN accounts_user AS guest ON guest.id = booking.guest_id WHERE booking.reference = %s
"""  # noqa: S608 -- names of columns
BESIDES = ("venue_slug", "venue_kind", "venue_stamp", "guest_name", "guest_email", "guest_closed_at")
LONGEST_REFERENCE = 12  # characters


def booking_called(
    reference: str, user: Any, allowed: permissions.Allowed = permissions.require_own
) -> Booking:
    """Return the booking, with as much of its venue and guest as answers tell, if this person may see it.

    :param allowed: refuses whom it is not for: others than the guest and the staff only where it says so
    :raises NotFound: if there is none, or it is somebody else's
    """
    known = (
        read(Booking, BOOKING, [reference.upper()], also=BESIDES)
        if len(reference) <= LONGEST_REFERENCE
        else ()
    )
    found: Any = next(iter(known), None)
    if found is None:
        raise NotFound("There is no such booking.")
    found.venue = Venue(
        pk=found.venue_id, slug=found.venue_slug, kind=found.venue_kind, terms_stamp=found.venue_stamp
    )
    if found.guest_id is not None:
        found.guest = User(
            pk=found.guest_id, name=found.guest_name, email=found.guest_email, closed_at=found.guest_closed_at
        )
    allowed(user, found)
    return cast(Booking, found)


@dataclass(frozen=True, slots=True)
class Row:
    """An allocation of a booking or a blocking, with its room's name."""

    owner: int
    id: int
    room_id: int
    name: str
    starts_at: datetime
    ends_at: datetime | None
    state: str
    active: bool
    expires_at: datetime | None
    occurrence: int | None


ALLOCATIONS = """
SELECT taken.{owner}, taken.id, taken.room_id, room.name, taken.starts_at, taken.ends_at, taken.state,
  taken.active, taken.expires_at, taken.occurrence, room."order"
FROM rooms_allocation AS taken JOIN rooms_room AS room ON room.id = taken.room_id
WHERE {which} ORDER BY taken.id
"""


def rows_of(owners: Iterable[int], *, column: str = "booking_id") -> dict[int, list[Row]]:
    """Return the allocations of each booking (or blocking): those it has, or if none, those it had."""
    return {owner: shown(rows) for owner, rows in every_row_of(owners, column=column).items()}


def shown(rows: list[Row]) -> list[Row]:
    """Return those of a booking's allocations that it has, or if none, those it had."""
    return [row for row in rows if row.active] or rows


def every_row_of(owners: Iterable[int], *, column: str = "booking_id") -> dict[int, list[Row]]:
    """Return all allocations that each booking (or blocking) has or had."""
    wanted = list(owners)
    found: dict[int, list[Row]] = {owner: [] for owner in wanted}
    if not wanted:
        return found
    which, params = one_of(f"taken.{column}", wanted)
    rows = fetch(ALLOCATIONS.format(owner=column, which=which), params)
    rows = sorted(rows, key=lambda row: (row[-1], natural(row[3])))
    for owner, key, room, name, start, end, state, active, expires_at, number, _ in rows:
        begins, ends, runs_out = aware(start), aware(end), aware(expires_at)
        found[owner].append(
            Row(owner, key, room, name, begins, ends, state, bool(active), runs_out, number)  # type: ignore[arg-type]
        )
    return found


def after(rows: Sequence[Any], limit: int) -> tuple[list[Any], Any]:
    """Return the page of a list that was read one row too far, and its last row if there is more."""
    page = list(rows[:limit])
    return page, page[-1] if len(rows) > limit else None
