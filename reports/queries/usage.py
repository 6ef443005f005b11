"""How long rooms were in use between given marks: the one sweep behind occupancy and the heat map.

Every booking puts two steps on the line of time, one up and one down. Added up from left to right they say
at each mark how many rooms are in use, and how much time was used so far: what was used between two marks
is the difference. That costs one sort of the steps, however many marks there are.
"""

from typing import Any

from reports.asking import Asked
from reports.queries.scope import scope_of
from reports.sql import earlier, later, seconds

# A hall that divides is counted by its parts, which are taken with it. A room that went is left out with its
# bookings, or it would have been used for more time than there was.
KEYS = """
keyed AS (
  SELECT room.id AS room_id, {key} AS key, scope.since, scope.until, scope.zone
  FROM scope JOIN rooms_room AS room ON room.venue_id = scope.venue_id
  WHERE (room.archived_at IS NULL OR room.archived_at >= scope.until)
    AND NOT EXISTS (SELECT 1 FROM rooms_roompart AS half WHERE half.whole_id = room.id) {only}
)"""
# What somebody had, or will have: not holds, requests, and guests who did not come.
USED = """
used AS (
  SELECT keyed.key, keyed.room_id, taken.booking_id, taken.starts_at >= keyed.since AS begins,
    {start} - {base} AS since, {end} - {base} AS until
  FROM keyed JOIN rooms_allocation AS taken ON taken.room_id = keyed.room_id
  WHERE taken.state IN ('confirmed', 'checked_in', 'completed')
    AND taken.starts_at < keyed.until AND (taken.ends_at IS NULL OR taken.ends_at > keyed.since)
)"""
# What happens exactly at a mark belongs to what follows it: hence 1 PRECEDING.
SWEEP = """
step AS (
  SELECT key, at, SUM(up) AS up, SUM(up * at) AS moment, SUM(came) AS came FROM (
    SELECT key, since AS at, 1 AS up, CASE WHEN begins THEN 1 ELSE 0 END AS came
    FROM used WHERE since < until
    UNION ALL SELECT key, until, -1, 0 FROM used WHERE since < until
  ) AS both_ends GROUP BY key, at
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


def base_of(asked: Asked) -> int:
    """Return the second from which time is counted: small numbers add up fast, and never overflow."""
    return min((int(since.timestamp()) for _, since, *_ in asked.bounds()), default=0)


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
    start = later(seconds("taken.starts_at"), seconds("keyed.since"))
    now = int(asked.now.timestamp())  # what is not over yet was used until now
    end = earlier(f"COALESCE({seconds('taken.ends_at')}, {now})", seconds("keyed.until"))
    used = USED.format(start=start, end=end, base=base_of(asked))
    return [*tables, mark[0], used, SWEEP], [*params, *mark[1]]
