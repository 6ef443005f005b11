"""How booking goes: made, cancelled, not shown up, and how long before they begin bookings are made."""

from typing import Any

from reports.asking import Asked
from reports.queries.scope import HAS_TYPE, MOST, calendar_of, ends, scope_of, within
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
# Of the day on which it happened, each by itself. What was only ever held was not made, and is not cancelled.
HAPPENED = """
ended AS (
  SELECT booking.id, booking.state, MIN(change.at) AS at, MIN(change.before->>'state') AS was
  FROM scope JOIN rooms_booking AS booking ON booking.venue_id = scope.venue_id
    AND booking.state IN ('cancelled', 'no_show') {only}
  JOIN rooms_change AS change ON change.booking_id = booking.id AND change.kind = booking.state
    AND change.at >= {since}
  GROUP BY booking.id, booking.state
),
happened AS (
  SELECT {created} AS day, 1 AS made, 0 AS cancelled, 0 AS no_shows, {lead} AS ahead
  FROM scope JOIN rooms_booking AS booking ON booking.venue_id = scope.venue_id
    AND booking.created_at >= scope.since AND booking.created_at < scope.until AND {within}
    AND booking.state NOT IN ('held', 'expired') {only}
  LEFT JOIN ended ON ended.id = booking.id WHERE ended.was IS NULL OR ended.was <> 'held'
  UNION ALL
  SELECT {ended}, 0, CASE ended.state WHEN 'cancelled' THEN 1 ELSE 0 END,
    CASE ended.state WHEN 'no_show' THEN 1 ELSE 0 END, 0
  FROM ended JOIN rooms_booking AS booking ON booking.id = ended.id
  JOIN scope ON scope.venue_id = booking.venue_id AND ended.at >= scope.since AND ended.at < scope.until
  WHERE ended.was IS NULL OR ended.was <> 'held'
)"""
NAMES = ("made", "cancelled", "no_shows", "ahead")
SUMS = ", ".join(f"CAST(COALESCE(SUM({name}), 0) AS bigint) AS {name}" for name in NAMES)
TOLD = f"made, cancelled, no_shows, {rounded('ahead', 'made')}"
SELECTS = {
    "total": f"SELECT {TOLD} FROM (SELECT {SUMS} FROM happened) AS summed",  # noqa: S608 -- our own words
    "day": f"""SELECT CAST(day AS text), {TOLD} FROM (
        SELECT calendar.day, {SUMS} FROM calendar LEFT JOIN happened ON happened.day = calendar.day
        GROUP BY calendar.day
      ) AS summed ORDER BY day""",  # noqa: S608 -- our own words
}


def trends(asked: Asked) -> Table:
    """Return what was made, cancelled and missed, day by day."""
    rows = fetch(*statement(asked))
    return Table((*CUTS[asked.by], *MEASURES), tuple(map(tuple, rows[:MOST])), is_cut=len(rows) > MOST)


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
