"""What was turned away: refusals by reason, and everybody who waited in a queue."""

from typing import Any

from reports.asking import Asked
from reports.queries.scope import MOST, calendar_of, scope_of, table_of
from reports.sql import local_day
from reports.tables import Column, Table
from rooms.sql import fetch

MEASURES = (Column("times", "Times", "count"), Column("rooms", "Rooms or seats", "count"))
CUTS: dict[str, tuple[Column, ...]] = {
    "total": (),
    "reason": (Column("reason", "Reason"), Column("code", "Code"), Column("rule", "Rule")),
    "day": (Column("day", "Day", "day"),),
    "venue": (Column("venue", "Venue"),),
    "type": (Column("venue", "Venue"), Column("type", "Room type")),
}
ASKED_FOR = """
refused AS (
  SELECT refusal.venue_id, refusal.type_id, refusal.day, refusal.code, refusal.rule, refusal.times,
    refusal.rooms
  FROM scope JOIN rooms_refusal AS refusal ON refusal.venue_id = scope.venue_id
    AND refusal.day >= %s AND refusal.day <= %s
  UNION ALL
  SELECT entry.venue_id, entry.type_id, {day}, 'waitlist', '', 1, entry.count
  FROM scope JOIN rooms_waitlistentry AS entry ON entry.venue_id = scope.venue_id
    AND entry.created_at >= scope.since AND entry.created_at < scope.until
),
wanted AS (SELECT * FROM refused {only})"""
SUMS = "CAST(SUM(times) AS bigint) AS times, CAST(SUM(rooms) AS bigint) AS rooms"
REASON = """CASE code WHEN 'unavailable' THEN 'Already taken' WHEN 'waitlist' THEN 'Waited in a queue'
  ELSE 'Against the terms' END"""
SELECTS = {
    "total": f"SELECT {SUMS} FROM wanted HAVING COUNT(*) > 0",  # noqa: S608 -- our own words
    "reason": f"""SELECT {REASON}, code, rule, {SUMS} FROM wanted GROUP BY code, rule
      ORDER BY times DESC, code, rule""",  # noqa: S608 -- our own words
    "day": """SELECT CAST(calendar.day AS text), CAST(COALESCE(SUM(times), 0) AS bigint),
        CAST(COALESCE(SUM(rooms), 0) AS bigint)
      FROM calendar LEFT JOIN wanted ON wanted.day = calendar.day
      GROUP BY calendar.day ORDER BY calendar.day""",
    "venue": f"""SELECT venue.name, {SUMS} FROM wanted JOIN rooms_venue AS venue ON venue.id = wanted.venue_id
      GROUP BY venue.id, venue.name ORDER BY times DESC, venue.name, venue.id""",  # noqa: S608 -- our own words
    "type": f"""SELECT venue.name, COALESCE(kind.name, 'Any'), {SUMS}
      FROM wanted JOIN rooms_venue AS venue ON venue.id = wanted.venue_id
      LEFT JOIN rooms_roomtype AS kind ON kind.id = wanted.type_id
      GROUP BY venue.id, venue.name, kind.id, kind.name
      ORDER BY times DESC, venue.name, kind.name, kind.id""",  # noqa: S608 -- our own words
}


def turned_away(asked: Asked) -> Table:
    """Return how often, and how much of it, could not be had."""
    return table_of((*CUTS[asked.by], *MEASURES), fetch(*statement(asked)))


def statement(asked: Asked) -> tuple[str, list[Any]]:
    """Return the one statement of the report, with its parameters."""
    scope, params = scope_of(asked)
    calendar, days = calendar_of(asked)
    refused = ASKED_FOR.format(
        day=local_day("entry.created_at", "scope.zone"),
        only="" if asked.type_id is None else "WHERE type_id = %s",
    )
    also = [] if asked.type_id is None else [asked.type_id]
    sql = f"WITH {scope}, {calendar}, {refused} {SELECTS[asked.by]} LIMIT {MOST + 1}"
    return sql, [*params, *days, asked.first.isoformat(), asked.last.isoformat(), *also]
