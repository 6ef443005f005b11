"""What is told of a booking as a whole is told in a room of which its venue hears, by who may do so then."""

import pytest

from reservations import NotFound
from rooms import operations
from rooms.models import Change, Room
from rooms.operations import _writing
from rooms.queries import verify
from tests.travel import departure, ride, train
from tests.worlds import NOW, at, person, span, works_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    return departure(train())


@pytest.fixture
def journey(run, guest):
    return operations.book_seats(ride(run, "1A", "1B"), by=guest, now=NOW)


def told(booking):
    return Change.objects.filter(booking=booking).latest("pk").room


def write(booking):
    operations.write_message(booking, "question", "Is there a dining car?", by=booking.guest, now=NOW)


def pay(booking):
    operations.report(booking, "paid", after={"amount": 100, "currency": "EUR"}, by=None, now=NOW)


@pytest.mark.parametrize("tell", [write, pay])
class TestTheRoom:
    def test_is_one_of_the_venue_to_which_a_departure_went_and_not_of_a_seat_given_back_before(
        self, tell, run, journey
    ):
        first = journey.journey.passengers.order_by("pk").first()
        operations.cancel_passengers(journey, [first.pk], by=journey.guest, now=NOW)
        spare = train("spare")
        operations.replan(run, vehicle=spare, by=None, now=NOW)

        tell(journey)

        assert told(journey).venue == spare
        assert verify.violations() == {}

    def test_is_one_that_is_taken_still(self, tell, run, journey):
        first = journey.journey.passengers.order_by("pk").first()
        operations.cancel_passengers(journey, [first.pk], by=journey.guest, now=NOW)

        tell(journey)

        assert told(journey).name == "1B"

    def test_is_one_that_is_on_the_board_still(self, tell, aurora, birch, guest):
        booking = operations.book([aurora, birch], span(9, 10), by=guest, now=NOW)
        Room.objects.filter(pk=aurora.pk).update(archived_at=at(12))

        tell(booking)

        assert told(booking) == birch

    def test_is_another_one_where_it_changed_during_the_wait(self, tell, run, journey, monkeypatch):
        spare, lock = train("spare"), _writing.lock

        def wait(rooms):
            if run.vehicle != spare and not Change.objects.filter(room__venue=spare).exists():
                operations.replan(run, vehicle=spare, by=None, now=NOW)
            return lock(rooms)

        monkeypatch.setattr("rooms.operations._told_of.lock", wait)
        tell(journey)

        assert told(journey).venue == spare
        assert verify.violations() == {}


def test_who_works_at_the_venue_that_a_departure_left_during_the_wait_writes_no_more(
    run, journey, monkeypatch
):
    spare, lock = train("spare"), _writing.lock
    staff = works_at(person("carl"), run.vehicle)

    def wait(rooms):
        operations.replan(run, vehicle=spare, by=None, now=NOW)
        return lock(rooms)

    monkeypatch.setattr("rooms.operations._told_of.lock", wait)

    with pytest.raises(NotFound):
        operations.write_message(journey, "answer", "There is one.", by=staff, now=NOW)
