"""Spans: half-open, in UTC, and never nonsense."""

from contextlib import suppress
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import Invalid, Span, gaps, merge
from reservations.spans import EARLIEST, LATEST, counted, in_words
from tests.reservations.clock import BERLIN, HOUR, at, disjoint, hours_of, span, spans

NINE = at(9)
NOT_A_TIME = "The end is not a date and time."
NO_OFFSET = "The end says no offset from UTC, so nobody can tell which instant it is."
OUT_OF_RANGE = "The end must lie between the years 1970 and 2200."
REVERSED = "The end must come after the start."


class Vague(tzinfo):
    """A zone that never says its offset."""

    def utcoffset(self, moment):
        return None


class TestASpan:
    def test_is_kept_in_utc(self):
        berlin = Span(datetime(2026, 7, 1, 9, tzinfo=BERLIN), datetime(2026, 7, 1, 10, tzinfo=BERLIN))

        assert berlin == Span(datetime(2026, 7, 1, 7, tzinfo=UTC), datetime(2026, 7, 1, 8, tzinfo=UTC))
        assert (berlin.start.tzinfo, str(berlin)) == (UTC, "2026-07-01T07:00:00Z/2026-07-01T08:00:00Z")

    def test_may_have_no_end_yet(self):
        parked = span(9, None)

        assert (parked.end, parked.duration, str(parked)) == (None, None, "2026-11-23T09:00:00Z/..")

    def test_does_not_change(self):
        with pytest.raises(FrozenInstanceError):
            span(9, 10).start = at(8)

    def test_lasts_the_time_that_really_passes(self):
        night = Span(datetime(2027, 3, 27, 15, tzinfo=BERLIN), datetime(2027, 3, 28, 11, tzinfo=BERLIN))

        assert night.duration == 19 * HOUR

    @pytest.mark.parametrize("edge", [EARLIEST, LATEST - HOUR])
    def test_reaches_from_1970_to_2200(self, edge):
        assert Span(edge, edge + HOUR).start == edge

    @pytest.mark.parametrize(
        ("end", "sentence"),
        [
            (datetime(2026, 11, 23, 10), NO_OFFSET),  # noqa: DTZ001 -- naive: the case itself
            (datetime(2026, 11, 23, 10, tzinfo=Vague()), NO_OFFSET),  # a zone without an offset
            (NINE, REVERSED),  # zero
            (at(8), REVERSED),  # reversed
            (LATEST + HOUR, OUT_OF_RANGE),  # far future
            (datetime(1, 1, 1, tzinfo=UTC), OUT_OF_RANGE),  # year 1
            (datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), OUT_OF_RANGE),  # before year 1
            (datetime.max.replace(tzinfo=UTC), OUT_OF_RANGE),  # year 9999
            (datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))), OUT_OF_RANGE),  # after year 9999
            (datetime.max.replace(tzinfo=BERLIN), OUT_OF_RANGE),  # year 9999 in a real zone
            ("2026-11-23T10:00Z", NOT_A_TIME),  # text
        ],
    )
    def test_refuses_an_end_that_makes_no_sense(self, end, sentence):
        with pytest.raises(Invalid) as refusal:
            Span(NINE, end)

        assert (str(refusal.value), refusal.value.field_errors) == (sentence, {"end": [sentence]})

    def test_names_both_ends_when_both_are_wrong(self):
        naive = datetime(2026, 11, 23, 10)  # noqa: DTZ001 -- the case itself

        with pytest.raises(Invalid, match=r"^The start says no offset") as refusal:
            Span(naive, naive)

        assert list(refusal.value.field_errors) == ["start", "end"]

    @given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones()))
    def test_is_sound_or_refused_whatever_the_calendar_holds(self, start, end):
        made = None
        with suppress(Invalid):  # and nothing else, at the edges of the calendar least of all
            made = Span(start, end)

        assert made is None or EARLIEST <= made.start < made.end <= LATEST


OVERLAPS = [
    # other, shared with 10 to 12, the word
    ((8, 9), None),  # well before
    ((8, 10), None),  # right before
    ((9, 11), (10, 11)),  # overlapping the start
    ((10, 11), (10, 11)),  # the first half
    ((10.5, 11.5), (10.5, 11.5)),  # in the middle
    ((10, 12), (10, 12)),  # the same
    ((11, 12), (11, 12)),  # the second half
    ((11, 13), (11, 12)),  # overlapping the end
    ((9, 13), (10, 12)),  # all around
    ((12, 13), None),  # right after
    ((13, 14), None),  # well after
    ((9, None), (10, 12)),  # parked before
    ((11, None), (11, 12)),  # parked in the middle
    ((12, None), None),  # parked right after
]


class TestOverlap:
    @pytest.mark.parametrize(("other", "shared"), OVERLAPS)
    def test_is_sharing_any_instant(self, other, shared):
        assert span(10, 12).overlaps(span(*other)) is (shared is not None)

    @pytest.mark.parametrize(("other", "shared"), OVERLAPS)
    def test_is_what_both_share(self, other, shared):
        assert span(10, 12).intersection(span(*other)) == (span(*shared) if shared else None)

    def test_of_two_parked_cars_has_no_end(self):
        assert span(9, None).intersection(span(10, None)) == span(10, None)

    @given(spans(), spans())
    def test_is_symmetric(self, one, other):
        assert one.overlaps(other) is other.overlaps(one)
        assert one.intersection(other) == other.intersection(one)

    @given(spans(), spans())
    def test_lies_within_both(self, one, other):
        shared = one.intersection(other)

        assert shared is None or (shared.within(one) and shared.within(other))


class TestContaining:
    @pytest.mark.parametrize(
        ("hour", "inside"),
        [
            (9.75, False),  # before
            (10, True),  # the start belongs to it
            (11, True),  # inside
            (12, False),  # the end belongs to whoever comes next
        ],
    )
    def test_is_half_open(self, hour, inside):
        assert span(10, 12).contains(at(hour)) is inside

    def test_goes_on_for_ever_without_an_end(self):
        assert span(10, None).contains(LATEST)

    @pytest.mark.parametrize(
        ("outer", "inside"),
        [
            ((9, 13), True),  # around
            ((10, 12), True),  # itself
            ((10, None), True),  # until further notice
            ((10, 11), False),  # too short
            ((11, 13), False),  # too late
        ],
    )
    def test_of_a_span_is_containing_all_of_it(self, outer, inside):
        assert span(10, 12).within(span(*outer)) is inside

    def test_of_a_parked_car_takes_a_window_without_an_end(self):
        assert (span(10, None).within(span(9, 13)), span(10, None).within(span(9, None))) == (False, True)


class TestShifting:
    def test_keeps_the_length(self):
        assert (span(9, 10).shift(2 * HOUR), span(9, None).shift(-HOUR)) == (span(11, 12), span(8, None))

    @pytest.mark.parametrize("by", [timedelta(days=200 * 365), timedelta.max, timedelta.min])
    def test_ends_with_the_calendar(self, by):
        with pytest.raises(Invalid, match="must lie between the years 1970 and 2200"):
            span(9, 10).shift(by)


class TestGaps:
    def test_are_the_whole_window_when_nothing_is_booked(self):
        assert gaps([], within=span(9, 17)) == [span(9, 17)]

    def test_lie_between_bookings_in_any_order(self):
        found = gaps([span(13, 14), span(10, 11), span(10.5, 12)], within=span(9, 17))

        assert hours_of(found) == [(9, 10), (12, 13), (14, 17)]

    def test_do_not_open_between_bookings_that_touch(self):
        assert hours_of(gaps([span(9, 12), span(12, 17)], within=span(9, 17))) == []

    def test_end_where_a_car_is_parked_until_further_notice(self):
        found = gaps([span(10, None), span(11, 12)], within=span(9, 17))

        assert hours_of(found) == [(9, 10)]

    def test_know_nothing_of_bookings_outside_the_window(self):
        assert hours_of(gaps([span(7, 8), span(17, 18)], within=span(9, 17))) == [(9, 17)]

    def test_may_have_no_end_themselves(self):
        assert hours_of(gaps([span(10, 11)], within=span(9, None))) == [(9, 10), (11, None)]

    @given(st.lists(spans(), max_size=8), spans())
    def test_never_overlap_a_booking(self, taken, window):
        found = gaps(taken, within=window)

        assert not any(gap.overlaps(booking) for gap in found for booking in taken)
        assert disjoint(found)

    @given(st.lists(spans(), max_size=8), spans())
    def test_lose_no_free_time(self, taken, window):
        booked = [shared for booking in taken if (shared := booking.intersection(window))]

        assert merge([*gaps(taken, within=window), *booked]) == [window]


class TestMerging:
    @pytest.mark.parametrize(
        ("given_spans", "merged"),
        [
            ([], []),  # nothing
            ([(9, 10), (11, 12)], [(9, 10), (11, 12)]),  # apart
            ([(10, 11), (9, 10)], [(9, 11)]),  # touching
            ([(9, 12), (10, 11)], [(9, 12)]),  # inside
            ([(9, None), (10, 11)], [(9, None)]),  # parked
        ],
    )
    def test_says_the_same_time_with_fewer_spans(self, given_spans, merged):
        assert hours_of(merge(span(*pair) for pair in given_spans)) == merged

    @given(st.lists(spans(), max_size=8))
    def test_leaves_no_two_that_could_be_one(self, given_spans):
        merged = merge(given_spans)

        assert all(one.end is not None and one.end < other.start for one, other in pairwise(merged))
        assert all(any(one.within(whole) for whole in merged) for one in given_spans)


class TestWords:
    @pytest.mark.parametrize(
        ("minutes", "words"),
        [
            (0, "no time"),
            (1, "1 minute"),
            (45, "45 minutes"),
            (60, "1 hour"),
            (90, "1 hour 30 minutes"),
            (1440, "1 day"),
            (3000, "2 days 2 hours"),
        ],
    )
    def test_say_a_length(self, minutes, words):
        assert in_words(minutes) == words

    def test_count_a_noun(self):
        assert (counted(1, "night"), counted(3, "night")) == ("1 night", "3 nights")
