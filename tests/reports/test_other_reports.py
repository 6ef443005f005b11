"""Routes, guests, trends and hours of the week: what one gets by going through the rows one by one."""

from datetime import datetime, timedelta

from reports import queries
from reports.asking import Asked, Place
from reports.queries import scope
from reports.tables import Column
from reservations import Span
from rooms import operations
from tests.reports import slow
from tests.worlds import office, room


def test_popular_routes(weeks):
    found = queries.popular_routes(weeks.asked("route"))

    told = {(*row[:3], row[7]): [*row[3:7], row[8]] for row in found.rows}
    assert told == slow.popular_routes(weeks.asked("route"))
    assert len(told) == len(found.rows)


def test_active_guests(weeks):
    found = queries.active_guests(weeks.asked("guest"))

    told = {(*row[:3], row[7]): [*row[3:7], row[8]] for row in found.rows}
    assert told == slow.active_guests(weeks.asked("guest"))
    assert len(told) == len(found.rows)


def test_trends(weeks):
    found = queries.trends(weeks.asked("day"))

    assert {row[0]: list(row[1:]) for row in found.rows} == slow.trends(weeks.asked("day"))


def test_the_hours_of_the_week(weeks):
    found = queries.heatmap(weeks.asked("hour"))

    told = {row[:2]: list(row[2:4]) for row in found.rows}
    assert told == slow.heatmap(weeks.asked("hour"))
    assert [row[:2] for row in found.rows[:2]] == [("Monday", "00:00"), ("Monday", "01:00")]


def test_an_hour_of_the_week_is_full_where_clocks_change_by_half_of_one(db):
    venue = office("island", timezone="Australia/Lord_Howe", hours=None, max_minutes=None)
    starts = [datetime(2026, 10, day, 10, tzinfo=venue.zone) for day in (3, 4, 5)]  # it is the 4th
    spot = room(venue)
    for start in starts:
        operations.book(
            spot, Span(start, start + timedelta(hours=1)), by=None, now=start - timedelta(hours=2)
        )
    place = Place(venue.pk, venue.slug, venue.name, venue.kind, venue.timezone, "EUR", is_listed=True)
    days = {"first": starts[0].date(), "last": starts[-1].date()}
    asked = Asked(**days, places=(place,), by="hour", now=starts[-1] + timedelta(days=1))

    used = {row[:2]: row[2:4] for row in queries.heatmap(asked).rows if row[2]}

    assert used == {(day, "10:00"): (3600, 3600) for day in ("Monday", "Saturday", "Sunday")}


def test_what_was_turned_away(weeks):
    (seat,) = slow.types_of(weeks.train)
    for by in ("total", "reason", "day", "venue", "type"):
        for key in (None, seat.pk):
            asked = weeks.asked(by, type_id=key)
            found = queries.turned_away(asked)

            told = {row[-4:-2] if by == "reason" else row[:-2]: list(row[-2:]) for row in found.rows}
            assert {group: counts for group, counts in told.items() if counts[0]} == slow.turned_away(asked)
            assert len(told) == len(found.rows)


def test_all_in_one_row_is_the_sum_of_the_rows(weeks):
    for ask, way, name in (
        (queries.popular_routes, "route", "seats"),
        (queries.active_guests, "guest", "bookings"),
        (queries.trends, "day", "made"),
        (queries.heatmap, "hour", "booked_hours"),
        (queries.occupancy, "type", "booked_hours"),
    ):
        rows, totals = ask(weeks.asked(way)), ask(weeks.asked("total"))
        assert sum(rows.column(name)) == sum(totals.column(name))


def test_of_one_type_only_its_rooms_count(weeks):
    (suite,) = slow.types_of(weeks.hotel).filter(name="Suite")
    (seat,) = slow.types_of(weeks.train)

    def of(kind, ask, by="total"):
        return ask(weeks.asked(by, type_id=kind.pk))

    suites = [row for row in queries.occupancy(weeks.asked("type")).as_mappings() if row["type"] == "Suite"]
    made = [
        one
        for one in slow.made_in(weeks.asked("total"), but=("held", "expired"))
        if one.guest and one.allocations.filter(room__type=suite).exists()
    ]
    assert of(suite, queries.occupancy).column("nights_sold") == [row["nights_sold"] for row in suites]
    assert sum(of(suite, queries.active_guests).column("bookings")) == len(made)
    assert of(suite, queries.popular_routes).rows == ()
    assert of(seat, queries.popular_routes, "route") == queries.popular_routes(weeks.asked("route"))


def test_a_table_of_more_rows_than_are_told_says_so():
    columns, rows = (Column("n", "N", "count"),), [[n] for n in range(scope.MOST + 1)]

    whole, cut = scope.table_of(columns, rows[:-1]), scope.table_of(columns, rows)

    assert cut.rows == whole.rows == tuple((n,) for n in range(scope.MOST))
    assert cut.is_cut
    assert not whole.is_cut
