"""What moves to where the venue approves first is only asked for; and what moves from there is booked."""

import pytest

from reservations import PolicyViolation, Span
from rooms import operations
from rooms.models import Policy
from tests.worlds import NOW, at, hall, hotel, office, person, rate, refused, room, span, works_at

pytestmark = pytest.mark.django_db

HOUR = span(9, 10)


@pytest.fixture
def venue():
    return office()


@pytest.fixture
def guest():
    return person("lena")


@pytest.fixture
def staff(venue):
    return works_at(person("carl"), venue)


@pytest.fixture
def delta(venue):
    return room(venue, "Delta")


@pytest.fixture
def ember(venue):
    """A room that the venue approves first."""
    asks = Policy.objects.create(venue=venue, name="Asks", needs_approval=True)
    return room(venue, "Ember", type=venue.types.create(name="Board", capacity=8, policy=asks))


@pytest.fixture
def booking(delta, guest):
    return operations.book(delta, HOUR, by=guest, now=NOW)


@pytest.fixture
def request_(ember, guest):
    return operations.book(ember, HOUR, by=guest, now=NOW)


@pytest.fixture
def granted(request_):
    return operations.approve(request_, by=None, now=NOW)


def states(booking):
    return [booking.state, *booking.allocations.filter(active=True).values_list("state", flat=True)]


class TestABooking:
    def test_is_only_asked_for_where_the_venue_approves_first_and_booked_again_where_it_was(
        self, booking, delta, ember, guest
    ):
        there = operations.move(booking, by=guest, rooms=ember, now=NOW)
        assert states(there) == ["pending", "pending"]

        back = operations.move(booking, by=guest, rooms=delta, now=NOW)
        assert states(back) == ["confirmed", "confirmed"]

    def test_of_a_guest_that_the_staff_move_is_asked_for_by_nobody(self, booking, ember, staff):
        assert operations.move(booking, by=staff, rooms=ember, now=NOW).state == "confirmed"

    def test_that_was_approved_is_asked_for_anew_at_another_time(self, granted, guest):
        assert operations.move(granted, by=guest, span=span(11, 12), now=NOW).state == "pending"

    @pytest.mark.parametrize("less", [HOUR, span(9, 9.5), span(9.5, 10)])
    def test_that_was_approved_stays_so_where_nothing_is_added(self, granted, guest, less):
        assert operations.move(granted, by=guest, span=less, now=NOW).state == "confirmed"

    def test_of_a_hall_stays_so_in_one_of_its_parts(self, guest):
        halls = hall(office("asks", needs_approval=True))
        asked = operations.book(halls["Grand Hall"], HOUR, by=guest, now=NOW)
        operations.approve(asked, by=None, now=NOW)

        assert operations.move(asked, by=guest, rooms=halls["Hall B"], now=NOW).state == "confirmed"
        assert operations.move(asked, by=guest, rooms=halls["Grand Hall"], now=NOW).state == "pending"

    def test_of_nights_is_asked_for_where_nights_are_added(self, guest):
        stay = Span(at(15, day=7), at(11, day=10))
        booked = operations.book(room(hotel(needs_approval=True), "101", capacity=2), stay, by=guest, now=NOW)
        operations.approve(booked, by=None, now=NOW)

        shorter = operations.move(booked, by=guest, span=Span(stay.start, at(11, day=9)), now=NOW)
        assert shorter.state == "confirmed"

        longer = operations.move(booked, by=guest, span=Span(stay.start, at(11, day=11)), now=NOW)
        assert longer.state == "pending"


class TestARequest:
    def test_stays_one_in_a_room_that_is_approved_first(self, request_, ember, guest, staff):
        for by in (guest, staff):
            assert operations.move(request_, by=by, span=span(11, 12), now=NOW).state == "pending"

    def test_is_booked_where_the_staff_move_it_to_a_room_that_needs_no_approval(self, request_, delta, staff):
        assert states(operations.move(request_, by=staff, rooms=delta, now=NOW)) == ["confirmed", "confirmed"]

    def test_stays_one_where_it_would_have_to_be_paid_first(self, request_, venue, guest):
        paid = Policy.objects.create(venue=venue, name="Paid", payment="online")
        shop = room(venue, "Shop", type=venue.types.create(name="Shop", capacity=8, policy=paid))
        rate(venue, 0)
        shop.type.rates.create(amount=2_000)
        venue.save()

        moved = operations.move(request_, by=guest, rooms=shop, now=NOW)

        assert (moved.state, moved.price) == ("pending", 2_000)


def test_a_hold_stays_one_wherever_it_goes(delta, ember, guest):
    hold = operations.hold(delta, HOUR, by=guest, now=NOW)

    assert operations.move(hold, by=guest, rooms=ember, now=NOW).state == "held"
    assert operations.confirm(hold, by=guest, now=NOW).state == "pending"


class TestWhatHasBegun:
    """Nobody could approve in time, and a request that is not approved in time is let go."""

    LATE = at(9, 50)

    def test_goes_to_no_room_that_is_approved_first(self, booking, ember, guest, staff):
        with refused(PolicyViolation, rule="approval"):
            operations.move(booking, by=guest, rooms=ember, now=self.LATE)

        assert operations.move(booking, by=staff, rooms=ember, now=self.LATE).state == "confirmed"

    @pytest.mark.parametrize("check_in", [False, True])
    def test_is_made_longer_by_the_staff_alone_where_it_was_approved(self, granted, guest, staff, check_in):
        if check_in:
            operations.check_in(granted, by=staff, now=at(9))
        before = "checked_in" if check_in else "confirmed"

        with refused(PolicyViolation, rule="approval"):
            operations.move(granted, by=guest, span=span(9, 11), now=self.LATE)

        assert operations.move(granted, by=staff, span=span(9, 11), now=self.LATE).state == before

    def test_may_be_made_shorter(self, granted, guest):
        assert operations.move(granted, by=guest, span=span(9, 9.5), now=at(9, 10)).state == "confirmed"


def test_a_date_of_a_series_that_was_approved_may_be_made_shorter(ember, guest):
    rule = operations.Repeated(HOUR, "FREQ=DAILY;COUNT=3")
    series = operations.book(ember, rule, by=guest, now=NOW)
    operations.approve(series, by=None, now=NOW)

    assert operations.move_date(series, 2, by=guest, span=span(9, 9.5, day=1), now=NOW).state == "confirmed"
    with refused(PolicyViolation, rule="approval"):
        operations.move_date(series, 2, by=guest, span=span(9, 10, day=1), now=NOW)
