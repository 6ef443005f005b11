"""What a guest sees of their own bookings: as a list, and on a board."""

from datetime import timedelta

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, settings

from rooms import boards, operations, queries
from rooms.queries import guests
from rooms.wishes import Details, Repeated
from tests.worlds import (
    NOW,
    at,
    car_park,
    room,
    span,
)

HOUR = span(9, 10)
law = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def later(minutes):
    return NOW + timedelta(minutes=minutes)


class TestMyBookings:
    @pytest.fixture
    def mine(self, aurora, birch, guest, rival):
        """One booking of each sort, named by its title."""

        def book(title, hour, act=operations.book, **more):
            return act(aurora, span(hour, hour + 1), by=guest, details=Details(title=title), now=NOW, **more)

        book("soon", 12)
        book("over", 7)
        book("held", 13, operations.hold)
        operations.renew(book("renewed", 14, operations.hold), by=guest, now=NOW)
        operations.cancel(book("cancelled", 15), by=guest, now=NOW)
        operations.book(birch, HOUR, by=rival, details=Details(title="not mine"), now=NOW)
        return guest

    def titles(self, guest, scope, now):
        return [booking.title for booking in queries.my_bookings(guest, scope, now=now)]

    def test_are_to_come_over_or_given_up(self, mine):
        assert self.titles(mine, "upcoming", later(9)) == ["over", "soon", "held", "renewed"]
        assert self.titles(mine, "upcoming", at(8)) == ["soon"]
        assert self.titles(mine, "past", at(8)) == ["over"]
        assert self.titles(mine, "cancelled", at(8)) == ["cancelled", "renewed", "held"]

    def test_are_each_in_one_list_and_no_other(self, mine):
        for now in (NOW, later(10), at(8), at(13), at(23)):
            found = [
                title
                for scope in ("upcoming", "past", "cancelled")
                for title in self.titles(mine, scope, now)
            ]
            assert sorted(found) == ["cancelled", "held", "over", "renewed", "soon"]

    def test_with_an_open_end_are_still_to_come(self, guest):
        spot = room(car_park(), "Spot 1", capacity=1)
        operations.book(spot, span(9, None), by=guest, details=Details(title="parked"), now=at(9))

        assert self.titles(guest, "upcoming", at(9, day=40)) == ["parked"]


class TestWhatAGuestSees:
    def test_of_a_series_says_which_of_its_dates(self, aurora, guest):
        operations.book(aurora, Repeated(HOUR, "FREQ=DAILY;COUNT=2"), by=guest, now=NOW)
        operations.book(aurora, span(11, 12), by=guest, now=NOW)

        told = boards.own(
            guests.own_taken(Q(booking__guest=guest), span(0, 48), now=NOW), reader=guest.pk, staff=True
        )

        assert [row.get("occurrence") for row in told] == [1, None, 2]

    def test_of_their_own_has_titles(self, aurora, guest, rival):
        operations.book(aurora, HOUR, by=guest, details=Details(title="Daily"), now=NOW)
        operations.book(aurora, span(10, 11), by=rival, details=Details(title="Secret"), now=NOW)

        own = guests.own_taken(Q(booking__guest=guest), span(0, 24), now=NOW)

        assert [(row.title, row.kind, row.guest) for row in own] == [("Daily", "booked", "Guest")]
