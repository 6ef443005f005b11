"""Cancelling keeps what its quote said: nothing of a hold, the rest by the steps of the terms."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from reservations import PolicyViolation, Span
from rooms import operations
from rooms.models import Booking
from rooms.queries.cancelling import cancelling
from tests.worlds import NOW, at, hotel, office, person, rate, refused, room, rooms, span, terms, works_at

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NIGHT = Span(at(15, day=5), at(11, day=6))
STEPS = [[48, 90], [24, 50], [0, 20]]


@pytest.fixture
def inn():
    """A hotel at 100.01 a night, where less and less comes back as the stay comes nearer."""
    inn = hotel(cancellation_steps=STEPS)
    rate(inn, 10001, unit="night")
    return inn


def quoted(booking, now):
    places = booking.allocations.values_list("room_id", flat=True)
    return cancelling(booking, terms(booking.venue), places, staff=False, now=now)


@pytest.mark.parametrize(
    ("before", "late", "kept"),
    [
        (48, -MINUTE, 1000),  # the guest gets 9000.9, and so 9001
        (48, 0 * MINUTE, 1000),
        (48, MINUTE, 5000),
        (24, -MINUTE, 5000),
        (24, 0 * MINUTE, 5000),
        (24, MINUTE, 8000),
        (0, -MINUTE, 8000),
    ],
)
def test_it_keeps_what_the_quote_said(inn, guest, before, late, kept):
    now = NIGHT.start - timedelta(hours=before) + late
    booking = operations.book(room(inn), NIGHT, by=guest, now=NOW)
    said = quoted(booking, now)

    cancelled = operations.cancel(booking, by=guest, now=now)

    cancelled.refresh_from_db()
    assert (said.refusal, said.kept, cancelled.kept) == (None, kept, kept)


def test_a_quote_is_refused_as_cancelling_is(inn, guest):
    booking = operations.book(room(inn), NIGHT, by=guest, now=NOW)
    said = quoted(booking, NIGHT.start)

    with refused(PolicyViolation, sentence=said.refusal.sentence):
        operations.cancel(booking, by=guest, now=NIGHT.start)


def test_the_strictest_room_counts(inn, guest):
    lenient = inn.types.create(name="Suite", capacity=2, unit="night", policy=hotel("other").policies.get())
    places = [room(inn, "1"), room(inn, "2", type=lenient)]
    booking = operations.book(places, NIGHT, by=guest, now=NOW)

    assert operations.cancel(booking, by=guest, now=NIGHT.start - 24 * 60 * MINUTE).kept == 5000


def test_a_hold_keeps_nothing_however_it_ends(inn, guest, staff):
    first, second, third = rooms(inn, 3)
    tonight = Span(at(15), at(11, day=1))
    held = [operations.hold(place, tonight, by=guest, now=NOW) for place in (first, second, third)]

    operations.cancel(held[0], by=guest, now=NOW)
    operations.release(held[1], by=guest, now=NOW)
    operations.expire_holds(now=NOW + timedelta(hours=1))

    assert set(Booking.objects.values_list("state", "kept")) == {("cancelled", 0), ("expired", 0)}


def test_a_request_keeps_nothing(guest):
    asked = hotel(cancellation_steps=[[48, 0]], needs_approval=True)
    rate(asked, 10000, unit="night")
    first, second = rooms(asked, 2)
    clerk = works_at(person("clerk"), asked)
    cancelled, declined = (operations.book(place, NIGHT, by=guest, now=NOW) for place in (first, second))

    operations.cancel(cancelled, by=guest, now=NOW)
    operations.decline(declined, by=clerk, now=NOW)

    assert list(Booking.objects.order_by("pk").values_list("kept", flat=True)) == [0, 0]


def test_what_lives_or_came_to_pass_keeps_its_price(inn, guest, staff):
    booking = operations.book(room(inn), NIGHT, by=guest, now=NOW)
    assert booking.kept is None

    operations.check_in(booking, by=None, now=NIGHT.start)
    gone = operations.check_out(booking, by=None, now=NIGHT.start + 60 * MINUTE)

    assert (gone.state, gone.kept) == ("completed", None)


@pytest.mark.parametrize(
    "fields", [{"kept": 0}, {"state": "cancelled"}, {"state": "cancelled", "kept": 10002}]
)
def test_the_database_knows_what_may_be_kept(inn, guest, fields):
    operations.book(room(inn), NIGHT, by=guest, now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.update(**fields)


class TestPayingFirst:
    @pytest.fixture
    def shop(self):
        """An office whose rooms are paid online before they are confirmed."""
        venue = office("shop", payment="online")
        rate(venue, 1000)
        return venue

    def test_a_guest_cannot_book_what_is_paid_online(self, shop, guest):
        place = room(shop)

        with refused(PolicyViolation, rule="payment"):
            operations.book(place, span(9, 10), by=guest, now=NOW)

    def test_a_guest_cannot_confirm_it_but_the_system_can(self, shop, guest):
        held = operations.hold(room(shop), span(9, 10), by=guest, now=NOW)

        with refused(PolicyViolation, rule="payment"):
            operations.confirm(held, by=guest, now=NOW)
        assert operations.confirm(held, by=None, now=NOW).state == "confirmed"

    def test_staff_may_do_both(self, shop, guest):
        clerk = works_at(person("clerk"), shop)
        first, second = rooms(shop, 2)
        details = operations.Details(guest=guest)
        held = operations.hold(first, span(9, 10), by=clerk, details=details, now=NOW)

        booked = operations.book(second, span(9, 10), by=clerk, details=details, now=NOW)
        confirmed = operations.confirm(held, by=clerk, now=NOW)

        assert (booked.state, confirmed.state) == ("confirmed", "confirmed")

    @pytest.mark.parametrize("payment", ["desk", "either"])
    def test_elsewhere_a_booking_is_confirmed_as_before(self, shop, guest, payment):
        shop.policies.update(payment=payment)

        assert operations.book(room(shop), span(9, 10), by=guest, now=NOW).state == "confirmed"

    def test_what_costs_nothing_needs_no_payment(self, shop, guest):
        shop.types.get().rates.all().delete()
        shop.save()

        assert operations.book(room(shop), span(9, 10), by=guest, now=NOW).state == "confirmed"

    def test_a_request_is_paid_when_it_is_granted(self, shop, guest):
        shop.policies.update(needs_approval=True)

        assert operations.book(room(shop), span(9, 10), by=guest, now=NOW).state == "pending"

    def test_the_page_shows_a_guest_no_button_that_would_refuse(self, shop, guest, client):
        held = operations.hold(room(shop), span(9, 10, day=7000), by=guest, now=at(6, day=7000))
        client.force_login(guest)

        page = client.get(f"/bookings/{held.reference}/").content.decode()

        assert f"/bookings/{held.reference}/confirm/" not in page

    def test_a_booking_that_is_paid_and_becomes_dearer_stays_booked(self, shop, guest):
        held = operations.hold(room(shop), span(9, 10), by=guest, now=NOW)
        paid = operations.confirm(held, by=None, now=NOW)

        moved = operations.move(paid, by=guest, span=span(9, 12), now=NOW)

        assert (moved.state, moved.price, moved.kept) == ("confirmed", 3000, None)


def test_a_stay_takes_another_night_at_its_own_price(inn, guest):
    stay = operations.book(room(inn), NIGHT, by=guest, now=NOW)

    longer = operations.move(stay, by=guest, span=Span(NIGHT.start, at(11, day=7)), now=NOW)

    assert (longer.state, longer.price, longer.kept) == ("confirmed", 20002, None)
