"""Hours keep the venue's wall clock, on both sides of every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import (
    Exception_,
    Hours,
    Invalid,
    Opening,
    Span,
    day_span,
    night_span,
    open_spans,
    to_instant,
    wall_clock,
)
from reservations.hours import date_in_words, in_local_words, next_opening
from reservations.spans import EARLIEST, LATEST
from tests.reservations.clock import (
    APIA,
    BERLIN,
    HOUR,
    ISTANBUL,
    LORD_HOWE,
    MONDAY,
    NEW_YORK,
    ST_JOHNS,
    ZONES,
    at,
    disjoint,
    span,
)

DAY = timedelta(days=1)
OFFICE = Hours(tuple(Opening(weekday, time(7), time(20)) for weekday in range(5)))
BAR = Hours((Opening(4, time(18), time(2)), Opening(5, time(18), time(2))))
BERLIN_SPRING, BERLIN_AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


def utc(*numbers):
    return datetime(*numbers, tzinfo=UTC)


def local(found, zone):
    """Return the spans as the wall clock shows them."""
    return [tuple(f"{edge.astimezone(zone):%d %H:%M}" for edge in (s.start, s.end)) for s in found]


class TestToInstant:
    @pytest.mark.parametrize(
        ("zone", "day", "at_", "instant"),
        [
            (ISTANBUL, MONDAY, time(7), utc(2026, 11, 23, 4)),  # no change of clocks at all
            (BERLIN, BERLIN_SPRING, time(1, 59), utc(2027, 3, 28, 0, 59)),  # before the skipped hour
            (BERLIN, BERLIN_SPRING, time(2, 30), utc(2027, 3, 28, 1, 30)),  # skipped: shown as 03:30
            (BERLIN, BERLIN_SPRING, time(3), utc(2027, 3, 28, 1)),  # right after it
            (BERLIN, BERLIN_AUTUMN, time(2, 30), utc(2027, 10, 31, 0, 30)),  # shown twice: the first
            (BERLIN, BERLIN_AUTUMN, time(2, 30, fold=1), utc(2027, 10, 31, 0, 30)),  # whatever the fold
            (NEW_YORK, date(2027, 3, 14), time(2, 30), utc(2027, 3, 14, 7, 30)),  # skipped
            (NEW_YORK, date(2027, 11, 7), time(1, 30), utc(2027, 11, 7, 5, 30)),  # shown twice
            (LORD_HOWE, date(2026, 10, 4), time(2, 15), utc(2026, 10, 3, 15, 45)),  # half an hour skipped
            (LORD_HOWE, date(2027, 4, 4), time(1, 45), utc(2027, 4, 3, 14, 45)),  # half an hour shown twice
            (APIA, date(2011, 12, 30), time(0), utc(2011, 12, 30, 10)),  # a day skipped
        ],
    )
    def test_reads_the_wall_clock(self, zone, day, at_, instant):
        assert to_instant(day, at_, zone) == instant

    @pytest.mark.parametrize(
        ("zone", "day"), [(BERLIN, date.min), (NEW_YORK, date.max)], ids=["year 1", "year 9999"]
    )
    def test_ends_with_the_calendar(self, zone, day):
        with pytest.raises(Invalid, match="outside the calendar"):
            to_instant(day, time(23, 59) if day == date.max else time(0), zone)


class TestWallClock:
    def test_is_in_the_venues_zone(self):
        meant = wall_clock(datetime(2026, 11, 23, 9), ISTANBUL)  # noqa: DTZ001 -- as a form sends it

        assert (meant, meant.tzinfo) == (utc(2026, 11, 23, 6), ISTANBUL)

    def test_believes_an_offset(self):
        meant = wall_clock(utc(2026, 11, 23, 6), ISTANBUL)

        assert f"{meant:%H:%M}" == "09:00"

    def test_takes_the_first_of_two(self):
        meant = wall_clock(datetime(2027, 10, 31, 2, 30), BERLIN)  # noqa: DTZ001 -- as a form sends it

        assert meant.astimezone(UTC) == utc(2027, 10, 31, 0, 30)

    @pytest.mark.parametrize(
        ("zone", "shown", "sentence"),
        [
            (BERLIN, "2027-03-28T02:30", "There is no 02:30 on Sunday 28 March 2027"),
            (NEW_YORK, "2027-03-14T02:00", "There is no 02:00 on Sunday 14 March 2027"),
            (LORD_HOWE, "2026-10-04T02:15", "There is no 02:15 on Sunday 4 October 2026"),
            (APIA, "2011-12-30T12:00", "There is no 12:00 on Friday 30 December 2011"),
        ],
    )
    def test_refuses_a_time_the_clocks_skip(self, zone, shown, sentence):
        whole = f"{sentence}: the clocks go forward then."

        with pytest.raises(Invalid) as refusal:
            wall_clock(datetime.fromisoformat(shown), zone, field="end")

        assert (str(refusal.value), refusal.value.field_errors) == (whole, {"end": [whole]})

    @pytest.mark.parametrize("shown", ["0001-01-01T00:00", "9999-12-31T23:59", "9999-12-31T23:59+00:00"])
    def test_ends_with_the_calendar(self, shown):
        zone = BERLIN if shown.startswith("0001") or "+" in shown else NEW_YORK

        with pytest.raises(Invalid, match="outside the calendar"):
            wall_clock(datetime.fromisoformat(shown), zone)


class TestNights:
    @pytest.mark.parametrize(
        ("zone", "arrive", "elapsed"),
        [
            (BERLIN, date(2027, 3, 20), 20 * HOUR),  # an ordinary night
            (BERLIN, date(2027, 3, 27), 19 * HOUR),  # the clocks go forward
            (BERLIN, date(2027, 10, 30), 21 * HOUR),  # the clocks go back
            (LORD_HOWE, date(2026, 10, 3), 19.5 * HOUR),  # half an hour forward
            (ISTANBUL, date(2027, 3, 27), 20 * HOUR),  # no change at all
        ],
    )
    def test_keep_check_in_and_check_out(self, zone, arrive, elapsed):
        night = night_span(arrive, arrive + DAY, time(15), time(11), zone)

        assert local([night], zone) == [(f"{arrive:%d} 15:00", f"{arrive + DAY:%d} 11:00")]
        assert night.duration == elapsed

    @pytest.mark.parametrize("nights", [0, -1])
    def test_are_at_least_one(self, nights):
        with pytest.raises(Invalid, match="at least a night after") as refusal:
            night_span(MONDAY, MONDAY + nights * DAY, time(15), time(11), BERLIN)

        assert list(refusal.value.field_errors) == ["end"]


class TestDays:
    @pytest.mark.parametrize(
        ("zone", "day", "days", "length"),
        [
            (ISTANBUL, MONDAY, 1, 24 * HOUR),
            (BERLIN, BERLIN_SPRING, 1, 23 * HOUR),
            (BERLIN, BERLIN_AUTUMN, 1, 25 * HOUR),
            (BERLIN, BERLIN_SPRING, 7, 167 * HOUR),
            (LORD_HOWE, date(2026, 10, 4), 1, 23.5 * HOUR),
            (LORD_HOWE, date(2027, 4, 4), 1, 24.5 * HOUR),
            (APIA, date(2011, 12, 29), 2, 24 * HOUR),  # the second of the two never was
        ],
    )
    def test_last_as_long_as_they_do(self, zone, day, days, length):
        assert day_span(day, zone, days).duration == length

    def test_that_never_were_are_refused(self):
        with pytest.raises(Invalid, match=r"There was no Friday 30 December 2011 in Pacific/Apia\."):
            day_span(date(2011, 12, 30), APIA)

    def test_end_with_the_calendar(self):
        with pytest.raises(Invalid, match="outside the calendar"):
            day_span(date.max, BERLIN)


class TestOpenSpans:
    def test_are_always_where_no_hours_are_given(self):
        assert open_spans(Hours(), span(9, None), ISTANBUL) == [span(9, None)]

    def test_follow_the_week_in_local_time(self):
        week = day_span(MONDAY, ISTANBUL, 7)

        found = open_spans(OFFICE, week, ISTANBUL)

        assert local(found, ISTANBUL) == [(f"{day} 07:00", f"{day} 20:00") for day in (23, 24, 25, 26, 27)]

    def test_end_with_the_window(self):
        window = span(9, 10, zone=ISTANBUL)

        assert open_spans(OFFICE, window, ISTANBUL) == [window]

    def test_go_on_past_midnight(self):
        saturday_small_hours = span(0, 12, days=5, zone=ISTANBUL)
        weekend = day_span(date(2026, 11, 27), ISTANBUL, 3)

        assert local(open_spans(BAR, saturday_small_hours, ISTANBUL), ISTANBUL) == [("28 00:00", "28 02:00")]
        assert local(open_spans(BAR, weekend, ISTANBUL), ISTANBUL) == [
            ("27 18:00", "28 02:00"),
            ("28 18:00", "29 02:00"),
        ]

    def test_become_one_where_they_touch(self):
        round_the_clock = Hours(tuple(Opening(weekday, time(0), time(0)) for weekday in range(7)))
        lunch = Hours((Opening(0, time(9), time(12)), Opening(0, time(12), time(17))))

        week = day_span(MONDAY, ISTANBUL, 7)

        assert open_spans(round_the_clock, week, ISTANBUL) == [week]
        assert local(open_spans(lunch, week, ISTANBUL), ISTANBUL) == [("23 09:00", "23 17:00")]

    def test_of_a_window_without_an_end_are_told_for_60_days(self):
        found = open_spans(OFFICE, Span(at(0), None), ISTANBUL)

        assert (found[0].start, len(found)) == (at(4), 44)

    @pytest.mark.parametrize("edge", [Span(EARLIEST, EARLIEST + DAY), Span(LATEST - DAY, LATEST)])
    def test_reach_to_the_ends_of_time(self, edge):
        whole_days = Hours(tuple(Opening(weekday, time(0), time(0)) for weekday in range(7)))

        assert open_spans(whole_days, edge, BERLIN) == [edge]


class TestExceptions:
    @pytest.mark.parametrize(
        ("hours", "exceptions", "found"),
        [
            (OFFICE, [(MONDAY, None, None)], []),  # closed
            (OFFICE, [(MONDAY, time(10), time(12))], [("23 10:00", "23 12:00")]),  # shorter
            (OFFICE, [(MONDAY, time(22), None)], [("23 22:00", "24 00:00")]),  # until midnight
            (OFFICE, [(MONDAY, time(10), time(12)), (MONDAY, None, None)], []),  # closed says the last word
            (
                OFFICE,
                [(MONDAY, time(10), time(12)), (MONDAY, time(14), time(16))],
                [("23 10:00", "23 12:00"), ("23 14:00", "23 16:00")],
            ),  # twice
            (Hours(), [(MONDAY, None, None)], []),  # closed though else always open
            (Hours(), [(MONDAY + DAY, None, None)], [("23 00:00", "24 00:00")]),  # another date
        ],
    )
    def test_take_the_place_of_the_week(self, hours, exceptions, found):
        differing = Hours(hours.weekly, tuple(Exception_(*row) for row in exceptions))

        assert local(open_spans(differing, day_span(MONDAY, ISTANBUL), ISTANBUL), ISTANBUL) == found

    def test_leave_the_evening_before_its_small_hours(self):
        closed_on_saturday = Hours(BAR.weekly, (Exception_(date(2026, 11, 28), None),))

        found = open_spans(closed_on_saturday, day_span(date(2026, 11, 27), ISTANBUL, 3), ISTANBUL)

        assert local(found, ISTANBUL) == [("27 18:00", "28 02:00")]


class TestChangesOfTheClocks:
    @pytest.mark.parametrize(
        ("zone", "day", "opens", "closes", "found", "elapsed"),
        [
            (BERLIN, BERLIN_SPRING, time(7), time(20), ("28 07:00", "28 20:00"), 13),  # after the change
            (BERLIN, BERLIN_SPRING, time(1), time(4), ("28 01:00", "28 04:00"), 2),  # across it
            (BERLIN, BERLIN_SPRING, time(2, 30), time(5), ("28 03:30", "28 05:00"), 1.5),  # opens in the gap
            (BERLIN, BERLIN_SPRING, time(1), time(2, 30), ("28 01:00", "28 03:30"), 1.5),  # closes in the gap
            (BERLIN, BERLIN_AUTUMN, time(1), time(4), ("31 01:00", "31 04:00"), 4),  # the long way
            (BERLIN, BERLIN_AUTUMN, time(1), time(2, 30), ("31 01:00", "31 02:30"), 1.5),  # closes the first
            (NEW_YORK, date(2027, 3, 14), time(1), time(4), ("14 01:00", "14 04:00"), 2),
            (LORD_HOWE, date(2026, 10, 4), time(1), time(4), ("04 01:00", "04 04:00"), 2.5),
            (LORD_HOWE, date(2027, 4, 4), time(1), time(4), ("04 01:00", "04 04:00"), 3.5),
        ],
    )
    def test_keep_the_hours_on_the_wall(self, zone, day, opens, closes, found, elapsed):
        hours = Hours((Opening(6, opens, closes),))

        opened = open_spans(hours, day_span(day, zone), zone)

        assert local(opened, zone) == [found]
        assert opened[0].duration == elapsed * HOUR

    def test_leave_nothing_of_hours_that_end_right_after_the_gap(self):
        hours = Hours((Opening(6, time(2, 30), time(3, 15)),))

        assert open_spans(hours, day_span(BERLIN_SPRING, BERLIN), BERLIN) == []

    def test_take_a_day_away_from_apia(self):
        daily = Hours(tuple(Opening(weekday, time(8), time(17)) for weekday in range(7)))

        found = open_spans(daily, day_span(date(2011, 12, 28), APIA, 4), APIA)

        assert local(found, APIA) == [
            ("28 08:00", "28 17:00"),
            ("29 08:00", "29 17:00"),
            ("31 08:00", "31 17:00"),
        ]

    def test_may_fall_on_midnight(self):
        daily = Hours(tuple(Opening(weekday, time(0), time(6)) for weekday in range(7)))
        sao_paulo = ZoneInfo("America/Sao_Paulo")

        found = open_spans(daily, day_span(date(2018, 11, 4), sao_paulo), sao_paulo)

        assert local(found, sao_paulo) == [("04 01:00", "04 06:00")]

    def test_may_show_a_midnight_twice(self):
        midnight_to_six = Hours((Opening(6, time(0), time(6)),))

        found = open_spans(midnight_to_six, day_span(date(2010, 11, 7), ST_JOHNS), ST_JOHNS)

        assert local(found, ST_JOHNS) == [("07 00:00", "07 06:00")]


class TestNextOpening:
    @pytest.mark.parametrize(
        ("hours", "after", "opening"),
        [
            (OFFICE, at(6, zone=ISTANBUL), at(7, zone=ISTANBUL)),  # this morning
            (OFFICE, at(9, zone=ISTANBUL), at(9, zone=ISTANBUL)),  # now
            (OFFICE, at(20, zone=ISTANBUL), at(31, zone=ISTANBUL)),  # closing time is closed
            (OFFICE, at(21, days=4, zone=ISTANBUL), at(7, days=7, zone=ISTANBUL)),  # after the weekend
            (BAR, at(1, days=5, zone=ISTANBUL), at(1, days=5, zone=ISTANBUL)),  # still last night
            (Hours(), at(3), at(3)),  # always
            (
                Hours((), tuple(Exception_(MONDAY + n * DAY, None) for n in range(-1, 62))),
                at(3),
                None,
            ),  # never
        ],
    )
    def test_is_the_first_open_instant(self, hours, after, opening):
        assert next_opening(hours, after, ISTANBUL) == opening


class TestWords:
    def test_name_the_day_when_it_is_near(self):
        assert in_local_words(at(4), ISTANBUL, seen_from=at(0)) == "07:00 on Monday"

    def test_name_the_date_when_it_is_not(self):
        words = in_local_words(at(4, days=7), ISTANBUL, seen_from=at(0))

        assert words == "07:00 on Monday 30 November 2026"

    def test_know_every_weekday_and_month(self):
        year = {date_in_words(date(2026, 1, 1) + n * DAY) for n in range(365)}

        assert {words.split()[0] for words in year} == {f"{date(2026, 1, n):%A}" for n in range(1, 8)}
        assert {words.split()[2] for words in year} == {f"{date(2026, n, 1):%B}" for n in range(1, 13)}


quarters = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
weeks = st.lists(st.builds(Opening, st.integers(0, 6), quarters, quarters), max_size=10).map(
    lambda rows: Hours(tuple(rows))
)
dates = st.dates(date(2026, 1, 1), date(2028, 12, 31)) | st.dates(date(2010, 1, 1), date(2012, 12, 31))


class TestLaws:
    @given(weeks, dates, st.integers(1, 9), st.sampled_from(ZONES))
    def test_open_spans_never_overlap_or_leave_the_window(self, hours, first, days, zone):
        window = Span(to_instant(first, time(0), zone), to_instant(first + days * DAY, time(12), zone))

        found = open_spans(hours, window, zone)

        assert disjoint(found)
        assert found == sorted(found, key=lambda s: s.start)
        assert all(s.within(window) for s in found)

    @given(quarters, quarters, dates, st.sampled_from(ZONES))
    def test_edges_are_the_hours_on_every_day_the_clocks_do_not_change(self, opens, closes, day, zone):
        hours = Hours((Opening(day.weekday(), opens, closes),))
        three_days = [datetime.combine(day + n * DAY, time(0), zone).utcoffset() for n in range(3)]
        if len(set(three_days)) > 1:
            return

        window = Span(to_instant(day, time(0), zone), to_instant(day + 2 * DAY, time(0), zone))
        first = open_spans(hours, window, zone)[0]

        until = datetime.combine(day if closes > opens else day + DAY, closes)
        assert first.start.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, opens)
        assert first.end.astimezone(zone).replace(tzinfo=None) == until

    @given(weeks, dates, st.sampled_from(ZONES))
    def test_the_next_opening_is_where_open_spans_begin(self, hours, day, zone):
        after = to_instant(day, time(13), zone)

        fortnight = open_spans(hours, Span(after, after + 14 * DAY), zone)

        expected = fortnight[0].start if fortnight else None
        assert next_opening(hours, after, zone) == expected

    @given(st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)), st.sampled_from(ZONES))  # noqa: DTZ001
    def test_a_wall_clock_shows_what_it_was_asked_or_refuses(self, shown, zone):
        try:
            meant = wall_clock(shown, zone)
        except Invalid:
            assert to_instant(shown.date(), shown.time(), zone).astimezone(zone).replace(tzinfo=None) > shown
            return

        assert meant.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == shown
