"""Moving a booking: to another time, other rooms or both; in one step, or not at all."""

from datetime import timedelta

import pytest

from reservations import HoldExpired, IllegalTransition, Invalid, NotFound, PolicyViolation, Unavailable
from rooms import operations
from rooms.models import Allocation, Change, Policy
from tests.worlds import NOW, at, hall, office, rate, refused, room, rooms, span

HOUR = span(9, 10)


@pytest.fixture
def booking(aurora, guest):
    return operations.book(aurora, HOUR, by=guest, now=NOW)


def places(booking):
    """Where the booking is now: the name of each room with its hours."""
    found = booking.allocations.filter(active=True).select_related("room").order_by("room__name")
    return [(row.room.name, row.starts_at.hour, row.ends_at.hour) for row in found]


class TestToAnotherTime:
    def test_frees_the_old_and_takes_the_new(self, booking, aurora, guest, rival):
        moved = operations.move(booking, by=guest, span=span(11, 13), now=NOW)

        assert (moved.starts_at, moved.ends_at, moved.reference) == (at(11), at(13), booking.reference)
        assert places(booking) == [("Aurora", 11, 13)]
        operations.book(aurora, HOUR, by=rival, now=NOW)

    def test_may_overlap_its_own_old_time(self, booking, guest):
        operations.move(booking, by=guest, span=span(9.5, 10.5), now=NOW)

    def test_may_not_overlap_anybody_elses(self, booking, aurora, guest, rival):
        operations.book(aurora, span(10, 11), by=rival, now=NOW)

        with refused(Unavailable) as refusal:
            operations.move(booking, by=guest, span=span(9, 10.25), now=NOW)

        assert [conflict.start for conflict in refusal.value.conflicts] == [at(10)]
        assert len(refusal.value.alternatives) >= 3

    def test_may_go_where_a_hold_ran_out(self, booking, aurora, guest, rival):
        hold = operations.hold(aurora, span(10, 11), by=rival, now=NOW)

        operations.move(booking, by=guest, span=span(9, 11), now=NOW + timedelta(minutes=10))

        hold.refresh_from_db()
        assert hold.state == "expired"

    def test_keeps_to_the_terms(self, booking, guest):
        for time, rule in ((span(6, 7), "opening_hours"), (span(5, 6), "starts_in_past")):
            with refused(PolicyViolation, rule=rule):
                operations.move(booking, by=guest, span=time, now=NOW)

    def test_keeps_the_buffers(self, guest, rival):
        place = room(office("tidy", buffer_after_minutes=30))
        booking = operations.book(place, HOUR, by=guest, now=NOW)
        operations.book(place, span(12, 13), by=rival, now=NOW)

        with refused(Unavailable):
            operations.move(booking, by=guest, span=span(11, 12), now=NOW)
        operations.move(booking, by=guest, span=span(10.5, 11.5), now=NOW)

        row = booking.allocations.get()
        assert (row.ends_at, row.blocks_until) == (at(11, 30), at(12))

    def test_is_priced_anew(self, venue, booking, guest):
        rate(venue, 2400)

        assert operations.move(booking, by=guest, span=span(11, 13), now=NOW).price == 4800


class TestToOtherRooms:
    def test_keeps_the_time(self, booking, birch, guest, aurora, rival):
        operations.move(booking, by=guest, rooms=birch, now=NOW)

        assert places(booking) == [("Birch", 9, 10)]
        operations.book(aurora, HOUR, by=rival, now=NOW)

    def test_may_swap_some_and_keep_some(self, venue, guest):
        one, two, three = rooms(venue, 3)
        booking = operations.book([one, two], HOUR, by=guest, now=NOW)

        operations.move(booking, by=guest, rooms=[two, three], span=span(9, 11), now=NOW)

        assert places(booking) == [("Room 2", 9, 11), ("Room 3", 9, 11)]

    def test_may_be_fewer_or_more(self, venue, guest):
        one, two, three = rooms(venue, 3)
        booking = operations.book([one, two], HOUR, by=guest, now=NOW)

        operations.move(booking, by=guest, rooms=three, now=NOW)
        assert places(booking) == [("Room 3", 9, 10)]

        operations.move(booking, by=guest, rooms=[one, two, three], now=NOW)
        assert places(booking) == [("Room 1", 9, 10), ("Room 2", 9, 10), ("Room 3", 9, 10)]
        assert Allocation.objects.filter(active=True).count() == 3

    def test_are_all_taken_or_none(self, booking, aurora, birch, guest, rival):
        operations.book(birch, HOUR, by=rival, now=NOW)

        with refused(Unavailable):
            operations.move(booking, by=guest, rooms=[aurora, birch], now=NOW)

    def test_may_be_the_hall_above_and_back(self, venue, guest, rival):
        halls = hall(venue)
        booking = operations.book(halls["Hall A"], HOUR, by=guest, now=NOW)

        operations.move(booking, by=guest, rooms=halls["Grand Hall"], now=NOW)
        assert [name for name, *_ in places(booking)] == ["Grand Hall", "Hall A", "Hall B", "Hall C"]

        operations.move(booking, by=guest, rooms=halls["Hall B"], now=NOW)
        assert places(booking) == [("Hall B", 9, 10)]
        operations.book(halls["Hall A"], HOUR, by=rival, now=NOW)

    def test_may_not_be_the_hall_while_a_part_is_somebody_elses(self, venue, guest, rival):
        halls = hall(venue)
        booking = operations.book(halls["Hall A"], HOUR, by=guest, now=NOW)
        operations.book(halls["Hall C"], HOUR, by=rival, now=NOW)

        with refused(Unavailable):
            operations.move(booking, by=guest, rooms=halls["Grand Hall"], now=NOW)

    def test_must_hold_the_party(self, aurora, venue, guest):
        party = operations.Details(party=8)
        booking = operations.book(aurora, HOUR, by=guest, details=party, now=NOW)
        booth = room(venue, "Booth", capacity=2)

        with refused(PolicyViolation, sentence="There is room for 2 in Booth, not for 8."):
            operations.move(booking, by=guest, rooms=booth, now=NOW)

    def test_must_be_rooms_of_the_venue(self, booking, guest):
        elsewhere = room(office("elsewhere"))

        with refused(NotFound):
            operations.move(booking, by=guest, rooms=elsewhere, now=NOW)

    @pytest.mark.parametrize("what", [[], "Birch", [7], 7])
    def test_must_be_rooms(self, what, booking, guest):
        with refused(Invalid):
            operations.move(booking, by=guest, rooms=what, now=NOW)

    def test_wait_for_approval_where_the_new_room_asks_for_it(self, booking, venue, guest):
        terms = Policy.objects.create(venue=venue, name="Asks", needs_approval=True)
        board = room(venue, "Board room", type=venue.types.create(name="Board", capacity=8, policy=terms))

        assert operations.move(booking, by=guest, rooms=board, now=NOW).state == "pending"


def test_nothing_new_is_a_move_to_where_it_is(booking, guest):
    operations.move(booking, by=guest, now=NOW)

    assert places(booking) == [("Aurora", 9, 10)]


@pytest.mark.parametrize("time", ["9 to 10", 7, (at(9), at(10))])
def test_a_time_is_a_span(time, booking, guest):
    with refused(Invalid):
        operations.move(booking, by=guest, span=time, now=NOW)


class TestAHold:
    def test_moves_and_runs_out_when_it_would_have(self, aurora, birch, guest, rival):
        hold = operations.hold(aurora, HOUR, by=guest, now=NOW)

        operations.move(hold, by=guest, rooms=birch, now=NOW + timedelta(minutes=9))

        row = hold.allocations.get(active=True)
        assert (row.state, row.expires_at) == ("held", NOW + timedelta(minutes=10))
        operations.book(birch, HOUR, by=rival, now=NOW + timedelta(minutes=10))

    def test_that_ran_out_moves_no_more(self, aurora, birch, guest):
        hold = operations.hold(aurora, HOUR, by=guest, now=NOW)

        with refused(HoldExpired):
            operations.move(hold, by=guest, rooms=birch, now=NOW + timedelta(minutes=10))


class TestABookingThatHasBegun:
    def test_may_be_made_longer_and_shorter(self, booking, guest):
        operations.move(booking, by=guest, span=span(9, 11), now=at(9, 50))
        operations.move(booking, by=guest, span=span(9, 10), now=at(9, 55))

        assert places(booking) == [("Aurora", 9, 10)]

    def test_may_not_run_into_the_next(self, booking, aurora, guest, rival):
        operations.book(aurora, span(10, 11), by=rival, now=NOW)

        with refused(Unavailable):
            operations.move(booking, by=guest, span=span(9, 10.25), now=at(9, 50))

    def test_may_not_be_had_twice(self, booking, guest, staff):
        with refused(PolicyViolation, rule="begun"):
            operations.move(booking, by=guest, span=span(14, 15), now=at(9, 50))
        operations.move(booking, by=staff, span=span(14, 15), now=at(9, 50))

    def test_may_not_end_before_now(self, booking, guest):
        with refused(PolicyViolation, rule="begun"):
            operations.move(booking, by=guest, span=span(9, 9.25), now=at(9, 50))

    def test_moves_no_more_when_it_is_over(self, booking, guest, staff):
        for by in (guest, staff):
            with refused(PolicyViolation, rule="begun"):
                operations.move(booking, by=by, span=span(9, 12), now=at(10))


def test_what_was_cancelled_does_not_move(booking, guest):
    operations.cancel(booking, by=guest, now=NOW)

    with refused(IllegalTransition, state="cancelled", move="move"):
        operations.move(booking, by=guest, span=span(11, 12), now=NOW)


def test_both_rooms_hear_of_it_in_one_breath(
    booking, aurora, birch, guest, heard, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        operations.move(booking, by=guest, rooms=birch, now=NOW)

    assert [change.rooms for change in heard] == [{aurora.pk: 2, birch.pk: 1}]
    told = dict(Change.objects.filter(kind="moved").values_list("room__name", "after"))
    assert told["Aurora"] == {}
    assert told["Birch"] == {
        "state": "confirmed", "start": "2026-11-23T09:00:00Z", "end": "2026-11-23T10:00:00Z",
    }  # fmt: skip


class TestAfterTheLastMomentToCancel:
    """Who may no longer cancel may not give time back by moving either: cancelling is one move away."""

    @pytest.fixture
    def late(self, booking):
        Policy.objects.update(cancel_until_minutes=24 * 60)
        booking.venue.save()  # a new stamp
        return booking

    @pytest.mark.parametrize("elsewhere", [span(9, 10, day=2), span(9.5, 10), span(10, 11)])
    def test_time_is_not_given_back(self, late, guest, elsewhere):
        with refused(PolicyViolation) as refusal:
            operations.move(late, by=guest, span=elsewhere, now=NOW)

        assert refusal.value.rule == "cancel_until"

    def test_a_room_is_not_given_back(self, late, guest, birch):
        with refused(PolicyViolation) as refusal:
            operations.move(late, by=guest, rooms=birch, now=NOW)

        assert refusal.value.rule == "cancel_until"

    def test_more_time_may_be_had(self, late, guest):
        operations.move(late, by=guest, span=span(9, 11), now=NOW)

        assert places(late) == [("Aurora", 9, 11)]

    def test_the_staff_may_move_it(self, late, staff):
        operations.move(late, by=staff, span=span(9, 10, day=2), now=NOW)

        assert places(late) == [("Aurora", 9, 10)]
