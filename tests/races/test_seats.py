"""Many want seats until there are none: each gets what was asked, or is told, and nobody waits for ever."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connections

from accounts.models import User
from payments import operations as payments
from payments.errors import PaymentFailed
from payments.models import OPEN, Payment
from reservations import Unavailable, seating
from reservations.seating import Seat
from rooms import operations
from rooms.models import Booking, Room
from rooms.queries.verify import violations
from tests.travel import ride, soon, together, train
from tests.worlds import person

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS, SEATS = 30, 100
BUYERS, ON_SALE = 100, 32
GOOD, BAD = "4242424242424242", "4000000000000002"


def test_thirty_clients_fill_a_car_of_a_hundred_seats(transactional_db, deadlocks):
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

    before = deadlocks()
    threads = [threading.Thread(target=buy, args=[number]) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)

    assert (odd, deadlocks()) == ([], before)
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


class Rush:
    """Seats that go on sale to more buyers than there are seats, and have to be paid at once."""

    def __init__(self):
        self.run = soon(train(rows=ON_SALE // 4, payment="online"))
        self.names = list(Room.objects.filter(venue=self.run.vehicle).values_list("name", flat=True))

    def buy(self, number):
        """Be one buyer; "late" is who saw no seat any more, and may look again."""
        chance = random.Random(number)  # noqa: S311 -- a race that can be run again
        try:
            guest = User.objects.get(email=f"buyer{number}@example.com")
            held = self._hold(guest, chance)
            if held is None:
                return "late"
            if chance.random() < 0.2:
                operations.cancel(held, by=guest)
                return "left"
            for card in (BAD, GOOD) if chance.random() < 0.3 else (GOOD,):
                with suppress(PaymentFailed):
                    payments.pay(held, by=guest, card=card)
            return "paid"
        finally:
            connections.close_all()

    def _hold(self, guest, chance):
        if chance.random() < 0.5:
            with suppress(Unavailable):
                return operations.hold_seats(ride(self.run, chance.choice(self.names)), by=guest)
        with suppress(Unavailable):
            return operations.hold_seats(together(self.run, 1), by=guest)
        return None


def test_a_hundred_buyers_of_thirty_two_seats_leave_none_unsold_and_none_stuck(transactional_db, deadlocks):
    rush, before = Rush(), deadlocks()
    User.objects.bulk_create(User(email=f"buyer{number}@example.com") for number in range(BUYERS))

    with ThreadPoolExecutor(8) as pool:
        first = list(pool.map(rush.buy, range(BUYERS)))
        late = [number for number, became in enumerate(first) if became == "late"]
        again = list(pool.map(rush.buy, late))  # those who saw a seat come back

    paid = [*first, *again].count("paid")
    assert paid == ON_SALE
    sold = Booking.objects.filter(state="confirmed")
    assert sold.values("allocations__room").distinct().count() == ON_SALE
    assert sold.values("guest").distinct().count() == ON_SALE
    assert Payment.objects.filter(state="captured", refunded=0, booking__in=sold).count() == ON_SALE
    assert not Payment.objects.filter(state__in=OPEN).exists()
    assert not Booking.objects.filter(state="held").exists()
    assert (violations(), deadlocks()) == ({}, before)
