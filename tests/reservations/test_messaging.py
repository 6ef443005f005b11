"""Messages on a booking, by rule: for how long, how often, and how the thread stands after each."""

from datetime import UTC, datetime, timedelta

import pytest

from reservations import PolicyViolation, Throttled, messaging

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LAST = NOON + timedelta(days=14)


class TestTheTimeToWrite:
    @pytest.mark.parametrize(
        ("ends_at", "alive", "until"),
        [
            (NOON, True, LAST),
            (NOON, False, LAST),
            (None, True, None),  # a car that is parked until it is released
            (None, False, LAST - HOUR),  # one that never came: by when it would have begun
        ],
    )
    def test_ends_14_days_after_the_booking(self, ends_at, alive, until):
        assert messaging.closes_at(NOON - HOUR, ends_at, alive=alive) == until

    def test_lasts_to_its_last_moment(self):
        before = LAST - timedelta(microseconds=1)

        assert messaging.require_in_time(LAST, "Monday", now=before) is None
        assert messaging.require_in_time(None, "", now=LAST) is None

    def test_that_is_over_is_refused_and_says_until_when_it_was(self):
        with pytest.raises(PolicyViolation, match=r"14 days.*until Monday 7 December 2026") as refused:
            messaging.require_in_time(LAST, "Monday 7 December 2026", now=LAST)

        assert refused.value.rule == "messages"


class TestHowOften:
    def test_is_ten_times_within_any_hour(self):
        written = [NOON - HOUR + timedelta(minutes=n) for n in range(1, 10)]

        messaging.require_not_hurried(written, now=NOON)
        with pytest.raises(Throttled) as refused:
            messaging.require_not_hurried([*written, NOON], now=NOON)

        assert refused.value.retry_after == 60  # until the first of them is an hour ago

    def test_forgets_what_is_an_hour_ago(self):
        assert messaging.require_not_hurried([NOON - HOUR] * 10, now=NOON) is None

    def test_is_as_often_as_is_said_where_more_than_one_booking_is_meant(self):
        with pytest.raises(Throttled, match="At most 3 messages an hour about all your bookings"):
            messaging.require_not_hurried([NOON] * 3, now=NOON, most=3, about="all your bookings")

    @pytest.mark.parametrize(("is_guest", "most"), [(True, 180), (False, 200)])
    def test_is_two_hundred_times_in_all_of_which_the_last_twenty_are_the_venues(self, is_guest, most):
        messaging.require_room(most - 1, is_guest=is_guest)
        with pytest.raises(PolicyViolation, match=f"{most} messages"):
            messaging.require_room(most, is_guest=is_guest)


@pytest.mark.parametrize(
    ("kind", "state"), [("question", "open"), ("problem", "open"), ("answer", "answered")]
)
def test_whoever_wrote_last_says_how_the_thread_stands(kind, state):
    assert messaging.after_message(kind) == state
