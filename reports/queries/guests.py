"""Who books: guests by their bookings of the period, and what stays of what they paid for them."""

from typing import Any

from reports.asking import Asked
from reports.queries.scope import HAS_TYPE, MOST, scope_of, table_of, within
from reports.sql import local_day
from reports.tables import Column, Table
from rooms.sql import fetch

MEASURES = (
    Column("bookings", "Bookings", "count"),
    Column("cancelled", "Cancelled", "count"),
    Column("no_shows", "Not shown up", "count"),
    Column("last", "Last booked", "day"),
    Column("currency", "Currency"),
    Column("revenue", "Paid", "money"),
)
CUTS: dict[str, tuple[Column, ...]] = {
    "total": (Column("guests", "Guests", "count"),),
    "guest": (Column("rank", "Rank", "count"), Column("guest", "Guest"), Column("email", "E-mail")),
}
# A hold that was never confirmed is no booking.
MADE = """
made AS NOT MATERIALIZED (
  SELECT booking.id, booking.guest_id, booking.state, booking.currency, {day} AS day
  FROM scope JOIN rooms_booking AS booking ON booking.venue_id = scope.venue_id
    AND booking.created_at >= scope.since AND booking.created_at < scope.until AND {within}
  WHERE booking.guest_id IS NOT NULL AND booking.state NOT IN ('held', 'expired') {only}
),
summed AS (
  SELECT guest_id, currency, CAST(SUM(bookings) AS bigint) AS bookings,
    CAST(SUM(cancelled) AS bigint) AS cancelled, CAST(SUM(no_shows) AS bigint) AS no_shows, MAX(last) AS last,
    CAST(SUM(revenue) AS bigint) AS revenue
  FROM (
    SELECT guest_id, currency, COUNT(*) AS bookings,
      SUM(CASE state WHEN 'cancelled' THEN 1 ELSE 0 END) AS cancelled,
      SUM(CASE state WHEN 'no_show' THEN 1 ELSE 0 END) AS no_shows, MAX(day) AS last, 0 AS revenue
    FROM made GROUP BY guest_id, currency
    UNION ALL
    SELECT made.guest_id, made.currency, 0, 0, 0, NULL, SUM(posting.amount)
    FROM made JOIN payments_ledgerentry AS posting
      ON posting.booking_id = made.id AND posting.account = 'owed'
    GROUP BY made.guest_id, made.currency
  ) AS counts_and_money GROUP BY guest_id, currency
)"""
NUMBERS = "bookings, cancelled, no_shows, CAST(last AS text), currency, revenue"
SELECTS = {
    "total": """SELECT COUNT(*), CAST(SUM(bookings) AS bigint), CAST(SUM(cancelled) AS bigint),
        CAST(SUM(no_shows) AS bigint), CAST(MAX(last) AS text), currency, CAST(SUM(revenue) AS bigint)
      FROM summed GROUP BY currency ORDER BY currency""",
    "guest": f"""SELECT RANK() OVER (ORDER BY bookings DESC), guest.name,
      CASE WHEN guest.closed_at IS NULL THEN guest.email ELSE '' END, {NUMBERS}
      FROM summed JOIN accounts_user AS guest ON guest.id = summed.guest_id
      ORDER BY bookings DESC, guest.name, guest.id, currency""",  # noqa: S608 -- our own words
}


def active_guests(asked: Asked) -> Table:
    """Return the guests by how often they booked in the period."""
    return table_of((*CUTS[asked.by], *MEASURES), fetch(*statement(asked)))


def statement(asked: Asked) -> tuple[str, list[Any]]:
    """Return the one statement of the report, with its parameters."""
    scope, params = scope_of(asked)
    made = MADE.format(
        day=local_day("booking.created_at", "scope.zone"),
        only=HAS_TYPE if asked.type_id is not None else "",
        within=within("booking.created_at", asked),
    )
    also = [] if asked.type_id is None else [asked.type_id]
    sql = f"WITH {scope}, {made} {SELECTS[asked.by]} LIMIT {MOST + 1}"
    return sql, [*params, *also]
