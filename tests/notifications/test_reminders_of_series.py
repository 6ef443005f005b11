"""Reminders of a series: a day before each date that takes place, once, when and where it is by then."""

from datetime import timedelta

import pytest
from django.core import mail

from notifications.mail import operations
from notifications.models import Notice
from rooms import operations as rooms
from tests.notifications.conftest import DAY, hour
from tests.notifications.postal import deliver, event_of, later
from tests.worlds import room

AHEAD = timedelta(hours=24)
WEEK = 24 * 7


@pytest.fixture
def weekly(aurora, guest):
    made = rooms.book(aurora, rooms.Repeated(hour(9), "FREQ=WEEKLY;COUNT=3"), by=guest)
    deliver()
    mail.outbox.clear()
    return made


def on(week, start=9):
    return hour(start + WEEK * week)


def decided():
    return list(Notice.objects.filter(kind="reminder").order_by("pk").values_list("at", "state"))


def asked_at(*moments):
    """Let the clock ask for reminders at these moments, and return what was decided."""
    for moment in moments:
        rooms.tell()
        operations.owe_reminders(now=moment)
    return decided()


def sent_at(moment):
    """Let the clock ask then, as if it were a day like any, and return the reminders that went out."""
    mail.outbox.clear()
    asked_at(moment)
    later()
    return [letter for letter in mail.outbox if letter.subject.startswith("Tomorrow")]


def test_are_owed_a_day_before_each_date_and_once(weekly):
    due = [on(week).start - AHEAD for week in range(3)]

    assert asked_at(due[0] - timedelta(minutes=1)) == []
    assert asked_at(due[0], due[0] + timedelta(hours=23)) == [(on(0).start, "waiting")]
    assert asked_at(due[1] - timedelta(minutes=1)) == [(on(0).start, "waiting")]
    assert asked_at(*due[1:], due[2] + timedelta(minutes=1)) == [
        (on(week).start, "waiting") for week in range(3)
    ]


def test_are_none_for_a_date_that_is_left_out(weekly, guest):
    rooms.skip(weekly, 2, by=guest)

    asked = asked_at(*(on(week).start - AHEAD for week in range(3)))

    assert asked == [(on(0).start, "waiting"), (on(2).start, "waiting")]


def test_are_for_the_time_that_a_date_has_moved_to(weekly, guest):
    rooms.move_date(weekly, 2, by=guest, span=on(1, 15))

    assert asked_at(on(1).start - AHEAD + timedelta(minutes=1)) == []
    assert asked_at(on(1, 15).start - AHEAD) == [(on(1, 15).start, "waiting")]


def test_of_a_date_is_not_skipped_because_another_has_moved(weekly, guest):
    """The clock was away while the reminder of the second date was due, and the third moved meanwhile."""
    due = on(1).start - AHEAD
    rooms.move_date(weekly, 3, by=guest, span=on(2, 15), now=due + timedelta(minutes=10))

    assert asked_at(due + timedelta(minutes=20)) == [(on(1).start, "waiting")]


def test_is_skipped_of_a_date_that_was_moved_within_its_day(weekly, guest):
    due = on(1, 11).start - AHEAD
    rooms.move_date(weekly, 2, by=guest, span=on(1, 11), now=due + timedelta(minutes=10))

    assert asked_at(due + timedelta(minutes=20)) == [(on(1, 11).start, "skipped")]


def test_is_skipped_if_the_date_is_left_out_before_it_is_sent(weekly, guest):
    asked_at(on(1).start - AHEAD)
    rooms.skip(weekly, 2, by=guest)

    later()

    assert decided() == [(on(1).start, "skipped")]


def test_is_one_for_a_date_of_several_rooms(aurora, birch, guest):
    rooms.book([aurora, birch], rooms.Repeated(hour(9), "FREQ=WEEKLY;COUNT=2"), by=guest)

    assert asked_at(on(1).start - AHEAD) == [(on(1).start, "waiting")]


def test_says_when_and_where_that_date_is_and_of_which_series(weekly, birch, guest):
    rooms.move_date(weekly, 2, by=guest, span=on(1, 11), rooms=birch)

    [first] = sent_at(on(0).start - AHEAD)
    [second] = sent_at(on(1, 11).start - AHEAD)

    day = on(1).start
    when = f"{day:%A} {day.day} {day:%B} {day.year}, 11:00 to 12:00"
    assert first.subject.startswith(
        f"Tomorrow: Aurora at Office, {DAY:%A} {DAY.day} {DAY:%B} {DAY.year}, 09:00"
    )
    assert second.subject == f"Tomorrow: Birch at Office, {when}"
    assert f"When: {when} (" in second.body
    weekly.refresh_from_db()
    assert f"Series: {weekly.series_words}" in second.body
    assert "Where: Birch, Office" in second.body


def test_carries_the_series_as_its_calendar_has_it(weekly):
    [letter] = sent_at(on(1).start - AHEAD)

    method, event = event_of(letter)
    assert (method, event.rrule.value) == ("REQUEST", "FREQ=WEEKLY;COUNT=3")


def test_ask_as_many_questions_for_ten_series_as_for_one(venue, guest, django_assert_num_queries):
    where = [room(venue, f"Room {number}") for number in range(10)]
    for one in where:
        rooms.book(one, rooms.Repeated(hour(9), "FREQ=WEEKLY;COUNT=3"), by=guest)
    rooms.tell()

    with django_assert_num_queries(7):  # venues, bookings, dates, their changes, and one writing
        operations.owe_reminders(now=on(1).start - AHEAD)

    assert len(decided()) == 10
