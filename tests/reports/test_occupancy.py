"""Occupancy: booked time of open time, nights, spots and seats, by venue, type and day."""

from reports import queries
from tests.reports import slow

MEASURES = 12


def test_is_what_one_gets_by_counting_room_by_room(weeks):
    for by in ("total", "venue", "type", "day"):
        found = queries.occupancy(weeks.asked(by))

        told = {(*row[:-MEASURES], row[-3]): row[-MEASURES:] for row in found.rows}
        assert told == slow.occupancy(weeks.asked(by))
        assert len(told) == len(found.rows)
