"""The one door to bookings, allocations and changes: lock, write, count, announce.

Every operation is one transaction here. It locks the rooms concerned in id order, once, so that rivals
queue instead of deadlocking; it counts each room's `revision` up under that lock and writes one Change
for it; and it says so after commit. Nothing else writes these tables.
"""

import functools
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from accounts.origins import origin
from reservations import NotFound, Span, Unavailable, Unready
from reservations.waiting import freed
from rooms import events
from rooms.models import Allocation, Blocking, Booking, Change, Room
from rooms.sql import fetch, on_postgres, one_of

ATTEMPTS = 4  # A deadlock or a serialization failure is tried again three times.
AGAIN = {"40P01", "40001"}
# A key that a rival used in the same moment, a reference drawn twice: PostgreSQL names the constraint, and
# SQLite its columns.
UNIQUE = ("a_key_acts_once", "rooms_idempotencykey.key", "a_reference_names", "rooms_booking.reference")
P = ParamSpec("P")
R = TypeVar("R")


class LockMore(Exception):
    """The transaction found rooms to change that it had not locked: start over with them."""

    def __init__(self, rooms: Iterable[int]) -> None:
        super().__init__()
        self.rooms = frozenset(rooms)


class StartOver(Exception):
    """What was read before the lock is no longer true: start over."""


def writes(operation: Callable[Concatenate[frozenset[int], P], R]) -> Callable[P, R]:
    """Run the operation in one transaction, again where the database or a rival asks for it.

    The operation's first argument is what to lock besides what it knows itself.

    :raises Unready: if a lock, the pool or a statement timed out, or three more attempts were not enough
    """

    @functools.wraps(operation)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        also: frozenset[int] = frozenset()
        for _ in range(ATTEMPTS):
            try:
                with transaction.atomic():
                    return operation(also, *args, **kwargs)
            except LockMore as more:
                also |= more.rooms
            except StartOver:
                continue
            except (OperationalError, IntegrityError) as error:
                raise_unless_worth_another_try(error)
        raise Unready("Too many people want the same rooms right now. Please try again in a moment.")

    return attempt


def raise_unless_worth_another_try(error: OperationalError | IntegrityError) -> None:
    """Raise what a database error means, unless the same again may go well.

    An overlap that only the database saw comes from a writer who did not come through this door.
    """
    state, sentence = getattr(error.__cause__, "sqlstate", None), str(error)
    if state in AGAIN:
        time.sleep(random.uniform(0.005, 0.05))  # noqa: S311 -- jitter, not a secret
    elif "two_bookings_never_overlap" in sentence:
        raise Unavailable("That room was taken a moment ago.") from error
    elif isinstance(error, OperationalError):
        raise Unready("The booking desk is busy. Please try again in a moment.") from error
    elif "FOREIGN KEY" in sentence.upper():
        raise NotFound("Somebody removed what this needs a moment ago.") from error
    elif not any(name in sentence for name in UNIQUE):
        raise error


@dataclass(frozen=True, slots=True)
class Locked:
    """The rooms this transaction has to itself, their revisions as counted so far, and the time."""

    revisions: dict[int, int]
    stamps: dict[int, int]  # the terms_stamp of each venue concerned
    now: datetime


# The clock is read outside the locking part, so it is the time after the wait, not before it. A row that was
# waited for is read anew, but the venue beside it is as old as the statement: where the room's version is
# no longer the one the statement began with, somebody wrote to it, and perhaps to its terms with it.
LOCK_ON_POSTGRES = """
WITH locked AS MATERIALIZED (
  SELECT room.id, room.revision, room.venue_id, venue.terms_stamp, room.xmin AS version
  FROM rooms_room AS room JOIN rooms_venue AS venue ON venue.id = room.venue_id
  WHERE room.id = ANY(%s) ORDER BY room.id FOR NO KEY UPDATE OF room
)
SELECT locked.id, locked.revision, locked.venue_id, terms_stamp, clock_timestamp(), version <> began.xmin
FROM locked JOIN rooms_room AS began ON began.id = locked.id
"""
STAMPS = "SELECT id, terms_stamp FROM rooms_venue WHERE id = ANY(%s)"


def lock(rooms: Iterable[int]) -> Locked:
    """Lock the rooms in id order until the transaction ends; on SQLite, BEGIN IMMEDIATE has done so."""
    wanted = sorted(set(rooms))
    if on_postgres():
        rows = fetch(LOCK_ON_POSTGRES, [wanted])
        now = max((row[4] for row in rows), default=None) or datetime.now(UTC)
        if any(row[5] for row in rows):
            anew = dict(fetch(STAMPS, [list({row[2] for row in rows})]))
            rows = [(*row[:3], anew[row[2]]) for row in rows]
    else:
        condition, params = one_of("room.id", wanted)
        rows = fetch(  # no input in the statement, only places for it
            "SELECT room.id, room.revision, room.venue_id, venue.terms_stamp FROM rooms_room AS room "  # noqa: S608
            f"JOIN rooms_venue AS venue ON venue.id = room.venue_id WHERE {condition}",
            params,
        )
        now = datetime.now(UTC)
    return Locked(
        revisions={row[0]: row[1] for row in rows},
        stamps={row[2]: row[3] for row in rows},
        now=now.astimezone(UTC),
    )


@dataclass(slots=True)
class Happening:
    """What happens to one room: the part of a Change that differs from room to room."""

    room: int
    kind: str
    booking: Booking | None = None
    blocking: Blocking | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


def record(happenings: Sequence[Happening], *, locked: Locked, by: Any, now: datetime) -> None:
    """Count the rooms' revisions up, write one Change for each room, and announce it after commit."""
    changes, came_from = [], origin()
    for happening in happenings:
        locked.revisions[happening.room] += 1
        booking = happening.booking
        changes.append(
            Change(
                room_id=happening.room,
                revision=locked.revisions[happening.room],
                kind=happening.kind,
                booking=booking,
                blocking=happening.blocking,
                guest_id=booking.guest_id if booking else None,
                by=by,
                at=now,
                before=happening.before or {},
                after=happening.after or {},
                origin=came_from,
            )
        )
    risen = {happening.room: locked.revisions[happening.room] for happening in happenings}
    if changes and on_postgres():
        _write_at_once(risen, changes)
    else:
        for room, revision in risen.items():
            Room.objects.filter(pk=room).update(revision=revision)
        Change.objects.bulk_create(changes)
    back = ((one.room, freed(one.before, one.after or {})) for one in happenings if one.before)
    given = tuple((room, span) for room, span in back if span is not None)
    announce(locked.stamps, risen, {change.guest_id for change in changes}, given)


def announce(
    venues: Iterable[int],
    risen: dict[int, int],
    guests: Iterable[int | None],
    freed: tuple[tuple[int, Span], ...] = (),
    own: BaseDatabaseWrapper | None = None,
) -> None:
    """Say after commit what rose, and what was given back; a listener that fails harms nobody."""
    change = events.Changed(frozenset(venues), risen, frozenset(filter(None, guests)), freed)
    if (own or connection).in_atomic_block:
        transaction.on_commit(lambda: _tell(change), robust=True)
    else:
        _tell(change)


def _tell(change: events.Changed) -> None:
    events.changed.tell(change)
    if change.freed:
        events.freed.tell(change)


# Rooms and changes in one round trip; query building alone took as long as the rest of a cancellation.
WRITE_ON_POSTGRES = """
WITH risen AS (
  UPDATE rooms_room AS room SET revision = counted.revision
  FROM unnest(%s::bigint[], %s::bigint[]) AS counted(room, revision) WHERE room.id = counted.room
)
INSERT INTO rooms_change (room_id, revision, kind, booking_id, blocking_id, guest_id, by_id,
  at, before, after, origin)
SELECT room, revision, kind, booking, blocking, guest, who, moment, before, after, origin
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
  %s::timestamptz[], %s::jsonb[], %s::jsonb[], %s::text[])
  AS said(room, revision, kind, booking, blocking, guest, who, moment, before, after, origin)
"""


def _write_at_once(risen: dict[int, int], changes: Sequence[Change]) -> None:
    columns = zip(
        *(
            (
                change.room_id,
                change.revision,
                change.kind,
                change.booking_id,
                change.blocking_id,
                change.guest_id,
                change.by_id,
                change.at,
                as_json(change.before),
                as_json(change.after),
                change.origin,
            )
            for change in changes
        ),
        strict=True,
    )
    fetch(WRITE_ON_POSTGRES, [list(risen), list(risen.values()), *map(list, columns)])


_ENCODER = msgspec.json.Encoder(enc_hook=str)


def as_json(value: Any) -> str:
    """Return what a JSON column is given in a statement written by hand."""
    return _ENCODER.encode(value).decode()


def set_state(booking: Booking, state: str, *, active: bool, **fields: Any) -> None:
    """Write the booking's state, and what goes with it, on the booking and its active allocations."""
    booking.state = state
    for name, value in fields.items():
        setattr(booking, name, value)
    shared = {name: value for name, value in fields.items() if name == "expires_at"}
    taken = {"state": state, "active": active, **shared}
    one, its = _update(Booking, {"state": state, **fields}, "id", booking.pk)
    other, theirs = _update(Allocation, taken, "active AND booking_id", booking.pk)
    if on_postgres():
        fetch(f"WITH booking AS ({one}) {other}", [*its, *theirs])  # one round trip
    else:
        fetch(one, its)
        fetch(other, theirs)


def _update(model: type[Model], values: dict[str, Any], where: str, key: int) -> tuple[str, list[Any]]:
    kept = [(field, values[field.name]) for field in model._meta.concrete_fields if field.name in values]
    columns = ", ".join(f"{field.column} = %s" for field, _ in kept)
    sql = f"UPDATE {model._meta.db_table} SET {columns} WHERE {where} = %s"  # noqa: S608 -- names of columns
    return sql, [*(field.get_db_prep_save(value, connection) for field, value in kept), key]


def picture(taken: Allocation | Booking) -> dict[str, Any]:
    """Return what a Change says of what is taken, before or after."""
    return {"state": taken.state, "start": taken.starts_at, "end": taken.ends_at}
