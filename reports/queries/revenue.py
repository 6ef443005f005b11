"""What came in: the payments ledger by day, venue, type of room, room, floor or route, to the cent.

A posting is of the day on which it was booked, by the venue's clocks. Where a booking has several rooms, each
posting is divided by what their priced lines come to; the pieces add up to the posting, and those of the
rooms of a type to its piece.
"""

from typing import Any

from reports.asking import Asked
from reports.queries.scope import MOST, calendar_of, scope_of, table_of, within
from reports.sql import lines_of, local_day, of_line
from reports.tables import Column, Table
from rooms.sql import fetch

MONEY = (
    Column("currency", "Currency"),
    Column("captured", "Paid", "money"),
    Column("refunded", "Given back", "money"),
    Column("revenue", "Revenue", "money"),
)
CUTS: dict[str, tuple[Column, ...]] = {
    "total": (),
    "day": (Column("day", "Day", "day"),),
    "venue": (Column("venue", "Venue"),),
    "type": (Column("venue", "Venue"), Column("type", "Room type")),
    "route": (Column("route", "Route"),),
    "room": (Column("venue", "Venue"), Column("floor", "Floor"), Column("room", "Room")),
    "floor": (Column("venue", "Venue"), Column("floor", "Floor")),
}
ENTRY = """
entry AS (
  SELECT posting.id, posting.booking_id, booking.venue_id, booking.currency, posting.account,
    posting.amount, {day} AS day
  FROM payments_ledgerentry AS posting JOIN rooms_booking AS booking ON booking.id = posting.booking_id
  JOIN scope ON scope.venue_id = booking.venue_id AND posting.at >= scope.since AND posting.at < scope.until
  WHERE {within}
)"""
# Cumulated and in millionths, so that no product overflows and the last piece ends where the posting does.
PIECES = """
paid AS (SELECT DISTINCT booking_id FROM entry),
had AS (
  SELECT DISTINCT taken.booking_id, room.type_id, room.{owner} AS owner, room.id AS room_id, room.name
  FROM paid JOIN rooms_allocation AS taken ON taken.booking_id = paid.booking_id
  JOIN rooms_room AS room ON room.id = taken.room_id
),
priced AS (
  SELECT had.booking_id, had.owner, SUM({amount}) AS amount
  FROM had JOIN rooms_booking AS booking ON booking.id = had.booking_id, {lines}
  WHERE COALESCE({room_id} = had.room_id, {room} = had.name) GROUP BY had.booking_id, had.owner
),
weighed AS (
  SELECT had.booking_id, had.type_id, had.owner, COUNT(*) AS number, COALESCE(MAX(priced.amount), 0) AS amount
  FROM had LEFT JOIN priced ON priced.booking_id = had.booking_id AND priced.owner = had.owner
  GROUP BY had.booking_id, had.type_id, had.owner
),
weight AS (
  SELECT booking_id, type_id, owner,
    CASE WHEN SUM(amount) OVER (PARTITION BY booking_id) > 0 THEN amount ELSE number END AS own
  FROM weighed
),
piece AS (
  SELECT booking_id, type_id, owner,
    CAST(SUM(own) OVER upto AS bigint) * 1000000 / CAST(SUM(own) OVER whole AS bigint) AS until,
    CAST(SUM(own) OVER upto - own AS bigint) * 1000000 / CAST(SUM(own) OVER whole AS bigint) AS since
  FROM weight
  WINDOW upto AS (PARTITION BY booking_id ORDER BY type_id, owner), whole AS (PARTITION BY booking_id)
),
part AS (
  SELECT entry.booking_id, entry.venue_id, entry.currency, entry.account, entry.day, piece.type_id,
    piece.owner, entry.amount * piece.until / 1000000 - entry.amount * piece.since / 1000000 AS amount
  FROM entry JOIN piece ON piece.booking_id = entry.booking_id
)"""
SUMS = """COALESCE(SUM(CASE WHEN account = 'captured' THEN amount END), 0) AS captured,
  COALESCE(SUM(CASE WHEN account = 'refunded' THEN amount END), 0) AS refunded,
  COALESCE(SUM(CASE WHEN account = 'owed' THEN amount END), 0) AS revenue"""
DAILY = "daily AS (SELECT day, currency, {sums} FROM {source} AS part GROUP BY day, currency)"
SELECTS = {
    "total": "SELECT currency, {sums} FROM {source} AS part GROUP BY currency ORDER BY currency",
    "day": """SELECT CAST(calendar.day AS text), coin.currency, COALESCE(captured, 0),
        COALESCE(refunded, 0), COALESCE(revenue, 0)
      FROM calendar CROSS JOIN (SELECT DISTINCT currency FROM daily) AS coin
      LEFT JOIN daily ON daily.day = calendar.day AND daily.currency = coin.currency
      ORDER BY calendar.day, coin.currency""",
    "venue": """SELECT venue.name, part.currency, {sums}
      FROM {source} AS part JOIN rooms_venue AS venue ON venue.id = part.venue_id
      GROUP BY venue.id, venue.name, part.currency ORDER BY revenue DESC, venue.name, venue.id""",
    "type": """SELECT venue.name, kind.name, part.currency, {sums}
      FROM {source} AS part JOIN rooms_venue AS venue ON venue.id = part.venue_id
      JOIN rooms_roomtype AS kind ON kind.id = part.type_id
      GROUP BY venue.id, venue.name, kind.id, kind.name, part.currency
      ORDER BY revenue DESC, venue.name, kind.name, kind.id""",
    "room": """SELECT venue.name, room.floor, room.name, part.currency, {sums}
      FROM {source} AS part JOIN rooms_venue AS venue ON venue.id = part.venue_id
      JOIN rooms_room AS room ON room.id = part.owner
      GROUP BY venue.id, venue.name, room.id, room.floor, room.name, part.currency
      ORDER BY revenue DESC, venue.name, room.name, room.id""",
    "floor": """SELECT venue.name, room.floor, part.currency, {sums}
      FROM {source} AS part JOIN rooms_venue AS venue ON venue.id = part.venue_id
      JOIN rooms_room AS room ON room.id = part.owner
      GROUP BY venue.id, venue.name, room.floor, part.currency
      ORDER BY revenue DESC, venue.name, venue.id, room.floor""",
    "route": """SELECT COALESCE(route.name, 'No journey'), currency, {sums}
      FROM {source} AS part LEFT JOIN rooms_journey AS journey ON journey.booking_id = part.booking_id
      LEFT JOIN rooms_departure AS departure ON departure.id = journey.departure_id
      LEFT JOIN rooms_route AS route ON route.id = departure.route_id
      GROUP BY route.id, route.name, currency ORDER BY revenue DESC, 1, route.id""",
}


def revenue(asked: Asked) -> Table:
    """Return what was paid, what was given back and what stays, of each group."""
    return table_of((*CUTS[asked.by], *MONEY), [_whole(row) for row in fetch(*statement(asked))])


def statement(asked: Asked) -> tuple[str, list[Any]]:
    """Return the one statement of the report, with its parameters."""
    scope, params = scope_of(asked)
    tables = [
        scope,
        ENTRY.format(day=local_day("posting.at", "scope.zone"), within=within("posting.at", asked)),
    ]
    if asked.by == "day":
        calendar, days = calendar_of(asked)
        tables.append(calendar)
        params += days
    source = "entry"
    by_room = asked.by in ("room", "floor")
    if by_room or asked.by == "type" or asked.type_id is not None:
        said = {name: of_line(name) for name in ("amount", "room", "room_id")}
        owner = "id" if by_room else "type_id"
        tables.append(PIECES.format(lines=lines_of("booking.lines"), owner=owner, **said))
        source = "part"
    if asked.type_id is not None:
        tables.append("own AS (SELECT * FROM part WHERE type_id = %s)")
        params.append(asked.type_id)
        source = "own"
    if asked.by == "day":
        tables.append(DAILY.format(sums=SUMS, source=source))
    asks = SELECTS[asked.by].format(sums=SUMS, source=source)
    return f"WITH {', '.join(tables)} {asks} LIMIT {MOST + 1}", params


def _whole(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the row with its sums as whole numbers: PostgreSQL adds them up as decimals."""
    return (*row[:-3], *(int(amount) for amount in row[-3:]))
