"""A series that is changed: cancelled as far as it is left, and date by date."""

from datetime import timedelta

import pytest

from reservations import IllegalTransition, NotFound, PolicyViolation, Unavailable
from rooms import operations
from rooms.queries.cancelling import cancelling
from rooms.queries.series import dates_of
from rooms.queries.verify import violations
from tests.rooms.dates import HOUR, THREE, again, on, taken_by
from tests.worlds import NOW, hall, office, rate, refused, room, span, terms

pytestmark = pytest.mark.usefixtures("all_is_well")


class TestCancelling:
    @pytest.fixture
    def paid(self, guest):
        """Three dates at 12.00, of which half comes back until a day before each, and nothing later."""
        venue = office("paid", cancellation_steps=[[24, 50]], cancel_until_minutes=60)
        rate(venue, 1200)
        return operations.book(room(venue), THREE, by=guest, now=NOW)

    def test_gives_every_date_back(self, weekly, aurora, guest, rival):
        cancelled = operations.cancel(weekly, by=guest, now=NOW)

        assert (cancelled.state, taken_by(weekly)) == ("cancelled", [])
        operations.book(aurora, THREE, by=rival, now=NOW)

    @pytest.mark.parametrize(
        "verb", [operations.cancel, lambda *told, **how: operations.skip(*told, 2, **how)]
    )
    def test_twice_is_refused(self, weekly, guest, verb):
        operations.cancel(weekly, by=guest, now=NOW)

        with refused(IllegalTransition):
            verb(weekly, by=guest, now=NOW)

    def test_keeps_of_each_date_what_its_own_start_says(self, paid, guest):
        now = NOW - timedelta(hours=1)
        told = cancelling(paid, terms(paid.venue), [paid.allocations.first().room_id], staff=False, now=now)

        cancelled = operations.cancel(paid, by=guest, now=now)

        # The first is less than a day away, and of the others half comes back.
        assert cancelled.kept == told.kept == 1200 + 600 + 600

    def test_owes_in_full_what_could_not_be_cancelled_by_itself(self, guest):
        venue = office("near", cancel_until_minutes=5 * 60)
        rate(venue, 1200)
        booking = operations.book(room(venue), THREE, by=guest, now=NOW)

        assert operations.cancel(booking, by=guest, now=NOW).kept == 1200

    def test_leaves_what_took_place(self, paid, guest):
        operations.cancel(paid, by=guest, now=on(1).start + timedelta(minutes=5))

        assert [number for number, _, _ in taken_by(paid)] == [1, 2]
        assert (again(paid).state, paid.ends_at, paid.price) == ("confirmed", on(1).end, 1200 + 1200 + 600)
        operations.complete_past(now=on(1).end)
        assert again(paid).state == "completed"

    def test_is_too_late_once_the_last_date_is_too_near(self, paid, guest):
        with refused(PolicyViolation, rule="cancel_until"):
            operations.cancel(paid, by=guest, now=on(2).start - timedelta(minutes=59))

    def test_by_the_staff_is_too_late_once_the_last_date_has_begun(self, paid):
        with refused(PolicyViolation, rule="begun"):
            operations.cancel(paid, by=None, now=on(2).start)


class TestLeavingADateOut:
    def test_frees_that_date_alone(self, weekly, aurora, guest, rival):
        left = operations.skip(weekly, 2, by=guest, now=NOW)

        assert [number for number, _, _ in taken_by(left)] == [1, 3]
        operations.book(aurora, on(1), by=rival, now=NOW)

    def test_at_an_end_makes_the_series_shorter(self, weekly, guest):
        operations.skip(weekly, 1, by=guest, now=NOW)
        operations.skip(weekly, 3, by=guest, now=NOW)

        assert (again(weekly).starts_at, weekly.ends_at) == (on(1).start, on(1).end)

    def test_costs_what_the_terms_keep(self, guest):
        venue = office("paid", cancellation_steps=[[24, 50]])
        rate(venue, 1200)
        booking = operations.book(room(venue), THREE, by=guest, now=NOW)

        operations.skip(booking, 2, by=guest, now=NOW)

        assert [line["amount"] for line in again(booking).lines] == [1200, 600, 1200]
        assert booking.lines[1]["text"] == "Monday 30 November 2026, left out"
        assert operations.cancel(booking, by=guest, now=NOW - timedelta(days=2)).kept == 600 + 600 + 600

    def test_of_the_only_one_left_cancels_the_booking(self, weekly, guest):
        for number in (1, 2, 3):
            operations.skip(weekly, number, by=guest, now=NOW)

        assert again(weekly).state == "cancelled"

    def test_is_too_late_once_it_has_begun(self, weekly, guest):
        with refused(PolicyViolation, rule="begun"):
            operations.skip(weekly, 1, by=guest, now=on(0).start)
        operations.skip(weekly, 1, by=None, now=on(0).start)

    @pytest.mark.parametrize("number", [0, 4, -1, 99])
    def test_that_there_is_not_is_refused(self, number, weekly, guest):
        with refused(NotFound):
            operations.skip(weekly, number, by=guest, now=NOW)

    def test_twice_is_refused(self, weekly, guest):
        operations.skip(weekly, 2, by=guest, now=NOW)

        with refused(IllegalTransition, sentence="This date is left out already."):
            operations.skip(weekly, 2, by=guest, now=NOW)

    def test_of_what_is_no_series_is_refused(self, aurora, guest):
        booking = operations.book(aurora, HOUR, by=guest, now=NOW)

        with refused(NotFound):
            operations.skip(booking, 1, by=guest, now=NOW)

    def test_is_up_to_its_guest_and_the_staff(self, weekly, staff, rival):
        with refused(NotFound):
            operations.skip(weekly, 2, by=rival, now=NOW)

        operations.skip(weekly, 2, by=staff, now=NOW)


class TestMovingADate:
    def test_leaves_the_others_where_they_are(self, weekly, guest):
        operations.move_date(weekly, 2, by=guest, span=on(1, 11), now=NOW)

        assert [when for _, _, when in taken_by(weekly)] == [on(0), on(1, 11), on(2)]

    def test_to_another_room_prices_it_by_that(self, venue, weekly, birch, guest):
        rate(venue, 1200)

        moved = operations.move_date(weekly, 2, by=guest, rooms=birch, now=NOW)

        assert [name for _, name, _ in taken_by(moved)] == ["Aurora", "Birch", "Aurora"]
        assert (moved.price, [line["room"] for line in moved.lines]) == (1200, ["Birch"])

    def test_past_the_last_makes_the_series_longer(self, weekly, guest):
        moved = operations.move_date(weekly, 1, by=guest, span=on(3), now=NOW)

        assert (moved.starts_at, moved.ends_at) == (on(1).start, on(3).end)
        assert [number for number, _, _ in taken_by(moved)] == [2, 3, 1]

    def test_to_where_somebody_is_is_refused_with_offers(self, weekly, aurora, guest, rival):
        operations.book(aurora, on(1, 11), by=rival, now=NOW)

        with refused(Unavailable) as refusal:
            operations.move_date(weekly, 2, by=guest, span=on(1, 11), now=NOW)

        assert len(refusal.value.alternatives) >= 3

    def test_to_another_of_its_dates_is_refused(self, weekly, guest):
        with refused(Unavailable):
            operations.move_date(weekly, 2, by=guest, span=on(2), now=NOW)

    def test_by_half_its_length_is_no_collision_with_itself(self, weekly, guest):
        to = span(9.5, 10.5, day=7)

        operations.move_date(weekly, 2, by=guest, span=to, now=NOW)

        assert taken_by(weekly)[1][2] == to

    def test_to_when_the_house_is_closed_is_refused(self, weekly, guest):
        with refused(PolicyViolation, rule="opening_hours"):
            operations.move_date(weekly, 2, by=guest, span=span(9, 10, day=6), now=NOW)

    def test_that_has_begun_is_refused(self, weekly, guest):
        with refused(PolicyViolation, rule="begun"):
            operations.move_date(weekly, 1, by=guest, span=on(1, 11), now=on(0).start + timedelta(minutes=1))

    def test_with_a_hall_moves_its_parts(self, venue, guest):
        rooms = hall(venue)
        booking = operations.book(rooms["Grand Hall"], THREE, by=guest, now=NOW)

        operations.move_date(booking, 2, by=guest, rooms=rooms["Hall A"], now=NOW)
        operations.move_date(booking, 3, by=guest, span=on(2, 12), now=NOW)

        assert len(taken_by(booking)) == 4 + 1 + 4


class TestTakingADateBack:
    def test_puts_it_where_it_was(self, weekly, guest):
        operations.skip(weekly, 2, by=guest, now=NOW)

        operations.move_date(weekly, 2, by=guest, now=NOW)

        assert taken_by(weekly) == [(n + 1, "Aurora", on(n)) for n in range(3)]

    def test_is_refused_where_somebody_came(self, weekly, aurora, birch, guest, rival):
        operations.skip(weekly, 2, by=guest, now=NOW)
        operations.book(aurora, on(1), by=rival, now=NOW)

        with refused(Unavailable):
            operations.move_date(weekly, 2, by=guest, now=NOW)
        operations.move_date(weekly, 2, by=guest, rooms=birch, now=NOW)

        assert taken_by(weekly)[1] == (2, "Birch", on(1))

    def test_is_priced_again(self, guest):
        venue = office("paid", cancellation_steps=[[24, 50]])
        rate(venue, 1200)
        booking = operations.book(room(venue), THREE, by=guest, now=NOW)
        operations.skip(booking, 2, by=guest, now=NOW)

        operations.move_date(booking, 2, by=guest, now=NOW)

        assert [line["amount"] for line in again(booking).lines] == [1200, 1200, 1200]

    def test_of_the_past_is_refused(self, weekly, guest):
        operations.skip(weekly, 1, by=guest, now=NOW)

        with refused(PolicyViolation, rule="starts_in_past"):
            operations.move_date(weekly, 1, by=guest, now=on(0).end)


def test_dates_are_told_in_order_also_those_that_were_left_out(weekly, guest):
    operations.skip(weekly, 2, by=guest, now=NOW)

    told = dates_of(weekly.allocations.all())

    assert [(one.number, one.span, one.active) for one in told] == [
        (1, on(0), True), (2, on(1), False), (3, on(2), True),
    ]  # fmt: skip


def test_a_series_of_which_a_date_is_gone_is_found_by_verify(weekly):
    weekly.allocations.filter(occurrence=2).update(occurrence=3)

    assert list(violations()) == [
        "a_series_has_every_date_of_its_rule",
        "the_last_change_tells_how_a_booking_is",
    ]

    weekly.allocations.filter(starts_at=on(1).start).update(occurrence=2)
