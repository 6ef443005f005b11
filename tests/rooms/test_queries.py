"""What can be asked: boards, free rooms, reasons and offers, and that they say what operations would do."""

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import ReservationError, Span
from reservations.lifecycle import kind_of
from rooms import operations, queries
from rooms.models import Allocation, Amenity, OpeningHours, Policy, Room, Venue
from rooms.queries.right_now import free_right_now
from rooms.queries.terms import terms_of, with_parts
from rooms.queries.timeline import revisions, room_revisions
from tests.rooms.arbitrary import attempts, fill, later, law, moments, spans, undone
from tests.travel import departure, line, train
from tests.worlds import (
    NOW,
    at,
    hall,
    hotel,
    rate,
    room,
    span,
    terms,
)

HOUR = span(9, 10)


def attempt(place, what, by, now):
    """Return the refusal of booking the room, or None; nothing stays."""
    with undone():
        try:
            operations.book(place, what, by=by, now=now)
        except ReservationError as refusal:
            return refusal
    return None


class TestTheTimeline:
    @law
    @given(tried=attempts, window=spans, now=moments)
    def test_is_what_a_plain_look_at_every_row_finds(self, world, tried, window, now):
        with undone():
            fill(world, tried)
            venue, found, *_ = world
            known = terms(venue)

            seen = queries.timeline(known, window, now=now)

            rows = [
                row
                for row in Allocation.objects.filter(active=True)
                if (row.expires_at is None or row.expires_at > now)
                and Span(row.blocks_from, row.blocks_until).overlaps(window)
            ]
            for place in found:
                own = [row for row in rows if row.room_id == place.pk]
                causes = {(row.booking_id, row.blocking_id) for row in own}
                parts = [
                    row
                    for row in rows
                    if row.room_id in known.rooms[place.pk].parts
                    and (row.booking_id, row.blocking_id) not in causes
                ]
                shown = {(row.id, row.part) for row in seen[place.pk].taken}
                assert len(shown) == len(seen[place.pk].taken)
                assert shown == {(row.pk, None) for row in own} | {(row.pk, row.room_id) for row in parts}

    def test_says_of_each_row_what_boards_show(self, aurora, venue, guest):
        Policy.objects.update(buffer_after_minutes=30)
        venue.save()
        hold = operations.hold(aurora, HOUR, by=guest, now=NOW)

        own = queries.timeline(terms(venue), span(0, 24), now=NOW)[aurora.pk]

        (row,) = own.taken
        assert (own.revision, row.room, row.part, row.booking) == (1, aurora.pk, None, hold.pk)
        assert (row.start, row.end, row.kind, row.expires_at) == (at(9), at(10), "held", later(10))
        assert (row.blocks_from, row.blocks_until) == (at(9), at(10, 30))

    @pytest.mark.parametrize("state", ["held", "pending", "confirmed", "checked_in"])
    def test_names_the_state_as_the_world_sees_it(self, state, aurora, venue, guest):
        operations.book(aurora, HOUR, by=guest, now=NOW)
        Allocation.objects.update(state=state, expires_at=later(9) if state == "held" else None)

        (row,) = queries.timeline(terms(venue), HOUR, now=NOW)[aurora.pk].taken

        assert row.kind == kind_of(state)

    def test_lists_rooms_in_which_nothing_happens(self, aurora, birch, venue):
        assert [own.taken for own in queries.timeline(terms(venue), HOUR, now=NOW).values()] == [[], []]

    def test_of_some_rooms_is_of_those(self, aurora, birch, venue):
        assert list(queries.timeline(terms(venue), HOUR, rooms=[birch.pk], now=NOW)) == [birch.pk]

    def test_leaves_out_rooms_that_are_no_more(self, aurora, venue):
        known = terms(venue)
        Room.objects.all()._raw_delete("default")

        assert queries.timeline(known, HOUR, now=NOW) == {}

    def test_shows_a_part_though_a_blocking_of_the_hall_has_the_number_of_its_booking(
        self, venue, guest, staff
    ):
        halls = hall(venue)
        operations.block(halls["Grand Hall"], span(7, 8), by=staff, now=NOW)
        booking = operations.book(halls["Hall A"], HOUR, by=guest, now=NOW)
        Allocation.objects.filter(id=booking.pk).update(id=10**9)
        Allocation.objects.filter(room=halls["Grand Hall"]).update(id=booking.pk)

        shown = queries.timeline(terms(venue), span(0, 24), now=NOW)[halls["Grand Hall"].pk].taken

        assert [(row.kind, row.part) for row in shown] == [
            ("blocked", None), ("booked", halls["Hall A"].pk),
        ]  # fmt: skip


class TestFreeRooms:
    @law
    @given(tried=attempts, wanted=spans, now=moments)
    def test_are_those_that_a_booking_gets(self, world, tried, wanted, now):
        with undone():
            fill(world, tried)
            venue, found, guest, _ = world

            free = {one.room.id for one in queries.free_rooms(terms(venue), wanted, now=now)}

            assert free == {place.pk for place in found if attempt(place, wanted, guest, now) is None}

    def test_come_cheapest_first_and_then_smallest(self, venue):
        rate(venue, 1000)
        dear = venue.types.create(name="Suite", capacity=2, policy=venue.policies.get())
        dear.rates.create(name="Suite", amount=5000)
        room(venue, "Suite", type=dear, capacity=2)
        room(venue, "Large", capacity=20)
        room(venue, "Small", capacity=4)

        free = queries.free_rooms(terms(venue), HOUR, now=NOW)

        assert [(one.room.name, one.quote.total) for one in free] == [
            ("Small", 1000), ("Large", 1000), ("Suite", 5000),
        ]  # fmt: skip

    def test_come_of_equals_with_what_nobody_wants_last(self, venue):
        charger = room(venue, "Charger", order=1)
        charger.amenities.add(Amenity.objects.create(slug="ev", name="Charger"))
        room(venue, "Large", capacity=20, order=2)
        room(venue, "Plain", order=3)

        free = queries.free_rooms(terms(venue), HOUR, now=NOW)

        assert [one.room.name for one in free] == ["Plain", "Charger", "Large"]

    def test_have_what_is_wanted(self, venue):
        screen = Amenity.objects.create(slug="screen", name="Screen")
        room(venue, "Plain", floor="1")
        shown = room(venue, "Shown", floor="2", capacity=12)
        shown.amenities.add(screen)

        def named(**wants):
            free = queries.free_rooms(terms(venue), HOUR, wants=queries.Wants(**wants), now=NOW)
            return [one.room.name for one in free]

        assert named() == ["Plain", "Shown"]
        assert named(capacity=9) == named(floor="2") == named(amenities=frozenset({"screen"})) == ["Shown"]
        assert named(type_id=venue.types.get().pk) == ["Plain", "Shown"]
        assert named(type_id=0) == named(amenities=frozenset({"sauna"})) == []


class TestWhy:
    odd = st.builds(
        lambda start, length: span(start / 4, (start + length) / 4), st.integers(0, 140), st.integers(1, 40)
    )

    @law
    @given(tried=attempts, wanted=st.one_of(spans, odd), now=st.sampled_from([NOW, later(11), at(10, 10)]))
    def test_is_nothing_or_what_the_refusal_says(self, world, tried, wanted, now):
        with undone():
            venue, found, guest, _ = world
            for weekday in range(2):
                OpeningHours.objects.create(venue=venue, weekday=weekday, opens=time(4), closes=time(17))
            fill(world, tried)
            known = terms(venue)

            for place in found:
                reasons = queries.why(known.rooms[place.pk], known, wanted, now=now)
                refusal = attempt(place, wanted, guest, now)

                assert bool(reasons) == bool(refusal)
                if refusal is not None:
                    assert reasons[0]["code"] == refusal.code
                if refusal is not None and refusal.code == "policy_violation":
                    assert (reasons[0]["rule"], reasons[0]["sentence"]) == (refusal.rule, refusal.sentence)

    def test_names_all_that_stands_in_the_way(self, aurora, venue, guest, rival):
        operations.book(aurora, span(18, 20), by=guest, now=NOW)
        operations.hold(aurora, span(16, 17), by=guest, now=NOW)
        known = terms(venue)

        reasons = queries.why(known.rooms[aurora.pk], known, span(16, 21), now=NOW)

        assert [(reason["code"], reason["rule"], reason["until"]) for reason in reasons] == [
            ("policy_violation", "opening_hours", at(7, day=1)),
            ("unavailable", "held", at(6, 10)),
            ("unavailable", "booked", at(20)),
        ]


class TestNextFree:
    @law
    @given(
        tried=attempts,
        halves=st.integers(1, 6),
        place=st.integers(0, 5),
        first=st.integers(12, 40),
        notice=st.sampled_from([0, 90]),
    )
    def test_is_the_first_that_can_be_booked(self, world, tried, halves, place, first, notice):
        with undone():
            venue, found, guest, _ = world
            Policy.objects.update(min_notice_minutes=notice)
            fill(world, [one for one in tried if one[2]])
            known, own = terms(venue), found[place]
            after, length = at(0) + first * timedelta(minutes=30), halves * timedelta(minutes=30)

            result = queries.next_free(known.rooms[own.pk], known, length, after=after, now=NOW)

            assert result is not None
            assert attempt(own, result, guest, NOW) is None
            start = after
            while start < result.start:
                earlier = Span(start, start + length)
                assert queries.why(known.rooms[own.pk], known, earlier, now=NOW), earlier
                start += timedelta(minutes=30)

    def test_waits_for_the_venue_to_open(self, aurora, venue):
        known = terms(venue)

        found = queries.next_free(known.rooms[aurora.pk], known, timedelta(hours=2), after=at(19))

        assert found == span(7, 9, day=1)

    def test_is_nothing_when_there_is_nothing(self, aurora, venue):
        operations.block(aurora, span(7, None), by=None, now=NOW)
        known = terms(venue)

        assert queries.next_free(known.rooms[aurora.pk], known, timedelta(hours=1), after=NOW) is None

    def test_of_a_hotel_is_a_stay_from_check_in_to_check_out(self, guest):
        venue = hotel()
        double = room(venue, "101", capacity=2)
        operations.book(double, Span(at(15), at(11, day=2)), by=guest, now=NOW)
        known = terms(venue)

        found = queries.next_free(known.rooms[double.pk], known, timedelta(days=2), after=NOW)

        assert found == Span(at(15, day=2), at(11, day=4))


class TestRevisions:
    def test_sum_what_happened_at_a_venue(self, venue, aurora, birch, guest):
        operations.book([aurora, birch], HOUR, by=guest, now=NOW)
        operations.book(aurora, span(10, 11), by=guest, now=NOW)
        venue.refresh_from_db()

        assert revisions([venue.pk]) == {venue.pk: (venue.terms_stamp, 3)}
        assert room_revisions(venue.pk) == {aurora.pk: 2, birch.pk: 1}


def test_free_right_now_is_what_nothing_is_in(venue, aurora, birch, guest):
    operations.book(aurora, HOUR, by=guest, now=NOW)
    operations.hold(birch, HOUR, by=guest, now=NOW)

    assert free_right_now([venue.pk], now=NOW) == {venue.pk: {aurora.pk, birch.pk}}
    assert free_right_now([venue.pk], now=at(9)) == {venue.pk: {birch.pk}}


def test_a_hall_is_not_free_right_now_while_a_part_of_it_is_taken(venue, guest):
    halls = hall(venue)
    campus = room(venue, "Campus", capacity=900)
    campus.parts.create(part=halls["Grand Hall"])
    operations.book(halls["Hall A"], HOUR, by=guest, now=NOW)

    assert free_right_now([venue.pk], now=NOW)[venue.pk] == {campus.pk, *(one.pk for one in halls.values())}
    assert free_right_now([venue.pk], now=at(9)) == {venue.pk: {halls["Hall B"].pk, halls["Hall C"].pk}}


def test_parts_of_parts_are_taken_too(venue):
    halls = hall(venue)
    campus = room(venue, "Campus", capacity=900)
    campus.parts.create(part=halls["Grand Hall"])
    known = terms(venue)

    assert with_parts(known, [campus.pk]) == sorted([campus.pk, *(one.pk for one in halls.values())])
    assert set(known.rooms[halls["Hall A"].pk].wholes) == {campus.pk, halls["Grand Hall"].pk}


def test_a_fare_is_of_the_terms_of_every_vehicle_that_runs_on_its_route_and_of_no_other(db):
    route = line()
    runs = [departure(train(slug), day=day, route=route).vehicle for day, slug in enumerate("ab", 1)]
    departure(train("c"), route=line("other"))
    stamps = dict(Venue.objects.values_list("pk", "terms_stamp"))

    fare = route.fares.first()
    fare.amount += 100
    fare.save()

    after = dict(Venue.objects.values_list("pk", "terms_stamp"))
    assert {key for key in after if after[key] != stamps[key]} == {one.pk for one in runs}
    fare.delete()
    assert Venue.objects.get(pk=runs[0].pk).terms_stamp not in (stamps[runs[0].pk], after[runs[0].pk])


def test_terms_in_memory_are_told_apart_by_their_stamp(venue, aurora):
    before = terms(venue)
    room(venue, "New")
    venue.refresh_from_db()

    assert len(terms_of(venue.pk).rooms) == len(before.rooms)
    assert len(terms_of(venue.pk, venue.terms_stamp).rooms) == len(before.rooms) + 1
