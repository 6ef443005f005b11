"""Several rooms at once: side by side, with buffers around them, or a hall with its parts."""

from datetime import datetime, timedelta

import pytest

from reservations import PolicyViolation, Unavailable
from rooms import operations
from rooms.models import Allocation, Change, Policy
from tests.worlds import NOW, at, hall, office, rate, refused, room, span

HOUR = span(9, 10)
TAKE = [operations.hold, operations.book]


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


class TestSeveralRooms:
    def test_are_all_taken_or_none(self, aurora, birch, guest, rival):
        operations.book(birch, HOUR, by=rival, now=NOW)

        with refused(Unavailable) as refusal:
            operations.book([aurora, birch], HOUR, by=guest, now=NOW)

        assert [conflict.room for conflict in refusal.value.conflicts] == [birch.pk]
        operations.book(aurora, HOUR, by=guest, now=NOW)

    def test_count_one_change_each(self, aurora, birch, guest, heard, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            operations.book([aurora, birch], HOUR, by=guest, now=NOW)

        assert [change.rooms for change in heard] == [{aurora.pk: 1, birch.pk: 1}]


class TestBuffers:
    @pytest.fixture
    def place(self, db):
        return room(office(buffer_before_minutes=15, buffer_after_minutes=30))

    def test_are_blocked_and_not_shown(self, place, guest):
        row = operations.book(place, HOUR, by=guest, now=NOW).allocations.get()

        assert (row.starts_at, row.ends_at) == (at(9), at(10))
        assert (row.blocks_from, row.blocks_until) == (at(8, 45), at(10, 30))

    @pytest.mark.parametrize("start", [10, 10.25, 10.5, 8, 8.25])
    def test_keep_neighbors_apart_by_the_sum_of_both(self, start, place, guest, rival):
        operations.book(place, HOUR, by=guest, now=NOW)

        with refused(Unavailable):
            operations.book(place, span(start, start + 0.5), by=rival, now=NOW)

    @pytest.mark.parametrize("start", [10.75, 7.75])
    def test_let_neighbors_come_as_near_as_that(self, start, place, guest, rival):
        operations.book(place, HOUR, by=guest, now=NOW)

        operations.book(place, span(start, start + 0.5), by=rival, now=NOW)


class TestADivisibleHall:
    @pytest.fixture
    def halls(self, venue):
        return hall(venue)

    def test_takes_all_its_parts_with_it(self, halls, guest, rival):
        booking = operations.book(halls["Grand Hall"], HOUR, by=guest, now=NOW)

        assert {row.room.name for row in booking.allocations.select_related("room")} == set(halls)
        for name in ("Hall A", "Hall B", "Hall C"):
            with refused(Unavailable):
                operations.book(halls[name], HOUR, by=rival, now=NOW)

    def test_is_not_free_while_a_part_is_taken(self, halls, guest, rival):
        operations.book(halls["Hall B"], HOUR, by=guest, now=NOW)

        with refused(Unavailable) as refusal:
            operations.book(halls["Grand Hall"], HOUR, by=rival, now=NOW)

        assert [conflict.room for conflict in refusal.value.conflicts] == [halls["Hall B"].pk]
        operations.book([halls["Hall A"], halls["Hall C"]], HOUR, by=rival, now=NOW)

    def test_hears_of_a_part_that_is_taken_and_has_no_allocation_of_its_own(self, halls, guest):
        operations.book(halls["Hall B"], HOUR, by=guest, now=NOW)

        told = list(Change.objects.order_by("room_id").values_list("room__name", "revision", "after__state"))
        assert told == [("Grand Hall", 1, None), ("Hall B", 1, "confirmed")]
        assert Allocation.objects.get().room == halls["Hall B"]

    def test_asked_for_together_with_a_part_is_one_hall_and_paid_once(self, halls, venue, guest):
        rate(venue, 10000)

        booking = operations.book([halls["Grand Hall"], halls["Hall A"]], HOUR, by=guest, now=NOW)

        assert (booking.price, booking.allocations.count()) == (10000, 4)
        with refused(PolicyViolation, sentence="There is room for 300 in Grand Hall, not for 301."):
            operations.book(
                [halls["Grand Hall"], halls["Hall A"]], span(11, 12), by=guest,
                details=operations.Details(party=301), now=NOW,
            )  # fmt: skip

    def test_keeps_its_parts_as_long_as_itself(self, halls, venue, guest, rival):
        whole = halls["Grand Hall"]
        cleaned = Policy.objects.create(venue=venue, name="Cleaned", buffer_after_minutes=60)
        whole.type = venue.types.create(name="Hall", capacity=300, policy=cleaned)
        whole.save()
        operations.book(whole, HOUR, by=guest, now=NOW)

        with refused(Unavailable):
            operations.book(halls["Hall A"], span(10, 11), by=rival, now=NOW)
        operations.book(halls["Hall A"], span(11, 12), by=rival, now=NOW)

    def test_lives_on_without_a_part_that_is_archived(self, halls, guest):
        halls["Hall C"].archived_at = NOW
        halls["Hall C"].save()

        booking = operations.book(halls["Grand Hall"], HOUR, by=guest, now=NOW)

        assert booking.allocations.count() == 3

    def test_is_freed_by_an_expired_hold_of_one_part(self, halls, guest, rival):
        operations.hold(halls["Hall A"], HOUR, by=guest, now=NOW)

        operations.book(halls["Grand Hall"], HOUR, by=rival, now=later(10))

    def test_lets_its_parts_go_when_a_hold_of_it_ran_out(self, halls, guest, rival):
        operations.hold(halls["Grand Hall"], HOUR, by=guest, now=NOW)

        operations.book(halls["Hall A"], HOUR, by=rival, now=later(10))
        operations.book(halls["Hall B"], HOUR, by=rival, now=later(10))
