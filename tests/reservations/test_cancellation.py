"""Cancelling: until when, and what comes back."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import Policy, Span
from reservations.cancellation import cancellable_until, kept, kept_from, refund_percent, refund_steps
from reservations.lifecycle import STATES
from tests.reservations.clock import BERLIN, HOUR, ISTANBUL, MINUTE, at, span


def here(start: float, end: float | None, *, days: int = 0) -> Span:
    return span(start, end, days=days, zone=ISTANBUL)


class TestCancelling:
    STEPS = Policy(cancellation_steps=((24, 50), (48, 90), (0, 20)), cancel_until_minutes=60)

    @pytest.mark.parametrize(
        ("before", "percent"),
        [
            (49 * HOUR, 90),  # early
            (48 * HOUR, 90),  # at the very boundary
            (48 * HOUR - MINUTE, 50),  # a minute late
            (24 * HOUR, 50),
            (24 * HOUR - MINUTE, 20),
            (0 * HOUR, 20),  # as it begins
            (-MINUTE, 0),  # after every step
        ],
    )
    def test_gives_back_by_lead_time(self, before, percent):
        wish = here(9, 10, days=7)

        assert refund_percent(wish, [self.STEPS], now=wish.start - before) == percent

    def test_gives_everything_back_where_nothing_is_said(self):
        assert refund_percent(here(9, 10), [Policy()], now=datetime(2030, 1, 1, tzinfo=UTC)) == 100

    def test_ends_some_time_before_the_start(self):
        assert cancellable_until(here(9, 10), [Policy(), self.STEPS]) == at(8, zone=ISTANBUL)

    @pytest.mark.parametrize(
        ("price", "percent", "stays"),
        [
            (10_000, 100, 0),
            (10_000, 0, 10_000),
            (10_000, 90, 1_000),
            (999, 50, 499),  # half a cent is the guest's
            (0, 50, 0),
        ],
    )
    def test_keeps_what_does_not_come_back(self, price, percent, stays):
        wish = here(9, 10, days=7)

        assert kept(price, wish, [Policy(cancellation_steps=((0, percent),))], now=wish.start - HOUR) == stays

    def test_keeps_by_the_strictest_of_several_terms(self):
        wish = here(9, 10, days=7)
        lenient, strict = Policy(), Policy(cancellation_steps=((48, 100), (24, 40)))

        assert kept(1_000, wish, [lenient, strict], now=wish.start - 25 * HOUR) == 600

    @given(price=st.integers(0, 10**12), percent=st.integers(0, 100))
    def test_keeps_whole_cents_rounded_down(self, price, percent):
        wish = here(9, 10, days=7)

        stays = kept(price, wish, [Policy(cancellation_steps=((0, percent),))], now=wish.start - HOUR)

        assert stays == price * (100 - percent) // 100

    @pytest.mark.parametrize("state", STATES)
    def test_keeps_nothing_of_what_was_not_confirmed(self, state):
        wish, strict = here(9, 10, days=7), [Policy(cancellation_steps=((48, 100),))]

        stays = kept_from(state, 1_000, wish, strict, now=wish.start - HOUR)

        assert stays == (1_000 if state == "confirmed" else 0)


# Check-in at 15:00 in Berlin on an ordinary Sunday, and on those whose night had 23 and 25 hours: a step of
# 24 hours ends an hour of the wall clock earlier or later there, for hours that pass are what counts.
SUNDAYS = {
    "an ordinary night": ((2026, 11, 29), "Sat 15:00", "Fri 15:00"),
    "the night that is short": ((2027, 3, 28), "Sat 14:00", "Fri 14:00"),
    "the night that is long": ((2026, 10, 25), "Sat 16:00", "Fri 16:00"),
}
STEPS = ((48, 90), (24, 50), (0, 20))


@pytest.mark.parametrize("night", SUNDAYS)
class TestBoundaries:
    @pytest.fixture
    def stay(self, night):
        arrive = datetime(*SUNDAYS[night][0], 15, tzinfo=BERLIN)
        return Span(arrive, arrive.replace(hour=11) + 24 * HOUR)

    @pytest.mark.parametrize(
        ("hours", "before", "at_it", "after"), [(48, 90, 90, 50), (24, 50, 50, 20), (0, 20, 20, 0)]
    )
    def test_are_the_guests_to_the_minute(self, stay, night, hours, before, at_it, after):
        boundary = stay.start - hours * HOUR

        percents = [
            refund_percent(stay, [Policy(cancellation_steps=STEPS)], now=boundary + late)
            for late in (-MINUTE, 0 * MINUTE, MINUTE)
        ]

        assert percents == [before, at_it, after]

    def test_are_told_as_they_are_kept(self, stay, night):
        steps = refund_steps(stay, [Policy(cancellation_steps=STEPS)])

        told = [f"{until.astimezone(BERLIN):%a %H:%M}" for until, _ in steps[:2]]
        assert told == [SUNDAYS[night][2], SUNDAYS[night][1]][:2]
        assert steps[2:] == [(stay.start, 20), (None, 0)]
