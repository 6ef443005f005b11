"""`manage.py verify` finds what is broken, and only that: each invariant is broken here once, by raw SQL."""

import io
from datetime import datetime

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from reservations import Span
from rooms import operations
from rooms.checked import Checked
from rooms.models import Allocation, Blocking, Booking
from rooms.queries import verify
from rooms.queries.invariants import INVARIANTS
from rooms.sql import fetch, instant, on_postgres
from tests.worlds import NOW, hall, office, person, rate, room, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived_in():
    """A venue in which every operation was used."""
    venue = office(hours=None, buffer_after_minutes=15)
    rate(venue, 1000)
    guest, staff = person("guest"), person("staff", is_superuser=True)
    aurora, birch = room(venue, "Aurora"), room(venue, "Birch")
    booked = operations.book(aurora, span(9, 10), by=guest, key="once", now=NOW)
    operations.book(aurora, Span(span(11, 12).start, span(11, 12).end), by=guest, now=NOW)
    operations.hold(birch, span(9, 10), by=guest, now=NOW)
    given_up = operations.book(birch, span(12, 13), by=guest, now=NOW)
    operations.cancel(given_up, by=guest, now=NOW)
    operations.move(booked, by=guest, rooms=birch, span=span(14, 15), now=NOW)
    operations.book(hall(venue)["Grand Hall"], span(9, 12), by=guest, now=NOW)
    daily = operations.Repeated(span(6, 7), "FREQ=DAILY;COUNT=4")
    series = operations.book(room(venue, "Cedar"), daily, by=guest, now=NOW)
    operations.skip(series, 4, by=guest, now=NOW)
    operations.move_date(series, 3, by=guest, span=span(8, 9, day=2), now=NOW)
    operations.block(aurora, span(18, 19), by=staff, now=NOW)
    lifted = operations.block(aurora, span(20, 21), by=staff, now=NOW)
    for hours in (span(20, 20.5), span(20.75, 21)):
        operations.wait(aurora, hours, by=staff, now=NOW)
    operations.unblock(lifted, by=staff, now=NOW)
    operations.give_rights(aurora, operations.Given(people={guest.email: ["edit"]}), by=None)
    operations.serve_waitlist(now=NOW)
    operations.write_message(booked, "question", "Is there a projector?", by=guest, now=NOW)
    operations.write_message(booked, "answer", "There is one.", by=staff, now=NOW)
    operations.close_thread(booked, by=staff, now=NOW)
    operations.invite(booked, ["stranger@example.org"], by=guest, now=NOW)
    return venue


@pytest.fixture
def unguarded(db):
    """Take the database's own guards away, which would refuse most of what is broken here."""
    if on_postgres():
        fetch("SET CONSTRAINTS ALL IMMEDIATE")
        for model in (Allocation, Blocking, Booking):
            for constraint in model._meta.constraints:
                if not isinstance(constraint, Checked):
                    fetch(f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT {constraint.name}")
        fetch("DROP TRIGGER rooms_allocation_is_sound ON rooms_allocation")
        fetch("DROP TRIGGER rooms_booking_is_sound ON rooms_booking")
    else:
        fetch("DROP TRIGGER two_bookings_never_overlap_on_insert")
        fetch("DROP TRIGGER two_bookings_never_overlap_on_update")
        fetch("PRAGMA ignore_check_constraints = ON")
    yield
    if not on_postgres():
        fetch("PRAGMA ignore_check_constraints = OFF")


def broken():
    """Return the names of the invariants that do not hold, less what `unguarded` took away."""
    return sorted(name for name in verify.violations() if name != "the_database_guards_its_tables")


def test_finds_nothing_wrong_with_what_the_operations_wrote(lived_in):
    assert verify.violations() == {}


class TestTheCommand:
    def test_says_0_violations_and_ends_with_0(self, lived_in):
        out = io.StringIO()

        call_command("verify", stdout=out)

        assert out.getvalue() == "0 violations\n"

    def test_names_the_invariant_and_its_rows_and_ends_with_1(self, lived_in):
        fetch("UPDATE rooms_room SET revision = revision + 1 WHERE name = 'Aurora'")
        out = io.StringIO()

        with pytest.raises(SystemExit) as ended:
            call_command("verify", stdout=out)

        first, row, last = out.getvalue().splitlines()
        assert ended.value.code == 1
        assert first.startswith("a_room_counts_its_changes: The changes of a room are numbered from 1")
        assert "revision=9" in row
        assert last == "1 violations"


BOOKED = "(SELECT id FROM rooms_booking WHERE state = 'confirmed' ORDER BY id LIMIT 1)"
SERIES = "(SELECT id FROM rooms_booking WHERE recurrence <> '')"
HELD = "(SELECT MIN(id) FROM rooms_booking WHERE state = 'held')"
HALL = "(SELECT id FROM rooms_room WHERE name = 'Hall B')"
OTHER_VENUE = "(SELECT MAX(id) FROM rooms_venue)"
LATER = "(SELECT MAX(ends_at) FROM rooms_blocking)"

# What is broken, and every invariant that must say so.
BREAKS = {
    "everybody may what nobody knows": (
        "UPDATE rooms_room SET everybody = 'all' WHERE id = (SELECT MIN(id) FROM rooms_room)",
        ["everybody_may_something_known"],
    ),
    "seats are restricted": (
        "UPDATE rooms_venue SET kind = 'vehicle' WHERE slug = 'office'",
        ["seats_have_no_rights"],
    ),
    "a row is copied over another": (
        "INSERT INTO rooms_allocation (room_id, blocking_id, starts_at, ends_at, blocks_from, blocks_until, "
        "state, active) SELECT room_id, blocking_id, starts_at, ends_at, blocks_from, blocks_until, state, "
        "active FROM rooms_allocation WHERE state = 'blocked'",
        ["a_room_is_never_taken_twice"],
    ),
    "a span is turned around": (
        "UPDATE rooms_blocking SET ends_at = starts_at WHERE lifted_at IS NOT NULL",
        ["spans_end_after_they_start"],
    ),
    "a buffer is cut": (
        f"UPDATE rooms_allocation SET blocks_until = starts_at WHERE booking_id = {BOOKED} AND active",
        ["an_allocation_blocks_at_least_its_span"],
    ),
    "a room is given up without a word": (
        f"UPDATE rooms_allocation SET active = (1 = 0) WHERE booking_id = {BOOKED}",
        ["a_booking_has_rooms_exactly_while_it_keeps_them", "an_allocation_is_active_in_active_states"],
    ),
    "an allocation has no cause": (
        "UPDATE rooms_allocation SET booking_id = NULL WHERE state = 'cancelled'",
        ["a_series_has_every_date_of_its_rule", "an_allocation_has_one_cause"],
    ),
    "a booking is confirmed by hand": (
        f"UPDATE rooms_booking SET state = 'confirmed' WHERE id = {HELD}",
        ["an_allocation_says_what_its_booking_says"],
    ),
    "a hold is prolonged by hand": (
        f"UPDATE rooms_booking SET expires_at = {LATER} WHERE id = {HELD}",
        ["an_allocation_says_what_its_booking_says"],
    ),
    "a hold lasts for ever": (
        f"UPDATE rooms_booking SET expires_at = NULL WHERE id = {HELD}",
        ["a_hold_runs_out", "an_allocation_says_what_its_booking_says"],
    ),
    "a cancelled booking comes back": (
        "UPDATE rooms_booking SET state = 'confirmed' WHERE state = 'cancelled'",
        ["a_booking_has_rooms_exactly_while_it_keeps_them", "what_is_kept_is_known_at_an_exit"],
    ),
    "more is kept than the price": (
        "UPDATE rooms_booking SET kept = price + 1 WHERE state = 'cancelled'",
        ["what_is_kept_is_known_at_an_exit"],
    ),
    "a booking is made longer by hand": (
        f"UPDATE rooms_booking SET ends_at = {LATER} WHERE id = {BOOKED}",
        ["a_booking_spans_its_allocations"],
    ),
    "a booking changes its venue": (
        f"UPDATE rooms_booking SET venue_id = {OTHER_VENUE} WHERE state = 'cancelled'",
        ["a_booking_stays_in_its_venue", "a_change_tells_of_its_own_venue_and_guest"],
    ),
    "a booking is left as if it were held": (
        f"UPDATE rooms_booking SET held_until = {LATER} WHERE id = {BOOKED}",
        ["only_a_hold_is_left"],
    ),
    "a date of a series is lost": (
        f"UPDATE rooms_allocation SET occurrence = 1 WHERE booking_id = {SERIES} AND occurrence = 2",
        ["a_series_has_every_date_of_its_rule", "the_last_change_tells_how_a_booking_is"],
    ),
    "a booking has a date though it is no series": (
        f"UPDATE rooms_allocation SET occurrence = 1 WHERE booking_id = {BOOKED}",
        ["a_series_has_every_date_of_its_rule", "the_last_change_tells_how_a_booking_is"],
    ),
    "a blocking is lifted by hand": (
        "UPDATE rooms_blocking SET lifted_at = created_at",
        ["a_blocking_keeps_its_rooms_until_it_is_lifted"],
    ),
    "a part is let while the whole is taken": (
        f"UPDATE rooms_allocation SET state = 'cancelled', active = (1 = 0) WHERE room_id = {HALL}",
        ["whoever_has_the_whole_has_its_parts"],
    ),
    "a change is lost": (
        "DELETE FROM rooms_change WHERE kind = 'unblocked'",
        ["a_room_counts_its_changes"],
    ),
    "a change tells a stranger": (
        "UPDATE rooms_change SET guest_id = NULL WHERE kind = 'cancelled'",
        ["a_change_tells_of_its_own_venue_and_guest"],
    ),
    "a change tells of another time": (
        'UPDATE rooms_change SET after = \'{"state": "held", "start": "2020-01-01T00:00:00Z", "end": null}\' '
        "WHERE kind = 'held'",
        ["the_last_change_tells_how_a_booking_is"],
    ),
    "a blocking is never told": (
        "UPDATE rooms_change SET after = '{}' WHERE kind = 'blocked'",
        ["the_last_change_tells_how_a_blocking_is"],
    ),
    "a price is changed by hand": (
        f"UPDATE rooms_booking SET price = price + 1 WHERE id = {BOOKED}",
        ["a_price_is_the_sum_of_its_lines"],
    ),
    "a message is lost": (
        "DELETE FROM rooms_message WHERE kind = 'answer'",
        ["a_thread_counts_its_messages"],
    ),
    "a thread goes to another venue": (
        f"UPDATE rooms_thread SET venue_id = {OTHER_VENUE}",
        ["a_thread_is_at_the_venue_of_its_booking"],
    ),
    "a message is written by hand": (
        "UPDATE rooms_message SET author_id = NULL",
        ["every_message_is_told_of"],
    ),
    "somebody is invited without a word": (
        "UPDATE rooms_participant SET invited_at = (SELECT MAX(starts_at) FROM rooms_allocation)",
        ["whoever_is_invited_is_told_of"],
    ),
    "everybody is invited": (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) "
        "INSERT INTO rooms_participant "
        "(booking_id, address, may_change, answer, answers, invited_at, times, mails) "
        "SELECT booking_id, address || i, may_change, answer, answers, invited_at, times, mails "
        "FROM rooms_participant, n",
        ["a_booking_has_no_more_participants_than_may_be"],
    ),
    "nobody invites": (
        "UPDATE rooms_booking SET guest_id = NULL WHERE id = (SELECT booking_id FROM rooms_participant)",
        ["people_are_invited_by_guests_of_rooms", "a_change_tells_of_its_own_venue_and_guest"],
    ),
    "a hold is offered twice": (
        "UPDATE rooms_waitlistentry SET booking_id = (SELECT MIN(booking_id) FROM rooms_waitlistentry)",
        ["a_hold_is_offered_to_one"],
    ),
    "an offer is forgotten": (
        "UPDATE rooms_waitlistentry SET state = 'left'",
        ["an_offer_is_a_hold_for_who_waited"],
    ),
    "somebody waits for what another venue has": (
        "UPDATE rooms_waitlistentry SET state = 'waiting', booking_id = NULL, "
        "type_id = (SELECT MAX(id) FROM rooms_roomtype)",
        ["one_waits_for_what_the_venue_has"],
    ),
    "a key is given away": (
        "UPDATE rooms_idempotencykey SET owner_id = (SELECT MAX(id) FROM accounts_user)",
        ["a_key_belongs_to_who_booked"],
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_finds_that(name, lived_in, unguarded):
    statement, expected = BREAKS[name]
    office("elsewhere", hours=None)

    fetch(statement)

    assert broken() == sorted(expected)


@pytest.mark.parametrize("day", ["2150-01-01", "9999-12-31"])
def test_finds_what_lies_in_the_shadow_of_one_that_is_open(day, venue, aurora, unguarded):
    operations.block(aurora, span(9, None), by=None, now=NOW)

    fetch(
        "INSERT INTO rooms_allocation (room_id, blocking_id, starts_at, ends_at, blocks_from, blocks_until, "
        "state, active) SELECT room_id, blocking_id, %s, %s, %s, %s, state, active FROM rooms_allocation",
        [instant(datetime.fromisoformat(f"{day}T{hour}:00Z")) for hour in (10, 11, 10, 11)],
    )

    assert "a_room_is_never_taken_twice" in broken()


def test_every_invariant_is_broken_by_one_of_these():
    named = {name for _, expected in BREAKS.values() for name in expected}
    elsewhere = {"the_database_guards_its_tables", "rows_refer_to_rows_that_exist"}

    ours = {look.__name__ for look in INVARIANTS if look.__module__.startswith("rooms.")}
    assert named | elsewhere == ours


def test_finds_rows_that_refer_to_nothing():
    if on_postgres():
        pytest.skip("PostgreSQL refuses them")
    fetch("PRAGMA defer_foreign_keys = ON")
    venue = office()
    fetch("INSERT INTO rooms_roompart (whole_id, part_id) VALUES (4711, 4712)")

    found = verify.violations()["rows_refer_to_rows_that_exist"]

    assert [row["refers_to"] for row in found] == ["rooms_room", "rooms_room"]
    fetch("DELETE FROM rooms_roompart")
    assert venue.pk


@pytest.mark.parametrize(
    ("table", "column", "parent"),
    [
        ("rooms_booking", "venue_id", "rooms_venue"),
        ("rooms_booking", "booked_by_id", "accounts_user"),
        ("rooms_change", "room_id", "rooms_room"),
        ("rooms_change", "booking_id", "rooms_booking"),
        ("rooms_change", "blocking_id", "rooms_blocking"),
        ("rooms_change", "guest_id", "accounts_user"),
        ("rooms_change", "by_id", "accounts_user"),
        ("rooms_idempotencykey", "owner_id", "accounts_user"),
        ("rooms_idempotencykey", "booking_id", "rooms_booking"),
    ],
)
def test_finds_rows_that_refer_to_nothing_where_the_database_does_not_look(lived_in, table, column, parent):
    fetch(f"UPDATE {table} SET {column} = 4711 WHERE id = (SELECT MIN(id) FROM {table})")

    found = verify.violations()["rows_refer_to_rows_that_exist"]

    assert [(row["table"], row["refers_to"]) for row in found] == [(table, parent)]


class TestALostGuard:
    def test_is_named_by_verify(self, unguarded):
        found = verify.violations()["the_database_guards_its_tables"]

        assert {row["missing"] for row in found} >= (
            {"two_bookings_never_overlap", "an_allocation_has_one_cause", "a_hold_has_an_end"}
            if on_postgres()
            else {"two_bookings_never_overlap_on_insert", "two_bookings_never_overlap_on_update"}
        )

    def test_fails_djangos_database_check(self, unguarded):
        with pytest.raises(SystemCheckError, match="two bookings of one room could overlap"):
            call_command("check", databases=["default"])

    def test_is_no_fault_of_a_database_that_a_migration_is_still_to_bring_it_to(self, unguarded):
        loader = MigrationLoader(connection)
        [newest] = loader.graph.leaf_nodes("rooms")
        for applied in (newest, *loader.get_migration(*newest).replaces):
            MigrationRecorder(connection).record_unapplied(*applied)
        out = io.StringIO()

        call_command("check", databases=["default"], stdout=out)

        assert "no issues" in out.getvalue()

    def test_is_there_otherwise(self, db):
        out = io.StringIO()

        call_command("check", databases=["default"], stdout=out)

        assert "no issues" in out.getvalue()
