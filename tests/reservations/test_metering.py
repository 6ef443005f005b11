"""What elapsed time comes to: free at first, cheaper at night, never more than so much in 24 hours."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import Rate, Span, due, quote, to_instant
from tests.reservations.clock import BERLIN, HOUR, ISTANBUL, MINUTE, ZONES, at, span

SPOT = Rate("Spot", "hour", 240)
GRACE = Rate("Spot", "hour", 240, free_minutes=15)
CAPPED = Rate("Spot", "hour", 240, most_a_day=2400)
NIGHT = Rate("Night", "hour", 60, from_time=time(22), until_time=time(6))
EARLY = Rate("Early bird", "hour", 120, from_time=time(6), until_time=time(9))


def priced(wish, *rates, zone=ISTANBUL):
    return [(line.text, line.amount) for line in quote(wish, rates, zone, "EUR").lines]


def total(start, end, *rates, zone=ISTANBUL):
    return due(start, end, rates, zone, "EUR").total


class TestFreeMinutes:
    @pytest.mark.parametrize(
        ("minutes", "amount"),
        [
            (1, 0),
            (15, 0),  # gone in time
            (16, 64),  # and else every minute counts
            (60, 240),
        ],
    )
    def test_are_for_those_who_leave_within_them(self, minutes, amount):
        assert total(at(9), at(9) + minutes * MINUTE, GRACE) == amount

    def test_are_told(self):
        assert priced(span(9, 9.25), GRACE) == [("Up to 15 minutes are free", 0)]

    def test_are_those_of_the_rate_that_holds_at_the_start(self):
        assert total(at(23, zone=ISTANBUL), at(23.25, zone=ISTANBUL), GRACE, NIGHT) == 15


class TestACap:
    @pytest.mark.parametrize(
        ("hours", "amount"),
        [
            (10, 2400),
            (24, 2400),
            (25, 2640),  # the second 24 hours begin
            (48, 4800),
            (24 * 400, 2400 * 400),  # a car that was forgotten
        ],
    )
    def test_is_for_each_24_hours_from_the_start(self, hours, amount):
        assert total(at(22), at(22) + hours * HOUR, CAPPED) == amount

    def test_is_told_on_the_line_it_cuts(self):
        assert priced(span(9, 36), CAPPED) == [
            ("Spot, 1 day, the most in 24 hours", 2400),
            ("Spot, 3 hours", 720),
        ]

    def test_counts_real_hours_on_the_night_the_clocks_go_back(self):
        start = to_instant(date(2027, 10, 30), time(23, 50), BERLIN)
        next_day = to_instant(date(2027, 10, 31), time(23, 50), BERLIN)

        # 25 hours pass between the two: the last is the first of the next 24.
        assert total(start, next_day, CAPPED, zone=BERLIN) == 2400 + 240

    def test_holds_for_the_night_by_itself(self):
        night = Rate("Night", "hour", 600, most_a_day=800, from_time=time(22), until_time=time(6))

        assert priced(span(20, 34, zone=ISTANBUL), SPOT, night) == [
            ("Spot, 2 hours", 480),
            ("Night, 8 hours, the most in 24 hours", 800),
            ("Spot, 4 hours", 960),
        ]


class TestTimesOfTheDay:
    def test_cut_a_stay_by_the_venues_clocks(self):
        assert priced(span(20, 34, zone=ISTANBUL), SPOT, NIGHT, EARLY) == [
            ("Spot, 2 hours", 480),
            ("Night, 8 hours", 480),
            ("Early bird, 3 hours", 360),
            ("Spot, 1 hour", 240),
        ]

    def test_after_midnight_belong_to_the_day_the_night_began_on(self):
        friday_night = Rate(
            "Friday", "hour", 60, from_time=time(22), until_time=time(6), weekdays=frozenset({4})
        )

        assert priced(span(21, 31, days=4, zone=ISTANBUL), friday_night, SPOT) == [
            ("Spot, 1 hour", 240),
            ("Friday, 8 hours", 480),
            ("Spot, 1 hour", 240),
        ]
        assert priced(span(1, 2, days=4, zone=ISTANBUL), friday_night, SPOT) == [("Spot, 1 hour", 240)]

    @pytest.mark.parametrize(
        ("night", "hours"),
        [
            (date(2027, 3, 27), 7),  # an hour is skipped
            (date(2027, 10, 30), 9),  # an hour comes twice
            (date(2027, 5, 1), 8),
        ],
    )
    def test_last_as_long_as_they_really_do(self, night, hours):
        start = to_instant(night, time(22), BERLIN)
        end = to_instant(night + timedelta(days=1), time(6), BERLIN)

        assert total(start, end, SPOT, NIGHT, zone=BERLIN) == 60 * hours


@pytest.mark.parametrize(
    ("night", "hours"),
    [(date(2027, 3, 27), 9), (date(2027, 10, 30), 11), (date(2027, 5, 1), 10)],
    ids=["clocks go forward", "clocks go back", "no change"],
)
def test_a_spot_taken_at_23_50_and_released_the_next_day_bills_the_true_hours(night, hours):
    taken = to_instant(night, time(23, 50), BERLIN)
    released = to_instant(night + timedelta(days=1), time(9, 50), BERLIN)

    assert total(taken, released, SPOT, zone=BERLIN) == 240 * hours


rates = st.lists(
    st.builds(
        Rate,
        st.just("Some"),
        st.just("hour"),
        st.integers(0, 500),
        weekdays=st.sampled_from([None, frozenset({5, 6}), frozenset({0})]),
        priority=st.integers(0, 2),
        free_minutes=st.sampled_from([0, 0, 15, 90]),
        most_a_day=st.sampled_from([None, None, 0, 900, 5000]),
        from_time=st.just(None),
    )
    | st.builds(
        Rate,
        st.just("Some hours"),
        st.just("hour"),
        st.integers(0, 500),
        most_a_day=st.sampled_from([None, 700]),
        from_time=st.sampled_from([time(22), time(1, 30), time(0)]),
        until_time=st.sampled_from([time(6), time(2, 30), time(9)]),
    ),
    min_size=1,
    max_size=3,
)
zones = st.sampled_from(ZONES)
minutes = st.integers(1, 5 * 24 * 60)
begins = st.integers(0, 400 * 24 * 60).map(lambda minute: at(0) + minute * MINUTE)


@given(begins, minutes, st.integers(0, 600), rates, zones)
def test_longer_never_costs_less(start, length, more, known, zone):
    end = start + length * MINUTE

    assert total(start, end, *known, zone=zone) <= total(start, end + more * MINUTE, *known, zone=zone)


@given(begins, minutes, st.integers(0, 5000), st.integers(0, 90), zones)
def test_no_24_hours_cost_more_than_the_cap(start, length, cap, free, zone):
    rate = Rate("Spot", "hour", 977, most_a_day=cap, free_minutes=free)
    periods = -(-length // (24 * 60))

    assert total(start, start + length * MINUTE, rate, zone=zone) <= cap * periods


@given(begins, minutes, minutes, zones)
def test_two_stays_without_a_cap_cost_what_one_over_both_costs(start, first, second, zone):
    known = (Rate("Day", "hour", 240), Rate("Night", "hour", 60, from_time=time(22), until_time=time(6)))
    middle, end = start + first * MINUTE, start + (first + second) * MINUTE

    together = total(start, middle, *known, zone=zone) + total(middle, end, *known, zone=zone)

    assert together == total(start, end, *known, zone=zone)


@given(begins, minutes, zones)
def test_every_minute_is_on_one_line(start, length, zone):
    lines = quote(Span(start, start + length * MINUTE), (GRACE, NIGHT, EARLY), zone, "EUR").lines

    assert sum(line.units for line in lines) == length


@given(begins, minutes, zones)
def test_a_plain_rate_costs_what_one_for_every_weekday_costs(start, length, zone):
    every_day = replace(SPOT, weekdays=frozenset(range(7)))
    stay = Span(start, start + length * MINUTE)

    assert quote(stay, [SPOT], zone, "EUR") == quote(stay, [every_day], zone, "EUR")
