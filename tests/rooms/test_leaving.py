"""A hold is left with its page and found again by it: never longer than it was, never back from the dead."""

from datetime import timedelta

import pytest

from reservations import Forbidden, HoldExpired, IllegalTransition, NotFound
from rooms import events, operations
from rooms.models import Change
from rooms.queries import verify
from rooms.queries.terms import terms_of_venue
from rooms.views.happening import history
from tests.worlds import NOW, refused, room, span

pytestmark = pytest.mark.django_db
HOUR = span(9, 10)
FULL = NOW + timedelta(minutes=10)


def after(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def held(aurora, guest):
    return operations.hold(aurora, HOUR, by=guest, now=NOW)


def times(booking):
    booking.refresh_from_db()
    rows = booking.allocations.filter(active=True).values_list("expires_at", flat=True)
    assert set(rows) <= {booking.expires_at}
    return booking.expires_at, booking.held_until


class TestLeaving:
    def test_lets_a_hold_run_out_in_twelve_seconds(self, held, aurora, guest, rival):
        operations.leave(held, by=guest, now=after(60))

        assert times(held) == (after(72), FULL)
        assert verify.violations() == {}
        assert operations.book(aurora, HOUR, by=rival, now=after(72)).state == "confirmed"

    def test_lets_it_run_out_as_soon_as_the_site_says(self, held, guest, settings):
        settings.HOLD_AWAY_SECONDS = 30

        operations.leave(held, by=guest, now=after(60))

        assert times(held) == (after(90), FULL)

    def test_never_makes_it_longer(self, held, guest):
        operations.leave(held, by=guest, now=after(590))

        assert times(held) == (FULL, None)

    def test_twice_is_as_once(self, held, guest):
        operations.leave(held, by=guest, now=after(60))
        operations.leave(held, by=guest, now=after(70))

        assert times(held) == (after(72), FULL)

    @pytest.mark.parametrize("end", [operations.confirm, operations.cancel])
    def test_changes_nothing_of_what_is_no_hold_any_more(self, held, guest, end):
        end(held, by=guest, now=NOW)
        before = Change.objects.count()

        operations.leave(held, by=guest, now=after(1))

        assert Change.objects.count() == before

    def test_is_not_possible_for_somebody_else(self, held, rival):
        with refused(NotFound):
            operations.leave(held, by=rival, now=after(1))

    def test_to_pay_elsewhere_is_not_leaving(self, held, guest):
        def pays(booking, **kwargs):
            return True

        events.leaving.connect(pays)
        try:
            operations.leave(held, by=guest, now=after(1))
        finally:
            events.leaving.disconnect(pays)

        assert times(held) == (FULL, None)

    def test_is_forgotten_when_the_time_is_up(self, held, guest):
        operations.leave(held, by=guest, now=NOW)

        operations.expire_holds(now=after(12))

        assert times(held)[1] is None
        assert verify.violations() == {}


class TestComingBack:
    def test_finds_the_time_there_was(self, held, guest):
        operations.leave(held, by=guest, now=after(60))
        held.refresh_from_db()

        operations.stay(held, by=guest, now=after(71))

        assert times(held) == (FULL, None)
        assert verify.violations() == {}

    def test_too_late_finds_nothing(self, held, guest):
        operations.leave(held, by=guest, now=after(60))
        held.refresh_from_db()

        with refused(HoldExpired):
            operations.stay(held, by=guest, now=after(72))

    def test_costs_nothing_for_whoever_was_not_away(self, held, guest, django_assert_num_queries):
        with django_assert_num_queries(0):
            operations.stay(held, by=guest, now=after(5))

    def test_to_what_is_booked_already_is_refused(self, held, guest):
        booked = operations.confirm(held, by=guest, now=NOW)

        with refused(IllegalTransition):
            operations.stay(booked, by=guest, now=after(1))

    def test_is_for_whoever_holds_it_alone(self, held, staff, rival):
        with refused(Forbidden):
            operations.stay(held, by=staff, now=NOW)
        with refused(NotFound):
            operations.stay(held, by=rival, now=NOW)

    @pytest.mark.parametrize("act", [operations.renew, operations.confirm])
    def test_by_doing_something_with_it_is_coming_back_too(self, held, guest, act):
        operations.leave(held, by=guest, now=after(60))

        act(held, by=guest, now=after(70))

        assert times(held)[1] is None
        assert verify.violations() == {}

    def test_is_no_news_on_its_page(self, venue, held, guest):
        operations.leave(held, by=guest, now=after(60))
        held.refresh_from_db()
        operations.stay(held, by=guest, now=after(61))

        assert [told["sentence"] for told in history(held, terms_of_venue(venue), guest)] == ["Held"]


def test_a_moved_hold_that_was_left_moves_on_with_its_short_time(held, guest, venue):
    operations.leave(held, by=guest, now=after(60))

    operations.move(held, by=guest, rooms=room(venue, "Birch"), now=after(61))

    assert times(held) == (after(72), FULL)
