"""Reminders: a day before, once for each booking and start, and none that would tell nothing new."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from notifications.mail import operations
from notifications.models import Notice
from reservations import Span, to_instant
from rooms import operations as rooms
from rooms.models import Venue
from tests.notifications.conftest import DAY, booked, hour
from tests.notifications.postal import deliver, later, states
from tests.worlds import hotel, room

BOOKED_AT = datetime.now(UTC)


def owed(now):
    rooms.tell()
    operations.owe_reminders(now=now)
    return list(Notice.objects.filter(kind="reminder").order_by("pk").values_list("booking", "state"))


def reminded(booking):
    """Let the reminder of the booking be due and sent, and return it; None if none came."""
    deliver()
    mail.outbox.clear()
    operations.owe_reminders(now=booking.starts_at - timedelta(hours=23))
    later()
    return next(iter(mail.outbox), None)


def test_is_owed_a_day_before_and_not_a_minute_earlier(aurora, guest):
    made = booked(aurora, 30, guest)
    due = made.starts_at - timedelta(hours=24)

    assert owed(due - timedelta(minutes=1)) == []
    assert owed(due) == [(made.pk, "waiting")]


def test_comes_once_however_often_the_clock_asks(aurora, guest):
    made = booked(aurora, 30, guest)
    deliver()
    for minutes in (0, 1, 60, 600):
        owed(made.starts_at - timedelta(hours=24) + timedelta(minutes=minutes))
    later()

    [letter] = [one for one in mail.outbox if one.subject.startswith("Tomorrow")]
    assert letter.subject.startswith("Tomorrow: Aurora at Office, ")
    assert states() == [("booked", "sent"), ("reminder", "sent")]


def test_is_made_up_for_by_a_clock_that_was_away(aurora, guest):
    made = booked(aurora, 30, guest)

    assert owed(made.starts_at - timedelta(minutes=5)) == [(made.pk, "waiting")]
    assert owed(made.starts_at) == [(made.pk, "waiting")]


def test_is_not_for_who_booked_within_the_day(aurora, guest):
    soon = BOOKED_AT.replace(minute=0, second=0, microsecond=0) + timedelta(hours=20)
    made = rooms.book(aurora, Span(soon, soon + timedelta(hours=1)), by=guest)

    assert owed(BOOKED_AT + timedelta(minutes=1)) == [(made.pk, "skipped")]


def test_comes_anew_for_a_booking_that_was_moved(aurora, guest):
    made = booked(aurora, 30, guest)
    owed(made.starts_at - timedelta(hours=23))
    moved = rooms.move(made, span=hour(60), by=guest)

    assert owed(moved.starts_at - timedelta(hours=23)) == [(made.pk, "waiting")] * 2
    later()
    assert [state for kind, state in states() if kind == "reminder"] == ["skipped", "sent"]


def test_is_owed_to_nobody_of_a_booking_that_was_told_to_nobody(aurora, guest):
    made = booked(aurora, 30, guest)
    rooms.tick_off([made])

    assert owed(made.starts_at - timedelta(hours=23)) == []


def test_is_skipped_if_the_booking_was_cancelled_meanwhile(aurora, guest):
    made = booked(aurora, 30, guest)
    owed(made.starts_at - timedelta(hours=23))
    rooms.cancel(made, by=guest)

    later()

    assert ("reminder", "skipped") in states()


@pytest.mark.parametrize(
    ("clock", "is_due"),
    [
        ((0, 23, 59), False),  # the evening two days before
        ((1, 9, 59), False),  # before ten
        ((1, 10, 0), True),
        ((1, 23, 59), True),
        ((2, 14, 59), True),  # a minute before check-in
    ],
)
def test_of_a_night_is_owed_from_ten_in_the_morning_of_the_day_before(guest, clock, is_due):
    zone = ZoneInfo("America/New_York")
    house = hotel()
    Venue.objects.filter(pk=house.pk).update(timezone=zone.key)
    first = DAY.date() + timedelta(days=2)
    nights = Span(to_instant(first, time(15), zone), to_instant(first + timedelta(days=2), time(11), zone))
    made = rooms.book(room(house, "101", capacity=2), nights, by=guest)
    days, hours, minutes = clock
    now = datetime.combine(first - timedelta(days=2 - days), datetime.min.time(), zone)

    assert owed(now.replace(hour=hours, minute=minutes)) == ([(made.pk, "waiting")] if is_due else [])


def test_asks_as_many_questions_for_fifteen_bookings_as_for_one(aurora, guest, django_assert_num_queries):
    for start in range(15):
        booked(aurora, 30 + start, guest)
    rooms.tell()
    moment = DAY + timedelta(hours=22)

    with django_assert_num_queries(6):  # venues, bookings, series, and one writing in its transaction
        operations.owe_reminders(now=moment)

    assert Notice.objects.filter(kind="reminder").count() == 15
