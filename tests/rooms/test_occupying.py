"""Being there: checked in, checked out, and the rest of the time left to others."""

from datetime import timedelta

import pytest

from reservations import Forbidden, HoldExpired, IllegalTransition, NotFound, PolicyViolation
from rooms import operations
from rooms.models import Allocation, Booking, Change
from rooms.queries.desks import came_at
from rooms.queries.invariants import INVARIANTS
from tests.worlds import NOW, at, car_park, hall, office, person, rate, refused, room, rooms, span, works_at

HOUR = span(9, 10)


@pytest.fixture
def booking(aurora, guest):
    return operations.book(aurora, HOUR, by=guest, now=NOW)


@pytest.fixture
def staff(aurora):
    return works_at(person("carl"), aurora.venue)


def broken():
    return {one.__name__: rows for one in INVARIANTS if (rows := one())}


class TestCheckingIn:
    def test_marks_a_booking_that_has_begun(self, booking, guest):
        done = operations.check_in(booking, by=guest, now=at(9))

        assert done.state == "checked_in"
        assert set(booking.allocations.values_list("state", "active")) == {("checked_in", True)}

    def test_is_too_early_before_the_start_and_too_late_at_the_end(self, booking, guest):
        with refused(PolicyViolation, rule="not_begun", until=at(9)):
            operations.check_in(booking, by=guest, now=at(8, 59))
        with refused(PolicyViolation, rule="ended"):
            operations.check_in(booking, by=guest, now=at(10))

    def test_is_refused_for_a_hold(self, aurora, guest):
        held = operations.hold(aurora, HOUR, by=guest, now=NOW)

        with refused(IllegalTransition, state="held", move="check_in"):
            operations.check_in(held, by=guest, now=NOW)


class TestTakingACheckInBack:
    def test_lets_them_be_expected_as_before_and_come_again(self, booking, guest, staff):
        operations.check_in(booking, by=staff, now=at(9))

        done = operations.undo_check_in(booking, by=staff, now=at(9, 5))

        assert done.state == "confirmed"
        assert set(booking.allocations.values_list("state", "active")) == {("confirmed", True)}
        assert Change.objects.latest("pk").kind == "check_in_undone"
        assert operations.check_in(booking, by=guest, now=at(9, 10)).state == "checked_in"
        assert came_at([Booking.objects.get()]) == {booking.pk: at(9, 10)}
        assert broken() == {}

    def test_is_refused_where_nobody_is_there_or_it_is_over(self, booking, staff):
        with refused(IllegalTransition, state="confirmed", move="undo_check_in"):
            operations.undo_check_in(booking, by=staff, now=at(9))
        operations.check_in(booking, by=staff, now=at(9))
        with refused(PolicyViolation, rule="ended"):
            operations.undo_check_in(booking, by=staff, now=at(10))

    def test_is_refused_for_a_car_that_drove_in(self, db):
        lot = car_park()
        rooms(lot, 1)
        car = operations.walk_in(lot, by=None, now=at(9))

        with refused(PolicyViolation, rule="not_checked_in"):
            operations.undo_check_in(car, by=None, now=at(9, 5))

    def test_is_for_the_staff(self, booking, guest, rival):
        operations.check_in(booking, by=guest, now=at(9))

        with refused(Forbidden):
            operations.undo_check_in(booking, by=guest, now=at(9, 5))
        with refused(NotFound):
            operations.undo_check_in(booking, by=rival, now=at(9, 5))


class TestNotComing:
    def test_frees_the_room_at_once_and_ends_as_the_clock_would(self, booking, aurora, rival, staff):
        done = operations.mark_no_show(booking, by=staff, now=at(9, 1))

        assert (done.state, done.kept) == ("no_show", done.price)
        assert Change.objects.latest("pk").kind == "no_show"
        operations.book(aurora, span(9.5, 10), by=rival, now=at(9, 2))
        assert broken() == {}

    def test_is_known_from_the_start_until_the_end(self, booking, staff):
        with refused(PolicyViolation, rule="not_begun"):
            operations.mark_no_show(booking, by=staff, now=at(8, 59))
        with refused(PolicyViolation, rule="ended"):
            operations.mark_no_show(booking, by=staff, now=at(10))

    def test_is_not_said_of_whoever_checked_in(self, booking, staff):
        operations.check_in(booking, by=staff, now=at(9))

        with refused(IllegalTransition, state="checked_in", move="no_show"):
            operations.mark_no_show(booking, by=staff, now=at(9, 5))

    def test_is_for_the_staff(self, booking, guest, rival):
        with refused(Forbidden):
            operations.mark_no_show(booking, by=guest, now=at(9, 5))
        with refused(NotFound):
            operations.mark_no_show(booking, by=rival, now=at(9, 5))


@pytest.mark.parametrize("leave", [operations.check_out, operations.release])
class TestLeaving:
    def test_ends_a_running_booking_now_and_frees_the_rest(self, leave, booking, aurora, guest, rival):
        done = leave(booking, by=guest, now=at(9, 20))

        assert (done.state, done.starts_at, done.ends_at) == ("completed", at(9), at(9, 20))
        assert Allocation.objects.filter(booking=booking).values_list(
            "starts_at", "ends_at", "state", "active"
        ).get() == (at(9), at(9, 20), "completed", False)
        operations.book(aurora, span(9.5, 10), by=rival, now=at(9, 21))
        assert broken() == {}

    def test_follows_a_check_in(self, leave, booking, guest):
        operations.check_in(booking, by=guest, now=at(9))

        assert leave(booking, by=guest, now=at(9, 5)).state == "completed"

    def test_leaves_a_booking_that_was_over_its_whole_time(self, leave, booking, guest):
        assert leave(booking, by=guest, now=at(12)).ends_at == at(10)

    def test_at_the_very_start_leaves_a_moment(self, leave, booking, guest):
        assert leave(booking, by=guest, now=at(9)).ends_at == at(9) + timedelta.resolution

    def test_is_refused_before_the_start(self, leave, booking, guest):
        with refused(PolicyViolation, rule="not_begun", until=at(9)):
            leave(booking, by=guest, now=at(8))

    def test_is_refused_the_second_time(self, leave, booking, guest):
        leave(booking, by=guest, now=at(9, 20))

        with refused(IllegalTransition, state="completed"):
            leave(booking, by=guest, now=at(9, 30))

    def test_of_somebody_elses_booking_finds_nothing(self, leave, booking, rival):
        with refused(NotFound):
            leave(booking, by=rival, now=at(9, 20))

    def test_keeps_the_price_of_a_booking_with_an_end(self, leave, venue, aurora, guest):
        rate(venue, 1000)
        booked = operations.book(aurora, HOUR, by=guest, now=NOW)

        assert leave(booked, by=guest, now=at(9, 20)).price == booked.price == 1000

    def test_prices_a_booking_without_an_end(self, leave, guest):
        park = car_park()
        rate(park, 240)
        booked = operations.book(room(park, "Spot 1", capacity=1), span(9, None), by=guest, now=at(9))

        done = leave(booked, by=guest, now=at(11))

        assert (booked.price, done.price) == (0, 480)
        assert Booking.objects.get(pk=booked.pk).lines[0]["room"] == "Spot 1"
        assert broken() == {}

    def test_lets_the_buffer_go_too(self, leave, guest, rival):
        place = room(office("tidy", buffer_after_minutes=30))
        booked = operations.book(place, HOUR, by=guest, now=NOW)

        leave(booked, by=guest, now=at(9, 15))

        assert operations.book(place, span(9.25, 9.5), by=rival, now=at(9, 15)).state == "confirmed"

    def test_frees_every_part_of_a_hall_and_is_said_once_for_each_room(self, leave, venue, guest, heard):
        halls = hall(venue)
        booked = operations.book(halls["Grand Hall"], HOUR, by=guest, now=NOW)
        heard.clear()

        leave(booked, by=guest, now=at(9, 20))

        told = Change.objects.filter(booking=booked, kind="completed")
        assert {change.room_id for change in told} == {one.pk for one in halls.values()}
        assert {change.after["state"] for change in told} == {"completed"}
        assert not Allocation.objects.filter(active=True).exists()
        assert broken() == {}

    def test_frees_several_rooms_at_once(self, leave, venue, guest):
        booked = operations.book(rooms(venue, 3), HOUR, by=guest, now=NOW)

        leave(booked, by=guest, now=at(9, 20))

        assert booked.allocations.filter(active=False, ends_at=at(9, 20)).count() == 3


class TestReleasing:
    def test_lets_go_of_a_hold(self, aurora, guest, rival):
        held = operations.hold(aurora, HOUR, by=guest, now=NOW)

        assert operations.release(held, by=guest, now=NOW).state == "cancelled"
        operations.book(aurora, HOUR, by=rival, now=NOW)

    def test_is_too_late_for_a_hold_that_ran_out(self, aurora, guest):
        held = operations.hold(aurora, HOUR, by=guest, now=NOW)

        with refused(HoldExpired):
            operations.release(held, by=guest, now=NOW + timedelta(minutes=10))
        with refused(HoldExpired):
            operations.check_out(held, by=guest, now=NOW + timedelta(minutes=10))
