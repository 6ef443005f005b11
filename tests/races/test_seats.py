"""Many want seats together until the car is full: each gets so many as asked, and nobody waits for ever."""

import random
import threading

import pytest
from django.db import connections

from reservations import Unavailable, seating
from reservations.seating import Seat
from rooms import operations
from rooms.models import Booking, Room
from rooms.queries.verify import violations
from tests.travel import soon, together, train
from tests.worlds import person

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS, SEATS = 30, 100


def test_thirty_clients_fill_a_car_of_a_hundred_seats(transactional_db):
    run = soon(train(rows=SEATS // 4))
    people = [person(f"client-{number}") for number in range(CLIENTS)]
    granted, odd = [], []

    def buy(number):
        chance = random.Random(number)  # noqa: S311 -- a race that can be run again
        most = 6
        try:
            while most:
                count = chance.randint(1, most)
                try:
                    made = operations.book_seats(together(run, count), by=people[number])
                    granted.append((made.pk, count))
                except Unavailable as refusal:
                    most = min(most, refusal.free)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the test tells of it
            odd.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=buy, args=[number]) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)

    assert odd == []
    assert sum(count for _, count in granted) == SEATS
    for key, count in granted:
        _require_kept(Booking.objects.get(pk=key), count)
    assert violations() == {}


def _require_kept(booking, count):
    """Assert that the booking has so many seats, side by side where that was promised."""
    rows = Room.objects.filter(venue=booking.venue).order_by("order").values_list("pk", "floor", "y", "x")
    seats = [Seat(key, coach, row, across) for key, coach, row, across in rows]
    taken = set(booking.allocations.filter(active=True).values_list("room_id", flat=True))
    assert len(taken) == count
    assert not booking.journey.together or seating.are_together(seats, taken)
