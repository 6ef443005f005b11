"""Outside calendars of rooms: their busy times come, move and go as blockings, and never over a booking."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.incoming import fetching, operations
from notifications.incoming.operations.entering import STEP, Told, enter
from notifications.models import IncomingCalendar, IncomingEvent
from reservations import Forbidden, Invalid, NotFound, PolicyViolation, Unavailable
from rooms import events
from rooms import operations as rooms
from rooms.models import Allocation, Blocking, Change, WaitlistEntry
from rooms.sql import database_now
from tests.notifications.conftest import DAY, booked, busy, hour, in_threads
from tests.notifications.outside import calendar, event
from tests.worlds import hall, hotel, office, refused, room

pytestmark = pytest.mark.django_db(transaction=True)


def out_of_use(where):
    """Return from which hour to which the room is out of use, and what is said of it."""
    rows = Allocation.objects.filter(room=where, active=True, booking=None).select_related("blocking")
    return [
        (_hour(row.starts_at), _hour(row.ends_at), row.blocking.note) for row in rows.order_by("starts_at")
    ]


def _hour(moment):
    return (moment - DAY) / timedelta(hours=1)


def conflicts():
    return [one.title for one in IncomingEvent.objects.exclude(conflict_since=None).order_by("starts_at")]


class TestABusyTime:
    def test_takes_the_room_out_of_use_and_says_from_which_calendar(self, portal, read, aurora):
        portal.says(busy("a", 9, 11), busy("b", 10, 14, title=""))

        source = read()

        assert out_of_use(aurora) == [(9, 11, "Portal: Reserved"), (11, 14, "Portal: Busy")]
        assert (source.error, source.conflicts, source.read_at is None) == ("", 0, False)

    def test_moves_as_its_event_does_and_is_lifted_with_it(self, portal, read, aurora):
        portal.says(busy("a", 9), busy("b", 11), busy("c", 13))
        read()

        portal.says(busy("a", 11), busy("b", 9), busy("d", 20))
        read()

        assert [row[:2] for row in out_of_use(aurora)] == [(9, 10), (11, 12), (20, 21)]

    def test_that_stays_is_not_written_anew(self, portal, read, aurora):
        portal.says(busy("a", 9, 11))
        read()
        number = Change.objects.count()

        portal.says(busy("a", 9, 12, "DESCRIPTION:longer"))
        read()
        read()

        assert [row[:2] for row in out_of_use(aurora)] == [(9, 11), (11, 12)]
        assert Change.objects.count() == number + 1

    def test_of_dates_is_a_night_at_a_hotel(self, portal, read, private):
        double = room(hotel("inn"), "101")
        operations.add_calendar(double, by=None, name="Portal", url=portal.url)
        portal.says(event("a", DAY.date(), (DAY + timedelta(days=2)).date()))

        read()

        assert [row[:2] for row in out_of_use(double)] == [(15, 48 + 11)]

    def test_takes_a_hall_with_its_parts(self, portal, read, venue):
        own = hall(venue)
        operations.add_calendar(own["Grand Hall"], by=None, name="Portal", url=portal.url)
        portal.says(busy("a", 9))

        read()

        assert {name: len(out_of_use(one)) for name, one in own.items()} == dict.fromkeys(own, 1)

    def test_that_a_person_put_back_into_use_stays_so_until_it_moves(self, portal, read, aurora, staff):
        portal.says(busy("a", 9))
        read()
        rooms.unblock(Blocking.objects.get(), by=staff)

        read()
        assert out_of_use(aurora) == []

        for at in (15, 17):
            portal.says(busy("a", at))
            read()
            assert [row[:2] for row in out_of_use(aurora)] == [(at, at + 1)]
            rooms.unblock(Blocking.objects.get(lifted_at=None), by=staff)

    def test_that_went_out_from_here_does_not_come_back(self, portal, read, aurora):
        portal.says(busy("taken-7@127.0.0.1", 9))

        read()

        assert out_of_use(aurora) == []

    def test_told_under_a_new_name_is_nobody_elses_in_between(self, portal, read, aurora, guest):
        number = STEP + 1
        portal.says(*(busy(f"old{week}", 168 * week) for week in range(number)))
        read()
        for week in (0, STEP):
            rooms.wait(aurora, hour(168 * week), by=guest)

        portal.says(*(busy(f"new{week}", 168 * week) for week in range(number)))

        assert read().conflicts == 0
        assert len(out_of_use(aurora)) == number
        assert {one.state for one in WaitlistEntry.objects.all()} == {"waiting"}

    def test_of_the_newest_day_that_can_be_booked_is_watched_before_it_can(self, portal, read, aurora):
        last = aurora.type.policy.max_advance_days
        portal.says(busy("a", 24 * (last - 2)), busy("b", 24 * (last - 1)), busy("c", 24 * (last + 1)))

        read()

        assert len(out_of_use(aurora)) == 2


class TestAConflict:
    def test_forces_nothing_keeps_the_rest_and_is_over_when_the_booking_moves(
        self, portal, read, aurora, guest
    ):
        made = booked(aurora, 10, guest)
        portal.says(busy("a", 9, 12))

        assert read().conflicts == 1
        assert [row[:2] for row in out_of_use(aurora)] == [(9, 10), (11, 12)]
        assert Allocation.objects.get(booking=made).active

        rooms.move(made, by=guest, span=hour(20))
        read.beat()
        assert ([row[:2] for row in out_of_use(aurora)], conflicts()) == ([(9, 10), (10, 11), (11, 12)], [])

    def test_is_over_when_the_event_moves(self, portal, read, aurora, guest):
        booked(aurora, 10, guest)
        portal.says(busy("a", 10))
        read()
        assert (out_of_use(aurora), conflicts()) == ([], ["Reserved"])

        portal.says(busy("a", 15))
        read()

        assert ([row[:2] for row in out_of_use(aurora)], conflicts()) == ([(15, 16)], [])

    def test_is_told_of_when_it_begins_and_when_it_ends(self, portal, read, aurora, guest):
        booked(aurora, 10, guest)
        portal.says(busy("a", 10))
        read()
        read()
        portal.says()
        read()

        told = [
            (row.before, row.after) for row in Change.objects.filter(kind="conflict").order_by("revision")
        ]
        assert [(bool(before), after.get("calendar")) for before, after in told] == [
            (False, "Portal"),
            (True, None),
        ]

    def test_of_a_hall_locks_its_parts_at_once_for_they_are_taken_next(self, venue):
        own = hall(venue)

        with CaptureQueriesContext(connection) as asked:
            rooms.note_conflict(own["Grand Hall"], before={}, after={"calendar": "Portal"})

        (lock,) = [one["sql"] for one in asked if "room.revision, room.venue_id" in one["sql"]]
        assert {one.pk for one in own.values()} <= set(map(int, re.findall("[0-9]+", lock)))

    def test_is_no_conflict_where_the_room_is_out_of_use_anyway(self, portal, read, aurora, staff):
        rooms.block(aurora, hour(9, 12), by=staff)
        portal.says(busy("a", 10))

        assert read().conflicts == 0


class TestARace:
    def test_for_the_same_time_has_one_winner_and_no_double_booking(self, portal, read, aurora, guest):
        portal.says(*(busy(f"{number}", number) for number in range(6)))
        lost = []

        def book():
            for number in reversed(range(6)):
                try:
                    booked(aurora, number, guest)
                except Unavailable:
                    lost.append(number)

        in_threads(book, read)
        read()

        kept = {row[0] for row in out_of_use(aurora)}
        assert kept == set(lost)
        assert len(conflicts()) == 6 - len(lost)

    def test_that_is_lost_in_the_middle_is_looked_at_again(self, portal, read, aurora, guest):
        portal.says(*(busy(f"{number}", number) for number in range(STEP + 1)))

        def quick(change):
            events.changed.disconnect(quick)
            booked(aurora, STEP, guest)

        events.changed.connect(quick)
        assert (read().conflicts, len(out_of_use(aurora))) == (0, STEP)

        IncomingCalendar.objects.update(leased_until=None)
        assert read.beat().conflicts == 1

    def test_whoever_was_overtaken_writes_nothing_more(self, portal, source, aurora):
        portal.says(busy("a", 9))
        answer = fetching.get(portal.url)
        slow = operations.claim()
        IncomingCalendar.objects.update(leased_until=None)
        quick = operations.claim()

        operations.settle(quick, answer)
        operations.settle(slow, fetching.Answer(calendar()))

        assert len(out_of_use(aurora)) == 1
        with pytest.raises(operations.Overtaken):  # though it looked just before it was
            enter(slow, source, Told(()), now=database_now())
        assert operations.claim() is None


class TestTakingTurns:
    def test_leaves_the_second_reader_to_another_venue_if_one_is_due(self, aurora, birch):
        elsewhere = room(office("branch"), "Cedar")
        for where in (aurora, birch, elsewhere):
            operations.add_calendar(where, by=None, name="P", url="https://example.com/a.ics")
        busy = []

        while claimed := operations.claim(busy=busy):
            busy.append(claimed.venue)

        assert busy == [aurora.venue_id, elsewhere.venue_id, aurora.venue_id]


class TestAsking:
    def test_is_answered_in_short_while_nothing_changed_and_in_full_each_day(self, portal, read):
        portal.says(busy("a", 9))
        read(), read()
        IncomingCalendar.objects.update(whole_at=database_now() - timedelta(days=2))
        read()

        assert [asked.get("If-None-Match") for asked in portal.asked] == [None, portal.headers["ETag"], None]

    @pytest.mark.parametrize(
        ("status", "text", "why"),
        [
            (500, b"", "The answer was 500."),
            (404, b"", "The answer was 404."),
            (200, b"<title>Log in</title>", "What is there is no calendar (ICS)."),
            (200, b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT", "The calendar breaks off before its end."),
            (200, b" " * (fetching.MOST + 1), "The calendar is larger than 2 megabytes."),
        ],
    )
    def test_in_vain_keeps_what_was_said_last_and_says_why(self, portal, read, aurora, status, text, why):
        portal.says(busy("a", 9))
        read()
        portal.status, portal.text, portal.headers = status, text, {}

        source = read()

        assert len(out_of_use(aurora)) == 1
        assert (source.error, source.failures) == (why, 1)
        assert source.next_at > database_now() + timedelta(seconds=20)

    def test_follows_redirects_but_to_no_address_that_is_not_public(self, portal, settings):
        portal.status, portal.headers = 302, {"Location": "/elsewhere"}
        assert fetching.get(portal.url).error == "The address leads on and on."
        assert len(portal.asked) == 4

        settings.WEBHOOKS_ALLOW_PRIVATE = False
        assert fetching.get(portal.url.replace("http:", "https:")).error == "That address is not public."

    def test_keeps_an_event_that_is_not_understood_any_more(self, portal, read, aurora):
        portal.says(busy("a", 9))
        read()
        portal.says(busy("a", 9, None, "RRULE:FREQ=SECONDLY"))

        source = read()

        assert len(out_of_use(aurora)) == 1
        assert source.unread.startswith("One event could not be understood. “Reserved”: FREQ is one of")


class TestAdding:
    @pytest.mark.parametrize(
        ("url", "why"),
        [
            ("http://portal.example.com/a.ics", "begins with https"),
            ("https://ada:secret@portal.example.com/a.ics", "Leave name and password out"),
            ("https://192.168.0.4/a.ics", "not public"),
            ("https://[", "not an address"),
            ("file:///etc/passwd", "begins with https"),
            (None, "at most 500 characters"),
        ],
    )
    def test_takes_public_addresses_alone(self, aurora, staff, url, why):
        with refused(Invalid) as caught:
            operations.add_calendar(aurora, by=None, name="Portal", url=url)

        assert why in caught.value.sentence

    def test_is_for_the_managers(self, aurora, guest, staff):
        for one in (guest, staff):
            with refused(Forbidden):
                operations.add_calendar(aurora, by=one, name="Portal", url="https://example.com/a.ics")

    def test_takes_what_programs_call_webcal_and_each_address_once(self, aurora):
        made = operations.add_calendar(aurora, by=None, name="P", url=" webcal://example.com/a.ics ")

        assert made.url == "https://example.com/a.ics"
        with refused(Invalid):
            operations.add_calendar(aurora, by=None, name="Q", url="https://example.com/a.ics")

    def test_ends_at_ten_for_a_room(self, aurora):
        for number in range(10):
            operations.add_calendar(aurora, by=None, name="P", url=f"https://example.com/{number}.ics")

        with refused(PolicyViolation, rule="calendars"):
            operations.add_calendar(aurora, by=None, name="P", url="https://example.com/more.ics")


class TestRemoving:
    def test_puts_back_into_use_what_the_calendar_took(self, portal, read, source, aurora):
        portal.says(*(busy(f"{number}", number) for number in range(23)))
        read()
        assert len(out_of_use(aurora)) == 23

        operations.remove_calendar(source, by=None)
        read.beat()

        assert (out_of_use(aurora), IncomingCalendar.objects.count()) == ([], 0)
        with refused(NotFound):
            operations.read_now(source, by=None)

    def test_that_fails_is_tried_again_later_and_not_at_once(self, source):
        operations.remove_calendar(source, by=None)
        claimed = operations.claim()

        operations.note_failure(claimed, "The booking desk is busy.")

        assert operations.claim() is None
        source.refresh_from_db()
        assert operations.claim(source.next_at) is not None
