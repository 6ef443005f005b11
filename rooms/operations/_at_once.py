"""The usual booking at once: one room, nothing in the way, one statement, one round trip.

On PostgreSQL a round trip costs as much as the writing of a row. So what is decided from terms in memory
is decided first, and one statement then locks the room by counting its revision up, makes sure that the
terms are still those and that nothing is in the way, and writes everything. Where anything is otherwise
it writes nothing, and the careful way is taken, which alone refuses (docs/decisions/0006).
"""

from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.origins import origin
from accounts.prepared import Prepared
from reservations import Span
from rooms.models import Booking
from rooms.operations._creating import New, new_reference
from rooms.operations._writing import announce, as_json, picture, raise_unless_worth_another_try
from rooms.queries.terms import VenueTerms

# A room that a rival wrote to during the wait for its lock is no longer the version the statement began with:
# its xmin is another. Then all that was read beside it is old, and the careful way is taken.
# Of the room's active allocations only the last one that begins before the end can stand in the way, because
# none overlap: one step in an index. Asked for an overlap, PostgreSQL reads all that the room ever had.
STATEMENT = Prepared(
    "book_at_once",
    """
WITH counted AS (
  UPDATE rooms_room SET revision = revision + 1
  WHERE id = %(room)s AND xmin = (SELECT began.xmin FROM rooms_room AS began WHERE began.id = %(room)s)
    AND (SELECT terms_stamp FROM rooms_venue WHERE id = %(venue_id)s) = %(stamp)s
    AND NOT EXISTS (
      SELECT FROM (
        SELECT blocks_until FROM rooms_allocation
        WHERE room_id = %(room)s AND active
          AND blocks_from < COALESCE(%(blocks_until)s::timestamptz, 'infinity')
        ORDER BY blocks_from DESC LIMIT 1
      ) AS last WHERE last.blocks_until IS NULL OR last.blocks_until > %(blocks_from)s
    )
  RETURNING revision, COALESCE(%(now)s::timestamptz, clock_timestamp()) AS now,
    nextval('rooms_booking_id_seq') AS booking
), booking AS (
  INSERT INTO rooms_booking (id, reference, venue_id, guest_id, booked_by_id, state, title, party, note,
    starts_at, ends_at, price, currency, metered, plate_sealed, plate_digest, answers, renewals, lines,
    created_at)
  SELECT booking, %(reference)s, %(venue_id)s, %(guest_id)s::bigint, %(booked_by_id)s::bigint,
    %(state)s::varchar, %(title)s, %(party)s, %(note)s, %(starts_at)s, %(ends_at)s::timestamptz, %(price)s,
    %(currency)s, %(metered)s, %(plate_sealed)s, %(plate_digest)s, %(answers)s::jsonb, 0, %(lines)s::jsonb,
    now
  FROM counted
), allocation AS (
  INSERT INTO rooms_allocation (room_id, booking_id, starts_at, ends_at, blocks_from, blocks_until,
    state, active)
  SELECT %(room)s, booking, %(starts_at)s, %(ends_at)s::timestamptz, %(blocks_from)s,
    %(blocks_until)s::timestamptz, %(state)s::varchar, TRUE
  FROM counted
), said AS (
  INSERT INTO rooms_change (room_id, revision, kind, booking_id, guest_id, by_id, at, before, after, origin)
  SELECT %(room)s, revision, %(kind)s, booking, %(guest_id)s::bigint, %(booked_by_id)s::bigint, now,
    '{}'::jsonb, %(after)s::jsonb, %(origin)s
  FROM counted
), kept AS (
  INSERT INTO rooms_idempotencykey (owner_id, key, fingerprint, booking_id, created_at)
  SELECT %(booked_by_id)s::bigint, %(key)s::varchar, %(fingerprint)s, booking, now
  FROM counted WHERE %(key)s::varchar <> ''
)
SELECT booking, revision, now FROM counted
""",
)


def write_at_once(new: New, terms: VenueTerms, *, now: datetime | None) -> Booking | None:
    """Write the booking of one room, or nothing at all if the room or its terms are not as they seemed."""
    booking, [(room, blocked)] = new.booking, new.blocked.items()
    booking.reference = new_reference()
    params = _params(new, room, blocked, terms, now)
    own = connections[DEFAULT_DB_ALIAS]  # asked for once: to find it takes as long as a rule or two
    try:
        rows = _run(own, params)
    except IntegrityError:
        return None  # A rival was first: with the time, the key or the reference.
    except OperationalError as error:
        raise_unless_worth_another_try(error)
        return None
    if not rows:
        return None
    booking.id, revision, booking.created_at = rows[0]
    booking._state.adding = False
    announce([terms.id], {room: revision}, [params["guest_id"]], own=own)
    return booking


def _params(new: New, room: int, blocked: Span, terms: VenueTerms, now: datetime | None) -> dict[str, Any]:
    booking = new.booking
    return {
        **vars(booking),
        "room": room,
        "stamp": terms.stamp,
        "now": now,
        "blocks_from": blocked.start,
        "blocks_until": blocked.end,
        "answers": as_json(booking.answers) if booking.answers else None,
        "lines": as_json(booking.lines),
        "kind": new.kind,
        "after": as_json(picture(booking)),
        "origin": origin(),
        "key": new.key,
        "fingerprint": new.fingerprint,
    }


def _run(own: BaseDatabaseWrapper, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    if not own.in_atomic_block:
        return STATEMENT.fetch(params, own)
    with transaction.atomic():  # a savepoint, so that a rival's victory does not end the caller's transaction
        return STATEMENT.fetch(params, own)
