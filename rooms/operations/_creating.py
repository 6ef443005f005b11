"""How a new booking reaches the tables: one statement on PostgreSQL, the ORM on SQLite.

A booking is Booking + Allocations + revisions + Changes. On PostgreSQL each statement is a round trip
that costs as much as the writing, so there it is one statement (docs/decisions/0006 has the figures).
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from rooms.models import Allocation, Booking, IdempotencyKey
from rooms.operations._writing import Happening, Locked, announce, picture, record
from rooms.sql import fetch, on_postgres

# Crockford's alphabet without vowels: nothing to mistake, and no words.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"

COLUMNS = (
    "reference",
    "venue_id",
    "guest_id",
    "booked_by_id",
    "state",
    "title",
    "party",
    "note",
    "starts_at",
    "ends_at",
    "expires_at",
    "price",
    "currency",
)  # fmt: skip -- as ONE_STATEMENT names them, less those it fills itself
ONE_STATEMENT = """
WITH booking AS (
  INSERT INTO rooms_booking (reference, venue_id, guest_id, booked_by_id, state, title, party, note,
    starts_at, ends_at, expires_at, renewals, price, currency, lines, created_at)
  VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, %s, %s, %s::jsonb, %s) RETURNING id
), allocation AS (
  INSERT INTO rooms_allocation (room_id, booking_id, starts_at, ends_at, blocks_from, blocks_until,
    state, active, expires_at)
  SELECT part.room, booking.id, %s, %s::timestamptz, part.blocks_from, part.blocks_until, %s, TRUE,
    %s::timestamptz
  FROM booking, unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[])
    AS part(room, blocks_from, blocks_until)
  RETURNING id, room_id
), counted AS (
  UPDATE rooms_room SET revision = risen.revision
  FROM unnest(%s::bigint[], %s::bigint[]) AS risen(room, revision) WHERE rooms_room.id = risen.room
), said AS (
  INSERT INTO rooms_change (room_id, revision, kind, booking_id, guest_id, by_id, at, before, after)
  SELECT risen.room, risen.revision, %s, booking.id, %s, %s, %s, '{}'::jsonb,
    CASE WHEN risen.room = ANY(%s::bigint[]) THEN %s::jsonb ELSE '{}'::jsonb END
  FROM booking, unnest(%s::bigint[], %s::bigint[]) AS risen(room, revision)
), kept AS (
  INSERT INTO rooms_idempotencykey (owner_id, key, fingerprint, booking_id, created_at)
  SELECT %s, %s, %s, booking.id, %s FROM booking WHERE %s
)
SELECT booking.id, allocation.id, allocation.room_id FROM booking, allocation
"""


def new_reference() -> str:
    """Return a reference nobody can guess and everybody can spell, such as R7XK-42QM."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


@dataclass(slots=True)
class New:
    """A booking to be written: its allocations, the rooms whose boards it changes, and what repeats it."""

    booking: Booking
    allocations: Sequence[Allocation]
    touched: Sequence[int]
    kind: str
    key: IdempotencyKey | None = None


def create(new: New, *, locked: Locked) -> Booking:
    """Write a new booking with its allocations, changes and idempotency key; all its rooms are locked."""
    new.booking.reference = new_reference()
    (_in_one_statement if on_postgres() else _by_rows)(new, locked)
    return new.booking


def _by_rows(new: New, locked: Locked) -> None:
    booking = new.booking
    booking.save(force_insert=True)
    for allocation in new.allocations:
        allocation.booking = booking
    Allocation.objects.bulk_create(new.allocations)
    if new.key is not None:
        new.key.booking = booking
        new.key.save(force_insert=True)
    after = picture(new.allocations[0])
    taken = {allocation.room_id for allocation in new.allocations}
    happenings = [
        Happening(room, new.kind, booking=booking, after=after if room in taken else {})
        for room in new.touched
    ]
    record(happenings, locked=locked, by=booking.booked_by, now=booking.created_at)


def _in_one_statement(new: New, locked: Locked) -> None:
    booking, key = new.booking, new.key
    risen = {room: locked.revisions[room] + 1 for room in new.touched}
    rooms, revisions = list(risen), list(risen.values())
    taken = [allocation.room_id for allocation in new.allocations]
    rows = fetch(
        ONE_STATEMENT,
        [
            *_booking_params(booking),
            booking.starts_at,
            booking.ends_at,
            booking.state,
            booking.expires_at,
            taken,
            [allocation.blocks_from for allocation in new.allocations],
            [allocation.blocks_until for allocation in new.allocations],
            rooms,
            revisions,
            new.kind,
            booking.guest_id,
            booking.booked_by_id,
            booking.created_at,
            taken,
            _json(picture(new.allocations[0])),
            rooms,
            revisions,
            *((key.owner_id, key.key, key.fingerprint) if key else (0, "", "")),
            booking.created_at,
            key is not None,
        ],
    )  # fmt: skip -- one line for each part of the statement
    locked.revisions.update(risen)
    booking.pk = rows[0][0]
    booking._state.adding = False
    ids = {room: allocation for _, allocation, room in rows}
    for allocation in new.allocations:
        allocation.pk, allocation.booking = ids[allocation.room_id], booking
    announce(locked, risen, [booking.guest_id])


def _booking_params(booking: Booking) -> list[Any]:
    return [*(getattr(booking, name) for name in COLUMNS), _json(booking.lines), booking.created_at]


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder)
