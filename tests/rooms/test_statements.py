"""How many statements a question takes: as many for thirty rooms as for one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, settings

from rooms import operations, queries
from rooms.models import Allocation, Blocking, Room
from rooms.sql import fetch, on_postgres
from tests.worlds import (
    NOW,
    rooms,
    span,
    terms,
)

HOUR = span(9, 10)
law = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestTheNumberOfStatements:
    """It is the same for one room and for thirty, whether memory knows the terms or not."""

    @pytest.fixture(params=[1, 30])
    def filled(self, request, venue, guest):
        many = rooms(venue, request.param)
        for one in many:
            operations.book(one, HOUR, by=guest, now=NOW)
        return venue

    @pytest.mark.parametrize(
        ("ask", "number"),
        [
            (lambda known: queries.timeline(known, span(0, 24), now=NOW), 1),
            (lambda known: queries.free_rooms(known, HOUR, now=NOW), 1),
            (lambda known: queries.why(next(iter(known.rooms.values())), known, HOUR, now=NOW), 1),
            (
                lambda known: queries.next_free(
                    next(iter(known.rooms.values())), known, timedelta(hours=1), after=NOW
                ),
                1,
            ),
        ],
        ids=["timeline", "free_rooms", "why", "next_free"],
    )
    def test_of_a_question(self, ask, number, filled, django_assert_num_queries):
        known = terms(filled)

        with django_assert_num_queries(number):
            ask(known)

    def test_of_the_terms(self, filled, django_assert_num_queries):
        filled.save()
        filled.refresh_from_db()

        with django_assert_num_queries(10):
            queries.terms_of_venue(filled)
        with django_assert_num_queries(0):
            queries.terms_of_venue(filled)

    def test_of_a_booking(self, filled, guest):
        place = Room.objects.filter(venue=filled).first()
        filled.refresh_from_db()
        queries.terms_of_venue(filled)

        with CaptureQueriesContext(connection) as seen:
            operations.book(place, span(11, 12), by=guest, now=NOW)

        assert len([one for one in seen if "SAVEPOINT" not in one["sql"]]) <= 6


@pytest.mark.skipif(not on_postgres(), reason="SQLite counts no rows")
@pytest.mark.parametrize("take", [operations.book, operations.hold])
def test_a_booking_reads_no_more_of_a_room_with_a_long_history(take, aurora, guest, venue):
    long_ago = [NOW - timedelta(hours=n) for n in range(1, 1001)]
    cause = Blocking.objects.create(venue=venue, starts_at=long_ago[-1], created_at=NOW)
    Allocation.objects.bulk_create(
        Allocation(
            room=aurora,
            blocking=cause,
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            blocks_from=start,
            blocks_until=start + timedelta(hours=1),
            state="blocked",
            active=True,
        )
        for start in long_ago
    )
    fetch("ANALYZE rooms_allocation")
    take(aurora, span(9, 10), by=guest, now=NOW)
    before = fetch(READ)[0][0]

    take(aurora, span(11, 12), by=guest, now=NOW)

    assert fetch(READ)[0][0] - before < 10


READ = """SELECT seq_tup_read + COALESCE(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables
  WHERE relname = 'rooms_allocation'"""
