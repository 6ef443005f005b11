"""The terms: every rule by its name, its sentence and the instant its reason ends."""

from datetime import date, datetime, time, timedelta
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import (
    Exception_,
    Hours,
    Opening,
    Policy,
    PolicyViolation,
    Span,
    blocked,
    day_span,
    gaps,
    night_span,
    open_spans,
    require,
    violations,
)
from reservations.policies import RULES, ceil_to_step, floor_to_step
from tests.reservations.clock import BERLIN, HOUR, ISTANBUL, KATHMANDU, MINUTE, MONDAY, at, span

DAY = timedelta(days=1)
OFFICE = Hours(tuple(Opening(weekday, time(7), time(20)) for weekday in range(5)))
ALWAYS = Hours()
STANDARD = Policy()
NOW = at(8, zone=ISTANBUL)


def here(start: float, end: float | None, *, days: int = 0) -> Span:
    return span(start, end, days=days, zone=ISTANBUL)


def told(wish: Span, policy: Policy = STANDARD, hours: Hours = OFFICE, **more: Any) -> list[tuple]:
    """Return rule, sentence and local end of each reason why not."""
    asked: dict[str, Any] = {"now": NOW, "zone": ISTANBUL, "venue_name": "Harbour Office"} | more
    return [
        (
            broken.rule,
            broken.sentence,
            broken.until and f"{broken.until.astimezone(asked['zone']):%a %d %H:%M}",
        )
        for broken in violations(wish, policy, hours, **asked)
    ]


def rules(*args: Any, **more: Any) -> list[str]:
    return [rule for rule, _, _ in told(*args, **more)]


class TestAWelcomeSpan:
    def test_breaks_no_rule(self):
        assert told(here(9, 10), party=4, capacity=6) == []
        assert require(here(9, 10), Policy(), OFFICE, now=NOW, zone=ISTANBUL) is None

    def test_costs_little_to_judge(self):
        def judged() -> float:
            began = perf_counter()
            for _ in range(200):
                violations(here_, policy, OFFICE, now=NOW, zone=ISTANBUL, party=4, capacity=6)
            return (perf_counter() - began) / 200

        here_, policy = here(9, 10), Policy()

        # 20 µs on the machine it was written on, and on the path of every booking.
        assert min(judged() for _ in range(5)) < 0.0003


class TestSeveralReasons:
    def test_are_all_told_in_the_order_of_the_rules(self):
        everything_wrong = Span(NOW - 100 * MINUTE - timedelta(seconds=1), NOW - 99 * MINUTE)

        found = told(everything_wrong, Policy(min_minutes=30), party=9, capacity=6)

        assert [rule for rule, _, _ in found] == [
            "starts_in_past",
            "too_short",
            "step",
            "opening_hours",
            "capacity",
        ]

    def test_are_told_with_names_that_programs_know(self):
        far = Span(NOW + 900 * DAY + MINUTE, NOW + 5000 * DAY)
        soon = here(8.25, 8.26)
        reasons = rules(far) + rules(soon, Policy(min_notice_minutes=120), party=2, capacity=1)

        assert set(reasons) | {"starts_in_past", "opening_hours"} == set(RULES)

    def test_are_refused_by_the_first(self):
        with pytest.raises(PolicyViolation) as refusal:
            require(here(6, 6.1), Policy(), OFFICE, now=NOW, zone=ISTANBUL, party=9, capacity=6)

        assert refusal.value.rule == "starts_in_past"

    def test_speak_of_the_venue_when_it_has_no_name(self):
        broken = violations(here(21, 22), Policy(), OFFICE, now=NOW, zone=ISTANBUL)

        assert broken[0].sentence == "The venue opens at 07:00 on Tuesday."


class TestThePast:
    def test_cannot_be_booked(self):
        assert told(here(7, 9), now=at(8.5, zone=ISTANBUL)) == [
            ("starts_in_past", "That time has passed: it is 08:30 at Harbour Office now.", None)
        ]

    @pytest.mark.parametrize(
        ("minutes", "past"),
        [
            (0, False),  # this very instant
            (14, False),  # in the middle of the running quarter
            (15, True),  # the quarter is over
        ],
    )
    def test_begins_when_the_running_step_is_over(self, minutes, past):
        found = rules(here(9, 10), now=at(9, zone=ISTANBUL) + minutes * MINUTE)

        assert found == (["starts_in_past"] if past else [])

    def test_of_a_hotel_begins_at_midnight(self):
        tonight = night_span(MONDAY, MONDAY + DAY, time(15), time(11), ISTANBUL)
        hotel = Policy(unit="night", check_in=time(15), check_out=time(11))

        assert rules(tonight, hotel, ALWAYS, now=at(23.5, zone=ISTANBUL)) == []
        assert rules(tonight, hotel, ALWAYS, now=at(24, zone=ISTANBUL)) == ["starts_in_past"]


class TestNotice:
    def test_is_asked_for(self):
        assert told(here(9, 10), Policy(min_notice_minutes=90), now=NOW + 3 * MINUTE) == [
            (
                "notice",
                "Harbour Office asks for 1 hour 30 minutes of notice: "
                "the earliest start now is 09:45 on Monday.",
                "Mon 23 09:45",
            )
        ]

    def test_is_given_at_the_very_minute(self):
        assert rules(here(9, 10), Policy(min_notice_minutes=60)) == []
        assert rules(here(9, 10), Policy(min_notice_minutes=61)) == ["notice"]

    def test_is_not_asked_of_what_has_passed(self):
        assert rules(here(7, 9), Policy(min_notice_minutes=60)) == ["starts_in_past"]


class TestAdvance:
    def test_is_limited_by_whole_days(self):
        month_ahead = Policy(max_advance_days=30)

        assert rules(here(19, 20, days=30), month_ahead) == []
        assert told(here(9, 10, days=31), month_ahead) == [
            (
                "advance",
                "Harbour Office takes bookings up to 30 days ahead: "
                "this one from Tuesday 24 November 2026 on.",
                "Tue 24 00:00",
            )
        ]

    def test_has_no_limit_where_the_policy_has_none(self):
        assert rules(here(9, 10, days=7 * 300), Policy(max_advance_days=None)) == []


class TestLength:
    @pytest.mark.parametrize(
        ("policy", "end", "found"),
        [
            (Policy(min_minutes=60), 10, []),  # just long enough
            (Policy(min_minutes=61), 10, [("too_short", "lasts at least 1 hour 1 minute.")]),
            (Policy(max_minutes=60), 10, []),  # just short enough
            (Policy(max_minutes=45), 10, [("too_long", "lasts at most 45 minutes.")]),
            (Policy(), None, [("too_long", "needs to say when it ends.")]),  # an office is not a car park
            (Policy(unit="leg"), None, [("too_long", "needs to say when it ends.")]),
            (Policy(unit="open"), None, []),  # until released
        ],
    )
    def test_is_what_the_policy_says(self, policy, end, found):
        expected = [(rule, f"A booking at Harbour Office {words}", None) for rule, words in found]

        assert told(here(9, end), policy) == expected

    @pytest.mark.parametrize(
        ("nights", "found"),
        [
            (1, [("too_short", "A booking at Lantern House lasts at least 2 nights.", None)]),
            (2, []),
            (3, []),
            (4, [("too_long", "A booking at Lantern House lasts at most 3 nights.", None)]),
        ],
    )
    def test_of_a_stay_is_counted_in_nights_whatever_the_clocks_do(self, nights, found):
        hotel = Policy(unit="night", min_minutes=2880, max_minutes=4320)
        arrive = date(2027, 3, 27)  # the clocks go forward in the first night
        stay = night_span(arrive, arrive + nights * DAY, time(15), time(11), BERLIN)

        assert told(stay, hotel, ALWAYS, zone=BERLIN, venue_name="Lantern House") == found

    def test_of_a_stay_may_be_open_in_a_house_that_lets_it(self):
        assert rules(here(15, None), Policy(unit="night"), ALWAYS) == ["too_long"]

    def test_of_a_hundred_years_is_refused_before_its_days_are_counted(self):
        century = Span(NOW + HOUR, NOW + 36525 * DAY)

        began = perf_counter()
        found = rules(century)

        assert found == ["too_long"]
        assert perf_counter() - began < 0.01


class TestSteps:
    @pytest.mark.parametrize(
        ("step", "start", "end", "found"),
        [
            (15, 9.25, 10.5, []),  # quarters
            (15, 9.1, 10, ["step"]),  # a crooked start
            (15, 9, 10.1, ["step"]),  # a crooked end
            (60, 9, 11, []),  # hours
            (60, 9.5, 10.5, ["step"]),  # half past
            (90, 9, 10.5, []),  # counted from midnight
            (1440, 24, 48, []),  # days
        ],
    )
    def test_are_counted_from_midnight_on_the_wall(self, step, start, end, found):
        assert rules(here(start, end), Policy(step_minutes=step), ALWAYS) == found

    @pytest.mark.parametrize("off", [timedelta(seconds=1), timedelta(microseconds=1)])
    def test_are_exact(self, off):
        assert rules(here(9, 10).shift(off)) == ["step"]

    def test_are_told(self):
        sentence = "Bookings at Harbour Office start and end in steps of 30 minutes, counted from midnight."

        assert told(here(9.25, 10), Policy(step_minutes=30)) == [("step", sentence, None)]

    def test_are_the_venues_own_where_its_offset_is_crooked(self):
        ten = datetime(2026, 11, 24, 10, tzinfo=KATHMANDU)  # 04:15 in UTC

        assert rules(Span(ten, ten + HOUR), Policy(step_minutes=60), ALWAYS, zone=KATHMANDU) == []

    @pytest.mark.parametrize("unit", ["open", "leg"])
    def test_do_not_bind_cars_and_trains(self, unit):
        assert rules(here(9.11, 10.07), Policy(unit=unit), ALWAYS) == []

    def test_of_a_stay_are_check_in_and_check_out(self):
        hotel = Policy(unit="night", check_in=time(15), check_out=time(11))
        late = night_span(MONDAY, MONDAY + DAY, time(15), time(12), ISTANBUL)

        assert told(late, hotel, ALWAYS) == [
            ("step", "Stays at Harbour Office begin at 15:00 and end at 11:00.", None)
        ]
        assert rules(late, Policy(unit="night", check_in=time(15)), ALWAYS) == []
        assert told(late, Policy(unit="night", check_in=time(14)), ALWAYS) == [
            ("step", "Stays at Harbour Office begin at 14:00.", None)
        ]

    @pytest.mark.parametrize(
        ("minute", "floor", "ceiling"),
        [(0, 0, 0), (1, 0, 15), (14, 0, 15), (15, 15, 15), (16, 15, 30)],
    )
    def test_have_a_floor_and_a_ceiling(self, minute, floor, ceiling):
        moment, policy = NOW + minute * MINUTE, Policy()

        assert floor_to_step(moment, policy, ISTANBUL) == NOW + floor * MINUTE
        assert ceil_to_step(moment, policy, ISTANBUL) == NOW + ceiling * MINUTE


class TestOpeningHours:
    @pytest.mark.parametrize(
        ("wish", "sentence", "until"),
        [
            (here(6, 7, days=1), "opens at 07:00 on Tuesday.", "Tue 24 07:00"),  # before
            (here(6, 8, days=1), "opens at 07:00 on Tuesday.", "Tue 24 07:00"),  # over the opening
            (here(19, 21), "closes at 20:00 on Monday.", "Tue 24 07:00"),  # over the closing
            (here(20, 21), "opens at 07:00 on Tuesday.", "Tue 24 07:00"),  # after
            (here(9, 34), "closes at 20:00 on Monday.", "Tue 24 07:00"),  # over night
            (here(19, 20, days=5), "opens at 07:00 on Monday.", "Mon 30 07:00"),  # at the weekend
        ],
    )
    def test_are_told(self, wish, sentence, until):
        assert told(wish) == [("opening_hours", f"Harbour Office {sentence}", until)]

    def test_name_the_date_when_the_opening_is_far(self):
        holidays = Hours(OFFICE.weekly, tuple(Exception_(MONDAY + n * DAY, None) for n in range(1, 12)))

        assert told(here(9, 10, days=1), hours=holidays) == [
            ("opening_hours", "Harbour Office opens at 07:00 on Monday 7 December 2026.", "Mon 07 07:00")
        ]

    def test_may_never_come_again(self):
        closed = Hours((), tuple(Exception_(MONDAY + n * DAY, None) for n in range(70)))

        assert told(here(9, 10), hours=closed) == [("opening_hours", "Harbour Office is closed then.", None)]

    def test_may_be_kept_to_the_minute(self):
        assert rules(here(8, 20)) == []

    def test_bind_the_start_of_what_has_no_end(self):
        assert rules(here(9, None), Policy(unit="open")) == []
        assert rules(here(21, None), Policy(unit="open")) == ["opening_hours"]

    @given(st.integers(32, 600), st.integers(1, 60))
    def test_are_broken_by_exactly_what_is_not_open(self, start, length):
        wish = here(start / 4, (start + length) / 4)
        opened = open_spans(OFFICE, day_span(MONDAY, ISTANBUL, 14), ISTANBUL)

        found = told(wish)

        assert [rule for rule, _, _ in found] == (["opening_hours"] if gaps(opened, within=wish) else [])


class TestCapacity:
    def test_is_what_fits(self):
        assert told(here(9, 10), party=7, capacity=6) == [
            ("capacity", "There is room for 6 at Harbour Office here, not for 7.", None)
        ]

    def test_is_that_of_the_rooms_that_are_named(self):
        assert told(here(9, 10), party=7, capacity=6, rooms_called=lambda: "Aurora") == [
            ("capacity", "There is room for 6 in Aurora, not for 7.", None)
        ]

    @pytest.mark.parametrize(("party", "capacity"), [(6, 6), (None, 6), (6, None)])
    def test_is_enough_or_not_asked(self, party, capacity):
        assert rules(here(9, 10), party=party, capacity=capacity) == []


class TestBuffers:
    def test_are_blocked_around_the_span(self):
        buffers = Policy(buffer_before_minutes=15, buffer_after_minutes=30)

        assert blocked(here(9, 10), buffers) == here(8.75, 10.5)
        assert blocked(here(9, None), buffers) == here(8.75, None)
        assert blocked(here(9, 10), Policy(buffer_after_minutes=30)) == here(9, 10.5)

    def test_are_nothing_where_the_policy_has_none(self):
        wish = here(9, 10)

        assert blocked(wish, Policy()) is wish
