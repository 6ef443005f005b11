"""Occupancy: booked time of open time, nights, spots and seats, by venue, type and day."""

from datetime import timedelta

import pytest

from reports import queries
from reports.asking import Asked, Place
from reports.queries.occupancy import statement
from reservations import Span
from rooms import operations
from rooms.models import Room
from rooms.sql import fetch, on_postgres
from tests.reports import slow
from tests.reports.arbitrary import Weeks
from tests.worlds import NOW, at, hotel, person, rate, room

MEASURES = 12


def test_is_what_one_gets_by_counting_room_by_room(weeks):
    for by in ("total", "venue", "type", "room", "floor", "day"):
        found = queries.occupancy(weeks.asked(by))

        told = {(*row[:-MEASURES], row[-3]): row[-MEASURES:] for row in found.rows}
        assert told == slow.occupancy(weeks.asked(by))
        assert len(told) == len(found.rows)


def test_a_room_that_is_called_otherwise_now_earned_what_it_did(db):
    venue = hotel()
    old, other = room(venue, "101"), room(venue, "102")
    rate(venue, 10_000, unit="night")
    nights = Span(at(15), at(15) + timedelta(days=3, hours=-4))
    operations.book(old, nights, by=person("lena"), now=NOW)
    operations.book(other, nights, by=person("omar"), now=NOW)
    Room.objects.filter(pk=old.pk).update(name="Suite 101")

    (row,) = queries.occupancy(_ten_days_at(venue)).as_mappings()

    assert (row["nights_sold"], row["adr"]) == (6, 10_000)


def test_one_of_several_rooms_that_is_called_otherwise_now_earned_what_it_did(db):
    venue = hotel()
    taken = [room(venue, "101"), room(venue, "102")]
    rate(venue, 10_000, unit="night")
    operations.book(taken, Span(at(15), at(15) + timedelta(days=3, hours=-4)), by=person("lena"), now=NOW)
    Room.objects.filter(pk=taken[0].pk).update(name="Suite 101")
    Room.objects.filter(pk=taken[1].pk).update(name="101")

    (row,) = queries.occupancy(_ten_days_at(venue)).as_mappings()

    assert (row["nights_sold"], row["adr"], row["revpar"]) == (6, 10_000, 3000)


def _ten_days_at(venue):
    place = Place(venue.pk, venue.slug, venue.name, venue.kind, venue.timezone, "EUR", is_listed=True)
    day = NOW.date()
    return Asked(first=day, last=day + timedelta(days=9), places=(place,), by="venue", now=NOW)


MANY = """
  INSERT INTO rooms_allocation (room_id, booking_id, starts_at, ends_at, blocks_from, blocks_until, state,
    active)
  SELECT room_id, booking_id, at, at + interval '1 hour', at, at + interval '1 hour', 'completed', FALSE
  FROM rooms_allocation, generate_series(%s::timestamptz, %s::timestamptz, interval '1 hour') AS at"""


@pytest.mark.skipif(not on_postgres(), reason="SQLite works alone")
@pytest.mark.parametrize("by", ["venue", "type"])
def test_several_processes_count_what_was_taken(db, by):
    asked = Weeks(0).asked(by)
    fetch(MANY, [asked.first, asked.last])
    fetch("ANALYZE rooms_allocation, rooms_room")
    for cost in ("min_parallel_table_scan_size", "parallel_setup_cost"):
        fetch("SELECT set_config(%s, '0', true)", [cost])
    sql, params = statement(asked)

    plan = "\n".join(line for (line,) in fetch(f"EXPLAIN {sql}", params))

    assert "Partial HashAggregate" in plan
    assert "Parallel Seq Scan on rooms_allocation" in plan
