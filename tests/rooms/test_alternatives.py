"""What is offered to who lost: near the wish, really free, and ready to be asked for."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reservations import Span, Unavailable
from rooms import operations, queries
from rooms.models import Amenity, Policy, Room
from rooms.wishes import Details, wish
from tests.rooms.arbitrary import attempts, closed, fill, law, moments, undone
from tests.worlds import (
    NOW,
    at,
    car_park,
    hotel,
    office,
    refused,
    room,
    rooms,
    span,
    terms,
)

HOUR = span(9, 10)


class TestAlternatives:
    def ask(self, what, time=HOUR, *, party=1, by=None, now=NOW):
        asked = wish(what, time, by=by, details=Details(party=party))
        return queries.alternatives_to(asked, now=now)

    def get(self, offer, by, now=NOW):
        found = list(Room.objects.filter(pk__in=offer["rooms"]))
        return operations.book(
            found, span_of(offer), by=by, details=Details(offer["title"], offer["party"]), now=now
        )

    @law
    @given(
        tried=attempts,
        wanted=closed,
        place=st.integers(0, 5),
        party=st.sampled_from([1, 1, 9, 101]),
        now=moments,
    )
    def test_can_each_be_had_as_they_are_and_are_three_where_three_exist(
        self, world, tried, wanted, place, party, now
    ):
        with undone():
            fill(world, tried)
            venue, found, guest, _ = world
            known = terms(venue)

            offers = self.ask(found[place], wanted, party=party, by=guest, now=now)

            for offer in offers:
                with undone():
                    self.get(offer, guest, now)
            assert len(offers) == len({(*offer["rooms"], offer["start"]) for offer in offers})
            if len(offers) < 3:
                shifts = [wanted.shift(timedelta(minutes=30 * step)) for step in range(-47, 48)]
                exist = [
                    (own.pk, shift.start)
                    for own in found
                    for shift in shifts
                    if own.capacity >= party and not queries.why(known.rooms[own.pk], known, shift, now=now)
                ]
                assert len(offers) >= min(3, len(exist))

    def test_of_two_rooms_are_two_rooms(self, venue, guest, rival):
        one, two, *_ = rooms(venue, 4)
        operations.book(one, HOUR, by=rival, now=NOW)

        offers = self.ask([one, two], by=guest)

        assert len(offers) >= 3
        assert {len(offer["rooms"]) for offer in offers} == {2}
        for offer in offers:
            with undone():
                self.get(offer, guest)

    def test_of_any_three_are_three(self, venue, guest, rival):
        operations.book(rooms(venue, 4)[:2], HOUR, by=rival, now=NOW)

        offers = self.ask(operations.AnyOf(venue.types.get(), 3), by=guest)

        assert len(offers) >= 3
        for offer in offers:
            with undone():
                assert self.get(offer, guest).allocations.count() == 3

    def test_begin_with_rooms_that_have_nothing_that_was_not_asked_for(self, venue, guest, rival):
        charger, taken, plain = rooms(venue, 3)
        charger.amenities.add(Amenity.objects.create(slug="ev", name="Charger"))
        operations.book([taken], HOUR, by=rival, now=NOW)

        offers = self.ask(taken, by=guest)

        assert [offer["rooms"] for offer in offers[:2]] == [[plain.pk], [charger.pk]]

    def test_of_a_type_with_other_buffers_leave_them_free(self, venue, guest, rival):
        tidy = Policy.objects.create(venue=venue, name="Tidy", buffer_after_minutes=60)
        aurora = room(venue, "Aurora")
        birch = room(venue, "Birch", type=venue.types.create(name="Tidy", capacity=8, policy=tidy))
        operations.book(aurora, HOUR, by=rival, now=NOW)
        operations.book(birch, span(10, 11), by=rival, now=NOW)

        for offer in self.ask(aurora, by=guest):
            with undone():
                self.get(offer, guest)

    def test_of_a_full_day_are_on_other_days(self, venue, aurora, guest, rival):
        for day in range(2):
            operations.book(aurora, span(7, 20, day=day), by=rival, now=NOW)

        offers = self.ask(aurora, by=guest)

        assert len(offers) >= 3
        for offer in offers:
            with undone():
                self.get(offer, guest)

    def test_of_a_friday_are_after_the_weekend(self, venue, aurora, guest, rival):
        for day in range(5):
            operations.book(aurora, span(7, 20, day=day), by=rival, now=NOW)

        assert len(self.ask(aurora, span(9, 10, day=4), by=guest)) >= 3

    def test_of_any_of_many_that_are_full_all_day_are_when_they_are_open(self, guest, rival):
        venue = office(hours=(9, 18))
        many = rooms(venue, 60)
        operations.block(many, span(9, 18), by=None, now=NOW)
        for day in range(1, 8):
            operations.block(many, span(11, 14, day=day), by=None, now=NOW)

        offers = self.ask(operations.AnyOf(venue.types.get()), span(12, 13), by=guest)

        assert len(offers) >= 3
        with undone():
            self.get(offers[0], guest)

    def test_of_any_of_many_that_never_close_are_not_looked_for_in_the_past(self, guest):
        venue = office(hours=None, max_advance_days=1)
        many = rooms(venue, 80)
        for taken in (span(20, 44), span(46, 48)):
            operations.block(many, taken, by=None, now=at(11))

        offers = self.ask(operations.AnyOf(venue.types.get()), span(23, 24), by=guest, now=at(22))

        assert len(offers) >= 3
        with undone():
            self.get(offers[0], guest, now=at(22))

    def test_are_told_to_whoever_holds_as_much_as_one_may(self, venue, guest, rival):
        *many, taken = rooms(venue, 6)
        for one in many:
            operations.hold(one, HOUR, by=guest, now=NOW)
        operations.book(taken, HOUR, by=rival, now=NOW)

        with refused(Unavailable) as refusal:
            operations.hold(taken, HOUR, by=guest, now=NOW)

        assert [conflict.room for conflict in refusal.value.conflicts] == [taken.pk]
        assert len(refusal.value.alternatives) >= 3

    def test_of_nights_are_nights(self, guest, rival):
        double = room(hotel(), "101", capacity=2)
        for night in (0, 1):
            operations.book(double, Span(at(15, day=night), at(11, day=night + 1)), by=rival, now=NOW)

        offers = self.ask(double, Span(at(15), at(11, day=1)), by=guest)

        assert len(offers) >= 3
        for offer in offers:
            with undone():
                self.get(offer, guest)

    def test_of_a_type_that_is_sold_out_are_each_something_else(self, guest, rival):
        house = hotel()
        stay = Span(at(15), at(11, day=2))
        suite = house.types.create(name="Suite", capacity=4, unit="night", policy=house.policies.get())
        double = house.types.exclude(pk=suite.pk).get()
        doubles = [room(house, f"10{number}", type=double, capacity=2) for number in range(5)]
        for number in range(5):
            room(house, f"20{number}", type=suite, capacity=4)
        operations.book(doubles, stay, by=rival, now=NOW)

        offers = self.ask(operations.AnyOf(double), stay, party=2, by=guest)

        types = dict(Room.objects.values_list("pk", "type__name"))
        told = [(types[offer["rooms"][0]], offer["start"][:10]) for offer in offers]
        assert told[0] == ("Suite", "2026-11-23")
        assert len(told) == len(set(told)) >= 3
        assert {kind for kind, _ in told} == {"Suite", double.name}
        for offer in offers:
            with undone():
                self.get(offer, guest)

    def test_of_an_open_end_are_open(self, guest, rival):
        venue = car_park()
        spots = rooms(venue, 5, capacity=1)
        operations.book(spots[0], span(9, None), by=rival, now=at(9))
        operations.book(spots[1], span(9, 10, day=3), by=rival, now=at(9))

        offers = self.ask(spots[0], span(9, None), by=guest, now=at(9))

        assert len(offers) >= 3
        assert {(offer["end"], *offer["rooms"]) for offer in offers} >= {
            (None, spot.pk) for spot in spots[2:]
        }
        for offer in offers:
            with undone():
                self.get(offer, guest, now=at(9))

    def test_of_a_move_count_its_own_room_as_free_and_are_never_where_it_is(
        self, venue, aurora, guest, rival
    ):
        booking = operations.book(aurora, HOUR, by=guest, now=NOW)
        operations.book(aurora, span(10, 20), by=rival, now=NOW)

        with refused(Unavailable) as refusal:
            operations.move(booking, by=guest, span=span(9.5, 10.5), now=NOW)

        offers = refusal.value.alternatives
        assert (offers[0]["start"], offers[0]["rooms"]) == ("2026-11-23T08:45:00Z", [aurora.pk])

    def test_at_the_end_of_the_calendar_are_none_and_no_crash(self, aurora):
        for year, month, day in ((1970, 1, 2), (2199, 12, 31)):
            start = at(9).replace(year=year, month=month, day=day)
            assert self.ask(aurora, Span(start, start + timedelta(hours=1))) == []


def span_of(offer):
    start, end = offer["start"], offer["end"]
    return Span(datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None)
