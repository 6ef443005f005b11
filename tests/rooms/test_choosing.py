"""Any n rooms of a type, or nothing."""

from datetime import datetime, time

import pytest

from reservations import Invalid, NotFound, PolicyViolation, Span, Unavailable
from rooms import operations
from rooms.models import Amenity, OpeningHours, Policy, Room, RoomType
from rooms.wishes import Repeated
from tests.travel import departure, together, train
from tests.worlds import NOW, hall, office, refused, room, rooms, span

HOUR = span(9, 10)


def names(booking):
    return sorted(booking.allocations.values_list("room__name", flat=True))


@pytest.fixture
def kind(venue):
    return venue.types.get()


class TestAnyRooms:
    def test_are_as_many_as_were_asked_for(self, venue, kind, guest):
        rooms(venue, 5)

        assert len(names(operations.book(operations.AnyOf(kind, 3), HOUR, by=guest, now=NOW))) == 3

    def test_are_all_or_nothing(self, venue, kind, guest, rival):
        rooms(venue, 5)
        operations.book(operations.AnyOf(kind, 3), HOUR, by=guest, now=NOW)

        with refused(Unavailable, sentence="Only 2 are free."):
            operations.book(operations.AnyOf(kind, 3), HOUR, by=rival, now=NOW)
        operations.book(operations.AnyOf(kind, 2), HOUR, by=rival, now=NOW)

    def test_are_free_where_a_hold_ran_out(self, venue, kind, guest, rival):
        rooms(venue, 2)
        operations.hold(operations.AnyOf(kind, 2), HOUR, by=guest, now=NOW)

        operations.book(operations.AnyOf(kind, 2), HOUR, by=rival, now=NOW.replace(minute=10))

    def test_are_the_smallest_that_fit(self, venue, kind, guest):
        for capacity in (2, 4, 8, 20):
            room(venue, f"For {capacity}", capacity=capacity)

        booking = operations.book(
            operations.AnyOf(kind, 1), HOUR, by=guest, details=operations.Details(party=5), now=NOW
        )

        assert names(booking) == ["For 8"]

    def test_fill_the_tightest_gap(self, venue, kind, guest, rival):
        loose, tight = rooms(venue, 2)
        operations.book(tight, span(8, 9), by=rival, now=NOW)
        operations.book(tight, span(10, 11), by=rival, now=NOW)
        operations.book(loose, span(7, 8), by=rival, now=NOW)
        operations.book(loose, span(12, 13), by=rival, now=NOW)

        assert names(operations.book(operations.AnyOf(kind, 1), HOUR, by=guest, now=NOW)) == ["Room 2"]

    def test_leave_chargers_to_those_who_ask_for_one(self, venue, kind, guest, rival):
        charger, plain = rooms(venue, 2)
        charger.amenities.add(Amenity.objects.create(slug="ev", name="Charger"))
        operations.book([charger], span(10, 11), by=rival, now=NOW)  # it would fill the tighter gap there

        one, other = (
            names(operations.book(operations.AnyOf(kind, 1), HOUR, by=guest, now=NOW)) for _ in range(2)
        )

        assert (one, other) == ([plain.name], [charger.name])

    def test_leave_chargers_on_all_dates_of_a_series(self, venue, kind, guest):
        charger, plain = rooms(venue, 2)
        charger.amenities.add(Amenity.objects.create(slug="ev", name="Charger"))
        daily = Repeated(HOUR, "FREQ=DAILY;COUNT=2")

        assert names(operations.book(operations.AnyOf(kind, 1), daily, by=guest, now=NOW)) == [plain.name] * 2

    def test_keep_their_buffers(self, guest, rival):
        venue = office("tidy", buffer_after_minutes=30)
        place = room(venue)
        operations.book(place, HOUR, by=rival, now=NOW)

        with refused(Unavailable):
            operations.book(operations.AnyOf(venue.types.get(), 1), span(10, 11), by=guest, now=NOW)
        operations.book(operations.AnyOf(venue.types.get(), 1), span(10.5, 11), by=guest, now=NOW)

    def test_are_open_then_even_if_others_are_not(self, venue, kind, guest):
        closed, _ = rooms(venue, 2)
        OpeningHours.objects.create(venue=venue, room=closed, weekday=0, opens=time(12), closes=time(20))

        assert names(operations.book(operations.AnyOf(kind, 1), HOUR, by=guest, now=NOW)) == ["Room 2"]
        with refused(PolicyViolation, rule="opening_hours"):
            operations.book(operations.AnyOf(kind, 2), span(11, 12), by=guest, now=NOW)

    def test_keep_to_the_terms(self, venue, kind, guest):
        rooms(venue, 2)

        with refused(PolicyViolation, rule="opening_hours"):
            operations.book(operations.AnyOf(kind, 1), span(6, 7), by=guest, now=NOW)
        with refused(PolicyViolation, rule="capacity"):
            operations.book(
                operations.AnyOf(kind, 1), HOUR, by=guest, details=operations.Details(party=9), now=NOW
            )

    def test_too_small_together_are_taken_only_when_larger_ones_are(self, venue, kind, guest, rival):
        room(venue, "Small", capacity=2)
        large = room(venue, "Large", capacity=8)
        operations.book(large, HOUR, by=rival, now=NOW)

        with refused(Unavailable):
            operations.book(
                operations.AnyOf(kind, 1), HOUR, by=guest, details=operations.Details(party=5), now=NOW
            )

    def test_are_not_archived(self, venue, kind, guest):
        one, _ = rooms(venue, 2)
        operations.book(one, HOUR, by=guest, now=NOW)
        Room.objects.filter(name="Room 2").update(archived_at=NOW)
        venue.save()

        with refused(Unavailable, sentence="None are free."):
            operations.book(operations.AnyOf(kind, 1), HOUR, by=guest, now=NOW)


class TestAHallAmongThem:
    def test_is_not_counted_beside_its_own_parts(self, venue, kind, guest):
        hall(venue)

        assert names(operations.book(operations.AnyOf(kind, 3), HOUR, by=guest, now=NOW)) == [
            "Hall A", "Hall B", "Hall C",
        ]  # fmt: skip

    def test_makes_no_fourth_room(self, venue, kind, guest):
        hall(venue)

        with refused(Unavailable):
            operations.book(operations.AnyOf(kind, 4), HOUR, by=guest, now=NOW)

    def test_is_taken_for_a_party_that_no_part_holds(self, venue, kind, guest):
        hall(venue)

        booking = operations.book(
            operations.AnyOf(kind, 1), HOUR, by=guest, details=operations.Details(party=250), now=NOW
        )

        assert names(booking) == ["Grand Hall", "Hall A", "Hall B", "Hall C"]


class TestAType:
    def test_without_rooms_has_none(self, venue, guest):
        empty = RoomType.objects.create(venue=venue, name="Empty", policy=Policy.objects.get(venue=venue))

        with refused(NotFound):
            operations.book(operations.AnyOf(empty, 1), HOUR, by=guest, now=NOW)

    def test_that_was_deleted_is_not_there(self, venue, aurora, guest):
        gone = RoomType.objects.create(venue=venue, name="Gone", policy=Policy.objects.get(venue=venue))
        stale = RoomType.objects.get(pk=gone.pk)
        gone.delete()

        with refused(NotFound):
            operations.book(operations.AnyOf(stale, 1), HOUR, by=guest, now=NOW)


class TestSeveralTypes:
    @pytest.fixture
    def twin(self, venue, kind):
        return RoomType.objects.create(venue=venue, name="Twin", policy=Policy.objects.get(venue=venue))

    @pytest.fixture
    def both(self, kind, twin):
        """Two of one type and one of the other."""
        return [operations.AnyOf(kind, 2), operations.AnyOf(twin, 1)]

    def test_are_taken_together(self, venue, twin, both, guest):
        rooms(venue, 3)
        room(venue, "Twin 1", type=twin)

        assert names(operations.hold(both, HOUR, by=guest, now=NOW)) == ["Room 1", "Room 2", "Twin 1"]

    def test_are_all_or_nothing_and_say_which_type_has_how_many(self, venue, twin, both, guest, rival):
        first, _ = rooms(venue, 2)
        only = room(venue, "Twin 1", type=twin)
        operations.book([first, only], HOUR, by=rival, now=NOW)

        with refused(Unavailable, sentence="Only 1 of Meeting room and no Twin is free.", free=1):
            operations.book(both, HOUR, by=guest, now=NOW)

    @pytest.mark.parametrize(
        ("left", "sentence"),
        [
            ((2, 3), "Only 2 of Meeting room are free."),
            ((1, 3), "Only 1 of Meeting room is free."),
            ((2, 1), "Only 2 of Meeting room and only 1 of Twin are free."),
            ((0, 1), "No Meeting room and only 1 of Twin is free."),
        ],
    )
    def test_are_told_in_a_sentence_that_agrees_with_its_number(
        self, venue, twin, guest, rival, left, sentence
    ):
        taken = [
            *rooms(venue, 3)[left[0] :],
            *[room(venue, f"Twin {n}", type=twin) for n in range(3)][left[1] :],
        ]
        operations.book(taken, HOUR, by=rival, now=NOW)

        with refused(Unavailable, sentence=sentence, free=sum(int(one) for one in sentence if one.isdigit())):
            operations.book(
                [operations.AnyOf(venue.types.first(), 3), operations.AnyOf(twin, 2)], HOUR, by=guest, now=NOW
            )

    def test_count_a_type_that_is_named_twice_together(self, venue, kind, guest):
        rooms(venue, 2)
        twice = [operations.AnyOf(kind, 1), operations.AnyOf(kind, 1)]

        assert names(operations.book(twice, HOUR, by=guest, now=NOW)) == ["Room 1", "Room 2"]

    def test_hold_the_party_all_together(self, venue, twin, both, guest):
        for number, capacity in enumerate((1, 1, 4), start=1):
            room(venue, f"Room {number}", capacity=capacity)
        room(venue, "Twin 1", type=twin, capacity=2)
        room(venue, "Twin 2", type=twin, capacity=5)

        def asked(party):
            booking = operations.book(both, HOUR, by=guest, details=operations.Details(party=party), now=NOW)
            operations.cancel(booking, by=guest, now=NOW)
            return names(booking)

        assert asked(4) == ["Room 1", "Room 2", "Twin 1"]
        assert asked(7) == ["Room 2", "Room 3", "Twin 1"]
        assert asked(10) == ["Room 2", "Room 3", "Twin 2"]
        with refused(PolicyViolation, rule="capacity"):
            operations.book(both, HOUR, by=guest, details=operations.Details(party=11), now=NOW)

    def test_keep_a_hall_apart_from_its_own_parts(self, venue, twin, both, kind, guest):
        halls = hall(venue)
        Room.objects.filter(name__startswith="Hall").update(type=twin)
        venue.save()
        asked = [operations.AnyOf(kind, 1), operations.AnyOf(twin, 1)]

        with refused(Unavailable, sentence="No Twin is free."):
            operations.book(asked, HOUR, by=guest, now=NOW)
        room(venue, "Spare", type=twin)
        assert names(operations.book(asked, HOUR, by=guest, now=NOW)) == sorted([*halls, "Spare"])

    def test_are_of_one_venue(self, both, guest):
        elsewhere = operations.AnyOf(office("elsewhere").types.get(), 1)

        with refused(Invalid):
            operations.book([*both, elsewhere], HOUR, by=guest, now=NOW)

    def test_offer_what_can_be_asked_for_as_it_is(self, venue, twin, both, guest, rival):
        rooms(venue, 4)
        only = room(venue, "Twin 1", type=twin)
        operations.book(only, HOUR, by=rival, now=NOW)

        with pytest.raises(Unavailable) as refusal:
            operations.book(both, HOUR, by=guest, now=NOW)

        offer = refusal.value.alternatives[0]
        named = list(Room.objects.filter(pk__in=offer["rooms"]))
        span_offered = Span(*(datetime.fromisoformat(offer[edge]) for edge in ("start", "end")))
        assert len(named) == 3
        assert operations.book(named, span_offered, by=guest, now=NOW).state == "confirmed"

    def test_are_the_same_wish_in_whatever_order(self, venue, twin, both, guest):
        rooms(venue, 2)
        room(venue, "Twin 1", type=twin)

        first = operations.hold(both, HOUR, by=guest, key="once", now=NOW)

        assert operations.hold(both[::-1], HOUR, by=guest, key="once", now=NOW) == first


def test_seats_are_refused_to_nobody_by_what_a_vehicle_had_before_it_got_more(guest):
    run = departure(train(rows=1))
    operations.book_seats(together(run, 1), by=guest, now=NOW)
    kind = RoomType.objects.get(venue=run.vehicle_id)
    for name in ("2A", "2B", "2C"):
        Room.objects.create(venue=kind.venue, type=kind, name=name, floor="")

    assert operations.book_seats(together(run, 6), by=guest, now=NOW).party == 6
