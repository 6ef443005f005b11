"""How long rooms were in use between given marks: the one sweep behind occupancy and the heat map.

Every booking puts two steps on the line of time, one up and one down. Added up from left to right they say
at each mark how many rooms are in use, and how much time was used so far: what was used between two marks
is the difference. Bookings of the same time are counted first, so times are sorted and not bookings,
and it costs the same however many marks there are.
"""

from typing import Any

from reports.asking import Asked
from reports.queries.scope import base_of, ends, scope_of
from reports.sql import earlier, later, literal, seconds

# A hall that divides is counted by its parts, which are taken with it. A room that went is left out with its
# bookings, or it would have been used for more time than there was.
KEYS = """
keyed AS NOT MATERIALIZED (
  SELECT room.id AS room_id, {key} AS key, scope.since, scope.until, scope.zone,
    scope.opens, scope.closes
  FROM scope JOIN rooms_room AS room ON room.venue_id = scope.venue_id
  WHERE (room.archived_at IS NULL OR room.archived_at >= scope.until)
    AND NOT EXISTS (SELECT 1 FROM rooms_roompart AS half WHERE half.whole_id = room.id) {only}
)"""
# What somebody had, or will have: not holds, requests, and guests who did not come.
TAKEN = """rooms_allocation AS taken ON taken.room_id = keyed.room_id
    AND taken.state IN ('confirmed', 'checked_in', 'completed')
    AND taken.starts_at < {last} AND (taken.ends_at IS NULL OR taken.ends_at > {first})"""
# What happens exactly at a mark belongs to what follows it: hence 1 PRECEDING.
SWEEP = """
pair AS (
  SELECT keyed.key, taken.starts_at, {end} AS ends_at, COUNT(*) AS up
  FROM keyed JOIN {taken} GROUP BY keyed.key, taken.starts_at, {end}
),
edge AS (
  SELECT key, starts_at AS moment, up, 1 AS side FROM pair UNION ALL SELECT key, ends_at, -up, 0 FROM pair
),
step AS (
  SELECT key, at, SUM(up) AS up, SUM(up * at) AS moment, SUM(came) AS came FROM (
    SELECT edge.key, {at} AS at, edge.up,
      CASE WHEN side = 1 AND edge.moment >= own.since AND edge.moment < own.until THEN up ELSE 0 END AS came
    FROM edge JOIN (SELECT DISTINCT key, opens, closes, since, until FROM keyed) AS own ON own.key = edge.key
  ) AS clipped GROUP BY key, at
),
line AS (
  SELECT key, at, SUM(up) AS up, SUM(moment) AS moment, SUM(came) AS came FROM (
    SELECT key, at, up, moment, came FROM step
    UNION ALL SELECT key, opens, 0, 0, 0 FROM mark
    UNION ALL SELECT key, closes, 0, 0, 0 FROM mark
  ) AS everything GROUP BY key, at
),
reached AS (
  SELECT key, at, COALESCE(SUM(up) OVER before, 0) AS inside, COALESCE(SUM(came) OVER before, 0) AS came,
    COALESCE(SUM(up) OVER before, 0) * at - COALESCE(SUM(moment) OVER before, 0) AS time
  FROM line WINDOW before AS (PARTITION BY key ORDER BY at RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
measured AS (
  SELECT mark.key, mark.day, mark.closes - mark.opens AS length, last.time - first.time AS time,
    last.inside AS inside, last.came - first.came AS came
  FROM mark JOIN reached AS first ON first.key = mark.key AND first.at = mark.opens
  JOIN reached AS last ON last.key = mark.key AND last.at = mark.closes
)"""


def keyed(asked: Asked, key: str) -> tuple[list[str], list[Any]]:
    """Return the tables `scope` and `keyed`: the rooms in question, and which line of time each is on."""
    scope, params = scope_of(asked)
    only = ""
    if asked.type_id is not None:
        only = "AND room.type_id = %s"
        params.append(asked.type_id)
    return [scope, KEYS.format(key=key, only=only)], params


def swept(asked: Asked, key: str, mark: tuple[str, list[Any]]) -> tuple[list[str], list[Any]]:
    """Return the tables up to `measured`: what was used of each line of time between its marks.

    :param mark: the table `mark` of key, day, opens and closes, with its parameters
    """
    tables, params = keyed(asked, key)
    until_now = later(literal(asked.now), "taken.starts_at")  # what is not over yet was used until now
    second = f"{seconds('edge.moment')} - {base_of(asked)}"
    sweep = SWEEP.format(
        end=f"COALESCE(taken.ends_at, {until_now})",
        at=f"CAST({earlier(later(second, 'own.opens'), 'own.closes')} AS bigint)",
        taken=taken(asked),
    )
    return [*tables, mark[0], sweep], [*params, *mark[1]]


def taken(asked: Asked) -> str:
    """Return what of the rooms in `keyed` was in use in the period of any of the venues, to be joined."""
    first, last = map(literal, ends(asked))
    return TAKEN.format(first=first, last=last)
