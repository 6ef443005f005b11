"""Time out of use, and tidying up after holds that ran out."""

from datetime import timedelta

import pytest

from reservations import IllegalTransition, Invalid, NotFound, Span, Unavailable
from rooms import operations
from rooms.models import Allocation, Blocking, Booking, Change
from tests.worlds import NOW, at, hall, office, refused, room, rooms, span

HOUR = span(9, 10)


class TestBlocking:
    def test_keeps_everybody_out(self, aurora, guest, staff):
        operations.block(aurora, HOUR, by=staff, reason="private", note="Painting", now=NOW)

        with refused(Unavailable) as refusal:
            operations.book(aurora, span(9.5, 11), by=guest, now=NOW)
        assert [conflict.kind for conflict in refusal.value.conflicts] == ["blocked"]
        assert "Painting" not in str(refusal.value.as_problem())

    def test_lasts_until_further_notice(self, aurora, guest, staff):
        operations.block(aurora, span(9, None), by=staff, now=NOW)

        with refused(Unavailable):
            operations.book(aurora, span(9, 10, day=100), by=guest, now=NOW)

    def test_does_not_push_a_booking_aside(self, aurora, guest, staff):
        operations.book(aurora, HOUR, by=guest, now=NOW)

        with refused(Unavailable):
            operations.block(aurora, span(8, 12), by=staff, now=NOW)

    def test_pushes_a_hold_aside_that_ran_out(self, aurora, guest, staff):
        hold = operations.hold(aurora, HOUR, by=guest, now=NOW)
        with refused(Unavailable):
            operations.block(aurora, HOUR, by=staff, now=NOW)

        operations.block(aurora, HOUR, by=staff, now=NOW + timedelta(minutes=10))

        hold.refresh_from_db()
        assert hold.state == "expired"

    def test_is_not_held_back_by_opening_hours_or_the_past(self, aurora, staff):
        operations.block(aurora, Span(at(2), at(3)), by=staff, now=NOW)

    def test_of_a_hall_takes_its_parts(self, venue, guest, staff):
        halls = hall(venue)
        operations.block(halls["Grand Hall"], HOUR, by=staff, now=NOW)

        with refused(Unavailable):
            operations.book(halls["Hall C"], HOUR, by=guest, now=NOW)

    def test_of_a_part_takes_the_hall(self, venue, guest, staff):
        halls = hall(venue)
        operations.block(halls["Hall C"], HOUR, by=staff, now=NOW)

        with refused(Unavailable):
            operations.book(halls["Grand Hall"], HOUR, by=guest, now=NOW)
        operations.book(halls["Hall A"], HOUR, by=guest, now=NOW)

    def test_of_several_rooms_is_all_or_nothing(self, aurora, birch, guest, staff):
        operations.book(birch, HOUR, by=guest, now=NOW)

        with refused(Unavailable):
            operations.block([aurora, birch], HOUR, by=staff, now=NOW)

    @pytest.mark.parametrize(
        ("bad", "field"),
        [
            ({"reason": "because"}, "reason"),
            ({"reason": None}, "reason"),
            ({"note": "x" * 201}, "note"),
            ({"note": "a\x00"}, "note"),
            ({"span": "today"}, "start"),
            ({"rooms": []}, "rooms"),
            ({"rooms": "Aurora"}, "rooms"),
        ],
    )
    def test_asks_for_things_that_make_sense(self, bad, field, aurora, staff):
        request = {"rooms": aurora, "span": HOUR, **bad}

        with refused(Invalid) as refusal:
            operations.block(request.pop("rooms"), request.pop("span"), by=staff, now=NOW, **request)

        assert set(refusal.value.field_errors) == {field}

    def test_is_for_the_rooms_of_one_venue(self, aurora, staff):
        elsewhere = room(office("elsewhere"))

        with refused(Invalid):
            operations.block([aurora, elsewhere], HOUR, by=staff, now=NOW)


class TestUnblocking:
    @pytest.fixture
    def blocking(self, aurora, birch, staff):
        return operations.block([aurora, birch], HOUR, by=staff, now=NOW)

    def test_puts_the_rooms_back_into_use(self, blocking, aurora, birch, guest, staff):
        lifted = operations.unblock(blocking, by=staff, now=at(8))

        assert lifted.lifted_at == at(8)
        assert set(blocking.allocations.values_list("state", "active")) == {("lifted", False)}
        operations.book([aurora, birch], HOUR, by=guest, now=NOW)

    def test_happens_once(self, blocking, staff):
        operations.unblock(blocking, by=staff, now=NOW)

        with refused(IllegalTransition):
            operations.unblock(blocking, by=staff, now=NOW)

    def test_needs_a_blocking(self, blocking, staff):
        Allocation.objects.all().delete()
        Change.objects.all().delete()
        gone = Blocking.objects.get(pk=blocking.pk)
        blocking.delete()

        with refused(NotFound):
            operations.unblock(gone, by=staff, now=NOW)

    def test_says_so(self, blocking, staff, heard, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            operations.unblock(blocking, by=staff, now=NOW)

        assert [set(change.rooms.values()) for change in heard] == [{2}]
        assert set(Change.objects.filter(revision=2).values_list("kind", "after__state")) == {
            ("unblocked", "lifted")
        }


class TestExpiringHolds:
    @pytest.fixture
    def held(self, venue, guest):
        """Four holds, a minute apart."""
        return [
            operations.hold(one, HOUR, by=guest, now=NOW + timedelta(minutes=n))
            for n, one in enumerate(rooms(venue, 4))
        ]

    def test_lets_go_of_those_that_ran_out_and_of_no_other(self, held):
        assert operations.expire_holds(now=NOW + timedelta(minutes=11)) == 2

        states = list(Booking.objects.order_by("pk").values_list("state", flat=True))
        assert states == ["expired", "expired", "held", "held"]
        assert Allocation.objects.filter(active=True).count() == 2
        assert operations.expire_holds(now=NOW + timedelta(minutes=11)) == 0

    def test_takes_the_oldest_first_when_there_are_many(self, held):
        assert operations.expire_holds(now=NOW + timedelta(hours=1), limit=1) == 1

        assert Booking.objects.get(state="expired") == held[0]

    def test_leaves_what_was_confirmed_renewed_or_cancelled(self, held, guest):
        operations.confirm(held[0], by=guest, now=NOW)
        operations.renew(held[1], by=guest, now=NOW + timedelta(minutes=9))
        operations.cancel(held[2], by=guest, now=NOW)

        assert operations.expire_holds(now=NOW + timedelta(minutes=14)) == 1

        states = list(Booking.objects.order_by("pk").values_list("state", flat=True))
        assert states == ["confirmed", "held", "cancelled", "expired"]

    def test_says_so_for_each(self, held, heard, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            operations.expire_holds(now=NOW + timedelta(minutes=11))

        assert len(heard) == 2
        assert set(Change.objects.filter(kind="expired").values_list("by", "after__state")) == {
            (None, "expired")
        }
