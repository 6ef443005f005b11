"""What the clock ends: no-shows, what is over, requests nobody decided on. A late clock catches up."""

import logging

import pytest

from reservations import Unavailable
from rooms import operations
from rooms.models import Booking, Change, Room
from rooms.queries import verify
from rooms.queries.timeline import timeline
from tests.worlds import NOW, at, car_park, hall, hotel, office, rate, refused, room, rooms, span, terms

pytestmark = pytest.mark.django_db
HOUR = span(9, 10)


def states():
    return list(Booking.objects.order_by("pk").values_list("state", flat=True))


class TestNoShows:
    @pytest.fixture
    def strict(self):
        """An office that waits half an hour."""
        return office("strict", no_show_minutes=30)

    def test_free_the_room_after_so_many_minutes(self, strict, guest, rival):
        place = room(strict)
        operations.book(place, span(9, 12), by=guest, now=NOW)

        assert [operations.mark_no_shows(now=now) for now in (at(9, 29), at(9, 30), at(9, 31))] == [0, 1, 0]

        assert states() == ["no_show"]
        assert operations.book(place, span(10, 11), by=rival, now=at(9, 45)).state == "confirmed"
        assert verify.violations() == {}

    def test_are_not_those_who_checked_in(self, strict, guest):
        booking = operations.book(room(strict), span(9, 12), by=guest, now=NOW)
        operations.check_in(booking, by=guest, now=at(9, 10))

        assert operations.mark_no_shows(now=at(11)) == 0

    def test_keep_of_the_price_what_the_steps_say_then(self, guest):
        inn = hotel(no_show_minutes=120, cancellation_steps=[[24, 100], [0, 50]])
        rate(inn, 10000, unit="night")
        stay = operations.book(room(inn), span(15, 35), by=guest, now=NOW)

        operations.mark_no_shows(now=at(17))

        stay.refresh_from_db()
        assert (stay.state, stay.kept) == ("no_show", 10000)

    def test_are_found_in_a_car_park_where_nothing_has_an_end(self, guest):
        spot = room(car_park(no_show_minutes=60), "14", capacity=1)
        operations.book(spot, span(9, None), by=guest, now=NOW)

        assert operations.mark_no_shows(now=at(10)) == 1

    def test_do_not_happen_where_one_room_waits_for_ever(self, strict, guest):
        relaxed = strict.types.create(
            name="Lounge", capacity=8, policy=strict.policies.create(name="Relaxed")
        )
        both = [room(strict), room(strict, "Lounge", type=relaxed)]
        operations.book(both, span(9, 12), by=guest, now=NOW)

        assert operations.mark_no_shows(now=at(11)) == 0

    def test_of_a_night_without_a_clock_are_marked_when_their_time_is_over(self, strict, guest):
        operations.book(room(strict), HOUR, by=guest, now=NOW)

        assert operations.mark_no_shows(now=at(9, day=9)) == 0  # it does not look through all of history
        assert operations.complete_past(now=at(9, day=9)) == 1

        assert states() == ["no_show"]

    def test_leave_the_rest_for_the_next_look(self, strict, guest):
        for place in rooms(strict, 3):
            operations.book(place, span(9, 12), by=guest, now=NOW)

        assert [operations.mark_no_shows(now=at(10), limit=2) for _ in range(3)] == [2, 1, 0]


class TestWhatIsOver:
    def test_is_completed_checked_in_or_not(self, venue, guest):
        first, second, third = rooms(venue, 3)
        there = operations.book(first, HOUR, by=guest, now=NOW)
        operations.book(second, HOUR, by=guest, now=NOW)
        operations.book(third, span(9, 11), by=guest, now=NOW)
        operations.check_in(there, by=guest, now=at(9))

        assert [operations.complete_past(now=now) for now in (at(9, 59), at(10), at(10))] == [0, 2, 0]

        assert states() == ["completed", "completed", "confirmed"]
        assert verify.violations() == {}

    def test_stays_on_the_board_of_today(self, venue, guest, aurora):
        operations.book(aurora, HOUR, by=guest, now=NOW)
        before = timeline(terms(venue), span(0, 24), now=at(9))[aurora.pk].taken

        operations.complete_past(now=at(10))

        assert timeline(terms(venue), span(0, 24), now=at(10))[aurora.pk].taken == before

    def test_still_keeps_the_buffer_behind_it(self, guest, rival):
        tidy = room(office("tidy", buffer_after_minutes=30))
        operations.book(tidy, HOUR, by=guest, now=NOW)

        operations.complete_past(now=at(10))

        with refused(Unavailable):
            operations.book(tidy, span(10.25, 11), by=rival, now=at(10))

    def test_is_told_once_for_each_room(self, venue, guest):
        halls = hall(venue)
        operations.book(halls["Grand Hall"], HOUR, by=guest, now=NOW)

        operations.complete_past(now=at(10))

        told = Change.objects.filter(kind="completed").values_list("room__name", "after__state", "by")
        assert sorted(told) == [(name, "completed", None) for name in sorted(halls)]

    def test_does_not_include_a_car_that_has_no_end(self, guest):
        spot = room(car_park(), "14", capacity=1)
        operations.book(spot, span(9, None), by=guest, now=NOW)

        assert operations.complete_past(now=at(9, day=30)) == 0

    def test_is_looked_at_in_one_query_however_much_is_past(self, venue, guest, django_assert_num_queries):
        operations.book(room(venue), HOUR, by=guest, now=NOW)
        operations.complete_past(now=at(10))

        with django_assert_num_queries(1):
            operations.complete_past(now=at(11))


class TestRequests:
    def test_that_nobody_decided_on_run_out_when_they_were_to_begin(self, guest):
        asked = room(office("asked", needs_approval=True))
        request = operations.book(asked, HOUR, by=guest, now=NOW)

        assert [operations.expire_requests(now=now) for now in (at(8, 59), at(9), at(9))] == [0, 1, 0]

        request.refresh_from_db()
        assert (request.state, request.kept) == ("expired", 0)
        assert verify.violations() == {}


def test_one_booking_that_cannot_be_ended_holds_no_other_back(venue, guest, caplog):
    first, second = rooms(venue, 2)
    _, sound = (operations.book(place, HOUR, by=guest, now=NOW) for place in (first, second))
    Room.objects.filter(pk=first.pk).update(revision=0)  # the number of its next change is taken already

    with caplog.at_level(logging.CRITICAL, "rooms.operations.ending"):
        assert operations.complete_past(now=at(10)) == 1

    sound.refresh_from_db()
    assert sound.state == "completed"


def test_one_hold_that_cannot_be_let_go_holds_no_other_back(venue, guest, caplog):
    first, second = rooms(venue, 2)
    _, sound = (operations.hold(place, HOUR, by=guest, now=NOW) for place in (first, second))
    Room.objects.filter(pk=first.pk).update(revision=0)  # the number of its next change is taken already

    with caplog.at_level(logging.CRITICAL, "rooms.operations.ending"):
        assert operations.expire_holds(now=at(10)) == 1

    sound.refresh_from_db()
    assert sound.state == "expired"
