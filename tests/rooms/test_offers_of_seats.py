"""What is offered to somebody whose seats are taken: others near, other classes and departures, or fewer."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reservations import HoldExpired, PolicyViolation, Unavailable
from reservations.journeys import Traveler
from rooms import operations
from rooms.models import Fare, Refusal, Room, RoomType
from rooms.rides import Ride
from rooms.wishes import AnyOf, Details
from tests.travel import LETTERS, departure, line, ride, together, train
from tests.worlds import NOW

pytestmark = pytest.mark.django_db


def refused(wanted, by, **how):
    """Return the refusal of these seats."""
    with pytest.raises(Unavailable) as caught:
        operations.hold_seats(wanted, by=by, now=NOW, **how)
    return caught.value


def names(offer):
    return [Room.objects.get(pk=key).name for key in offer["seats"]]


def take(offer, by):
    """Hold what was offered, as it is."""
    seats = [Room.objects.get(pk=key) for key in offer.get("seats", ())]
    which = seats or AnyOf(RoomType.objects.get(pk=offer["room_type"]), offer["count"])
    people = tuple(Traveler(**one) for one in offer["passengers"])
    way = (offer["departure"], offer["from_stop"], offer["to_stop"])
    return operations.hold_seats(Ride(*way, which, people), by=by, now=NOW)


def add_first_class(run, *, rows=2):
    """Give the vehicle of the departure a class First, in rows of its own, for twice the fare."""
    own = RoomType.objects.create(
        venue=run.vehicle,
        name="First",
        noun="Seat",
        capacity=1,
        unit="leg",
        policy=run.vehicle.types.get().policy,
    )
    Room.objects.bulk_create(
        Room(venue=run.vehicle, type=own, name=f"F{row}{letter}", x=x, y=row, order=900 + row * 10 + x)
        for row in range(1, rows + 1)
        for letter, x in LETTERS.items()
    )
    for first in range(3):
        Fare.objects.create(
            route=run.timetable.route, type_name="First", first=first, last=first + 1, amount=2000
        )
    run.vehicle.save()
    return own


@pytest.fixture(autouse=True)
def _counted_from_nothing(db):
    operations.write_down(now=NOW)
    Refusal.objects.all().delete()


class TestWhereASeatIsTaken:
    def test_the_nearest_of_its_class_are_offered_first(self, guest, rival):
        run = departure()
        operations.book_seats(ride(run, "2A"), by=rival, now=NOW)

        offers = refused(ride(run, "2A"), guest).alternatives

        assert [names(offer) for offer in offers[:3]] == [["2B"], ["1A"], ["3A"]]
        assert offers[0]["sentence"] == "Seat 2B, Second: Train 81042, Tuesday 24 November, 08:00 to 12:20"

    def test_those_that_are_free_stay_as_they_were_asked_for(self, guest, rival):
        run = departure()
        operations.book_seats(ride(run, "2A", way=(0, 1)), by=rival, now=NOW)

        wanted = ride(run, "1B", "2A", way=(0, 2), kinds=("adult", "child"))
        [first, *_] = refused(wanted, guest, details=Details(title="Outing", note="Together")).alternatives

        assert names(first) == ["1B", "2B"]
        assert first["passengers"] == [{"name": "P1", "kind": "adult"}, {"name": "P2", "kind": "child"}]
        assert (first["from_stop"], first["to_stop"]) == (0, 2)
        assert (first["title"], first["note"], first["hold"]) == ("Outing", "Together", True)

    def test_who_may_hold_no_more_is_told_what_is_taken_and_offered_others(self, guest, rival):
        run = departure()
        run.vehicle.policies.update(max_holds=1)
        run.vehicle.save()
        operations.hold_seats(ride(run, "1A"), by=guest, now=NOW)
        with pytest.raises(PolicyViolation, match="You have 1 hold here"):
            operations.hold_seats(ride(run, "1B"), by=guest, now=NOW)
        operations.hold_seats(ride(run, "2A"), by=rival, now=NOW)

        refusal = refused(ride(run, "2A"), guest)

        assert refusal.conflicts
        assert len(refusal.alternatives) >= 3

    def test_every_offer_can_be_had_as_it_is(self, guest, rival):
        run = departure()
        add_first_class(run)
        operations.book_seats(ride(run, "2A"), by=rival, now=NOW)

        offers = refused(ride(run, "2A", "2B"), guest).alternatives

        assert len(offers) >= 4
        for offer in offers:
            made = take(offer, guest)
            operations.release(made, by=guest, now=NOW)

    def test_seats_of_other_classes_are_offered_where_its_own_is_full(self, guest, rival):
        run = departure(train(rows=1))
        first = add_first_class(run)
        operations.book_seats(ride(run, "1A", "1B", "1C", "1D"), by=rival, now=NOW)

        [offer] = refused(ride(run, "1A", "1B"), guest).alternatives

        assert {Room.objects.get(pk=key).type_id for key in offer["seats"]} == {first.pk}

    def test_other_departures_are_offered_where_nothing_is_left_the_nearest_first(self, guest, rival):
        run = departure(train(rows=1))
        route = run.timetable.route
        later = departure(train("later"), hour=14, route=route)
        tomorrow = departure(train("tomorrow"), day=2, route=route)
        operations.book_seats(together(run, 4), by=rival, now=NOW)

        offers = refused(ride(run, "1A"), guest).alternatives

        assert [offer["departure"] for offer in offers] == [later.pk, tomorrow.pk]
        assert take(offers[0], guest).state == "held"

    def test_no_departure_that_is_cancelled_or_full_is_offered(self, guest, rival):
        run = departure(train(rows=1))
        route = run.timetable.route
        operations.call_off(departure(train("off"), hour=14, route=route), by=None, now=NOW)
        full = departure(train("full", rows=1), hour=15, route=route)
        for one in (run, full):
            operations.book_seats(together(one, 4), by=rival, now=NOW)

        assert refused(ride(run, "1A"), guest).alternatives == []


class TestWhereTooFewAreLeft:
    def test_it_says_how_many_are_and_offers_those(self, guest):
        refusal = refused(together(departure(train(rows=1)), 9), guest)

        assert refusal.as_problem()["free"] == 4
        [offer] = refusal.alternatives
        assert offer["count"] == 4
        assert take(offer, guest).party == 4

    def test_none_are_left_out_who_were_named(self, guest):
        run = departure(train(rows=1))
        people = tuple(Traveler(f"P{number}") for number in range(5))

        assert (
            refused(Ride(run.pk, 0, 3, AnyOf(run.vehicle.types.get(), 5), people), guest).alternatives == []
        )

    def test_another_class_that_has_enough_is_offered_and_other_departures(self, guest):
        run = departure(train(rows=1))
        first = add_first_class(run, rows=3)
        second = run.vehicle.types.get(name="Second")
        later = departure(train("later"), hour=14, route=run.timetable.route)

        offers = refused(Ride(run.pk, 0, 3, AnyOf(second, 6)), guest).alternatives

        assert [(offer["departure"], offer.get("room_type")) for offer in offers[:2]] == [
            (run.pk, first.pk),
            (later.pk, later.vehicle.types.get().pk),
        ]
        assert [len(offer["seats"]) for offer in offers if "seats" in offer] == [6]  # of both classes
        assert [offer["count"] for offer in offers if "count" in offer] == [6, 6, 4]
        for offer in offers:
            operations.release(take(offer, guest), by=guest, now=NOW)


def test_a_hold_that_ran_out_is_offered_its_seats_again_and_others(guest):
    run = departure()
    held = operations.hold_seats(ride(run, "2C", kinds=("senior",)), by=guest, now=NOW)
    late = NOW + timedelta(hours=1)

    with pytest.raises(HoldExpired) as caught:
        operations.confirm(held, by=guest, now=late)

    offers = caught.value.alternatives
    assert names(offers[0]) == ["2C"]
    assert offers[0]["passengers"] == [{"name": "P1", "kind": "senior"}]
    assert len(offers) >= 3


def test_as_many_statements_find_offers_in_a_vehicle_of_any_size(guest, rival):
    numbers = []
    for rows in (1, 20):
        run = departure(train(f"rows{rows}", rows=rows), route=line(f"route{rows}"))
        operations.book_seats(ride(run, "1A"), by=rival, now=NOW)
        with CaptureQueriesContext(connection) as seen:
            assert len(refused(ride(run, "1A"), guest).alternatives) == 3
        numbers.append(len(seen))

    assert numbers[0] == numbers[1]


def test_as_many_statements_find_one_other_departure_as_many_on_several_days(guest, rival):
    numbers = []
    for name, others in (("one", [(1, 14)]), ("many", [(1, 6), (1, 14), (2, 9), (3, 9), (4, 9)])):
        route, relief = line(name), train(f"{name}-relief")
        run = departure(train(f"{name}-full", rows=1), route=route)
        for day, hour in others:
            departure(relief, day=day, hour=hour, route=route)
        operations.book_seats(together(run, 4), by=rival, now=NOW)
        with CaptureQueriesContext(connection) as seen:
            assert len(refused(ride(run, "1A"), guest).alternatives) == min(len(others), 3)
        numbers.append(len(seen))

    assert numbers[0] == numbers[1]


def test_who_waits_in_a_queue_is_not_counted_as_turned_away(guest, rival):
    run = departure(train(rows=1))
    operations.book_seats(together(run, 4), by=rival, now=NOW)
    operations.join_waitlist(together(run, 1), by=guest, now=NOW)
    operations.write_down(now=NOW)

    operations.serve_waitlist(now=NOW)
    operations.write_down(now=NOW)

    assert not Refusal.objects.filter(venue=run.vehicle).exists()
