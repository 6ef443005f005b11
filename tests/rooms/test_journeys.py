"""Seats of a departure: sold leg by leg, several together, given back one by one, late, and planned anew."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from reservations import Forbidden, Invalid, NotFound, PolicyViolation, Unavailable
from rooms import operations
from rooms.models import Allocation, Booking, Change, Departure, Passenger
from rooms.queries.verify import violations
from tests.travel import departure, ride, seat, times, together, train
from tests.worlds import NOW, at, person, refused, works_at

pytestmark = pytest.mark.django_db


def hold(wanted, by, **how):
    return operations.hold_seats(wanted, by=by, now=NOW, **how)


def book(wanted, by, **how):
    return operations.book_seats(wanted, by=by, now=NOW, **how)


def names(booking):
    rows = booking.allocations.filter(active=True).order_by("room__order")
    return list(rows.values_list("room__name", flat=True))


class TestDepartures:
    def test_are_generated_once_for_each_rule_and_date(self):
        run = departure()

        again = operations.generate_departures(run.service_date, run.service_date)

        assert again == 0
        assert times(run) == [at(8, day=1), at(9, 5, day=1), at(10, 35, day=1), at(12, 20, day=1)]

    def test_leave_by_the_clocks_of_their_first_stop(self):
        run = departure()
        run.route.stops.filter(position=0).update(timezone="Europe/Berlin")
        run.timetable.__class__.objects.update(starts_on=None, ends_on=None)

        operations.generate_departures(date(2027, 3, 27), date(2027, 3, 28))

        starts = Departure.objects.filter(service_date__year=2027).values_list("starts_at", flat=True)
        assert [f"{start:%d %H:%M}" for start in starts.order_by("starts_at")] == ["27 07:00", "28 06:00"]

    def test_are_generated_by_a_command(self, capsys):
        departure().timetable.__class__.objects.update(starts_on=None, ends_on=None)

        call_command("generate_departures", "--days", "3", "--from", "2027-01-01")

        assert capsys.readouterr().out == "3 departures from 2027-01-01 to 2027-01-03.\n"


class TestSeats:
    def test_are_sold_again_on_later_legs(self, guest, rival):
        run = departure()
        book(ride(run, "1A", way=(0, 1)), guest)

        later = book(ride(run, "1A", way=(1, 3)), rival)

        assert (later.starts_at, later.price, later.title) == (at(9, 5, day=1), 2000, "Izmit to Ankara")
        assert violations() == {}

    @pytest.mark.parametrize("way", [(0, 2), (1, 2), (1, 3), (0, 3)])
    def test_are_refused_where_any_leg_is_taken(self, guest, rival, way):
        run = departure()
        book(ride(run, "1A", way=(1, 2)), guest)

        with refused(Unavailable, code="unavailable"):
            book(ride(run, "1A", way=way), rival)

    def test_are_guarded_by_the_database_itself(self, guest):
        run = departure()
        booking = book(ride(run, "1A", way=(0, 2)), guest)
        row = Allocation.objects.get(booking=booking)

        row.pk, row.starts_at, row.blocks_from = None, row.starts_at + timedelta(hours=1), row.starts_at
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)

    def test_are_given_to_passengers_in_turn_and_priced_by_kind(self, guest):
        run = departure()

        booking = hold(ride(run, "2B", "2A", kinds=("adult", "child")), guest)

        told = [(one.name, one.price, one.allocation.room.name) for one in booking.journey.passengers.all()]
        assert told == [("P1", 3000, "2B"), ("P2", 1500, "2A")]
        assert (booking.price, booking.party) == (4500, 2)

    def test_together_are_side_by_side(self, guest):
        run = departure()
        book(ride(run, "1A"), guest)

        booking = hold(together(run, 2), guest)

        assert (names(booking), booking.journey.together) == (["1C", "1D"], True)

    def test_together_prefer_what_is_sold_on_other_legs(self, guest):
        run = departure()
        book(ride(run, "3A", "3B", way=(0, 1)), guest)

        assert names(hold(together(run, 2, way=(1, 3)), guest)) == ["3A", "3B"]

    def test_together_are_all_or_none(self, guest):
        run = departure(train(rows=1))
        book(ride(run, "1A"), guest)

        with refused(Unavailable, sentence="There are only 3 seats left."):
            hold(together(run, 4), guest)

    def test_are_not_let_by_the_hour(self, guest):
        run = departure()
        span = hold(ride(run, "1A"), guest)

        with refused(PolicyViolation, rule="journey"):
            operations.hold(seat(run, "1B"), operations_span(span), by=guest, now=NOW)
        with refused(PolicyViolation, rule="journey"):
            operations.move(span, by=guest, rooms=seat(run, "1B"), now=NOW)

    def test_answer_the_same_key_with_the_same_booking(self, guest):
        run = departure()

        first = hold(ride(run, "1A"), guest, key="k")

        assert hold(ride(run, "1A"), guest, key="k") == first
        Departure.objects.update(state="cancelled")
        assert hold(ride(run, "1A"), guest, key="k") == first
        assert Booking.objects.count() == 1

    @pytest.mark.parametrize(
        "change",
        [{"last": 9}, {"first": 3}, {"seats": []}, {"travelers": "two"}],
        ids=["no such stop", "the wrong way round", "no seat", "more passengers than seats"],
    )
    def test_that_make_no_sense_are_invalid(self, guest, change):
        wanted = ride(departure(), "1A", kinds=("adult",))
        if change.get("travelers"):
            change = {"travelers": wanted.travelers * 2}

        with refused(Invalid):
            hold(wanted.__class__(**{**fields(wanted), **change}), guest)

    def test_of_a_departure_that_has_left_are_not_sold(self, guest):
        run = departure()

        with refused(PolicyViolation, rule="starts_in_past"):
            operations.hold_seats(ride(run, "1A"), by=guest, now=at(8, 1, day=1))


def fields(wanted):
    return {name: getattr(wanted, name) for name in ("departure", "first", "last", "seats", "travelers")}


def operations_span(booking):
    from rooms.operations.changing import span_of

    return span_of(booking)


class TestCancelling:
    STEPS = [[48, 90], [24, 50], [0, 20]]

    @pytest.mark.parametrize(
        ("hours", "kept"),
        [(49, 300), (48, 300), (47.99, 1500), (24, 1500), (23.99, 2400), (0.1, 2400)],
    )
    def test_one_passenger_keeps_what_the_penalty_table_says(self, guest, hours, kept):
        run = departure(train(cancellation_steps=self.STEPS), day=4)
        booking = book(ride(run, "1A", "1B"), guest)
        leaving = booking.journey.passengers.first()

        operations.cancel_passengers(
            booking, [leaving.pk], by=guest, now=run.starts_at - timedelta(hours=hours)
        )

        booking.refresh_from_db()
        assert (booking.price, booking.party, names(booking)) == (3000 + kept, 1, ["1B"])
        assert violations() == {}

    def test_all_passengers_is_cancelling_the_booking(self, guest):
        run = departure(train(cancellation_steps=self.STEPS), day=4)
        booking = book(ride(run, "1A", "1B"), guest)

        operations.cancel_passengers(
            booking, booking.journey.passengers.values_list("pk", flat=True), by=guest, now=NOW
        )

        booking.refresh_from_db()
        assert (booking.state, booking.kept) == ("cancelled", 600)

    def test_the_rest_later_keeps_what_was_kept_before(self, guest):
        run = departure(train(cancellation_steps=self.STEPS), day=4)
        booking = book(ride(run, "1A", "1B"), guest)
        first = booking.journey.passengers.first()
        operations.cancel_passengers(booking, [first.pk], by=guest, now=run.starts_at - timedelta(hours=30))

        operations.cancel(booking, by=guest, now=run.starts_at - timedelta(hours=1))

        booking.refresh_from_db()
        assert booking.kept == 1500 + 2400

    def test_a_stranger_is_not_possible(self, guest, rival):
        run = departure()
        mine, theirs = book(ride(run, "1A", "1B"), guest), book(ride(run, "2A", "2B"), rival)

        with refused(NotFound):
            operations.cancel_passengers(mine, [theirs.journey.passengers.first().pk], by=guest, now=NOW)
        with refused(NotFound):
            operations.cancel_passengers(theirs, [theirs.journey.passengers.first().pk], by=guest, now=NOW)


class TestDelay:
    def test_is_told_once_to_every_booking_and_moves_none(self, guest, rival):
        run = departure()
        booked = [book(ride(run, "1A", "1B"), guest), book(ride(run, "2A"), rival)]
        staff = works_at(person("operator"), run.vehicle)

        operations.delay(run, 25, note="Snow", by=staff, now=NOW)

        told = Change.objects.filter(kind="delayed").order_by("booking")
        assert [change.booking for change in told] == booked
        assert told[0].after == {"departure": run.pk, "delay_minutes": 25, "note": "Snow"}
        assert Booking.objects.filter(starts_at=run.starts_at).count() == 2
        assert violations() == {}

    def test_is_for_the_staff(self, guest):
        run = departure()

        with refused(Forbidden):
            operations.delay(run, 5, by=guest, now=NOW)


class TestReplan:
    def test_moves_every_booking_at_once_also_where_one_follows_another(self, guest, rival):
        run = departure()
        early, late = book(ride(run, "1A", way=(0, 1)), guest), book(ride(run, "1A", way=(1, 3)), rival)

        operations.replan(run, later=timedelta(minutes=10), by=None, now=NOW)

        moved = [Booking.objects.get(pk=one.pk).starts_at for one in (early, late)]
        assert moved == [at(8, 10, day=1), at(9, 15, day=1)]
        assert Change.objects.filter(kind="moved").count() == 2
        assert violations() == {}

    def test_takes_another_vehicle_with_the_same_seats(self, guest):
        run, spare = departure(), train("spare")
        booking = book(ride(run, "2C"), guest)

        operations.replan(run, vehicle=spare, by=None, now=NOW)

        booking.refresh_from_db()
        assert (booking.venue, names(booking)) == (spare, ["2C"])
        assert [line["room_id"] for line in booking.lines] == [booking.allocations.get().room_id]
        assert violations() == {}

    def test_is_refused_as_a_whole_where_a_seat_is_missing(self, guest):
        run = departure()
        book(ride(run, "1A"), guest)
        book(ride(run, "3D"), guest)
        spare = train("spare", rows=2)

        with refused(Unavailable, sentence="Spare has no seat 3D in Second, which is sold."):
            operations.replan(run, vehicle=spare, by=None, now=NOW)

        assert Departure.objects.get(pk=run.pk).vehicle == run.vehicle

    def test_is_refused_as_a_whole_where_the_other_vehicle_is_taken(self, guest):
        spare = train("spare")
        other = departure(spare, hour=8)
        book(ride(other, "1A"), guest)
        run = departure(route=other.route)
        book(ride(run, "1A"), guest)

        with refused(Unavailable):
            operations.replan(run, vehicle=spare, by=None, now=NOW)


class TestCallingOff:
    def test_cancels_every_booking_and_nothing_stays_owed_whatever_the_terms_say(self, guest, rival):
        run = departure(train(cancellation_steps=[[48, 50]], cancel_until_minutes=600))
        booked = [book(ride(run, "1A", "1B"), guest), book(ride(run, "2A", way=(0, 1)), rival)]
        held = operations.hold_seats(ride(run, "3A"), by=rival, now=NOW)

        operations.call_off(run, note="Snow", by=works_at(person("operator"), run.vehicle), now=NOW)

        found = Booking.objects.filter(pk__in=[*[one.pk for one in booked], held.pk])
        assert set(found.values_list("state", "kept")) == {("cancelled", 0)}
        assert not Allocation.objects.filter(active=True).exists()
        assert Departure.objects.get(pk=run.pk).state == "cancelled"
        assert violations() == {}

    def test_leaves_owed_what_passengers_owe_who_stayed_at_home_on_their_own(self, guest):
        run = departure(train(cancellation_steps=[[48, 50]]))
        booking = book(ride(run, "1A", "1B"), guest)
        staying = booking.journey.passengers.first()
        operations.cancel_passengers(booking, [staying.pk], by=guest, now=run.starts_at - timedelta(hours=49))

        operations.call_off(run, by=None, now=NOW)

        staying.refresh_from_db()
        booking.refresh_from_db()
        assert (booking.kept, booking.price) == (staying.kept, 3000 + staying.kept)
        assert 0 < staying.kept < 3000
        assert violations() == {}

    def test_sells_no_seat_any_more(self, guest):
        run = departure()
        operations.call_off(run, by=None, now=NOW)

        with refused(PolicyViolation, rule="departure"):
            operations.book_seats(ride(run, "1A"), by=guest, now=NOW)

    def test_leaves_other_departures_of_the_vehicle_alone(self, guest):
        run = departure()
        other = departure(run.vehicle, day=2, route=run.route)
        kept = book(ride(other, "1A"), guest)

        operations.call_off(run, by=None, now=NOW)

        kept.refresh_from_db()
        assert kept.state == "confirmed"

    def test_is_done_once(self, guest):
        run = departure()
        book(ride(run, "1A"), guest)
        operations.call_off(run, by=None, now=NOW)
        before = Change.objects.count()

        operations.call_off(run, by=None, now=NOW)

        assert Change.objects.count() == before

    def test_is_refused_once_somebody_is_aboard_or_it_is_over(self, guest):
        run = departure()
        booking = book(ride(run, "1A"), guest)

        with refused(PolicyViolation, rule="departure"):
            operations.call_off(run, by=None, now=run.ends_at)
        operations.check_in(booking, by=None, now=run.starts_at)
        with refused(PolicyViolation, rule="departure"):
            operations.call_off(run, by=None, now=run.starts_at)

    def test_is_for_the_staff(self, guest):
        run = departure()

        with refused(Forbidden):
            operations.call_off(run, by=guest, now=NOW)


def test_a_passenger_of_a_booking_that_ran_out_has_no_seat(guest, rival):
    run = departure()
    hold(ride(run, "1A"), guest)

    again = operations.hold_seats(ride(run, "1A"), by=rival, now=NOW + timedelta(minutes=11))

    assert list(Passenger.objects.filter(allocation__active=True)) == list(again.journey.passengers.all())
