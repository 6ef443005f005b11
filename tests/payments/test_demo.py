"""The demo's hotels: some stays are paid, one is given back, and the books are in order."""

from collections import Counter
from datetime import timedelta

import pytest

from payments import demo
from payments.models import Payment, Refund
from rooms import operations as rooms
from rooms.demo import people as cast
from rooms.models import Booking, Change, Policy, Venue
from tests.payments.conftest import STAY
from tests.worlds import NOW, room

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(venue, staff, guest, rival, monkeypatch):
    """A hotel in which twenty people stay, half of them from yesterday; one is the demo's own guest."""
    monkeypatch.setattr(demo, "OFTEN", 60)
    Policy.objects.update(payment="either")
    venue.save()
    yesterday = STAY.shift(-timedelta(days=8))
    for number in range(20):
        one = room(venue, f"2{number:02}", capacity=2)
        who = guest if number == 19 else rival
        span = STAY if number % 2 else yesterday
        asked_at = NOW - timedelta(days=20)
        booking = rooms.book(one, span, by=staff, details=rooms.Details(guest=who), now=asked_at)
        if span is yesterday:
            rooms.check_in(booking, by=staff, now=span.start)
    return {cast.GUEST: guest, cast.STAFF: staff}


def pay(people):
    return demo.pay_some(None, venues=Venue.objects.all(), people=people, now=NOW)


def test_some_stays_are_paid_in_several_ways_and_one_is_given_back(house, guest):
    paid = pay(house)

    methods = Counter(Payment.objects.values_list("method", flat=True))
    assert 2 < paid < 20
    assert methods["card"]
    assert methods["cash"] + methods["terminal"]
    assert Payment.objects.get(booking__guest=guest).captured
    assert Booking.objects.get(state="cancelled").payments.get().refunded == Refund.objects.get().amount
    assert Refund.objects.get().state == "done"


def test_made_again_it_adds_nothing_and_nobody_is_written_to(house):
    pay(house)

    assert pay(house) == 0
    assert not Change.objects.filter(kind__in=["paid", "refunded"], told=False).exists()
