"""How long rooms were in use between given marks: the one sweep behind occupancy and the heat map.

Every booking puts two steps on the line of time, one up and one down. Added up from left to right they say
at each mark how many rooms are in use, and how much time was used so far: what was used between two marks
is the difference. Bookings of the same time are counted first, so times are sorted and not bookings,
and it costs the same however many marks there are.
"""

from typing import Any

from reports.asking import Asked
from reports.queries.scope import base_of, ends, scope_of
from reports.sql import by_itself, earlier, last_before, later, literal, seconds, sorted_array

# A hall that divides is counted by its parts, which are taken with it. A room that went is left out with its
# bookings, or it would have been used for more time than there was.
KEYS = """
keyed AS NOT MATERIALIZED (
  SELECT room.id AS room_id, room.type_id, {key} AS key, {hours} AS hours, scope.since,
    scope.until, scope.zone, scope.opens, scope.closes
  FROM scope JOIN rooms_room AS room ON room.venue_id = scope.venue_id {more}
  WHERE (room.archived_at IS NULL OR room.archived_at >= scope.until)
    AND NOT EXISTS (SELECT 1 FROM rooms_roompart AS half WHERE half.whole_id = room.id) {only} {fence}
),
line AS (
  SELECT key, MIN(hours) AS hours, COUNT(*) AS rooms, MIN(type_id) AS type_id,
    MIN(since) AS since, MIN(until) AS until, MIN(zone) AS zone, MIN(opens) AS opens,
    MIN(closes) AS closes FROM keyed GROUP BY key
)"""
# What somebody had, or will have: not holds, requests, and guests who did not come. Most of it is over.
TAKEN = """rooms_allocation AS taken ON taken.room_id = keyed.room_id
    AND taken.state IN ('completed', 'checked_in', 'confirmed')
    AND taken.starts_at < {last} AND (taken.ends_at > {first}) IS NOT FALSE"""
# What happens exactly at a mark belongs to what follows it: hence 1 PRECEDING. Where the database can look up
# the mark before a moment, all that happens between two marks is one step.
SWEEP = """
pair AS (
  SELECT key, starts_at, ends_at, COUNT(*) AS up FROM (
    SELECT keyed.key, taken.starts_at, {end} AS ends_at FROM keyed JOIN {taken} {fence}
  ) AS had GROUP BY key, starts_at, ends_at
),
edge AS (
  SELECT key, starts_at AS moment, up, 1 AS side FROM pair UNION ALL SELECT key, ends_at, -up, 0 FROM pair
),
bound AS (
  SELECT key, opens AS at FROM line UNION SELECT key, opens FROM mark UNION SELECT key, closes FROM mark
),
ruler AS (SELECT key, {ruler} AS bounds FROM bound GROUP BY key),
step AS (
  SELECT key, {place} AS at, SUM(up) AS up, SUM(up * at) AS moment, SUM(came) AS came FROM (
    SELECT edge.key, {at} AS at, ruler.bounds, edge.up,
      CASE WHEN side = 1 AND edge.moment >= line.since AND edge.moment < line.until THEN up ELSE 0 END AS came
    FROM edge JOIN line ON line.key = edge.key JOIN ruler ON ruler.key = edge.key
  ) AS clipped GROUP BY key, {place}
),
walked AS (
  SELECT key, at, up, moment, came, NULL AS day, 0 AS side FROM step
  UNION ALL SELECT key, opens, 0, 0, 0, day, -1 FROM mark
  UNION ALL SELECT key, closes, 0, 0, 0, day, 1 FROM mark
),
reached AS (
  SELECT key, at, day, side, COALESCE(SUM(up) OVER before, 0) AS inside,
    COALESCE(SUM(came) OVER before, 0) AS came,
    COALESCE(SUM(up) OVER before, 0) * at - COALESCE(SUM(moment) OVER before, 0) AS time
  FROM walked
  WINDOW before AS (PARTITION BY key ORDER BY at RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
measured AS (
  SELECT key, day, SUM(side * at) AS length, SUM(side * time) AS time,
    SUM(CASE side WHEN 1 THEN inside ELSE 0 END) AS inside, SUM(side * came) AS came
  FROM reached WHERE side <> 0 GROUP BY key, day
)"""


def keyed(asked: Asked, key: str, more: str = "", hours: str = "") -> tuple[list[str], list[Any]]:
    """Return the tables `scope`, `keyed` and `line`: the rooms in question, and their lines of time.

    :param key: which line a room is on
    :param more: what that is looked up in, joined to `room`
    :param hours: which line has the same hours, where many do; else each has its own
    """
    scope, params = scope_of(asked)
    only = ""
    if asked.type_id is not None:
        only = "AND room.type_id = %s"
        params.append(asked.type_id)
    return [scope, KEYS.format(key=key, hours=hours or key, more=more, only=only, fence=by_itself())], params


def swept(
    asked: Asked, tables: list[str], params: list[Any], mark: tuple[str, list[Any]]
) -> tuple[list[str], list[Any]]:
    """Return the tables up to `measured`: what was used of each line of time between the marks of each day.

    :param tables: those of `keyed`, with their parameters
    :param mark: the table `mark` of key, day, opens and closes, with its parameters
    """
    until_now = later(literal(asked.now), "taken.starts_at")  # what is not over yet was used until now
    second = f"{seconds('edge.moment')} - {base_of(asked)}"
    sweep = SWEEP.format(
        end=f"COALESCE(taken.ends_at, {until_now})",
        at=f"CAST({earlier(later(second, 'line.opens'), 'line.closes')} AS bigint)",
        taken=taken(asked),
        fence=by_itself(),
        ruler=sorted_array("at"),
        place=last_before("at", "bounds"),
    )
    return [*tables, mark[0], sweep], [*params, *mark[1]]


def taken(asked: Asked) -> str:
    """Return what of the rooms in `keyed` was in use in the period of any of the venues, to be joined."""
    first, last = map(literal, ends(asked))
    return TAKEN.format(first=first, last=last)
