"""What is quoted before cancelling is what goes back: a minute before each step, on it, and after it."""

from datetime import UTC, datetime, timedelta

import pytest

from payments import operations, queries
from payments.models import Refund
from reservations import Span
from rooms import operations as rooms
from rooms.models import Policy, Venue
from rooms.queries.cancelling import cancelling
from rooms.queries.terms import terms_of_venue
from tests.payments.conftest import SUCCEEDS, fresh, told
from tests.worlds import room

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
PRICE = 10_001
# Berlin's clocks go back in the night to 25 October 2026: a day before 15:00 is 16:00 on the clock.
ORDINARY = datetime(2027, 1, 20, 14, 0, tzinfo=UTC)
CLOCKS_CHANGE = datetime(2026, 10, 25, 14, 0, tzinfo=UTC)
TABLE = [
    (48, -1, PRICE), (48, 0, PRICE), (48, 1, 5_001),
    (24, -1, 5_001), (24, 0, 5_001), (24, 1, 2_001),
    (2, -1, 2_001), (2, 0, 2_001), (2, 1, 0),
]  # fmt: skip


@pytest.mark.parametrize("arrives", [ORDINARY, CLOCKS_CHANGE], ids=["ordinary", "clocks change"])
@pytest.mark.parametrize(("hours", "minutes", "back"), TABLE)
def test_the_quote_is_what_goes_back(hours, minutes, back, arrives, venue, guest):
    Policy.objects.update(cancellation_steps=[[48, 100], [24, 50], [2, 20]])
    Venue.objects.update(timezone="Europe/Berlin")
    venue.refresh_from_db()
    venue.types.get().rates.update(amount=PRICE)
    venue.save()
    early, late = arrives - timedelta(days=30), arrives - timedelta(hours=hours) + minutes * MINUTE
    night = Span(arrives, arrives + timedelta(hours=20))
    booking = rooms.hold(room(venue, "7", capacity=2), night, by=guest, now=early)
    operations.pay(booking, by=guest, card=SUCCEEDS, now=early)
    quoted = _quote(fresh(booking), late)

    rooms.cancel(booking, by=guest, now=late)
    told()

    sent = sum(Refund.objects.values_list("amount", flat=True))
    assert (quoted, sent) == (back, back)


def _quote(booking, now):
    """Return what the pages and the API say before anybody cancels."""
    places = booking.allocations.values_list("room_id", flat=True)
    said = cancelling(booking, terms_of_venue(booking.venue), places, staff=False, now=now)
    return max(0, queries.money_of(booking, now=now).paid - said.kept)
