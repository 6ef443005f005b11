"""A series in calendars and letters: one event that comes again, less what is left out or elsewhere."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from dateutil.rrule import rrulestr
from django.core import mail
from django.test import Client

from notifications.calendars.operations import make_feed
from notifications.calendars.tokens import token_of
from reservations import Span
from rooms import operations as rooms
from tests.notifications.conftest import hour
from tests.notifications.postal import deliver
from tests.worlds import office, room

WEEKLY = "FREQ=WEEKLY;COUNT=4"


@pytest.fixture
def weekly(aurora, guest):
    return rooms.book(aurora, rooms.Repeated(hour(9), WEEKLY), by=guest)


def on(week, start=9):
    return hour(start + 24 * 7 * week)


def taken_by(booking):
    rows = booking.allocations.filter(active=True).select_related("room")
    return sorted((row.starts_at, row.ends_at, row.room.name) for row in rows)


def expanded(content):
    """Return the events of a calendar as (start, end, room), by readers that are not ours."""
    events = icalendar.Calendar.from_ical(content).walk("VEVENT")
    for same in ("UID", "SEQUENCE"):
        assert len({str(event[same]) for event in events}) == 1
    [rule] = [event for event in events if "RRULE" in event]
    moved = {utc(event["RECURRENCE-ID"].dt): event for event in events if "RECURRENCE-ID" in event}
    first, length = rule["DTSTART"].dt, rule["DTEND"].dt - rule["DTSTART"].dt
    starts = list(rrulestr(rule["RRULE"].to_ical().decode(), dtstart=first))
    assert set(moved) <= {utc(start) for start in starts}
    usual = [
        (utc(start), utc(start + length), place(rule))
        for start in starts
        if utc(start) not in moved and utc(start) not in left_out_of(rule)
    ]
    return sorted(
        usual + [(utc(one["DTSTART"].dt), utc(one["DTEND"].dt), place(one)) for one in moved.values()]
    )


def left_out_of(rule):
    lines = rule.get("EXDATE", [])
    return {utc(one.dt) for line in (lines if isinstance(lines, list) else [lines]) for one in line.dts}


def place(event):
    return str(event["LOCATION"]).partition(",")[0]


def utc(moment):
    return moment.astimezone(UTC)


def file_of(booking):
    browser = Client()
    browser.force_login(booking.guest)
    return browser.get(f"/bookings/{booking.reference}.ics").content


def calendar_of(letter):
    """Return the calendar part of a letter."""
    [content] = [part[0] for part in letter.alternatives if part[1].startswith("text/calendar")]
    return content


class TestTheFileOfASeries:
    def test_has_every_date(self, weekly):
        assert expanded(file_of(weekly)) == taken_by(weekly)

    def test_has_none_that_was_left_out_and_those_that_moved_where_they_are(self, weekly, birch, guest):
        rooms.skip(weekly, 2, by=guest)
        rooms.move_date(weekly, 3, by=guest, span=on(2, 11))
        rooms.move_date(weekly, 4, by=guest, rooms=birch)

        assert expanded(file_of(weekly)) == taken_by(weekly)
        assert [name for _, _, name in taken_by(weekly)] == ["Aurora", "Aurora", "Birch"]

    def test_has_none_that_was_left_out_from_the_beginning(self, aurora, guest):
        first, second = (on(week).start for week in (0, 1))
        rule = f"{WEEKLY}\nEXDATE;VALUE=DATE:{first:%Y%m%d},{second:%Y%m%d}"

        booking = rooms.book(aurora, rooms.Repeated(hour(9), rule), by=guest)

        assert len(taken_by(booking)) == 2
        assert expanded(file_of(booking)) == taken_by(booking)

    def test_keeps_the_wall_clock_for_a_year(self, guest):
        berlin = room(office("berlin", timezone="Europe/Berlin", hours=None, max_advance_days=400))
        start = datetime.now(UTC).replace(hour=18, minute=0, second=0, microsecond=0) + timedelta(days=3)

        booking = rooms.book(
            berlin, rooms.Repeated(Span(start, start + timedelta(hours=1)), "FREQ=WEEKLY;COUNT=52"), by=guest
        )

        assert expanded(file_of(booking)) == taken_by(booking)
        assert len({start.hour for start, _, _ in taken_by(booking)}) == 2  # in UTC


def test_a_feed_has_it_with_as_many_questions_as_for_one(weekly, guest, django_assert_max_num_queries):
    address = f"/calendar/{token_of(make_feed(by=guest).uuid)}.ics"

    with django_assert_max_num_queries(12):
        content = Client().get(address).content

    assert expanded(content) == taken_by(weekly)


class TestALetter:
    def test_tells_of_all_of_it_once(self, weekly):
        deliver()

        [letter] = mail.outbox
        assert f"When: {weekly.series_words} (" in letter.body
        assert expanded(calendar_of(letter)) == taken_by(weekly)
        assert icalendar.Calendar.from_ical(calendar_of(letter))["METHOD"] == "REQUEST"

    def test_says_which_date_is_left_out_or_moved(self, weekly, guest, staff):
        deliver()
        rooms.skip(weekly, 2, by=staff)
        deliver()
        rooms.move_date(weekly, 3, by=staff, span=on(2, 11))
        deliver()

        left, moved = mail.outbox[1:]
        assert f"{on(1).start:%A} {on(1).start.day} {on(1).start:%B}, 09:00 to 10:00: left out." in left.body
        assert f"{on(2).start:%A} {on(2).start.day} {on(2).start:%B}, 11:00 to 12:00: Aurora." in moved.body

    def test_that_it_is_cancelled_strikes_it_out_as_a_whole(self, weekly, guest):
        rooms.cancel(weekly, by=guest)
        deliver()

        content = calendar_of(mail.outbox[-1])
        [event] = icalendar.Calendar.from_ical(content).walk("VEVENT")
        assert (str(event["STATUS"]), event["RRULE"]["COUNT"]) == ("CANCELLED", [4])
