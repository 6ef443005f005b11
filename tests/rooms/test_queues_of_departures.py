"""Queues of departures: seats are offered in turn, whatever becomes of the departure meanwhile."""

from datetime import timedelta

import pytest

from reservations import PolicyViolation
from rooms import operations
from rooms.models import RoomType, WaitlistEntry
from tests.rooms.waits import LATER, serve, states
from tests.travel import departure, full, soon, together, train
from tests.worlds import NOW, person, refused, works_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_well")]


def join(ride, by, now=NOW):
    return operations.join_waitlist(ride, by=by, now=now)


@pytest.fixture
def run(db):
    """A departure with four seats, which are out of use."""
    return full(departure(train(rows=1)))


class TestADeparture:
    def test_is_offered_seats_to_who_came_first(self, guest, rival, third):
        run = departure(train(rows=1))
        taken = operations.book_seats(together(run, 4), by=third, now=NOW)
        waiting = [join(together(run, 1), one) for one in (guest, rival)]

        operations.cancel_passengers(taken, [taken.journey.passengers.first().pk], by=None, now=NOW)
        serve()
        assert states(*waiting) == ["offered", "waiting"]
        operations.cancel(waiting[0].booking, by=guest, now=LATER)
        serve(LATER + timedelta(minutes=11))

        assert states(*waiting) == ["offered", "offered"]

    def test_is_waited_for_once(self, run, guest):
        join(together(run, 1), guest)

        with refused(PolicyViolation, rule="waitlist"):
            join(together(run, 1), guest)

    def test_is_not_waited_for_where_as_many_seats_are_free_on_the_way(self, guest, rival):
        run = departure(train(rows=1))
        operations.book_seats(together(run, 1, way=(0, 1)), by=rival, now=NOW)

        for count, way in ((3, (0, 3)), (4, (1, 3))):
            with refused(PolicyViolation, rule="free"):
                join(together(run, count, way=way), guest)
        assert join(together(run, 4, way=(0, 2)), guest).state == "waiting"

    def test_is_not_waited_for_by_who_holds_a_seat_of_the_class_on_the_way(self, guest, rival):
        run = departure(train(rows=1))
        operations.book_seats(together(run, 3), by=rival, now=NOW)
        held = operations.hold_seats(together(run, 1, way=(1, 3)), by=guest, now=NOW)

        with refused(PolicyViolation, rule="waitlist"):
            join(together(run, 1), guest)
        assert join(together(run, 2, way=(0, 1)), guest).state == "waiting"
        operations.confirm(held, by=None, now=NOW)
        assert join(together(run, 1), guest).state == "waiting"

    def test_that_is_called_off_is_waited_for_by_nobody(self, run, guest):
        entry = join(together(run, 1), guest)

        operations.call_off(run, by=None, now=NOW)
        serve()

        assert states(entry) == ["ended"]
        assert entry.word == "This departure is no longer on sale."

    def test_is_offered_to_nobody_who_may_not_see_its_vehicle_any_more(self, guest, rival):
        run = departure(train(rows=2))
        taken = operations.book_seats(together(run, 8), by=None, now=NOW)
        waiting = [join(together(run, 1), one) for one in (guest, works_at(rival, run.vehicle))]
        run.vehicle.is_listed = False
        run.vehicle.save()

        operations.cancel(taken, by=None, now=NOW)
        serve()

        assert states(*waiting) == ["ended", "offered"]


class TestAnotherVehicle:
    """It runs with that as soon as this is committed; who waits for it follows a moment later."""

    def test_is_waited_for_as_the_one_before_and_at_another_time(self, guest, third):
        run = departure(train(rows=1))
        operations.book_seats(together(run, 4), by=third, now=NOW)
        entry = join(together(run, 2), guest)

        operations.replan(run, vehicle=train("longer", rows=2), later=timedelta(hours=1), by=None, now=NOW)
        serve()

        assert states(entry) == ["offered"]
        assert entry.booking.venue.slug == "longer"

    @pytest.mark.django_db(transaction=True)
    def test_is_offered_in_turn_as_soon_as_the_departure_runs_with_it(self):
        run = soon(train(rows=1))
        operations.book_seats(together(run, 4), by=person("early"))
        waiting = [operations.join_waitlist(together(run, 1), by=person(f"{n}")) for n in range(6)]

        operations.replan(run, vehicle=train("longer", rows=2), by=None)

        assert states(*waiting) == ["offered"] * 4 + ["waiting"] * 2
        assert {entry.venue.slug for entry in waiting} == {"longer"}

    def test_that_lacks_the_class_is_waited_for_by_nobody(self, run, guest):
        entry, other = join(together(run, 1), guest), train("other")
        other.types.update(name="First")

        operations.replan(run, vehicle=other, by=None, now=NOW)
        serve()

        assert states(entry) == ["ended"]
        assert entry.word == "It runs with Other now, without this class."

    def test_is_waited_for_once_by_who_stood_in_line_again_before_their_place_came_along(self, run, guest):
        before = join(together(run, 1), guest)
        kind, venue = before.type, before.venue
        operations.replan(run, vehicle=train("other", rows=1), by=None, now=NOW)
        WaitlistEntry.objects.update(type=kind, venue=venue, starts_at=run.starts_at)  # nobody followed yet
        run.refresh_from_db()
        again = join(together(full(run), 1), guest)

        serve()

        assert states(before, again) == ["waiting", "ended"]
        assert before.type == RoomType.objects.get(venue__slug="other")
