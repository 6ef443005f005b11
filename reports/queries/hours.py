"""How full a venue is, hour by hour of one day: what was, and what is booked so far."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reports.sql import INT, earlier, given, later, literal, seconds, small
from reservations import Span
from rooms.queries.terms import VenueTerms
from rooms.sql import fetch, reaches_into

HOUR = timedelta(hours=1)
# What keeps its room, and what was given back before its time was up. Neither asks how long ago it began: of
# each room only what reaches into the day is read, and of what is over, what ended since.
STATEMENT = """
WITH {hour},
had AS (
  SELECT {since} AS since, {until} AS until
  FROM rooms_room AS room
  JOIN rooms_allocation AS taken ON taken.room_id = room.id AND taken.active AND {reaches}
  WHERE room.venue_id = %s AND taken.state IN ('confirmed', 'checked_in') AND {today}
  UNION ALL
  SELECT {since}, {until}
  FROM rooms_booking AS booking JOIN rooms_allocation AS taken ON taken.booking_id = booking.id
  WHERE booking.venue_id = %s AND booking.state = 'completed' AND booking.ends_at > {first}
    AND taken.state = 'completed' AND {today}
)
SELECT hour.number, COALESCE(SUM(CASE WHEN had.since IS NOT NULL THEN {shared} END), 0)
FROM hour LEFT JOIN had ON had.since < hour.closes AND had.until > hour.opens
GROUP BY hour.number ORDER BY hour.number"""
# A hall that divides is counted by its parts, which are taken with it.
TODAY = """taken.starts_at < {last} AND (taken.ends_at IS NULL OR taken.ends_at > {first})
    AND NOT EXISTS (SELECT 1 FROM rooms_roompart AS half WHERE half.whole_id = taken.room_id)"""


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the day, and how many of a hundred rooms are in use in it, on the average."""

    start: datetime
    share: int


def hour_by_hour(terms: VenueTerms, day: Span, *, now: datetime) -> list[Hour]:
    """Return each hour of the venue's day: 23 or 25 of them where its clocks change.

    What has no end yet is in use until now.
    """
    end = day.end or day.start
    hours = [day.start + n * HOUR for n in range((end - day.start) // HOUR)]
    base = int(day.start.timestamp())
    rows = [(n, n * 3600, (n + 1) * 3600) for n in range(len(hours))]
    hour, params = given("hour", {"number": INT, "opens": INT, "closes": INT}, rows)
    until = f"COALESCE(taken.ends_at, {later(literal(now), 'taken.starts_at')})"
    reaches, bounds = reaches_into(day, "taken", "room.id")
    first, last = literal(day.start), literal(end)
    sql = STATEMENT.format(
        hour=hour,
        reaches=reaches,
        since=small(f"{seconds(later('taken.starts_at', first))} - {base}"),
        until=small(f"{seconds(earlier(until, last))} - {base}"),
        first=first,
        today=TODAY.format(first=first, last=last),
        shared=f"{earlier('had.until', 'hour.closes')} - {later('had.since', 'hour.opens')}",
    )
    found = fetch(sql, [*params, *bounds, terms.id, terms.id])
    rooms = sum(not room.parts for room in terms.rooms.values())
    return [Hour(hours[n], round(100 * int(used) / (3600 * rooms)) if rooms else 0) for n, used in found]
