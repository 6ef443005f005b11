"""What could not be had is counted, in memory first, and written down together: sums, and no names."""

import time

import pytest

from reservations import NotFound, PolicyViolation, Unavailable
from rooms import operations
from rooms.models import Refusal, RoomType
from rooms.operations import AnyOf
from tests.travel import departure, ride
from tests.worlds import NOW, car_park, room, rooms, span

HOUR = span(9, 10)


@pytest.fixture(autouse=True)
def _counted_from_nothing(db):
    operations.write_down(now=NOW)
    Refusal.objects.all().delete()


@pytest.fixture
def taken(aurora, rival):
    return operations.book(aurora, HOUR, by=rival, now=NOW)


def written():
    operations.write_down(now=NOW)
    return sorted(Refusal.objects.values_list("venue__slug", "type__name", "code", "rule", "times", "rooms"))


def _refused(kind, ask, *args, **more):
    with pytest.raises(kind):
        ask(*args, now=NOW, **more)


class TestCounting:
    def test_a_room_that_is_taken_counts_by_its_type(self, taken, aurora, guest):
        for _ in range(3):
            _refused(Unavailable, operations.hold, aurora, HOUR, by=guest)

        assert written() == [("office", "Meeting room", "unavailable", "", 3, 3)]

    def test_any_of_a_type_counts_as_many_as_were_wanted(self, taken, venue, guest):
        _refused(Unavailable, operations.book, AnyOf(venue.types.get(), 5), HOUR, by=guest)

        assert written() == [("office", "Meeting room", "unavailable", "", 1, 5)]

    def test_what_the_terms_do_not_allow_counts_with_its_rule(self, aurora, guest):
        _refused(PolicyViolation, operations.book, aurora, span(22, 23), by=guest)

        assert written() == [("office", "Meeting room", "policy_violation", "opening_hours", 1, 1)]

    def test_a_car_park_that_is_full_counts(self, db):
        venue = car_park()
        rooms(venue, 1)
        operations.walk_in(venue, by=None, now=NOW)
        _refused(Unavailable, operations.walk_in, venue, by=None)

        assert written() == [("parking", None, "unavailable", "", 1, 1)]

    def test_so_do_seats(self, rival, guest):
        run = departure()
        operations.hold_seats(ride(run, "1A"), by=rival, now=NOW)
        _refused(Unavailable, operations.hold_seats, ride(run, "1A", "1B"), by=guest)

        assert [row[-2:] for row in written()] == [(1, 2)]

    def test_what_was_granted_before_is_no_refusal_when_it_comes_again(self, aurora, guest):
        operations.book(aurora, HOUR, by=guest, key="once", now=NOW)
        operations.book(aurora, HOUR, by=guest, key="once", now=NOW)

        assert written() == []

    def test_nor_is_a_wish_for_yesterday(self, aurora, guest):
        _refused(PolicyViolation, operations.book, aurora, span(9, 10, day=-3), by=guest)

        assert written() == []

    def test_nor_is_what_nobody_could_ever_have(self, aurora, guest):
        type(aurora).objects.filter(pk=aurora.pk).update(archived_at=NOW)
        aurora.venue.save()
        _refused(NotFound, operations.book, aurora, HOUR, by=guest)

        assert written() == []


class TestWritingDown:
    def test_adds_to_what_stands_there(self, taken, aurora, guest):
        for _ in range(2):
            _refused(Unavailable, operations.book, aurora, HOUR, by=guest)
            written()

        assert written() == [("office", "Meeting room", "unavailable", "", 2, 2)]

    def test_is_of_the_day_that_the_clocks_of_the_venue_show(self, taken, aurora, guest):
        type(aurora.venue).objects.update(timezone="Pacific/Auckland")
        _refused(Unavailable, operations.book, aurora, HOUR, by=guest)

        operations.write_down(now=NOW.replace(hour=12))

        assert [str(row.day) for row in Refusal.objects.all()] == ["2026-11-24"]

    @pytest.mark.django_db(transaction=True)
    def test_of_a_type_that_is_gone_nobody_needs_to_know(self, venue, guest):
        cabin = RoomType.objects.create(venue=venue, name="Cabin", policy=venue.policies.get())
        hut = room(venue, "Hut", type=cabin)
        _refused(PolicyViolation, operations.book, hut, span(22, 23), by=guest)
        hut.delete()
        cabin.delete()

        assert written() == []


@pytest.mark.django_db(transaction=True)
def test_a_thread_writes_it_down_a_moment_later(aurora, guest, settings):
    settings.REFUSALS_EVERY = 0.05
    with pytest.raises(PolicyViolation):
        operations.book(aurora, span(2, 3, day=700), by=guest, now=NOW)

    for _ in range(500):
        if Refusal.objects.exists():
            break
        time.sleep(0.02)
    assert Refusal.objects.get().times == 1
