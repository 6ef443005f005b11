"""Which time the events of an outside calendar take: by dates, clocks and rules, and never at any price."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from reservations import Invalid, Policy, Span, busy
from reservations.busy import MOST, Event, Place, busy_times, mark
from reservations.recurring import parse_foreign

ISTANBUL, BERLIN = ZoneInfo("Europe/Istanbul"), ZoneInfo("Europe/Berlin")
YEAR = Span(datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))


def event(start, end=None, rule="", **more):
    end = end or (start + timedelta(hours=1) if isinstance(start, datetime) else start + timedelta(days=1))
    return Event(uid="a", start=start, end=end, rule=parse_foreign(rule) if rule else None, **more)


def spans(*events, window=YEAR, zone=ISTANBUL, nights=None):
    return [one.span for one in busy_times(events, window, Place(zone, nights))]


def starts(*events, zone=BERLIN):
    return [f"{span.start.astimezone(zone):%Y-%m-%d %H:%M}" for span in spans(*events, zone=zone)]


class TestOneEvent:
    def test_of_dates_lasts_from_midnight_to_midnight_by_the_clocks_of_the_place(self):
        assert spans(event(date(2027, 3, 1), date(2027, 3, 3))) == [
            Span(datetime(2027, 3, 1, tzinfo=ISTANBUL), datetime(2027, 3, 3, tzinfo=ISTANBUL))
        ]

    def test_of_dates_is_nights_where_rooms_are_let_by_the_night(self):
        policy = Policy(unit="night", check_in=time(15), check_out=time(11))

        assert spans(event(date(2027, 3, 1), date(2027, 3, 3)), nights=policy) == [
            Span(datetime(2027, 3, 1, 15, tzinfo=ISTANBUL), datetime(2027, 3, 3, 11, tzinfo=ISTANBUL))
        ]

    def test_that_is_not_busy_or_takes_no_time_takes_none(self):
        at = datetime(2027, 3, 1, 9, tzinfo=UTC)

        assert spans(event(at, is_busy=False), event(at, at)) == []

    def test_outside_of_the_window_is_not_looked_at(self):
        assert spans(event(date(2026, 3, 1)), event(date(2028, 3, 1))) == []


class TestARule:
    def test_keeps_its_wall_clock_on_both_sides_of_a_change(self):
        weekly = event(datetime(2027, 3, 21, 10, tzinfo=BERLIN), rule="FREQ=WEEKLY;COUNT=3")

        assert [f"{span.start:%d %H}" for span in spans(weekly)] == ["21 09", "28 08", "04 08"]

    def test_that_began_long_ago_goes_on_where_it_would_be(self):
        daily = event(datetime(1999, 1, 2, 10, tzinfo=UTC), rule="FREQ=DAILY;INTERVAL=365")

        assert starts(daily, zone=UTC) == ["2027-12-26 10:00"]

    def test_leaves_out_dates_and_puts_others_elsewhere(self):
        first = datetime(2027, 3, 1, 9, tzinfo=BERLIN)
        weekly = event(first, rule="FREQ=WEEKLY;COUNT=4", left_out=frozenset({mark(first + timedelta(7))}))
        moved = event(datetime(2027, 3, 16, 14, tzinfo=UTC), instead_of=mark(first + timedelta(14)))
        cancelled = event(first + timedelta(21), instead_of=mark(first + timedelta(21)), is_busy=False)

        assert starts(weekly, moved, cancelled) == ["2027-03-01 09:00", "2027-03-16 15:00"]

    def test_keeps_the_key_of_each_date_and_gives_no_two_the_same(self):
        first = datetime(2027, 3, 1, 9, tzinfo=BERLIN)
        keys = {one.key for one in busy_times([event(first, rule="FREQ=DAILY;COUNT=9")], YEAR, Place(BERLIN))}
        later = busy_times(
            [event(first, first + timedelta(hours=3), "FREQ=DAILY;COUNT=9")], YEAR, Place(BERLIN)
        )

        assert len(keys) == 9
        assert {one.key for one in later} == keys

    @pytest.mark.parametrize(
        "rule", ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;COUNT=999999;BYMONTH=2;BYMONTHDAY=30"]
    )
    def test_that_never_comes_true_comes_to_its_first_date_alone(self, rule):
        assert starts(event(datetime(2027, 2, 1, 9, tzinfo=BERLIN), rule=rule)) == ["2027-02-01 09:00"]

    def test_that_asks_for_too_much_is_refused(self, monkeypatch):
        monkeypatch.setattr(busy, "LOOKED_AT", 10_000)

        with pytest.raises(Invalid, match="more often than can be followed"):
            spans(event(datetime(1900, 1, 1, 9, tzinfo=UTC), rule="FREQ=DAILY;COUNT=900000"))

    def test_costs_what_each_date_is_compared_with(self, monkeypatch):
        monkeypatch.setattr(busy, "LOOKED_AT", 10_000)
        days = ",".join(f"{which}{day}" for which in range(1, 6) for day in ("MO", "TU", "WE", "TH", "FR"))

        assert len(spans(event(date(2026, 12, 1), rule="FREQ=MONTHLY;BYDAY=1MO"))) == 12
        with pytest.raises(Invalid, match="more often than can be followed"):
            spans(event(date(2026, 12, 1), rule=f"FREQ=MONTHLY;BYDAY={days}"))

    @pytest.mark.parametrize("rule", ["FREQ=MONTHLY;BYDAY=6MO", "FREQ=YEARLY;BYMONTH=3;BYDAY=-20MO"])
    def test_is_refused_for_a_weekday_that_no_month_has(self, rule):
        with pytest.raises(Invalid, match="at most 5 of a weekday"):
            parse_foreign(rule)

    def test_is_refused_by_the_hour_or_finer(self):
        with pytest.raises(Invalid, match="FREQ is one of"):
            parse_foreign("FREQ=SECONDLY")


def test_more_busy_times_than_a_room_can_have_are_refused():
    many = [Event(f"{n}", date(2027, 1, 1), date(2027, 1, 2)) for n in range(MOST + 1)]

    with pytest.raises(Invalid, match="more than 1000"):
        spans(*many)


PARTS = {
    "DAILY": st.sampled_from(["", ";BYDAY=MO,WE", ";BYMONTH=3,11", ";BYMONTHDAY=1,-1"]),
    "WEEKLY": st.sampled_from(["", ";BYDAY=TU,SU", ";BYDAY=SA,SU;WKST=SU", ";BYDAY=MO,FR;BYMONTH=5"]),
    "MONTHLY": st.sampled_from(
        ["", ";BYDAY=2TU", ";BYDAY=-1FR", ";BYMONTHDAY=31", ";BYDAY=MO,TU,WE;BYSETPOS=-1"]
    ),
    "YEARLY": st.sampled_from(["", ";BYMONTH=2;BYMONTHDAY=29", ";BYDAY=20MO", ";BYMONTH=10;BYDAY=-1SU"]),
}


@settings(max_examples=150, deadline=None)
@given(
    frequency=st.sampled_from(list(PARTS)),
    interval=st.integers(1, 5),
    end=st.sampled_from(["", ";COUNT=7", ";COUNT=400", ";UNTIL=20270815T000000Z"]),
    first=st.dates(date(2015, 1, 1), date(2027, 10, 1)),
    data=st.data(),
)
def test_a_rule_comes_to_the_dates_that_another_reader_finds(frequency, interval, end, first, data):
    rule = f"FREQ={frequency};INTERVAL={interval}{data.draw(PARTS[frequency])}{end}"
    begins = datetime.combine(first, time(9), tzinfo=UTC)
    theirs = rrulestr(rule, dtstart=begins)
    if begins != next(iter(theirs), None):
        return  # A first date that its own rule does not have is read in as many ways as there are readers.

    found = starts(event(begins, rule=rule), zone=UTC)

    meant = theirs.between(YEAR.start - timedelta(hours=1), YEAR.end)
    assert found == [f"{one:%Y-%m-%d %H:%M}" for one in meant]
