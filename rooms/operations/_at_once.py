"""The usual booking at once: one room, nothing in the way, one statement, one round trip.

On PostgreSQL a round trip costs as much as the writing of a row. So what is decided from terms in memory
is decided first, and one statement then locks the room by counting its revision up, makes sure that the
terms are still those and that nothing is in the way, and writes everything. Where anything is otherwise
it writes nothing, and the careful way is taken, which alone refuses (docs/decisions/0006).
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction

from rooms.models import Booking
from rooms.operations._creating import New, new_reference
from rooms.operations._writing import Locked, announce, as_json, picture, raise_unless_worth_another_try
from rooms.queries.terms import VenueTerms
from rooms.sql import fetch

COLUMNS = (
    "venue_id",
    "guest_id",
    "booked_by_id",
    "state",
    "title",
    "party",
    "note",
    "starts_at",
    "ends_at",
    "price",
    "currency",
    "metered",
    "plate_sealed",
    "plate_digest",
)  # fmt: skip -- as STATEMENT names them, less those it fills itself
# A room that a rival wrote to during the wait for its lock is not the version the statement began with;
# then all that was read beside it is old, and the careful way is taken.
STATEMENT = """
WITH locked AS MATERIALIZED (
  SELECT room.id, room.xmin AS version, venue.terms_stamp
  FROM rooms_room AS room JOIN rooms_venue AS venue ON venue.id = room.venue_id
  WHERE room.id = %s FOR NO KEY UPDATE OF room
), counted AS (
  UPDATE rooms_room AS room SET revision = room.revision + 1
  FROM locked
  WHERE room.id = locked.id AND room.xmin = locked.version AND locked.terms_stamp = %s AND NOT EXISTS (
    SELECT FROM rooms_allocation AS taken
    WHERE taken.room_id = room.id AND taken.active
      AND tstzrange(taken.blocks_from, taken.blocks_until) && tstzrange(%s, %s)
  )
  RETURNING room.id, room.revision, COALESCE(%s::timestamptz, clock_timestamp()) AS now
), booking AS (
  INSERT INTO rooms_booking (reference, venue_id, guest_id, booked_by_id, state, title, party, note,
    starts_at, ends_at, price, currency, metered, plate_sealed, plate_digest, renewals, lines, created_at)
  SELECT %s, %s, %s::bigint, %s::bigint, %s, %s, %s, %s,
    %s, %s::timestamptz, %s, %s, %s, %s, %s, 0, %s::jsonb, now FROM counted
  RETURNING id
), allocation AS (
  INSERT INTO rooms_allocation (room_id, booking_id, starts_at, ends_at, blocks_from, blocks_until,
    state, active)
  SELECT counted.id, booking.id, %s, %s::timestamptz, %s, %s::timestamptz, %s, TRUE FROM counted, booking
  RETURNING id
), said AS (
  INSERT INTO rooms_change (room_id, revision, kind, booking_id, guest_id, by_id, at, before, after)
  SELECT counted.id, counted.revision, %s, booking.id, %s::bigint, %s::bigint, now, '{}'::jsonb, %s::jsonb
  FROM counted, booking
), kept AS (
  INSERT INTO rooms_idempotencykey (owner_id, key, fingerprint, booking_id, created_at)
  SELECT %s, %s, %s, booking.id, now FROM counted, booking WHERE %s
)
SELECT booking.id, allocation.id, counted.revision, counted.now FROM counted, booking, allocation
"""


def write_at_once(new: New, terms: VenueTerms, *, now: datetime | None) -> Booking | None:
    """Write the booking of one room, or nothing at all if the room or its terms are not as they seemed."""
    booking, [allocation], key = new.booking, new.allocations, new.key
    booking.reference = new_reference()
    params = [
        allocation.room_id,
        terms.stamp,
        allocation.blocks_from,
        allocation.blocks_until,
        now,
        booking.reference,
        *(getattr(booking, name) for name in COLUMNS),
        as_json(booking.lines),
        booking.starts_at,
        booking.ends_at,
        allocation.blocks_from,
        allocation.blocks_until,
        booking.state,
        new.kind,
        booking.guest_id,
        booking.booked_by_id,
        as_json(picture(allocation)),
        *((key.owner_id, key.key, key.fingerprint) if key else (0, "", "")),
        key is not None,
    ]  # fmt: skip -- one line for each part of the statement
    try:
        rows = _run(params)
    except IntegrityError:
        return None  # A rival was first: with the time, the key or the reference.
    except OperationalError as error:
        raise_unless_worth_another_try(error)
        return None
    if not rows:
        return None
    booking.pk, allocation.pk, revision, booking.created_at = rows[0]
    booking._state.adding, allocation.booking = False, booking
    locked = Locked(revisions={}, stamps={terms.id: terms.stamp}, now=booking.created_at)
    announce(locked, {allocation.room_id: revision}, [booking.guest_id])
    return booking


def _run(params: list[Any]) -> list[tuple[Any, ...]]:
    if not connection.in_atomic_block:
        return fetch(STATEMENT, params)
    with transaction.atomic():  # a savepoint, so that a rival's victory does not end the caller's transaction
        return fetch(STATEMENT, params)
