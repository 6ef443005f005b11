"""A series keeps the wall clock, has an end, and means what the calendars of the world mean by its rule."""

import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reservations import Invalid, Span
from reservations.recurrence import MOST, remembered, series
from reservations.recurring import LONGEST_TEXT, parse
from tests.reservations.clock import APIA, BERLIN, LORD_HOWE, NEW_YORK, ZONES, disjoint

HOUR = timedelta(hours=1)
TUESDAY = datetime.fromisoformat("2026-12-01 19:00")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def wall(text):
    """Return a time of the wall clock, without an offset."""
    return datetime.fromisoformat(text)


def spanning(start, length=HOUR, zone=BERLIN):
    """From that wall-clock time on, as long by the wall clock."""
    return Span(start.replace(tzinfo=zone), (start + length).replace(tzinfo=zone))


def repeated(rule, start=TUESDAY, length=HOUR, zone=BERLIN):
    return series(rule, spanning(start, length, zone), zone)


def shown(found):
    """Return when each occurrence begins, as the wall clock shows it."""
    return [one.span.start.astimezone(found.zone).replace(tzinfo=None) for one in found.occurrences]


def asked(*told):
    """Return the series, or None where it is refused with a sentence."""
    try:
        return repeated(*told)
    except Invalid as refusal:
        if not refusal.sentence:
            raise
        return None


def dates(rule, start=TUESDAY):
    return [f"{moment:%m-%d}" for moment in shown(repeated(rule, start))]


class TestARule:
    @pytest.mark.parametrize(
        ("rule", "meant"),
        [
            ("FREQ=DAILY;COUNT=3", ["12-01", "12-02", "12-03"]),
            ("FREQ=DAILY;INTERVAL=2;COUNT=3", ["12-01", "12-03", "12-05"]),
            ("FREQ=WEEKLY;COUNT=3", ["12-01", "12-08", "12-15"]),
            ("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4", ["12-01", "12-03", "12-08", "12-10"]),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;COUNT=3", ["12-01", "12-06", "12-15"]),
            ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU;COUNT=3", ["12-01", "12-13", "12-15"]),
            ("FREQ=MONTHLY;COUNT=3", ["12-01", "01-01", "02-01"]),
            ("FREQ=MONTHLY;BYDAY=1TU;COUNT=3", ["12-01", "01-05", "02-02"]),
            ("FREQ=MONTHLY;BYDAY=1TU,-1FR;COUNT=3", ["12-01", "12-25", "01-05"]),
            ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1;COUNT=3", ["12-01", "12-31", "01-01"]),
            ("FREQ=MONTHLY;BYMONTHDAY=1,-1;COUNT=3", ["12-01", "12-31", "01-01"]),
            ("FREQ=YEARLY;BYMONTH=12,3;COUNT=2", ["12-01", "03-01"]),
            ("FREQ=YEARLY;COUNT=2", ["12-01", "12-01"]),
            ("FREQ=DAILY;BYMONTH=12;BYDAY=TU;COUNT=2", ["12-01", "12-08"]),
            ("RRULE:FREQ=WEEKLY;COUNT=2", ["12-01", "12-08"]),
            (" rrule:freq=weekly;count=2\n", ["12-01", "12-08"]),
            ("FREQ=WEEKLY;UNTIL=20261215", ["12-01", "12-08", "12-15"]),
            ("FREQ=WEEKLY;UNTIL=20261215T190000", ["12-01", "12-08", "12-15"]),
            ("FREQ=WEEKLY;UNTIL=20261215T180000Z", ["12-01", "12-08", "12-15"]),  # 19:00 in Berlin
            ("FREQ=WEEKLY;UNTIL=20261215T175959Z", ["12-01", "12-08"]),
            ("FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20261208", ["12-01", "12-15"]),
            ("FREQ=WEEKLY;COUNT=3\r\nEXDATE:20261208T190000,20261201T190000", ["12-15"]),
        ],
    )  # fmt: skip -- one rule a line
    def test_means_these_dates(self, rule, meant):
        assert dates(rule) == meant

    def test_by_the_month_passes_over_months_that_lack_the_day(self):
        assert dates("FREQ=MONTHLY;COUNT=3", wall("2026-12-31 19:00")) == ["12-31", "01-31", "03-31"]

    @pytest.mark.parametrize(
        ("rule", "field", "sentence"),
        [
            ("", "recurrence", "A rule is one line of RRULE"),
            ("every Tuesday", "recurrence", "A rule is written as in"),
            ("FREQ=WEEKLY", "recurrence", "either COUNT or UNTIL"),
            ("FREQ=WEEKLY;COUNT=3;UNTIL=20270101", "recurrence", "either COUNT or UNTIL"),
            ("COUNT=3", "recurrence", "A rule says FREQ"),
            ("FREQ=HOURLY;COUNT=3", "recurrence", "FREQ is one of DAILY, WEEKLY, MONTHLY, YEARLY"),
            ("FREQ=SECONDLY;COUNT=3", "recurrence", "FREQ is one of"),
            ("FREQ=DAILY;BYSECOND=0,1,2;COUNT=3", "recurrence", "cannot be told by BYSECOND"),
            ("FREQ=DAILY;BYHOUR=9,10;COUNT=3", "recurrence", "cannot be told by BYHOUR"),
            ("FREQ=YEARLY;BYWEEKNO=1;COUNT=3", "recurrence", "cannot be told by BYWEEKNO"),
            ("FREQ=DAILY;<B>=1;COUNT=3", "recurrence", "cannot be told by B:"),
            ("FREQ=DAILY;FREQ=DAILY;COUNT=3", "recurrence", "says FREQ once"),
            ("FREQ=DAILY;COUNT=0", "recurrence", "COUNT is a number from 1 to 366"),
            ("FREQ=DAILY;COUNT=367", "recurrence", "COUNT is a number from 1 to 366"),
            ("FREQ=DAILY;COUNT=99999999999999", "recurrence", "COUNT is a number"),
            ("FREQ=DAILY;COUNT=²", "recurrence", "COUNT is a number"),
            ("FREQ=DAILY;INTERVAL=0;COUNT=3", "recurrence", "INTERVAL is a number"),
            ("FREQ=DAILY;INTERVAL=-1;COUNT=3", "recurrence", "INTERVAL is a number"),
            ("FREQ=DAILY;BYDAY=XX;COUNT=3", "recurrence", "BYDAY is a list"),
            ("FREQ=MONTHLY;BYDAY=0TU;COUNT=3", "recurrence", "BYDAY is a list"),
            ("FREQ=WEEKLY;BYDAY=1TU;COUNT=3", "recurrence", "first or last weekday"),
            ("FREQ=WEEKLY;BYMONTHDAY=1;COUNT=3", "recurrence", "nothing of a week"),
            ("FREQ=MONTHLY;BYSETPOS=1;COUNT=3", "recurrence", "BYSETPOS chooses among"),
            ("FREQ=WEEKLY;WKST=1;COUNT=3", "recurrence", "WKST is one of"),
            ("FREQ=WEEKLY;UNTIL=99991231", "recurrence", "between the years 1970 and 2199"),
            ("FREQ=WEEKLY;UNTIL=20261301", "recurrence", "UNTIL is a date"),
            ("FREQ=WEEKLY;UNTIL=20261201T250000Z", "recurrence", "UNTIL is a date"),
            ("FREQ=WEEKLY;UNTIL=tomorrow", "recurrence", "UNTIL is a date"),
            ("FREQ=WEEKLY;UNTIL=20280101", "recurrence", "lasts at most a year"),
            ("FREQ=WEEKLY;COUNT=60", "recurrence", "in 366 days this has 53 dates"),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "start", "no date on Tuesday 1 December 2026"),
            ("FREQ=WEEKLY;BYDAY=WE;COUNT=3", "start", "no date on Tuesday 1 December 2026"),
            ("FREQ=WEEKLY;UNTIL=20261130", "start", "no date on Tuesday 1 December 2026"),
            ("FREQ=WEEKLY;COUNT=3\nEXDATE:20261209T190000", "recurrence", "no date on Wednesday 9 December"),
            ("FREQ=WEEKLY;COUNT=1\nEXDATE:20261201T190000", "recurrence", "leaves out every date"),
            ("FREQ=WEEKLY;COUNT=2\nEXDATE:never", "recurrence", "Dates are left out as in"),
            ("FREQ=WEEKLY;UNTIL=20261201T196000Z", "recurrence", "UNTIL is a date"),
            ("FREQ=WEEKLY;COUNT=2\nRDATE:20261208", "recurrence", "Dates are left out as in"),
            ("FREQ=WEEKLY;COUNT=2\nEXDATE:20260230", "recurrence", "Dates are left out as in"),
            ("FREQ=WEEKLY\nCOUNT=2\nWKST=MO", "recurrence", "A rule is one line"),
        ],
    )  # fmt: skip -- one rule a line
    def test_is_refused_with_a_sentence(self, rule, field, sentence):
        with pytest.raises(Invalid) as refusal:
            repeated(rule)

        assert sentence in refusal.value.sentence
        assert refusal.value.field_errors == {field: [refusal.value.sentence]}

    @pytest.mark.parametrize(
        "rule",
        [
            "x" * 10_000,
            "FREQ=DAILY;BYDAY=" + ",".join(DAYS * 3000) + ";COUNT=366",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=366",
            "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;COUNT=366",
            "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS="
            + ",".join(map(str, range(1, 200)))
            + ";COUNT=366",
            "FREQ=SECONDLY;BYSECOND=" + ",".join(map(str, range(60))),
            ";" * LONGEST_TEXT,
            "\n" * 100_000,
        ],
    )
    def test_takes_no_time_to_follow_or_to_refuse(self, rule):
        began = time.process_time()

        with pytest.raises(Invalid):
            repeated(rule)

        assert time.process_time() - began < 0.1

    def test_that_is_no_text_is_refused(self):
        with pytest.raises(Invalid, match="A rule is a text"):
            parse(None)

    def test_needs_a_span_with_an_end(self):
        with pytest.raises(Invalid) as refusal:
            series("FREQ=DAILY;COUNT=2", Span(TUESDAY.replace(tzinfo=BERLIN), None), BERLIN)

        assert list(refusal.value.field_errors) == ["end"]

    def test_may_not_come_again_before_it_is_over(self):
        with pytest.raises(Invalid, match="repeats before it ends"):
            repeated("FREQ=DAILY;COUNT=3", length=25 * HOUR)

        assert len(repeated("FREQ=DAILY;COUNT=3", length=24 * HOUR).occurrences) == 3

    def test_of_every_day_of_a_year_is_the_longest(self):
        assert len(repeated(f"FREQ=DAILY;COUNT={MOST}").occurrences) == MOST
        with pytest.raises(Invalid, match="at most 366 dates"):
            repeated("FREQ=DAILY;UNTIL=20271202")


class TestTheWallClock:
    def test_shows_19_00_every_tuesday_of_a_year_across_both_changes(self):
        found = repeated("FREQ=WEEKLY;COUNT=52")

        assert {f"{moment:%A %H:%M}" for moment in shown(found)} == {"Tuesday 19:00"}
        hours = [one.span.start.astimezone(UTC).hour for one in found.occurrences]
        assert [hours.count(18), hours.count(17)] == [21, 31]
        assert {one.span.duration for one in found.occurrences} == {HOUR}

    def test_keeps_the_length_that_it_shows(self):
        found = repeated("FREQ=DAILY;COUNT=3", wall("2027-03-26 22:00"), 8 * HOUR)

        assert [one.span.duration / HOUR for one in found.occurrences] == [8, 7, 8]

    def test_is_as_much_later_as_it_skips(self):
        found = repeated("FREQ=DAILY;COUNT=3", wall("2027-03-27 02:30"), 2 * HOUR)

        assert [f"{moment:%d %H:%M}" for moment in shown(found)] == ["27 02:30", "28 03:30", "29 02:30"]

    def test_cannot_leave_a_date_without_any_time(self):
        with pytest.raises(Invalid, match="On Sunday 28 March 2027 the clocks skip that time"):
            repeated("FREQ=DAILY;COUNT=3", wall("2027-03-27 02:00"), HOUR)

        without = "FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20270328"
        assert len(repeated(without, wall("2027-03-27 02:00"), HOUR).occurrences) == 2

    def test_means_the_first_of_a_time_that_it_shows_twice_unless_told_the_second(self):
        second = datetime(2027, 10, 31, 2, 30, tzinfo=BERLIN, fold=1)
        found = series("FREQ=WEEKLY;COUNT=2", Span(second, second + HOUR * 2), BERLIN)

        assert found.occurrences[0].span == Span(second, second + HOUR * 2)
        before = repeated("FREQ=DAILY;COUNT=2", wall("2027-10-30 02:30"))
        assert before.occurrences[1].span.start == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)

    def test_may_not_end_before_it_starts(self):
        start = datetime(2027, 10, 31, 2, 30, tzinfo=BERLIN)

        with pytest.raises(Invalid, match="ends before it starts"):
            series("FREQ=WEEKLY;COUNT=2", Span(start, start.astimezone(UTC) + HOUR / 2), BERLIN)

    def test_of_an_island_that_skips_a_day_has_an_occurrence_the_day_after(self):
        with pytest.raises(Invalid):
            repeated("FREQ=DAILY;COUNT=3", wall("2011-12-29 10:00"), HOUR, APIA)

    @pytest.mark.parametrize("zone", [NEW_YORK, LORD_HOWE, ZoneInfo("UTC")])
    def test_is_that_of_the_zone(self, zone):
        assert {f"{moment:%H:%M}" for moment in shown(repeated("FREQ=WEEKLY;COUNT=52", zone=zone))} == {
            "19:00"
        }


class TestASeries:
    def test_counts_the_dates_that_are_left_out(self):
        found = repeated("FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20261208")

        assert [one.number for one in found.occurrences] == [1, 3]

    def test_is_kept_with_a_count_however_it_was_told(self):
        assert repeated("freq=weekly;until=20261215").text == "RRULE:FREQ=WEEKLY;COUNT=3"

    def test_is_shifted_within_its_day(self):
        found = repeated("FREQ=WEEKLY;COUNT=52").shifted(timedelta(minutes=-90))

        assert {f"{moment:%H:%M}" for moment in shown(found)} == {"17:30"}
        with pytest.raises(Invalid):
            found.shifted(timedelta(hours=7))

    def test_goes_on_without_some_of_its_dates(self):
        found = repeated("FREQ=WEEKLY;COUNT=3")

        left = found.without({2})

        assert left.text == "RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20261208"
        assert series(left.text, spanning(TUESDAY), BERLIN) == left
        assert found.without({1, 2, 3}) is None

    def test_spans_from_its_first_start_to_its_last_end(self):
        whole = repeated("FREQ=WEEKLY;COUNT=3").whole

        assert whole == Span(TUESDAY.replace(tzinfo=BERLIN), datetime(2026, 12, 15, 20, tzinfo=BERLIN))


@st.composite
def rules(draw):
    """Return some rule of about a year, in the part of the grammar of which the oracle makes no mistake."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 4))}"]
    few = {"min_size": 1, "max_size": 3, "unique": True}
    if draw(st.booleans()):
        which = [""]
        if frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()):
            which = ["1", "2", "-1", "5"]  # mixed with plain weekdays, dateutil takes both for one condition
        days = draw(st.lists(st.sampled_from(DAYS), **few))
        parts.append("BYDAY=" + ",".join(draw(st.sampled_from(which)) + day for day in days))
    if frequency != "WEEKLY" and draw(st.booleans()):
        parts.append(
            "BYMONTHDAY=" + ",".join(map(str, draw(st.lists(st.sampled_from([1, 15, 31, -1, -3]), **few))))
        )
    if draw(st.integers(0, 3)) == 0:
        parts.append("BYMONTH=" + ",".join(map(str, draw(st.lists(st.integers(1, 12), **few)))))
    # Of the week in which it begins, dateutil numbers only what is left of it.
    if frequency != "WEEKLY" and any(part.startswith("BY") for part in parts) and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from(['1', '-1', '2', '1,-1']))}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(DAYS))}")
    return ";".join(parts)


STARTS = st.integers(0, 700).map(lambda days: wall("2026-06-01 19:00") + timedelta(days=days))


@settings(
    max_examples=30, deadline=None
)  # the oracle looks on for a rare date, if need be until the year 9999
@given(rules(), STARTS)
def test_a_rule_means_what_another_program_reads_in_it(rule, start):
    days = (start + timedelta(days=number) for number in range(60))
    found = next((one for day in days if (one := asked(f"{rule};COUNT=1", day))), None)
    assume(
        found is not None
    )  # from a start that is no date of the rule, the oracle looks until the year 9999
    start, until = found.starts, found.starts + timedelta(days=300)

    theirs = rrulestr(f"{rule};UNTIL={until:%Y%m%dT235959}", dtstart=start)

    assert shown(repeated(f"{rule};UNTIL={until:%Y%m%d}", start)) == list(theirs)


@given(
    st.sampled_from(["FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=MONTHLY;INTERVAL=2"]),
    STARTS,
    st.integers(1, 60),
    st.sampled_from(ZONES),
    st.integers(0, 95),
    st.integers(1, 200),
)
def test_a_series_never_overlaps_keeps_its_wall_clock_and_is_remembered(
    rule, day, count, zone, quarter, length
):
    start = day.replace(hour=0) + quarter * HOUR / 4
    found = asked(f"{rule};COUNT={count}", start, length * HOUR / 4, zone)
    if found is None:
        return  # it repeats before it ends, lasts too long, or loses a date to the clocks

    assert disjoint(found.spans)
    assert all(one.end <= other.start for one, other in pairwise(found.spans))
    assert found.occurrences[0].span == spanning(start, length * HOUR / 4, zone)
    skipped = [moment for moment in shown(found) if moment.time() != start.time()]
    assert all(moment.time() > start.time() for moment in skipped)
    assert len(skipped) <= 1
    assert remembered(found.kept) == found
    assert series(found.text, found.spans[0], zone) == found


@given(st.text(max_size=200))
def test_any_text_is_a_rule_or_refused(text):
    found = asked(text)

    assert found is None or 1 <= len(found.occurrences) <= MOST


@given(
    st.lists(st.sampled_from([*"=;,:-+0123456789\n", "FREQ=", "DAILY", "COUNT", "UNTIL", "EXDATE", *DAYS]))
)
def test_any_text_of_its_own_words_is_a_rule_or_refused(words):
    found = asked("".join(words))

    assert found is None or 1 <= len(found.occurrences) <= MOST


def test_a_date_before_the_gregorian_calendar_of_spans_is_refused():
    with pytest.raises(Invalid, match="between the years"):
        parse("FREQ=DAILY;UNTIL=19000101")

    assert parse("FREQ=DAILY;UNTIL=19700101").until == date(1970, 1, 1)
