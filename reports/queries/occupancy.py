"""How much of what there is was used: hours, nights, spots and seats, and what nights earned.

A night counts as a day of 24 hours, a seat for as long as its vehicle is under way. ADR is what a night that
was sold earned on average, RevPAR what every night earned that could have been sold.
"""

from typing import Any

from reports.asking import Asked
from reports.queries.calendars import BY_ROOM, marks, on_lines
from reports.queries.scope import MOST, base_of, table_of
from reports.queries.usage import swept, taken
from reports.sql import (
    DAY,
    INT,
    days_since,
    earlier,
    given,
    later,
    lines_of,
    local_day,
    of_line,
    rounded,
    seconds,
    small,
)
from reports.tables import Column, Table
from rooms.sql import fetch

MEASURES = (
    Column("rooms", "Rooms", "count"),
    Column("open_hours", "Open hours", "hours"),
    Column("booked_hours", "Booked hours", "hours"),
    Column("occupancy", "Occupancy, %", "share"),
    Column("stays", "Began", "count"),
    Column("turnover", "Spot turnover a day", "ratio"),
    Column("load_factor", "Seat load factor, %", "share"),
    Column("nights", "Nights", "count"),
    Column("nights_sold", "Nights sold", "count"),
    Column("currency", "Currency"),
    Column("adr", "ADR", "money"),
    Column("revpar", "RevPAR", "money"),
)
CUTS: dict[str, tuple[Column, ...]] = {
    "total": (),
    "venue": (Column("venue", "Venue"),),
    "type": (Column("venue", "Venue"), Column("type", "Room type")),
    "day": (Column("day", "Day", "day"),),
    "room": (Column("venue", "Venue"), Column("floor", "Floor"), Column("room", "Room")),
    "floor": (Column("venue", "Venue"), Column("floor", "Floor")),
}
MARK = """
mark AS (
  SELECT line.key, timed.day, timed.opens, timed.closes FROM timed JOIN line ON line.hours = timed.key
  UNION ALL
  SELECT line.key, {day}, {opens}, {closes}
  FROM line JOIN rooms_roomtype AS kind ON kind.id = line.type_id AND kind.unit = 'leg'
  JOIN rooms_departure AS run ON run.vehicle_id = kind.venue_id AND run.state = 'scheduled'
    AND run.starts_at < line.until AND run.ends_at > line.since
)"""
REST = """
daily AS (
  SELECT line.{owner} AS type_id, measured.key, measured.day, line.rooms, kind.unit,
    line.rooms * CASE kind.unit WHEN 'night' THEN 86400 ELSE measured.length END AS open,
    CASE kind.unit WHEN 'night' THEN 86400 * measured.inside ELSE measured.time END AS used,
    measured.came
  FROM measured JOIN line ON line.key = measured.key JOIN rooms_roomtype AS kind ON kind.id = line.type_id
),
{earned},
flow AS (
  SELECT type_id, {day} AS day, key, MAX(rooms) AS rooms, SUM(open) AS open, SUM(used) AS used,
    SUM(came) AS came, SUM(CASE unit WHEN 'open' THEN rooms END) AS spots,
    SUM(CASE unit WHEN 'open' THEN came END) AS parked,
    SUM(CASE unit WHEN 'leg' THEN open END) AS seats, SUM(CASE unit WHEN 'leg' THEN used END) AS sat,
    SUM(CASE unit WHEN 'night' THEN rooms END) AS nights
  FROM daily GROUP BY type_id{by}, key
),
kinds AS (
  SELECT flow.type_id, flow.day, SUM(rooms) AS rooms, SUM(open) AS open, SUM(used) AS used,
    SUM(came) AS came, SUM(spots) AS spots, SUM(parked) AS parked, SUM(seats) AS seats, SUM(sat) AS sat,
    SUM(nights) AS nights, CASE WHEN SUM(nights) > 0 THEN COALESCE(MAX(earned.sold), 0) END AS sold,
    MAX(earned.amount) AS earned
  FROM flow LEFT JOIN (
    SELECT type_id, {day} AS day, SUM(amount) AS amount, SUM(sold) AS sold FROM earned GROUP BY type_id{by}
  ) AS earned ON earned.type_id = flow.type_id AND earned.day = flow.day
  GROUP BY flow.type_id, flow.day
)
SELECT {shown} rooms, open, used, {occupancy}, came, {turnover}, {load}, nights, sold, currency,
  {adr}, {revpar} FROM (
  SELECT {named} venue.currency, {sums}
  FROM kinds {owned}
  JOIN rooms_venue AS venue ON venue.id = kind.venue_id
  GROUP BY {grouped} venue.currency
) AS summed ORDER BY {order}"""
# A line may be of several nights of one price: each is sold and earns its part, also where the guest left
# before. One of hours has minutes, and is of the nights that there were. One line more of a night, such as
# cleaning, sells it no second time. An old line knows no id of its room, only what it was called then: of
# somebody's only room it is in any case.
EARNED = """nightly AS (
  SELECT keyed.*, line.{owner} AS line FROM keyed JOIN line ON line.key = keyed.key
  JOIN rooms_roomtype AS kind ON kind.id = line.type_id AND kind.unit = 'night'
),
stay AS (
  SELECT taken.booking_id, taken.room_id, keyed.line, MIN(keyed.zone) AS zone,
    MAX(COALESCE(taken.ends_at, keyed.until)) AS leaves
  FROM nightly AS keyed JOIN {taken} GROUP BY taken.booking_id, taken.room_id, keyed.line
),
told AS (
  SELECT stay.booking_id, stay.room_id, stay.line AS type_id, {night} AS night, {amount} AS amount,
    CASE WHEN {amount} > 0 AND {units} * {unit_amount} = {amount} THEN {units} ELSE {nights} END AS nights
  FROM stay JOIN rooms_room AS room ON room.id = stay.room_id
  JOIN rooms_booking AS booking ON booking.id = stay.booking_id, {lines}
  WHERE {on} IS NOT NULL AND COALESCE({room_id} = room.id, {room} = room.name OR NOT EXISTS (
    SELECT 1 FROM rooms_allocation AS other WHERE other.booking_id = stay.booking_id
      AND other.room_id <> stay.room_id
  ))
),
priced AS (
  SELECT type_id, night, nights, amount, COUNT(*) AS times FROM told GROUP BY type_id, night, nights, amount
),
{calendar},
sold AS (
  SELECT DISTINCT told.booking_id, told.room_id, told.type_id, calendar.day
  FROM told JOIN calendar ON number >= night AND number < night + nights
),
earned AS (
  SELECT type_id, day, SUM(amount) AS amount, SUM(sold) AS sold FROM (
    SELECT priced.type_id, calendar.day, 0 AS sold,
      times * (amount * (number - night + 1) / nights - amount * (number - night) / nights) AS amount
    FROM priced JOIN calendar ON number >= night AND number < night + nights
    UNION ALL SELECT type_id, day, COUNT(*), 0 FROM sold GROUP BY type_id, day
  ) AS each_night GROUP BY type_id, day
)"""
NOTHING_EARNED = """earned AS (
  SELECT CAST(NULL AS bigint) AS type_id, CAST(NULL AS date) AS day, CAST(NULL AS bigint) AS amount,
    CAST(NULL AS bigint) AS sold
  WHERE 1 = 0
)"""
NAMES = ("rooms", "open", "used", "came", "spots", "parked", "seats", "sat", "nights", "sold", "earned")
GROUPS = {  # named, grouped, shown, order
    "total": ("", "", "", "currency"),
    "venue": ("venue.id, venue.name AS venue,", "venue.id, venue.name,", "venue,", "venue, id"),
    "type": (
        "kind.id, venue.name AS venue, kind.name AS type,",
        "kind.id, venue.name, kind.name,",
        "venue, type,",
        "venue, type, id",
    ),
    "day": ("kinds.day AS day,", "kinds.day,", "CAST(day AS text),", "day, currency"),
    "room": (
        'room.id, venue.name AS venue, room.floor AS floor, room.name AS room, room."order" AS place,',
        'room.id, venue.name, room.floor, room.name, room."order",',
        "venue, floor, room,",
        "venue, place, room, id",
    ),
    "floor": (
        "venue.id, venue.name AS venue, room.floor AS floor,",
        "venue.id, venue.name, room.floor,",
        "venue, floor,",
        "venue, id, floor",
    ),
}
OF_TYPE = ("type_id", "JOIN rooms_roomtype AS kind ON kind.id = kinds.type_id")
OF_ROOM = (  # whose each line of time is, and how its type is found then
    "key",
    """JOIN rooms_room AS room ON room.id = kinds.type_id
  JOIN rooms_roomtype AS kind ON kind.id = room.type_id""",
)


def occupancy(asked: Asked) -> Table:
    """Return how much of the time there was is booked, and what is told of nights, spots and seats."""
    return table_of((*CUTS[asked.by], *MEASURES), fetch(*statement(asked)))


def statement(asked: Asked) -> tuple[str, list[Any]]:
    """Return the one statement of the report, with its parameters."""
    by_night, mark = _marks(asked)
    tables, params = swept(asked, *on_lines(asked), mark)
    owner, owned = OF_ROOM if asked.by in BY_ROOM else OF_TYPE
    earned, days = _earned(asked, owner) if by_night else (NOTHING_EARNED, [])
    named, grouped, shown, order = GROUPS[asked.by]
    rest = REST.format(
        day="day" if asked.by == "day" else "0",
        by=", day" if asked.by == "day" else "",
        earned=earned,
        owner=owner,
        owned=owned,
        named=named,
        grouped=grouped,
        shown=shown,
        order=order,
        sums=", ".join(f"CAST(SUM(kinds.{name}) AS bigint) AS {name}" for name in NAMES),
        occupancy=rounded("used", "open", 1000),
        turnover=rounded("parked", "spots", 100),
        load=rounded("sat", "seats", 1000),
        adr=rounded("COALESCE(earned, 0)", "sold"),
        revpar=rounded("COALESCE(earned, 0)", "nights"),
    )
    return f"WITH {', '.join(tables)}, {rest} LIMIT {MOST + 1}", [*params, *days]


def _earned(asked: Asked, owner: str) -> tuple[str, list[Any]]:
    """Return what the priced lines of nights say of each day of the period."""
    calendar, days = given("calendar", {"number": INT, "day": DAY}, enumerate(asked.days))
    night = days_since(asked.first, of_line("on"))
    leaving = days_since(asked.first, local_day("stay.leaves", "stay.zone"))
    earned = EARNED.format(
        owner=owner,
        taken=taken(asked),
        calendar=calendar,
        lines=lines_of("booking.lines"),
        **{name: of_line(name) for name in ("amount", "unit_amount", "units", "room", "room_id", "on")},
        night=night,
        nights=later("1", earlier(of_line("units"), f"{leaving} - {night}")),
    )
    return earned, days


def _marks(asked: Asked) -> tuple[bool, tuple[str, list[Any]]]:
    """Return whether anything is sold by the night, and the table of marks."""
    by_night, times = marks(asked)
    timed, params = given("timed", {"key": INT, "day": DAY, "opens": INT, "closes": INT}, times)
    base = base_of(asked)
    under_way = MARK.format(
        day=local_day(later("run.starts_at", "line.since"), "line.zone"),
        opens=small(later(f"{seconds('run.starts_at')} - {base}", "line.opens")),
        closes=small(earlier(f"{seconds('run.ends_at')} - {base}", "line.closes")),
    )
    return by_night, (f"{timed}, {under_way}", params)
