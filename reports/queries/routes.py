"""Which routes are most wanted: seats sold in the period, whenever they travel."""

from typing import Any

from reports.asking import Asked
from reports.queries.scope import MOST, scope_of, table_of, within
from reports.sql import rounded, whole
from reports.tables import Column, Table
from rooms.sql import fetch

MEASURES = (
    Column("seats", "Seats sold", "count"),
    Column("bookings", "Bookings", "count"),
    Column("departures", "Departures", "count"),
    Column("share", "Of all seats, %", "share"),
    Column("currency", "Currency"),
    Column("revenue", "Revenue", "money"),
)
CUTS: dict[str, tuple[Column, ...]] = {
    "total": (),
    "route": (Column("rank", "Rank", "count"), Column("route", "Route"), Column("mode", "By")),
}
# Sold is what was not given back: also the seats of passengers who did not come.
SOLD = """
sold AS (
  SELECT booking.id, booking.currency, run.route_id, run.id AS run_id, COUNT(*) AS seats
  FROM scope JOIN rooms_booking AS booking ON booking.venue_id = scope.venue_id
    AND booking.created_at >= scope.since AND booking.created_at < scope.until AND {within}
  JOIN rooms_journey AS journey ON journey.booking_id = booking.id
  JOIN rooms_departure AS run ON run.id = journey.departure_id
  JOIN rooms_allocation AS taken ON taken.booking_id = booking.id
    AND taken.state IN ('confirmed', 'checked_in', 'completed', 'no_show') {only}
  GROUP BY booking.id, booking.currency, run.route_id, run.id
),
kept AS (
  SELECT posting.booking_id, SUM(posting.amount) AS amount
  FROM sold JOIN payments_ledgerentry AS posting ON posting.booking_id = sold.id AND posting.account = 'owed'
  GROUP BY posting.booking_id
),
summed AS (
  SELECT {group} sold.currency, CAST(SUM(sold.seats) AS bigint) AS seats, COUNT(*) AS bookings,
    COUNT(DISTINCT sold.run_id) AS departures, CAST(COALESCE(SUM(kept.amount), 0) AS bigint) AS revenue
  FROM sold LEFT JOIN kept ON kept.booking_id = sold.id GROUP BY {group} sold.currency
)"""
ONLY = "JOIN rooms_room AS room ON room.id = taken.room_id AND room.type_id = %s"
SHARE = rounded("seats", whole("SUM(seats) OVER ()"), 1000)
NUMBERS = f"seats, bookings, departures, {SHARE}, currency, revenue"
SELECTS = {
    "total": f"SELECT {NUMBERS} FROM summed ORDER BY currency",  # noqa: S608 -- our own words
    "route": f"""SELECT RANK() OVER (ORDER BY seats DESC), route.name, route.mode, {NUMBERS}
      FROM summed JOIN rooms_route AS route ON route.id = summed.route_id
      ORDER BY seats DESC, route.name, route.id""",  # noqa: S608 -- our own words
}


def popular_routes(asked: Asked) -> Table:
    """Return the routes by seats that were sold in the period."""
    return table_of((*CUTS[asked.by], *MEASURES), fetch(*statement(asked)))


def statement(asked: Asked) -> tuple[str, list[Any]]:
    """Return the one statement of the report, with its parameters."""
    scope, params = scope_of(asked)
    group = "sold.route_id," if asked.by == "route" else ""
    sold = SOLD.format(
        only=ONLY if asked.type_id is not None else "",
        group=group,
        within=within("booking.created_at", asked),
    )
    also = [] if asked.type_id is None else [asked.type_id]
    sql = f"WITH {scope}, {sold} {SELECTS[asked.by]} LIMIT {MOST + 1}"
    return sql, [*params, *also]
