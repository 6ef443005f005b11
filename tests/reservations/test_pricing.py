"""What a span costs, line by line, in integer minor units."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import Line, Rate, Span, night_span, quote, to_instant
from tests.reservations.clock import BERLIN, ISTANBUL, LORD_HOWE, MONDAY, ST_JOHNS, ZONES, span

DAY = timedelta(days=1)
WEEKEND = frozenset({5, 6})
HOURLY = Rate("Hourly", "hour", 2000)
NIGHTLY = Rate("Nightly", "night", 9000)
WEEKEND_NIGHT = Rate("Weekend", "night", 12000, weekdays=frozenset({4, 5}))
CHRISTMAS = Rate("Christmas", "night", 15000, starts_on=date(2026, 12, 24), ends_on=date(2026, 12, 26))


def stay(arrive, nights, zone=ISTANBUL):
    return night_span(arrive, arrive + nights * DAY, time(15), time(11), zone)


def priced(wish, *rates, zone=ISTANBUL):
    return [(line.text, line.amount) for line in quote(wish, rates, zone, "EUR").lines]


class TestHours:
    @pytest.mark.parametrize(
        ("rate", "minutes", "amount"),
        [
            (2000, 60, 2000),
            (2000, 90, 3000),
            (2000, 1, 33),  # 33.33, rounded down
            (2000, 2, 67),  # 66.67, rounded up
            (30, 1, 1),  # half a cent, rounded up
            (90, 1, 2),  # one and a half, rounded up
            (1, 29, 0),  # less than half a cent
            (0, 60, 0),  # free
        ],
    )
    def test_are_priced_by_the_minute(self, rate, minutes, amount):
        quoted = quote(span(9, 9 + minutes / 60), [Rate("Hourly", "hour", rate)], ISTANBUL, "EUR")

        assert (quoted.total, quoted.currency) == (amount, "EUR")

    def test_are_told_on_one_line(self):
        quoted = quote(span(9, 10.5), [HOURLY], ISTANBUL, "EUR")

        assert quoted.lines == (Line("Hourly, 1 hour 30 minutes", 90, 2000, 3000, MONDAY),)

    def test_count_a_minute_that_has_begun(self):
        ten_seconds = Span(span(9, 10).start, span(9, 10).start + timedelta(seconds=10))

        assert priced(ten_seconds, HOURLY) == [("Hourly, 1 minute", 33)]

    @pytest.mark.parametrize(
        ("zone", "day", "amount"),
        [
            (BERLIN, date(2027, 3, 28), 4000),  # 01:00 to 04:00, an hour skipped
            (BERLIN, date(2027, 10, 31), 8000),  # an hour twice
            (LORD_HOWE, date(2026, 10, 4), 5000),  # half an hour skipped
            (ISTANBUL, date(2027, 3, 28), 6000),  # no change of clocks
        ],
    )
    def test_are_those_that_really_pass(self, zone, day, amount):
        small_hours = Span(to_instant(day, time(1), zone), to_instant(day, time(4), zone))

        assert quote(small_hours, [HOURLY], zone, "EUR").total == amount

    def test_change_their_price_at_local_midnight(self):
        friday_night = span(18, 24 + 4, days=4, zone=ISTANBUL)
        saturday = Rate("Saturday", "hour", 3000, weekdays=frozenset({5}))

        assert priced(friday_night, HOURLY, saturday) == [
            ("Hourly, 6 hours", 12000),
            ("Saturday, 4 hours", 12000),
        ]

    def test_of_the_same_price_become_one_line(self):
        two_days = span(12, 60, zone=ISTANBUL)

        assert priced(two_days, HOURLY) == [("Hourly, 2 days", 96000)]

    def test_survive_a_midnight_shown_twice(self):
        # At a minute past midnight the clocks there went back into Saturday.
        second_showing = datetime(2010, 11, 6, 23, 30, tzinfo=ST_JOHNS, fold=1)
        wish = Span(second_showing, second_showing.astimezone(UTC) + timedelta(hours=3))
        sunday = Rate("Sunday", "hour", 3000, weekdays=frozenset({6}))

        assert priced(wish, HOURLY, sunday, zone=ST_JOHNS) == [
            ("Hourly, 30 minutes", 1000),
            ("Sunday, 2 hours 30 minutes", 7500),
        ]


class TestNights:
    def test_are_priced_by_the_date_they_begin_on(self):
        wednesday_to_sunday = stay(date(2026, 11, 25), 4)

        quoted = quote(wednesday_to_sunday, [NIGHTLY, WEEKEND_NIGHT], ISTANBUL, "EUR")

        assert quoted.lines == (
            Line("Nightly, 2 nights", 2, 9000, 18000, date(2026, 11, 25)),
            Line("Weekend, 2 nights", 2, 12000, 24000, date(2026, 11, 27)),
        )
        assert quoted.total == 42000

    @pytest.mark.parametrize("arrive", [date(2027, 3, 27), date(2027, 10, 30), date(2027, 5, 1)])
    def test_cost_the_same_however_long_they_are(self, arrive):
        assert priced(stay(arrive, 1, BERLIN), NIGHTLY, zone=BERLIN) == [("Nightly, 1 night", 9000)]

    def test_are_at_least_one(self):
        assert priced(span(9, 12), NIGHTLY) == [("Nightly, 1 night", 9000)]

    def test_give_way_to_hours_within_a_day(self):
        assert priced(span(9, 12), NIGHTLY, HOURLY) == [("Hourly, 3 hours", 6000)]
        assert priced(stay(MONDAY, 1), NIGHTLY, HOURLY) == [("Nightly, 1 night", 9000)]

    def test_without_a_rate_cost_nothing(self):
        around = stay(date(2026, 12, 23), 5)

        assert priced(around, CHRISTMAS) == [("Christmas, 3 nights", 45000)]

    def test_before_and_after_a_gap_in_the_rates_stay_apart(self):
        tuesday_off = Rate("Nightly", "night", 9000, weekdays=frozenset({0, 2}))

        assert priced(stay(MONDAY, 3), tuesday_off) == [
            ("Nightly, 1 night", 9000),
            ("Nightly, 1 night", 9000),
        ]


class TestStays:
    def test_are_charged_once_and_on_top(self):
        cleaning = Rate("Cleaning", "stay", 4000)

        assert priced(stay(MONDAY, 3), NIGHTLY, cleaning) == [
            ("Nightly, 3 nights", 27000),
            ("Cleaning", 4000),
        ]

    def test_are_the_whole_price_of_a_seat(self):
        seat = Rate("Second class", "stay", 2400)

        assert quote(span(9, 12), [seat], ISTANBUL, "EUR").lines == (
            Line("Second class", 1, 2400, 2400, MONDAY),
        )


class TestTheRateThatCounts:
    DATED = Rate("Dated", "night", 3, starts_on=MONDAY, ends_on=MONDAY)
    DATED_WEEKDAY = Rate("Dated Monday", "night", 4, weekdays=frozenset({0}), starts_on=MONDAY)
    MONDAYS = Rate("Mondays", "night", 2, weekdays=frozenset({0}))
    PLAIN = Rate("Plain", "night", 1)
    URGENT = Rate("Urgent", "night", 5, priority=1)
    WEEKLY = Rate("By the week", "night", 6, min_units=7)

    @pytest.mark.parametrize(
        ("rates", "winner"),
        [
            ([PLAIN, MONDAYS], "Mondays"),  # weekdays are more specific
            ([MONDAYS, DATED], "Dated"),  # dates are more specific still
            ([DATED, DATED_WEEKDAY], "Dated Monday"),  # both are most specific
            ([DATED_WEEKDAY, URGENT], "Urgent"),  # priority comes before all
            ([PLAIN, Rate("Plain too", "night", 9)], "Plain"),  # the first of equals
            ([PLAIN, WEEKLY], "Plain"),  # one night is no week
        ],
    )
    def test_is_the_most_specific(self, rates, winner):
        assert priced(stay(MONDAY, 1), *rates)[0][0] == f"{winner}, 1 night"

    def test_may_ask_for_a_long_stay(self):
        assert priced(stay(MONDAY, 7), self.PLAIN, self.WEEKLY) == [("By the week, 7 nights", 42)]

    def test_may_ask_for_many_hours(self):
        half_day = Rate("Half day", "hour", 1500, min_units=4)

        assert priced(span(9, 13), HOURLY, half_day) == [("Half day, 4 hours", 6000)]
        assert priced(span(9, 12.75), HOURLY, half_day) == [("Hourly, 3 hours 45 minutes", 7500)]

    @pytest.mark.parametrize(
        ("day", "fits"),
        [
            (date(2026, 12, 23), False),  # the day before
            (date(2026, 12, 24), True),  # its first
            (date(2026, 12, 26), True),  # its last belongs to it
            (date(2026, 12, 27), False),  # the day after
        ],
    )
    def test_is_for_its_dates(self, day, fits):
        assert CHRISTMAS.is_for(day) is fits

    @pytest.mark.parametrize(
        ("weekday", "fits"), [(4, False), (5, True)], ids=["Friday is no weekend", "Saturday is"]
    )
    def test_is_for_its_weekdays(self, weekday, fits):
        assert Rate("", "hour", 1, weekdays=WEEKEND).is_for(MONDAY + weekday * DAY) is fits


class TestAQuoteOfNothing:
    @pytest.mark.parametrize(
        ("wish", "rates"),
        [
            (span(9, None), [HOURLY]),  # a car still parked
            (span(9, 10), []),  # no rates
            (span(9, 10), [Rate("Sundays", "hour", 1, weekdays=frozenset({6}))]),  # none that fits
            (Span(span(9, 10).start, span(9, 10).start + 36525 * DAY), [HOURLY]),  # a hundred years
        ],
    )
    def test_has_no_lines(self, wish, rates):
        quoted = quote(wish, rates, ISTANBUL, "EUR")

        assert (quoted.lines, quoted.total, quoted.currency) == ((), 0, "EUR")


class TestALine:
    def test_is_kept_as_json_with_what_a_booking_adds(self):
        assert Line("Hourly, 1 hour", 60, 2000, 2000, MONDAY).as_json(room="Galata") == {
            "text": "Hourly, 1 hour",
            "units": 60,
            "unit_amount": 2000,
            "amount": 2000,
            "on": "2026-11-23",
            "room": "Galata",
        }

    def test_may_have_no_date(self):
        assert Line("Cleaning", 1, 4000, 4000).as_json()["on"] is None


some_rates = st.lists(
    st.builds(
        Rate,
        name=st.sampled_from(["Plain", "Peak"]),
        unit=st.sampled_from(["hour", "night", "stay"]),
        amount=st.integers(0, 50_000),
        weekdays=st.none() | st.frozensets(st.integers(0, 6), min_size=1),
        starts_on=st.none() | st.just(MONDAY),
        min_units=st.integers(1, 3),
        priority=st.integers(0, 2),
    ),
    max_size=5,
)


class TestLaws:
    @given(st.integers(0, 96), st.integers(1, 600), some_rates, st.sampled_from(ZONES))
    def test_the_total_is_the_sum_of_the_lines(self, start, length, rates, zone):
        wish = span(start / 4, (start + length) / 4)

        quoted = quote(wish, rates, zone, "EUR")

        assert quoted.total == sum(line.amount for line in quoted.lines)
        assert all(isinstance(line.amount, int) and line.units > 0 for line in quoted.lines)

    @given(
        st.dates(date(2026, 1, 1), date(2028, 1, 1)),
        st.integers(1, 24),
        st.integers(1, 24),
        st.sampled_from(ZONES),
    )
    def test_splitting_at_midnight_costs_the_same(self, day, before, after, zone):
        midnight = to_instant(day, time(0), zone)
        start, end = midnight - timedelta(hours=before), midnight + timedelta(hours=after)
        rates = [HOURLY, Rate("Weekend", "hour", 3000, weekdays=WEEKEND)]

        whole = quote(Span(start, end), rates, zone, "EUR").total
        parts = [
            quote(part, rates, zone, "EUR").total for part in (Span(start, midnight), Span(midnight, end))
        ]

        assert whole == sum(parts)

    @given(
        st.dates(date(2026, 1, 1), date(2028, 1, 1)),
        st.integers(1, 5),
        st.integers(1, 5),
        st.sampled_from(ZONES),
    )
    def test_splitting_a_stay_between_two_nights_costs_the_same(self, arrive, first, second, zone):
        rates = [NIGHTLY, WEEKEND_NIGHT, CHRISTMAS]

        whole = quote(stay(arrive, first + second, zone), rates, zone, "EUR").total
        parts = [stay(arrive, first, zone), stay(arrive + first * DAY, second, zone)]

        assert whole == sum(quote(part, rates, zone, "EUR").total for part in parts)
