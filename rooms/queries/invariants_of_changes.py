"""What must be true of the changes: they are numbered without a gap, and fold into the tables."""

from rooms.models.changes import MESSAGES, NEWS, PEOPLE, REPORTS
from rooms.queries.invariants import Row, invariant, rows
from rooms.sql import on_postgres


def _told(field: str) -> str:
    """Return what a Change says about the field, to the second: finer parts are not written in it."""
    if on_postgres():
        return f"date_trunc('second', (change.after->>'{field}')::timestamptz)"
    return f"replace(substr(json_extract(change.after, '$.{field}'), 1, 19), 'T', ' ')"


def _kept(column: str) -> str:
    """Return what a table says, to the second."""
    return f"date_trunc('second', {column})" if on_postgres() else f"substr({column}, 1, 19)"


@invariant
def a_room_counts_its_changes() -> list[Row]:
    """The changes of a room are numbered from 1 without a gap, and its revision is the last number."""
    return rows("""
        SELECT room.id AS room, room.revision, told.number AS changes, told.first, told.last
        FROM rooms_room AS room LEFT JOIN (
          SELECT room_id, COUNT(*) AS number, MIN(revision) AS first, MAX(revision) AS last
          FROM rooms_change GROUP BY room_id
        ) AS told ON told.room_id = room.id
        WHERE room.revision <> COALESCE(told.number, 0) OR room.revision <> COALESCE(told.last, 0)
          OR COALESCE(told.first, 1) <> 1""")


@invariant
def a_change_tells_of_its_own_venue_and_guest() -> list[Row]:
    """A booking's changes are at its venue, unless a journey changed vehicles, and heard by its own guest."""
    return rows("""
        SELECT room.id AS room, change.revision, booking.reference, change.guest_id AS guest
        FROM rooms_change AS change JOIN rooms_booking AS booking ON booking.id = change.booking_id
        JOIN rooms_room AS room ON room.id = change.room_id
        WHERE (booking.venue_id <> room.venue_id AND NOT EXISTS (
            SELECT 1 FROM rooms_journey AS journey WHERE journey.booking_id = booking.id))
          OR change.guest_id {differs} booking.guest_id""")


@invariant
def the_last_change_tells_how_a_booking_is() -> list[Row]:
    """Folding the changes gives the tables: the last about a booked room has its state and its span."""
    return _told_otherwise("booking_id")


@invariant
def the_last_change_tells_how_a_blocking_is() -> list[Row]:
    """Folding the changes gives the tables: the last about a blocked room has its state and its span."""
    return _told_otherwise("blocking_id")


# Of a series, each date is told of by itself; a change that says nothing of a room says no date either.
DATE_ON_SQLITE = "COALESCE(json_extract(after, '$.occurrence'), 0)"


def _told_otherwise(cause: str) -> list[Row]:
    return rows(
        """
        WITH last AS (
          SELECT room_id, {cause}, {date} AS occurrence, MAX(revision) AS revision FROM rooms_change
          WHERE {cause} IS NOT NULL AND kind NOT IN ({reports}) GROUP BY room_id, {cause}, {date}
        )
        SELECT taken.id AS allocation, taken.room_id AS room, taken.state, taken.starts_at, taken.ends_at,
          change.revision, change.after
        FROM rooms_allocation AS taken
        LEFT JOIN rooms_booking AS booking ON booking.id = taken.booking_id
        LEFT JOIN last ON last.{cause} = taken.{cause} AND last.room_id = taken.room_id
          AND last.occurrence = COALESCE(taken.occurrence, 0)
        LEFT JOIN rooms_change AS change ON change.room_id = last.room_id AND change.revision = last.revision
        WHERE taken.active AND taken.{cause} IS NOT NULL AND (change.id IS NULL OR {state} <>
            CASE booking.state WHEN 'completed' THEN booking.state ELSE taken.state END
          OR {told_start} {differs} {start} OR {told_end} {differs} {end})""",
        cause=cause,
        date="COALESCE((after->>'occurrence')::int, 0)" if on_postgres() else DATE_ON_SQLITE,
        reports=", ".join(f"'{kind}'" for kind in (*MESSAGES, *PEOPLE, *REPORTS, *NEWS)),
        state="change.after->>'state'" if on_postgres() else "json_extract(change.after, '$.state')",
        told_start=_told("start"),
        told_end=_told("end"),
        start=_kept("taken.starts_at"),
        end=_kept("taken.ends_at"),
    )
