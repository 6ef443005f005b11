"""Quotas: what counts, in which period of the venue's calendar, and what a guest is told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import Span, quotas
from reservations.lifecycle import STATES
from reservations.quotas import AHEAD, BOOKINGS, DAY, HOURS, MONTH, NIGHTS, WEEK, Count, Quota, Use
from tests.reservations.clock import BERLIN, HOUR, ISTANBUL, ZONES, at, span

NOW = at(8)  # on a Monday
UTC_ZONE = ZONES[-1]
MEETING, SUITE = 1, 2


def use(when, date=0, *, type_id=MEETING, unit="hour"):
    return Use(date, type_id, unit, when)


def count(quota, *uses, zone=UTC_ZONE, now=NOW):
    return Count(quota, uses, zone=zone, now=now)


def told(quota, had, wanted, **more):
    """Return the sentence and the end of the refusal; None if there is none."""
    refusal = count(quota, *had, **more).refusal([wanted])
    return refusal and (refusal.rule, refusal.sentence, refusal.until)


TWO_A_WEEK = Quota(2, BOOKINGS, WEEK)
TWO = [use(span(9, 10), 1), use(span(9, 10, days=2), 2)]


class TestAReachedQuota:
    @pytest.mark.parametrize(
        ("quota", "until", "ends"),
        [
            (Quota(2, BOOKINGS, WEEK), at(0, days=7), ": the next week begins on Monday 30 November 2026"),
            (Quota(2, BOOKINGS, MONTH), at(0, days=8), ": the next month begins on Tuesday 1 December 2026"),
            (Quota(2, BOOKINGS, AHEAD), at(10), ", until 10:00 on Monday"),
        ],
    )
    def test_says_how_much_there_is_and_when_it_ends(self, quota, until, ends):
        sentence = f"Your limit of {quota.words} here is reached (2 of 2){ends}."

        assert told(quota, TWO, use(span(9, 10, days=5))) == ("quota", sentence, until)

    def test_says_what_is_left_where_that_is_too_little(self):
        quota = Quota(4, HOURS, DAY, SUITE, "Suite")
        had = use(span(9, 11.5), 1, type_id=SUITE)

        assert told(quota, [had], use(span(13, 15), type_id=SUITE)) == (
            "quota",
            "Your limit of 4 hours a day for Suite leaves 1.5 (2.5 of 4), and this takes 2.",
            at(0, days=1),
        )

    def test_never_ends_for_who_wants_more_than_it_ever_leaves(self):
        assert told(Quota(1, HOURS, DAY), [], use(span(9, 11)))[2] is None

    def test_of_what_lies_ahead_ends_when_enough_of_it_has_ended(self):
        had = [use(span(9, 10), 1), use(span(9, 12, days=1), 2), use(span(9, 10, days=2), 3)]

        assert told(Quota(5, HOURS, AHEAD), had, use(span(9, 12, days=9)))[2] == at(12, days=1)
        assert told(Quota(3, BOOKINGS, AHEAD), had, use(span(9, 10, days=9)), now=at(11)) is None

    def test_is_said_of_the_week_that_is_asked_about(self):
        assert told(TWO_A_WEEK, TWO, use(span(9, 10, days=7))) is None
        assert count(TWO_A_WEEK, *TWO).standing(at(9)).words == "2 of 2 bookings this week"
        later = count(Quota(2, NIGHTS, MONTH, SUITE, "Suite")).standing(at(9, days=10))
        assert (later.words, later.is_reached) == ("Suite: 0 of 2 nights in December 2026", False)


class TestWhatCounts:
    def test_is_a_booking_once_and_each_of_its_rooms_by_the_hour(self):
        both = [use(span(9, 10), 1), use(span(9, 10), 1, type_id=SUITE)]

        assert count(Quota(9, BOOKINGS, DAY), *both).standing(at(9)).words == "1 of 9 bookings today"
        assert count(Quota(9, HOURS, DAY), *both).standing(at(9)).words == "2 of 9 hours today"
        assert count(Quota(9, HOURS, DAY, SUITE), *both).standing(at(9)).words.endswith("1 of 9 hours today")

    def test_is_a_night_where_it_begins_and_an_hour_where_it_lies(self):
        # From Sunday to Tuesday by the clock of Istanbul: a night of each week.
        stay = Span(at(15, days=-1, zone=ISTANBUL), at(11, days=1, zone=ISTANBUL))
        night = use(stay, unit="night")
        meeting = use(span(23, 26, days=6, zone=ISTANBUL))

        week = count(Quota(3, NIGHTS, WEEK), night, meeting, zone=ISTANBUL)
        hours = count(Quota(3, HOURS, WEEK), night, meeting, zone=ISTANBUL)

        assert [week.standing(at(9, days=n)).words[0] for n in (-8, -1, 0, 7)] == ["0", "1", "1", "0"]
        assert [hours.standing(at(9, days=n)).words[0] for n in (-7, 0, 7)] == ["0", "1", "2"]

    def test_are_the_hours_that_a_day_really_has_when_the_clocks_change(self):
        night = Span(datetime(2027, 3, 27, 22, tzinfo=UTC), datetime(2027, 3, 28, 2, tzinfo=UTC))
        seen = count(Quota(9, HOURS, DAY), use(night), zone=BERLIN)

        assert seen.standing(night.start).words == "1 of 9 hours on 27 March 2027"
        assert seen.standing(night.end).words == "3 of 9 hours on 28 March 2027"

    def test_goes_on_as_long_as_nobody_knows_when_it_ends(self):
        parked = use(span(6, None), unit="open")

        assert count(Quota(9, HOURS, DAY), parked).standing(NOW).words == "2 of 9 hours today"
        assert told(Quota(2, HOURS, DAY), [parked], use(Span(NOW, None), unit="open")) is not None
        assert told(Quota(3, HOURS, DAY), [parked], use(Span(NOW, None), unit="open")) is None

    def test_is_every_state_but_those_in_which_it_was_given_back(self):
        assert set(STATES) - quotas.COUNTED == {"cancelled", "expired", "declined"}


class TestAMove:
    def test_may_take_as_much_as_it_gives_up_though_the_quota_was_exceeded_before(self):
        over = count(TWO_A_WEEK, *TWO)
        third = use(span(9, 10, days=3), 3)

        assert over.refusal([use(span(11, 12, days=4))], [third]) is None
        assert over.refusal([use(span(11, 12, days=4))], [use(span(9, 10, days=9), 3)]) is not None


amounts = st.sampled_from([BOOKINGS, HOURS])
periods = st.sampled_from([DAY, WEEK, MONTH, AHEAD])
quarters = st.tuples(st.integers(0, 4 * 24 * 40), st.integers(1, 60))  # from which one on, and how many
some = st.lists(quarters.map(lambda one: span(one[0] / 4, sum(one) / 4)), max_size=5)


@given(some, amounts, periods, st.integers(1, 6), st.sampled_from(ZONES))
def test_whoever_is_let_on_until_refused_never_exceeds_a_quota(wishes, measure, per, most, zone):
    """The law: in no period is there more than the quota, and nobody is refused while it leaves enough."""
    seen = count(Quota(most, measure, per), zone=zone)
    had = []
    for number, wish in enumerate(wishes):
        wanted = use(wish, number)
        if (refusal := seen.refusal([wanted])) is None:
            seen.add([wanted])
            had.append(wish)
        assert (refusal is not None) == (
            not _fits([*had, wish] if refusal else had, measure, per, most, zone)
        )


def _fits(had, measure, per, most, zone):
    """Count again, minute by minute and day by day."""
    found = {}
    for one in had:
        if per == AHEAD and one.end <= NOW:
            continue
        moments = [one.start]
        if measure == HOURS:
            moments = [one.start + n * HOUR / 4 for n in range((one.end - one.start) // (HOUR / 4))]
        for moment in moments:
            day = moment.astimezone(zone).date()
            first = {
                DAY: day,
                WEEK: day - timedelta(days=day.weekday()),
                MONTH: day.replace(day=1),
                AHEAD: None,
            }[per]
            found[first] = found.get(first, 0) + 1
    return all(amount <= most * (4 if measure == HOURS else 1) for amount in found.values())
