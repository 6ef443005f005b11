"""How full a car park was at most today, as its page and its desk tell."""

import pytest

from reservations import Span
from reservations.hours import day_span
from rooms import operations
from rooms.queries import lots
from tests.worlds import at, car_park, hall, office, person, rooms, terms, works_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def parking(db):
    return car_park()


@pytest.fixture
def spots(parking):
    return rooms(parking, 3)


@pytest.fixture
def desk(parking):
    return works_at(person("desk"), parking)


@pytest.fixture
def park(desk):
    def comes(spot, begins, leaves=None):
        """Let a car of its own come, and leave unless it stays."""
        booking = operations.take(spot, by=desk, now=begins)
        return booking if leaves is None else operations.release(booking, by=desk, now=leaves)

    return comes


def peak(venue, now):
    known = terms(venue)
    day = day_span(now.astimezone(known.zone).date(), known.zone)
    return lots.peak_of(known, day, lots.now_of(known, now=now), now=now)


def occupancy(venue, now):
    known = terms(venue)
    return lots.occupancy_of(lots.now_of(known, now=now).values())


def test_whoever_left_since_counts_for_the_time_that_they_were_there(parking, spots, park):
    park(spots[0], at(8), at(10))
    park(spots[1], at(9), at(11))
    park(spots[2], at(12))

    assert peak(parking, at(13)) == 2


def test_who_comes_as_another_leaves_is_not_there_with_them(parking, spots, park):
    park(spots[0], at(8), at(10))
    park(spots[1], at(10), at(11))

    assert peak(parking, at(13)) == 1


def test_of_yesterday_counts_who_is_still_there_and_not_who_left(parking, spots, park):
    park(spots[0], at(8), at(20))
    park(spots[1], at(9))

    assert peak(parking, at(7, day=1)) == 1


def test_what_is_closed_or_booked_for_later_is_not_taken(parking, spots, park, desk):
    operations.block(spots[0], Span(at(8), at(20)), by=desk, now=at(7))
    operations.book(spots[1], Span(at(15), at(17)), by=person("guest"), now=at(7))

    assert peak(parking, at(13)) == 0
    assert peak(parking, at(16)) == 1


def test_what_is_out_of_use_is_counted_apart_from_what_is_taken(parking, spots, park, desk):
    operations.block(spots[0], Span(at(8), at(20)), by=desk, now=at(7))
    park(spots[1], at(9))

    assert occupancy(parking, at(13)) == lots.Occupancy(free=1, taken=1, blocked=1)


def test_the_most_is_never_less_than_what_is_taken_now_however_it_is_taken(parking, spots, park, desk):
    park(spots[0], at(9))
    operations.hold(spots[1], Span(at(12), at(14)), by=person("guest"), now=at(12))

    assert (occupancy(parking, at(12)).taken, peak(parking, at(12))) == (2, 2)


def test_a_hall_that_divides_is_counted_by_its_parts():
    venue = office()
    whole = hall(venue)["Grand Hall"]
    parts = len(terms(venue).rooms[whole.pk].parts)
    operations.book(whole, Span(at(9), at(11)), by=person("guest"), now=at(7))

    assert occupancy(venue, at(10)) == lots.Occupancy(taken=parts)
    assert peak(venue, at(10)) == parts
    assert occupancy(venue, at(12)) == lots.Occupancy(free=parts)
