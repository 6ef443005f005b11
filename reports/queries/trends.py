"""How booking goes: made, cancelled, not shown up, and how long before they begin bookings are made."""

from typing import Any

from reports.asking import Asked
from reports.queries.scope import HAS_TYPE, calendar_of, ends, scope_of, table_of, within
from reports.sql import later, literal, local_day, rounded, seconds, small
from reports.tables import Column, Table
from rooms.sql import fetch

MEASURES = (
    Column("made", "Made", "count"),
    Column("cancelled", "Cancelled", "count"),
    Column("no_shows", "Not shown up", "count"),
    Column("lead_hours", "Hours ahead", "hours"),
)
CUTS: dict[str, tuple[Column, ...]] = {"total": (), "day": (Column("day", "Day", "day"),)}
# Of the day on which it happened, each by itself. What was only ever held was not made, and is not cancelled:
# all that was made is counted, and then less those.
HAPPENED = """
ended AS MATERIALIZED (
  SELECT booking.id, booking.venue_id, booking.state, MIN(change.at) AS at,
    MIN(change.before->>'state') AS was
  FROM scope JOIN rooms_booking AS booking ON booking.venue_id = scope.venue_id
    AND booking.state IN ('cancelled', 'no_show') {only}
  JOIN rooms_change AS change ON change.booking_id = booking.id AND change.kind = booking.state
    AND change.at >= {since}
  GROUP BY booking.id, booking.venue_id, booking.state
),
happened AS (
  SELECT {created} AS day, COUNT(*) AS made, 0 AS cancelled, 0 AS no_shows, SUM({lead}) AS ahead
  FROM scope JOIN rooms_booking AS booking ON booking.venue_id = scope.venue_id
    AND booking.created_at >= scope.since AND booking.created_at < scope.until AND {within}
    AND booking.state NOT IN ('held', 'expired') {only}
  GROUP BY {created}
  UNION ALL
  SELECT {created}, -1, 0, 0, -{lead}
  FROM ended JOIN rooms_booking AS booking ON booking.id = ended.id AND ended.was = 'held'
  JOIN scope ON scope.venue_id = booking.venue_id
    AND booking.created_at >= scope.since AND booking.created_at < scope.until
  UNION ALL
  SELECT {ended}, 0, CASE ended.state WHEN 'cancelled' THEN 1 ELSE 0 END,
    CASE ended.state WHEN 'no_show' THEN 1 ELSE 0 END, 0
  FROM ended JOIN scope ON scope.venue_id = ended.venue_id
    AND ended.at >= scope.since AND ended.at < scope.until
  WHERE ended.was IS NULL OR ended.was <> 'held'
)"""
NAMES = ("made", "cancelled", "no_shows", "ahead")
SUMS = ", ".join(f"CAST(COALESCE(SUM({name}), 0) AS bigint) AS {name}" for name in NAMES)
ZEROS = ", ".join(f"COALESCE({name}, 0) AS {name}" for name in NAMES)
TOLD = f"made, cancelled, no_shows, {rounded('ahead', 'made')}"
SELECTS = {
    "total": f"SELECT {TOLD} FROM (SELECT {SUMS} FROM happened) AS summed",  # noqa: S608 -- our own words
    "day": f"""SELECT CAST(day AS text), {TOLD} FROM (
        SELECT calendar.day, {ZEROS} FROM calendar LEFT JOIN (
          SELECT day, {SUMS} FROM happened GROUP BY day
        ) AS daily ON daily.day = calendar.day
      ) AS summed ORDER BY day""",  # noqa: S608 -- our own words
}


def trends(asked: Asked) -> Table:
    """Return what was made, cancelled and missed, day by day."""
    return table_of((*CUTS[asked.by], *MEASURES), fetch(*statement(asked)))


def statement(asked: Asked) -> tuple[str, list[Any]]:
    """Return the one statement of the report, with its parameters."""
    scope, params = scope_of(asked)
    calendar, days = calendar_of(asked)
    happened = HAPPENED.format(
        created=local_day("booking.created_at", "scope.zone"),
        ended=local_day("ended.at", "scope.zone"),
        lead=small(later(f"{seconds('booking.starts_at')} - {seconds('booking.created_at')}", "0")),
        within=within("booking.created_at", asked),
        since=literal(ends(asked)[0]),
        only=HAS_TYPE if asked.type_id is not None else "",
    )
    also = [] if asked.type_id is None else [asked.type_id, asked.type_id]
    sql = f"WITH {scope}, {calendar}, {happened} {SELECTS[asked.by]}"
    return sql, [*params, *days, *also]
