"""The database's own word: whoever writes, and however, two allocations of one room never overlap."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader

from rooms.constraints import NoOverlap
from rooms.models import Allocation, Blocking, Booking, Change, IdempotencyKey, Room, Venue
from rooms.sql import fetch, instant, on_postgres
from tests.worlds import NOW, at, office, person, room, span

only_sqlite = pytest.mark.skipif(on_postgres(), reason="PostgreSQL has a type for instants")
OVERLAP = "two_bookings_never_overlap"
INSERT = """INSERT INTO rooms_allocation
  (room_id, blocking_id, starts_at, ends_at, blocks_from, blocks_until, state, active)
  VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"""


@pytest.fixture
def blocking(venue):
    return Blocking.objects.create(venue=venue, starts_at=at(9), created_at=NOW)


@pytest.fixture
def write(aurora, blocking):
    """Write a row by hand, as no operation would; the buffers are in minutes before and after."""

    def insert(time, *, active=True, into=aurora, blocks=None):
        blocks = blocks or time
        edges = [instant(edge) for edge in (time.start, time.end, blocks.start, blocks.end)]
        state = "blocked" if active else "lifted"
        with transaction.atomic():
            fetch(INSERT, [into.pk, blocking.pk, *edges, state, active])
        return Allocation.objects.latest("pk")

    return insert


class TestTwoBookingsNeverOverlap:
    @pytest.mark.parametrize(
        "second",
        [
            span(9, 10),  # the same
            span(9.25, 9.75),  # within
            span(8, 11),  # around
            span(8, 9.25),  # into the start
            span(9.75, 11),  # into the end
            span(8, None),  # open from before
            span(9.5, None),  # open from within
        ],
        ids=str,
    )
    def test_by_raw_sql(self, write, second):
        write(span(9, 10))

        with pytest.raises(IntegrityError, match=OVERLAP):
            write(second)

        assert Allocation.objects.count() == 1

    def test_in_the_shadow_of_one_that_is_open(self, write):
        write(span(9, None))

        with pytest.raises(IntegrityError, match=OVERLAP):
            write(span(900, 901))

    @pytest.mark.parametrize("open_first", [True, False])
    def test_on_the_last_day_of_the_calendar(self, aurora, blocking, open_first):
        last = ["9999-12-31 10:00:00", "9999-12-31 11:00:00"]
        first, second = ([instant(at(9)), None], last) if open_first else (last, [instant(at(9)), None])
        fetch(INSERT, [aurora.pk, blocking.pk, *first, *first, "blocked", True])

        with pytest.raises(IntegrityError, match=OVERLAP), transaction.atomic():
            fetch(INSERT, [aurora.pk, blocking.pk, *second, *second, "blocked", True])

    def test_of_several_the_one_in_the_way_is_found(self, write):
        for hour in (7, 9, 11, 13):
            write(span(hour, hour + 1))

        with pytest.raises(IntegrityError, match=OVERLAP):
            write(span(8, 9.01))
        with pytest.raises(IntegrityError, match=OVERLAP):
            write(span(6, 20))

    def test_by_their_buffers_and_not_only_by_what_is_shown(self, write):
        write(span(9, 10), blocks=span(8.5, 10.5))

        with pytest.raises(IntegrityError, match=OVERLAP):
            write(span(10, 11))
        write(span(10.5, 11))

    def test_by_an_update_of_the_time(self, write):
        write(span(9, 10))
        later = write(span(10, 11))

        with pytest.raises(IntegrityError, match=OVERLAP), transaction.atomic():
            Allocation.objects.filter(pk=later.pk).update(blocks_from=at(9, 59), starts_at=at(9, 59))

    def test_by_an_update_of_the_room(self, write, birch):
        write(span(9, 10))
        elsewhere = write(span(9, 10), into=birch)

        with pytest.raises(IntegrityError, match=OVERLAP), transaction.atomic():
            fetch("UPDATE rooms_allocation SET room_id = %s WHERE id <> %s", [birch.pk, elsewhere.pk])

    def test_by_waking_one_up(self, write):
        write(span(9, 10))
        asleep = write(span(9, 10), active=False)

        with pytest.raises(IntegrityError, match=OVERLAP), transaction.atomic():
            Allocation.objects.filter(pk=asleep.pk).update(active=True, state="blocked")

    def test_in_a_form(self, write, aurora, blocking):
        write(span(9, 10))
        rival = Allocation(
            room=aurora, blocking=blocking, starts_at=at(9, 30), ends_at=at(11),
            blocks_from=at(9, 30), blocks_until=at(11), state="blocked", active=True,
        )  # fmt: skip

        with pytest.raises(ValidationError) as refused:
            rival.full_clean()

        assert refused.value.error_dict["__all__"][0].code == "unavailable"


class TestWhatDoesNotOverlap:
    def test_may_touch(self, write):
        for time in (span(9, 10), span(10, 11), span(8, 9), span(11, None)):
            write(time)

        assert Allocation.objects.count() == 4

    def test_may_lie_in_two_rooms(self, write, birch):
        write(span(9, 10))
        write(span(9, 10), into=birch)

    def test_is_anything_that_no_longer_counts(self, write):
        write(span(9, 10), active=False)
        write(span(9, 10))
        write(span(9, None), active=False)

    def test_is_a_row_and_itself(self, write):
        row = write(span(9, 10))

        Allocation.objects.filter(pk=row.pk).update(blocks_until=at(11), ends_at=at(11))
        row.refresh_from_db()
        row.full_clean()

        assert row.ends_at == at(11)


@only_sqlite
class TestInstantsOnSqlite:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-11-23T09:00:00",  # another letter sorts elsewhere
            "2026-11-23 09:00",
            "2026-11-23 09:00:00+00:00",
            "2026-11-23 06:00:00-03:00",
            "2026-11-23 09:00:00Z",
            "2026-11-23 09:00:00.5",
            "2026-02-30 09:00:00",
            "2026-11-23 24:00:00",
            "abcd-ef-gh ij:kl:mn",
            "",
            b"2026-11-23 09:00:00",  # a BLOB sorts after every text
            1795424400,
            2461367.875,
        ],
        ids=repr,
    )
    def test_have_one_spelling_since_they_are_compared_as_text(self, text, aurora, blocking):
        values = [aurora.pk, blocking.pk, text, None, text, None, "blocked", True]

        with pytest.raises(IntegrityError, match="instants are written"), transaction.atomic():
            fetch(INSERT, values)

    def test_may_have_fractions(self, aurora, blocking):
        first = ["2026-11-23 09:00:00", "2026-11-23 10:00:00.250000"] * 2
        fetch(INSERT, [aurora.pk, blocking.pk, *first, "blocked", True])

        second = ["2026-11-23 10:00:00.125000", None] * 2
        with pytest.raises(IntegrityError, match=OVERLAP), transaction.atomic():
            fetch(INSERT, [aurora.pk, blocking.pk, *second, "blocked", True])


def migrate(*operations):
    """Carry out operations on the tables as the migrations left them, as a later migration would."""
    before = MigrationLoader(connection).project_state()
    for operation in operations:
        after = before.clone()
        operation.state_forwards("rooms", after)
        with connection.schema_editor() as editor:
            operation.database_forwards("rooms", editor, before, after)
        before = after


def constraint():
    (found,) = (one for one in Allocation._meta.constraints if isinstance(one, NoOverlap))
    return found


def missing():
    return constraint().missing(connection, Allocation._meta.db_table)


@pytest.mark.django_db(transaction=True)
class TestALaterMigration:
    @pytest.fixture
    def refused(self):
        """Whether the database refuses an overlap."""

        def is_refused():
            venue = office(f"office-{Venue.objects.count()}")
            place, cause = room(venue), Blocking.objects.create(venue=venue, starts_at=at(9), created_at=NOW)
            time = [instant(at(9)), instant(at(10))]
            values = [place.pk, cause.pk, *time, *time, "blocked", True]
            try:
                with transaction.atomic():
                    fetch(INSERT, values)
                    fetch(INSERT, values)
            except IntegrityError as error:
                return OVERLAP in str(error)
            return False

        return is_refused

    def test_that_remakes_the_table_keeps_it(self, refused):
        narrow = Allocation._meta.get_field("state").clone()
        migrate(
            migrations.AddField("allocation", "seen", models.CharField(max_length=3, default="no")),
            migrations.AlterField("allocation", "state", models.CharField(max_length=20)),
            migrations.AlterField("allocation", "state", narrow),
            migrations.RemoveField("allocation", "seen"),
        )

        assert missing() == []
        assert refused()

    def test_that_remakes_the_rooms_keeps_it(self, refused):
        name = Room._meta.get_field("name").clone()
        migrate(
            migrations.AlterField("room", "name", models.CharField(max_length=81)),
            migrations.AlterField("room", "name", name),
        )

        assert missing() == []
        assert refused()

    def test_can_remove_it_and_put_it_back(self, refused):
        before = MigrationLoader(connection).project_state()
        without = before.clone()
        remove = migrations.RemoveConstraint("allocation", OVERLAP)
        remove.state_forwards("rooms", without)
        with connection.schema_editor() as editor:
            remove.database_forwards("rooms", editor, before, without)

        gone, let_through = missing(), not refused()
        Allocation.objects.all().delete()
        with connection.schema_editor() as editor:
            remove.database_backwards("rooms", editor, without, before)

        assert gone
        assert let_through
        assert missing() == []
        assert refused()


def test_what_is_gone_is_named(db):
    if on_postgres():
        fetch(f"ALTER TABLE rooms_allocation DROP CONSTRAINT {OVERLAP}")
        expected = [OVERLAP]
    else:
        fetch(f"DROP TRIGGER {OVERLAP}_on_update")
        expected = [f"{OVERLAP}_on_update"]

    assert missing() == expected


class TestNamedConstraints:
    """Each refuses what its name says, whoever writes."""

    @pytest.fixture
    def booking(self, venue, guest):
        return Booking(
            reference="ONE", venue=venue, guest=guest, state="confirmed",
            starts_at=at(9), ends_at=at(10), currency="EUR", created_at=NOW,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("a_booking_ends_after_it_starts", {"ends_at": at(9)}),
            ("a_booking_ends_after_it_starts", {"ends_at": at(8)}),
            ("a_hold_has_an_end", {"state": "held"}),
            ("a_price_is_not_negative", {"price": -1}),
            ("a_party_has_at_least_one", {"party": 0}),
            ("a_booking_is_in_a_known_state", {"state": "maybe"}),
            ("no_more_is_kept_than_the_price", {"state": "cancelled", "kept": 1}),
            ("what_is_kept_is_known_at_an_exit", {"state": "cancelled"}),
            ("what_is_kept_is_known_at_an_exit", {"kept": 0}),
        ],
    )
    def test_of_bookings(self, booking, name, values):
        for field, value in values.items():
            setattr(booking, field, value)

        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            booking.save()

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("an_allocation_ends_after_it_starts", {"ends_at": at(9), "blocks_until": at(9)}),
            ("an_allocation_blocks_at_least_its_span", {"blocks_from": at(9, 15)}),
            ("an_allocation_blocks_at_least_its_span", {"blocks_until": at(9, 45)}),
            ("an_allocation_blocks_at_least_its_span", {"blocks_until": None}),
            ("an_allocation_blocks_at_least_its_span", {"ends_at": None}),
            ("an_allocation_has_one_cause", {"booking": None}),
            ("an_allocation_is_active_in_active_states", {"active": False}),
            ("an_allocation_is_active_in_active_states", {"state": "cancelled"}),
            ("a_held_allocation_has_an_end", {"state": "held"}),
        ],
    )
    def test_of_allocations(self, booking, aurora, name, values):
        booking.save()
        row = {
            "room": aurora, "booking": booking, "starts_at": at(9), "ends_at": at(10),
            "blocks_from": at(9), "blocks_until": at(10), "state": "confirmed", "active": True,
        }  # fmt: skip

        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Allocation.objects.create(**{**row, **values})

        Allocation.objects.create(**row)

    def test_a_reference_names_one_booking(self, booking):
        booking.save()
        booking.pk = None

        with pytest.raises(IntegrityError), transaction.atomic():
            booking.save(force_insert=True)

    def test_a_room_counts_each_change_once(self, aurora):
        Change.objects.create(room=aurora, revision=1, kind="held", at=NOW)

        with pytest.raises(IntegrityError), transaction.atomic():
            Change.objects.create(room=aurora, revision=1, kind="held", at=NOW)

    def test_a_key_acts_once(self, booking, guest):
        booking.save()
        key = {"owner": guest, "key": "k", "fingerprint": "f", "booking": booking, "created_at": NOW}
        IdempotencyKey.objects.create(**key)

        with pytest.raises(IntegrityError), transaction.atomic():
            IdempotencyKey.objects.create(**key)
        IdempotencyKey.objects.create(**{**key, "owner": person("other")})

    def test_one_room_of_a_name_per_venue_unless_the_other_is_archived(self, venue, aurora):
        with pytest.raises(IntegrityError), transaction.atomic():
            room(venue, "Aurora")

        Room.objects.filter(pk=aurora.pk).update(archived_at=NOW)
        room(venue, "Aurora")
