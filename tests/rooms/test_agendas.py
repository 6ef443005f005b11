"""Agendas at a venue: what is found can be booked, all of it at once or nothing."""

from datetime import timedelta
from itertools import combinations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reservations import Invalid, PolicyViolation, Span, Unavailable
from rooms import operations
from rooms.models import Allocation, Booking, Policy, Room, RoomPart, Venue
from rooms.operations import Details, Taking
from rooms.queries.agendas import Event, find
from rooms.queries.terms import terms_of_venue
from rooms.queries.verify import violations
from tests.worlds import NOW, at, hotel, office, refused, room, span

DAY = span(9, 17)
HOUR = timedelta(hours=1)


@pytest.fixture
def small(venue):
    return room(venue, "Small", capacity=4)


@pytest.fixture
def large(venue):
    return room(venue, "Large", capacity=20)


def event(hours, party=1, **more):
    return Event(hours * HOUR, party, **more)


def planned(venue, *events, window=DAY, **more):
    return find(terms_of_venue(Venue.objects.get(pk=venue.pk)), events, window, now=NOW, **more)


def told(found):
    return [(one.event, one.room.name, one.span.start, one.span.end) for one in found.placed]


def takings(found, **details):
    return [Taking(Room.objects.get(pk=one.room.id), one.span, Details(**details)) for one in found.placed]


class TestAPlan:
    def test_takes_the_smallest_room_that_holds_the_people_and_the_first_free_time(
        self, venue, small, large, rival
    ):
        operations.book(small, span(9, 10), by=rival, now=NOW)

        found = planned(venue, event(1, 3), event(2, 12))

        assert told(found) == [(1, "Large", at(9), at(11)), (0, "Small", at(10), at(11))]

    def test_keeps_within_hours_notice_and_the_days_one_may_book_ahead(self, small):
        venue = small.venue
        venue.opening_hours.all().delete()
        venue.opening_hours.create(weekday=0, opens="10:00", closes="16:00")
        Policy.objects.update(min_notice_minutes=120)
        venue.save()

        found = planned(venue, event(6), event(1))

        assert told(found) == [(0, "Small", at(10), at(16))]
        assert found.left == {1: "The others take what is free."}
        Policy.objects.update(max_advance_days=1)
        venue.save()
        assert planned(venue, event(1), window=Span(at(9, day=26), at(17, day=26))).left

    def test_says_why_an_event_has_no_place(self, venue, small, large, rival):
        operations.book(large, span(9, 16), by=rival, now=NOW)

        found = planned(venue, event(1, 50), event(2, 10), event(1, 10), event(1, 10))

        assert sorted(found.left.values()) == [
            "No room here holds 50 people.",
            "No room that it fits in is free for so long then.",
            "The others take what is free.",
        ]
        assert not found.is_whole

    def test_puts_nothing_in_a_hall_and_its_part_at_once(self, venue, large):
        part = room(venue, "Part", capacity=10)
        RoomPart.objects.create(whole=large, part=part)
        venue.save()

        found = planned(venue, event(8, 15), event(1, 8))

        assert len(found.placed) == 1

    def test_offers_no_room_that_one_may_not_book_and_none_by_the_night(self, venue, small, guest):
        small.everybody = "see"
        small.save()
        inn = hotel()
        room(inn, "1")

        assert planned(venue, event(1), reader=guest).left
        assert planned(inn, event(1)).left

    @pytest.mark.parametrize("number", [0, 13])
    def test_is_of_one_to_twelve_events(self, venue, small, number):
        with refused(Invalid):
            planned(venue, *[event(1)] * number)

    @pytest.mark.parametrize("window", [Span(at(9), None), Span(at(9), at(9) + timedelta(days=15))])
    def test_is_looked_for_within_two_weeks(self, venue, small, window):
        with refused(Invalid):
            planned(venue, event(1), window=window)

    def test_asks_as_often_for_many_rooms_as_for_one(self, venue, small):
        planned(venue, event(1))
        with CaptureQueriesContext(connection) as one:
            planned(venue, event(1))
        for number in range(20):
            room(venue, f"Room {number}")
        terms_of_venue(Venue.objects.get(pk=venue.pk))  # in memory now, as they were then

        with CaptureQueriesContext(connection) as many:
            planned(venue, *[event(1)] * 12)

        assert len(one) == len(many)


class TestBookingIt:
    def test_makes_a_booking_of_each(self, venue, small, large, guest):
        Policy.objects.update(buffer_after_minutes=30)
        venue.save()
        found = planned(venue, *[event(1, 3)] * 6, event(3, 15), event(2, 10))

        made = operations.book_together(takings(found, title="Retreat"), by=guest, now=NOW)

        assert found.is_whole
        assert [one.state for one in made] == ["confirmed"] * 8
        assert violations() == {}
        for one, other in combinations(found.placed, 2):
            assert one.room != other.room or not one.span.overlaps(other.span)

    def test_is_all_of_it_or_nothing_and_names_what_cannot_be_had(self, venue, small, large, guest, rival):
        found = planned(venue, event(1, 3), event(1, 10))
        asked = takings(found, title="Retreat")
        operations.book(large, span(9, 10), by=rival, now=NOW)

        with refused(Unavailable) as refusal:
            operations.book_together(asked, by=guest, now=NOW)

        assert refusal.value.sentence.startswith("Retreat: Large is booked")

    def test_refuses_what_the_terms_of_one_room_do_not_allow(self, small, guest):
        asked = [Taking(small, span(9, 10)), Taking(small, Span(NOW - 2 * HOUR, NOW - HOUR))]

        with refused(PolicyViolation, rule="starts_in_past"):
            operations.book_together(asked, by=guest, now=NOW)

    def test_lets_two_of_them_not_overlap(self, small, guest):
        with refused(Unavailable):
            operations.book_together(
                [Taking(small, span(9, 11)), Taking(small, span(10, 12))], by=guest, now=NOW
            )

    def test_with_one_key_is_done_once(self, venue, small, large, guest):
        asked = takings(planned(venue, event(1, 3), event(1, 10)))

        first = operations.book_together(asked, by=guest, key="k", now=NOW)
        again = operations.book_together(asked, by=guest, key="k", now=NOW)

        assert [one.pk for one in first] == [one.pk for one in again]
        assert (Booking.objects.count(), Allocation.objects.count()) == (2, 2)

    def test_is_of_one_venue_and_of_something(self, small, guest):
        elsewhere = room(office("elsewhere"))

        for asked in ([], [Taking(small, DAY), Taking(elsewhere, DAY)], [Taking(small, DAY)] * 13):
            with refused(Invalid):
                operations.book_together(asked, by=guest, now=NOW)
