"""Whoever closes their account owes nothing, is owed nothing, and leaves the books as they are."""

import pytest

from accounts import keepers
from accounts import operations as people
from payments import operations
from payments.models import LedgerEntry, Refund
from reservations import PolicyViolation
from rooms import operations as rooms
from tests.payments.conftest import PRICE, STAY, SUCCEEDS, fresh
from tests.worlds import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def over(double, guest):
    """A stay that is over and was never paid."""
    stay = rooms.book(double, STAY, by=None, details=rooms.Details(guest=guest), now=NOW)
    rooms.check_in(stay, by=None, now=STAY.start)
    rooms.complete_past(now=STAY.end)
    return fresh(stay)


def told(guest):
    return [one.sentence for one in keepers.hindrances(guest)]


class TestMoney:
    def test_that_is_still_to_be_paid_is_in_the_way_and_then_stays_in_the_books(self, over, guest):
        assert told(guest) == [f"{over.reference} has €200.00 still to be paid."]
        with pytest.raises(PolicyViolation, match="still to be paid"):
            people.close(guest, by=guest)

        operations.take_at_desk(over, "cash", by=None)
        books = list(LedgerEntry.objects.order_by("pk").values())
        people.close(guest, by=guest)
        rooms.erase_closed()

        assert list(LedgerEntry.objects.order_by("pk").values()) == books
        assert fresh(over).price == PRICE

    def test_that_goes_back_is_in_the_way_until_it_has_arrived(self, hold, guest):
        operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)
        rooms.cancel(fresh(hold), by=guest, now=NOW)
        assert told(guest) == [f"{hold.reference} has €200.00 to be given back: that takes a moment."]

        rooms.tell()
        assert told(guest) == [f"{hold.reference} has money on its way: wait until it has arrived."]

        operations.send_refunds()
        assert (Refund.objects.get().state, told(guest)) == ("done", [])
