"""Nights: what is left of some rooms, night by night and for a stay."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import Invalid, Policy, Span
from reservations.nights import Left, Standing, left, left_by_night, nights_between, stay_moved, stay_span
from tests.reservations.clock import BERLIN


def utc(*numbers):
    """Return that instant."""
    return datetime(*numbers, tzinfo=UTC)


HOTEL = Policy(unit="night", check_in=time(15), check_out=time(11))
FRIDAY = date(2026, 12, 4)
DAY = timedelta(days=1)
NOW = utc(2026, 12, 1, 9)
SOON, LATER = NOW + timedelta(minutes=4), NOW + timedelta(minutes=9)


def stay(first, last):
    """From the first of December to the last, 15:00 to 11:00, in UTC."""
    return stay_span(date(2026, 12, first), date(2026, 12, last), HOTEL, ZoneInfo("UTC"))


def nights(first, last):
    return nights_between(date(2026, 12, first), date(2026, 12, last), HOTEL, ZoneInfo("UTC"))


class TestAStay:
    def test_lasts_from_check_in_to_check_out(self):
        assert stay(4, 8) == Span(utc(2026, 12, 4, 15), utc(2026, 12, 8, 11))

    @pytest.mark.parametrize(
        ("date_of", "hours"), [(date(2027, 3, 27), 43), (date(2027, 4, 2), 44), (date(2026, 10, 24), 45)]
    )
    def test_that_is_moved_keeps_its_nights_and_its_check_out(self, date_of, hours):
        usual = stay_span(date(2027, 3, 27), date(2027, 3, 29), HOTEL, BERLIN)
        there = stay_span(date_of, date_of + 2 * DAY, HOTEL, BERLIN)

        moved = stay_moved(usual, there.start, BERLIN)

        assert (moved, moved.duration) == (there, timedelta(hours=hours))

    def test_that_has_no_end_has_none_elsewhere(self):
        assert stay_moved(Span(NOW, None), LATER, BERLIN) == Span(LATER, None)

    def test_is_moved_to_no_time_beyond_the_calendar(self):
        for start in (utc(1, 1, 1), utc(9999, 12, 31)):
            with pytest.raises(Invalid):
                stay_moved(stay(4, 8), start, BERLIN)

    @pytest.mark.parametrize(("night", "hours"), [(date(2026, 3, 28), 19), (date(2026, 10, 24), 21)])
    def test_is_an_hour_shorter_or_longer_when_the_clocks_change_in_its_night(self, night, hours):
        span = stay_span(night, night + timedelta(days=1), HOTEL, BERLIN)

        assert span.duration == timedelta(hours=hours)

    def test_ends_where_it_begins_if_the_policy_says_no_hours(self):
        assert stay_span(FRIDAY, date(2026, 12, 5), Policy(unit="night"), ZoneInfo("UTC")) == Span(
            utc(2026, 12, 4), utc(2026, 12, 5)
        )

    def test_has_at_least_one_night(self):
        with pytest.raises(Invalid):
            stay_span(FRIDAY, FRIDAY, HOTEL, ZoneInfo("UTC"))


class TestWhatIsLeft:
    def test_is_every_room_in_which_nothing_stands(self):
        rooms = [[], [Standing(stay(5, 6))], [Standing(stay(8, 10))]]

        assert left(rooms, stay(4, 8), now=NOW) == Left(free=2)

    def test_counts_back_to_back_stays_apart(self):
        room = [Standing(stay(1, 4)), Standing(stay(8, 9))]

        assert left([room], stay(4, 8), now=NOW) == Left(free=1)

    def test_counts_holds_of_others_and_says_when_the_first_ends(self):
        rooms = [[Standing(stay(4, 5), LATER)], [Standing(stay(7, 8), SOON)], [Standing(stay(4, 8))]]

        assert left(rooms, stay(4, 8), now=NOW) == Left(held=2, frees_at=SOON)

    def test_is_free_again_the_instant_a_hold_has_run_out(self):
        assert left([[Standing(stay(4, 8), SOON)]], stay(4, 8), now=SOON) == Left(free=1)

    def test_does_not_hide_what_oneself_holds(self):
        assert left([[Standing(stay(4, 8), SOON, mine=True)]], stay(4, 8), now=NOW) == Left(mine=1)

    def test_waits_for_the_last_of_two_holds_in_one_room(self):
        room = [Standing(stay(4, 5), SOON), Standing(stay(5, 6), LATER)]

        assert left([room], stay(4, 8), now=NOW) == Left(held=1, frees_at=LATER)

    def test_is_nothing_where_somebody_stays_until_further_notice(self):
        room = [Standing(Span(utc(2026, 12, 2, 15), None))]

        assert left_by_night([room], nights(1, 4), now=NOW) == [Left(free=1), Left(), Left()]


class TestNightByNight:
    def test_tells_each_night_by_itself(self):
        rooms = [[Standing(stay(4, 6))], [Standing(stay(5, 6), SOON)], []]

        assert left_by_night(rooms, nights(3, 7), now=NOW) == [
            Left(free=3),
            Left(free=2),
            Left(free=1, held=1, frees_at=SOON),
            Left(free=3),
        ]

    def test_keeps_the_time_for_cleaning(self):
        slow = Policy(unit="night", check_in=time(15), check_out=time(11), buffer_after_minutes=5 * 60)
        asked = nights_between(date(2026, 12, 3), date(2026, 12, 5), slow, ZoneInfo("UTC"))

        assert left_by_night([[Standing(stay(4, 5))]], asked, now=NOW) == [Left(), Left()]

    @given(
        st.lists(
            st.lists(
                st.builds(
                    lambda first, length, expires, mine: Standing(
                        stay(first, first + length), expires, mine=mine and expires is not None
                    ),
                    st.integers(1, 12),
                    st.integers(1, 4),
                    st.sampled_from([None, NOW - timedelta(minutes=1), SOON, LATER]),
                    st.booleans(),
                ),
                max_size=3,
            ),
            max_size=4,
        )
    )
    def test_says_of_each_night_what_is_said_of_a_stay_of_that_night(self, rooms):
        asked = nights(1, 15)

        assert left_by_night(rooms, asked, now=NOW) == [left(rooms, night, now=NOW) for night in asked]
