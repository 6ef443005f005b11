"""The demo's hotels: some stays are paid, one is given back, and the books are in order."""

from collections import Counter
from datetime import timedelta

import pytest

from payments import demo
from payments.models import Payment, Refund, SandboxCharge
from rooms import operations as rooms
from rooms.demo import past, worlds
from rooms.demo import people as cast
from rooms.models import Booking, Change, Policy, Venue
from rooms.queries import verify
from tests.payments.conftest import STAY
from tests.worlds import NOW, room

pytestmark = pytest.mark.django_db
STAYS = 40


@pytest.fixture
def house(venue, staff, guest, rival, monkeypatch):
    """A hotel in which forty people stay, half of them from yesterday; one is the demo's own guest.

    So many that some of each kind are sure, whatever the numbers of their bookings, which are its chance.
    """
    monkeypatch.setattr(demo, "OFTEN", 100)
    Policy.objects.update(payment="either")
    venue.save()
    yesterday = STAY.shift(-timedelta(days=8))
    for number in range(STAYS):
        one = room(venue, f"2{number:02}", capacity=2)
        who = guest if number == STAYS - 1 else rival
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
    assert 2 < paid < STAYS
    assert methods["card"]
    assert methods["cash"] + methods["terminal"]
    assert Payment.objects.get(booking__guest=guest).captured
    assert Booking.objects.get(state="cancelled").payments.get().refunded == Refund.objects.get().amount
    assert Refund.objects.get().state == "done"


def test_made_again_it_adds_nothing_and_nobody_is_written_to(house):
    pay(house)

    assert pay(house) == 0
    assert not Change.objects.filter(kind__in=["paid", "refunded"], told=False).exists()


class TestThePast:
    @pytest.fixture
    def venues(self, monkeypatch):
        monkeypatch.setattr(past, "WEEKS", 2)
        venues, people = worlds.build(), cast.settle()
        past.live(venues, people, now=NOW)
        assert demo.pay_some(None, venues=venues, people=people, now=NOW) > 500
        return venues

    def test_is_paid_where_it_came_to_pass_and_given_back_where_the_terms_say_so(self, venues):
        over = Booking.objects.filter(price__gt=0)
        given_back = Payment.objects.filter(refunded__gt=0).select_related("booking")

        assert not over.filter(state="completed", payments=None).exists()
        assert given_back.count() == Refund.objects.filter(state="done").count() > 10
        assert all(one.captured - one.refunded == one.booking.kept for one in given_back)
        assert set(Payment.objects.values_list("method", flat=True)) == {"card", "cash", "terminal"}

    def test_leaves_the_books_in_order_and_the_sandbox_agrees(self, venues):
        cards = Payment.objects.filter(method="card").order_by("reference")
        charges = SandboxCharge.objects.order_by("reference")

        assert verify.violations() == {}
        assert list(cards.values_list("reference", "captured", "refunded")) == list(
            charges.values_list("reference", "captured", "refunded")
        )

    def test_is_paid_once(self, venues):
        assert demo.pay_some(None, venues=venues, people=cast.settle(), now=NOW) == 0
