"""Occupancy: booked time of open time, nights, spots and seats, by venue, type and day."""

import pytest

from reports import queries
from reports.queries.occupancy import statement
from rooms.sql import fetch, on_postgres
from tests.reports import slow
from tests.reports.arbitrary import Weeks

MEASURES = 12


def test_is_what_one_gets_by_counting_room_by_room(weeks):
    for by in ("total", "venue", "type", "day"):
        found = queries.occupancy(weeks.asked(by))

        told = {(*row[:-MEASURES], row[-3]): row[-MEASURES:] for row in found.rows}
        assert told == slow.occupancy(weeks.asked(by))
        assert len(told) == len(found.rows)


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
