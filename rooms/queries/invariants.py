"""What must be true of the tables, whatever happened: one function for each invariant.

A function's name is the invariant, its docstring the law, and what it returns the rows that break it; each
asks one statement, so what it sees is one instant, however busy the site is.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection

from accounts.sql import names_on
from reservations.lifecycle import EXITS, KEEPS_ROOM
from reservations.recurrence import remembered
from rooms.checked import Checked
from rooms.constraints import FOREVER_ON_SQLITE, NoOverlap
from rooms.sql import on_postgres

SHOWN = 100  # rows of one invariant: who broke a million learns it from a hundred

Row = dict[str, Any]
INVARIANTS: list[Callable[[], list[Row]]] = []


def invariant(look: Callable[[], list[Row]]) -> Callable[[], list[Row]]:
    """Add the function to what is verified."""
    INVARIANTS.append(look)
    return look


def rows(sql: str, *, shown: int | None = SHOWN, **words: str) -> list[Row]:
    """Return the rows of a statement, in which {words} stand for what the two databases say differently."""
    forever = "'infinity'::timestamptz" if on_postgres() else f"'{FOREVER_ON_SQLITE}'"
    differs = "IS DISTINCT FROM" if on_postgres() else "IS NOT"
    text = sql.format(forever=forever, differs=differs, **words)
    if on_postgres():
        # Planned by itself: a plan made for a hundred rows takes ten times as long to find none.
        text = f"WITH broken AS MATERIALIZED ({text}) SELECT * FROM broken"  # noqa: S608 -- ours
    text += f" LIMIT {shown}" if shown else ""
    with connection.cursor() as cursor:
        cursor.execute(text)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@invariant
def the_database_guards_its_tables() -> list[Row]:
    """Every constraint that a model declares is in the database, the one against overlaps first of all."""
    missing: list[Row] = []
    for model in apps.get_app_config("rooms").get_models():
        table = model._meta.db_table
        present = names_on(table, connection)
        for constraint in model._meta.constraints:
            if isinstance(constraint, NoOverlap | Checked):
                absent = constraint.missing(connection, table)
            else:
                absent = [] if constraint.name in present else [constraint.name]
            missing += [{"table": table, "missing": name} for name in absent]
    return missing


@invariant
def a_room_is_never_taken_twice() -> list[Row]:
    """Two active allocations of one room share no instant, their buffers included."""
    return rows("""
        SELECT room_id AS room, id AS allocation, blocks_from, NULLIF(until, {forever}) AS earlier_until
        FROM (SELECT room_id, id, blocks_from, MAX(COALESCE(blocks_until, {forever})) OVER (
            PARTITION BY room_id ORDER BY blocks_from, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
          ) AS until
          FROM rooms_allocation WHERE active
        ) AS taken WHERE until > blocks_from""")


@invariant
def spans_end_after_they_start() -> list[Row]:
    """Every span has a positive length, or no end yet."""
    return rows("""
        SELECT * FROM (
          SELECT 'booking' AS what, id, starts_at, ends_at FROM rooms_booking
          UNION ALL SELECT 'allocation', id, starts_at, ends_at FROM rooms_allocation
          UNION ALL SELECT 'blocking', id, starts_at, ends_at FROM rooms_blocking
        ) AS every WHERE ends_at <= starts_at""")


@invariant
def an_allocation_blocks_at_least_its_span() -> list[Row]:
    """The guarded range is the span that people see, or more of it by the buffers."""
    return rows("""
        SELECT id AS allocation, starts_at, ends_at, blocks_from, blocks_until FROM rooms_allocation
        WHERE blocks_from > starts_at OR blocks_until < ends_at
          OR (ends_at IS NULL) <> (blocks_until IS NULL)""")


@invariant
def an_allocation_is_active_in_active_states() -> list[Row]:
    """The flag that the constraint looks at says the same as the state."""
    states = ", ".join(f"'{state}'" for state in sorted({*KEEPS_ROOM, "blocked"}))
    return rows(
        "SELECT id AS allocation, state, active FROM rooms_allocation WHERE active <> (state IN ({states}))",
        states=states,
    )


@invariant
def an_allocation_has_one_cause() -> list[Row]:
    """Every allocation belongs to a booking or to a blocking, and never to both."""
    return rows("""
        SELECT id AS allocation, booking_id AS booking, blocking_id AS blocking FROM rooms_allocation
        WHERE (booking_id IS NULL) = (blocking_id IS NULL)""")


@invariant
def an_allocation_says_what_its_booking_says() -> list[Row]:
    """State and expiry of an active allocation are those of its booking, until that is over."""
    return rows("""
        SELECT taken.id AS allocation, booking.reference, taken.state, booking.state AS state_of_booking,
          taken.expires_at, booking.expires_at AS expires_at_of_booking
        FROM rooms_allocation AS taken JOIN rooms_booking AS booking ON booking.id = taken.booking_id
        WHERE taken.active AND booking.state <> 'completed'
          AND (taken.state <> booking.state OR taken.expires_at {differs} booking.expires_at)""")


@invariant
def a_booking_has_rooms_exactly_while_it_keeps_them() -> list[Row]:
    """A booking that is held, pending, confirmed or checked in has an active allocation; no other has.

    Save one that is completed because its time was over: its allocations stay as they were, and have an end.
    """
    states = ", ".join(f"'{state}'" for state in sorted(KEEPS_ROOM))
    return rows(
        """
        SELECT booking.reference, booking.state, COUNT(taken.id) AS active_allocations,
          COUNT(taken.ends_at) AS with_an_end
        FROM rooms_booking AS booking
        LEFT JOIN rooms_allocation AS taken ON taken.booking_id = booking.id AND taken.active
        GROUP BY booking.id, booking.reference, booking.state
        HAVING (booking.state IN ({states})) <> (COUNT(taken.id) > 0)
          AND NOT (booking.state = 'completed' AND COUNT(taken.id) = COUNT(taken.ends_at))""",
        states=states,
    )


@invariant
def a_booking_spans_its_allocations() -> list[Row]:
    """A booking begins with the first of its active allocations and ends with the last."""
    return rows("""
        SELECT booking.reference, booking.starts_at, booking.ends_at, own.first, own.last
        FROM rooms_booking AS booking JOIN (
          SELECT booking_id, MIN(starts_at) AS first,
            CASE WHEN COUNT(*) = COUNT(ends_at) THEN MAX(ends_at) END AS last
          FROM rooms_allocation WHERE active AND booking_id IS NOT NULL GROUP BY booking_id
        ) AS own ON own.booking_id = booking.id
        WHERE own.first <> booking.starts_at OR own.last {differs} booking.ends_at""")


@invariant
def a_series_has_every_date_of_its_rule() -> list[Row]:
    """A series was taken whole: each date of its rule has rooms, or had them; nothing else has a date."""
    told = rows(
        """
        SELECT booking.reference, booking.recurrence, taken.occurrence
        FROM rooms_allocation AS taken JOIN rooms_booking AS booking ON booking.id = taken.booking_id
        WHERE booking.recurrence <> '' GROUP BY booking.reference, booking.recurrence, taken.occurrence""",
        shown=None,
    )
    has: dict[tuple[str, str], set[int | None]] = {}
    for row in told:
        has.setdefault((row["reference"], row["recurrence"]), set()).add(row["occurrence"])
    broken = [
        {"reference": reference, "dates": len(wanted), "taken": sorted(map(str, found))}
        for (reference, kept), found in has.items()
        if found != (wanted := {one.number for one in remembered(kept).occurrences})
    ]
    strays = rows("""
        SELECT booking.reference, taken.id AS allocation, taken.occurrence
        FROM rooms_allocation AS taken JOIN rooms_booking AS booking ON booking.id = taken.booking_id
        WHERE taken.occurrence IS NOT NULL AND booking.recurrence = ''""")
    return [*broken, *strays][:SHOWN]


@invariant
def a_booking_stays_in_its_venue() -> list[Row]:
    """The rooms of a booking or blocking belong to its venue, but for seats given back before it went on."""
    return rows("""
        SELECT taken.id AS allocation, room.venue_id AS venue_of_room,
          COALESCE(booking.venue_id, blocking.venue_id) AS venue
        FROM rooms_allocation AS taken JOIN rooms_room AS room ON room.id = taken.room_id
        LEFT JOIN rooms_booking AS booking ON booking.id = taken.booking_id
        LEFT JOIN rooms_blocking AS blocking ON blocking.id = taken.blocking_id
        WHERE room.venue_id <> COALESCE(booking.venue_id, blocking.venue_id) AND (taken.active
          OR NOT EXISTS (SELECT 1 FROM rooms_journey WHERE booking_id = taken.booking_id))""")


@invariant
def a_hold_runs_out() -> list[Row]:
    """Whatever is held says until when."""
    return rows("""
        SELECT * FROM (
          SELECT 'booking' AS what, id, state, expires_at FROM rooms_booking
          UNION ALL SELECT 'allocation', id, state, expires_at FROM rooms_allocation
        ) AS every WHERE state = 'held' AND expires_at IS NULL""")


@invariant
def only_a_hold_is_left() -> list[Row]:
    """Whoever is away left a hold, which runs out sooner than it would have."""
    return rows("""
        SELECT reference, state, expires_at, held_until FROM rooms_booking
        WHERE held_until IS NOT NULL AND (state <> 'held' OR held_until <= expires_at)""")


@invariant
def a_blocking_keeps_its_rooms_until_it_is_lifted() -> list[Row]:
    """Active allocations of a blocking have its span; a lifted one has none."""
    return rows("""
        SELECT blocking.id AS blocking, blocking.lifted_at, taken.id AS allocation,
          taken.starts_at, taken.ends_at
        FROM rooms_allocation AS taken JOIN rooms_blocking AS blocking ON blocking.id = taken.blocking_id
        WHERE taken.active AND (blocking.lifted_at IS NOT NULL OR taken.starts_at <> blocking.starts_at
          OR taken.ends_at {differs} blocking.ends_at)""")


@invariant
def whoever_has_the_whole_has_its_parts() -> list[Row]:
    """An active allocation of a divisible room comes with one of each part, for the same cause and span."""
    return rows("""
        SELECT taken.id AS allocation, piece.whole_id AS whole, piece.part_id AS missing_part
        FROM rooms_allocation AS taken JOIN rooms_roompart AS piece ON piece.whole_id = taken.room_id
        WHERE taken.active AND NOT EXISTS (
          SELECT 1 FROM rooms_allocation AS own WHERE own.room_id = piece.part_id AND own.active
            AND (own.booking_id = taken.booking_id OR own.blocking_id = taken.blocking_id)
            AND own.starts_at = taken.starts_at AND NOT own.ends_at {differs} taken.ends_at)""")


@invariant
def a_price_is_the_sum_of_its_lines() -> list[Row]:
    """The lines that a guest was shown add up to what they were asked for."""
    lines = "jsonb_array_elements(lines) AS line" if on_postgres() else "json_each(lines) AS line"
    amount = "(line->>'amount')::bigint" if on_postgres() else "json_extract(line.value, '$.amount')"
    empty = "lines = '[]'::jsonb" if on_postgres() else "lines = '[]'"
    return rows(
        """
        SELECT reference, price, lines FROM rooms_booking
        WHERE NOT (price = 0 AND {empty}) AND price <> (SELECT COALESCE(SUM({amount}), 0) FROM {lines})""",
        lines=lines,
        amount=amount,
        empty=empty,
    )


@invariant
def what_is_kept_is_known_at_an_exit() -> list[Row]:
    """A booking that did not come to pass says what of its price stays owed, at most all; no other does."""
    exits = ", ".join(f"'{state}'" for state in sorted(EXITS))
    return rows(
        """
        SELECT reference, state, price, kept FROM rooms_booking
        WHERE (state IN ({exits})) <> (kept IS NOT NULL) OR kept NOT BETWEEN 0 AND price""",
        exits=exits,
    )


@invariant
def a_key_belongs_to_who_booked() -> list[Row]:
    """An idempotency key names a booking of its own owner."""
    return rows("""
        SELECT key.id AS idempotency_key, key.owner_id AS owner, booking.reference,
          booking.booked_by_id AS booked_by
        FROM rooms_idempotencykey AS key JOIN rooms_booking AS booking ON booking.id = key.booking_id
        WHERE booking.booked_by_id {differs} key.owner_id""")


@invariant
def rows_refer_to_rows_that_exist() -> list[Row]:
    """No row names another that is gone, whether the database follows that foreign key or not."""
    missing = []
    if not on_postgres():  # which cannot have one where it follows; SQLite can, after a copy by hand
        with connection.cursor() as cursor:
            broken = cursor.execute("PRAGMA foreign_key_check").fetchmany(SHOWN)
        missing = [{"table": table, "id": key, "refers_to": parent} for table, key, parent, _ in broken]
    return missing + [row for key in _unfollowed() for row in _orphans(key)]


def _unfollowed() -> list[Any]:
    """Return the foreign keys that the database does not follow (docs/decisions/0006)."""
    fields = (field for model in apps.get_models() for field in model._meta.concrete_fields)
    return [field for field in fields if not getattr(field, "db_constraint", True)]


def _orphans(key: Any) -> list[Row]:
    return rows(
        """
        SELECT '{table}' AS "table", own.id, '{parent}' AS refers_to FROM {table} AS own
        WHERE own.{column} IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM {parent} AS its WHERE its.id = own.{column})""",
        table=key.model._meta.db_table,
        parent=key.related_model._meta.db_table,
        column=key.column,
    )
