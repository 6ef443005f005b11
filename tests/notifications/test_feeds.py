"""Calendar files and feeds: who may read them, what they say to whom, and that they cost little."""

import io
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.tz import tzical
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Membership
from notifications.calendars import ics, operations
from notifications.calendars.tokens import token_of
from notifications.calendars.zones import timezone
from notifications.models import CalendarFeed
from reservations import NotFound, PolicyViolation
from rooms import operations as rooms
from tests.notifications.conftest import booked, hour
from tests.notifications.postal import event_in, events_in
from tests.worlds import office, room

PAGE = "/accounts/calendars/"


def browser_of(user):
    made = Client()
    made.force_login(user)
    return made


def read(feed, **headers):
    return Client().get(f"/calendar/{token_of(feed.uuid)}.ics", headers=headers)


def events(feed):
    return events_in(read(feed).content.decode())


class TestTheFileOfOneBooking:
    def test_is_for_its_guest_and_the_staff(self, aurora, guest, staff):
        made = booked(aurora, 1, guest, title="Design review")

        answers = [browser_of(one).get(f"/bookings/{made.reference}.ics") for one in (guest, staff)]

        for answer in answers:
            method, event = event_in(answer.content.decode())
            assert (method, event.summary.value, event.sequence.value) == ("PUBLISH", "Design review", "0")
            assert answer["Content-Type"] == "text/calendar; charset=utf-8"
            assert answer["Content-Disposition"] == f'attachment; filename="{made.reference}.ics"'

    def test_is_not_found_by_anybody_else(self, aurora, guest, rival):
        made = booked(aurora, 1, guest)

        assert browser_of(rival).get(f"/bookings/{made.reference}.ics").status_code == 404
        assert Client().get(f"/bookings/{made.reference}.ics").status_code == 302
        assert browser_of(guest).get("/bookings/NONE-SUCH.ics").status_code == 404

    def test_is_offered_on_the_page_of_the_booking_until_it_is_given_up(self, aurora, guest):
        made = booked(aurora, 1, guest)
        page = f"/bookings/{made.reference}/"

        assert f'href="/bookings/{made.reference}.ics"' in browser_of(guest).get(page).content.decode()
        rooms.cancel(made, by=guest)
        assert f"/bookings/{made.reference}.ics" not in browser_of(guest).get(page).content.decode()


class TestTheFeedOfOnesOwnBookings:
    @pytest.fixture
    def feed(self, guest):
        return operations.make_feed(by=guest)

    def test_shows_them_at_every_venue_and_no_others(self, feed, aurora, birch, guest, rival):
        elsewhere = room(office("annex", hours=None), "Cedar")
        booked(aurora, 1, guest, title="Here")
        booked(elsewhere, 2, guest, title="There")
        booked(birch, 1, rival, title="Secret")
        rooms.hold(birch, hour(5), by=guest)
        rooms.cancel(booked(aurora, 8, guest, title="Gone"), by=guest)

        assert events(feed) == [("Here", "Aurora, Office"), ("There", "Cedar, Annex")]

    def test_is_one_event_for_a_booking_of_two_rooms(self, feed, aurora, birch, guest):
        booked([aurora, birch], 1, guest)

        assert events(feed) == [("Aurora, Birch at Office", "Aurora, Birch, Office")]

    def test_has_the_uid_and_the_sequence_of_the_letters(self, feed, aurora, guest):
        made = booked(aurora, 1, guest)
        rooms.move(made, span=hour(3), by=guest)

        _, event = event_in(read(feed).content.decode())

        assert (event.uid.value, event.sequence.value) == (f"{made.reference}@127.0.0.1", "1")
        assert event.dtstart.value == hour(3).start

    def test_has_the_title_that_is_changed_and_a_sequence_that_calendars_follow(self, feed, aurora, guest):
        made = booked(aurora, 1, guest)
        rooms.describe(made, rooms.Details("Design review"), by=guest)

        _, event = event_in(read(feed).content.decode())

        assert (event.summary.value, event.sequence.value) == ("Design review", "1")

    def test_ends_with_the_account(self, feed, guest):
        guest.is_active = False
        guest.save()

        assert read(feed).status_code == 404


class TestTheFeedOfAVenue:
    @pytest.fixture(autouse=True)
    def _taken(self, aurora, birch, guest, staff):
        booked(aurora, 1, guest, title="Merger talks")
        rooms.block(birch, hour(1), by=staff)

    def test_shows_titles_to_its_staff(self, venue, staff):
        feed = operations.make_feed(by=staff, venue=venue)

        assert events(feed) == [("Merger talks", "Aurora, Office"), ("Out of service", "Birch, Office")]

    def test_says_to_others_only_that_it_is_taken(self, venue, rival):
        content = read(operations.make_feed(by=rival, venue=venue)).content.decode()

        assert events_in(content) == [("Booked", "Aurora, Office"), ("Out of service", "Birch, Office")]
        for private in ("Merger", "guest", "Guest", venue.bookings.get().reference):
            assert private not in content

    def test_shows_to_a_guest_what_is_their_own(self, venue, guest):
        assert events(operations.make_feed(by=guest, venue=venue))[0] == ("Merger talks", "Aurora, Office")

    def test_of_one_room_shows_that_room(self, venue, birch, staff):
        assert events(operations.make_feed(by=staff, venue=venue, room=birch)) == [
            ("Out of service", "Birch, Office")
        ]

    def test_tells_who_is_no_longer_staff_no_titles_any_more(self, venue, staff):
        feed = operations.make_feed(by=staff, venue=venue)
        etag = read(feed)["ETag"]
        Membership.objects.all().delete()

        answer = read(feed, if_none_match=etag)

        assert answer.status_code == 200
        assert [summary for summary, _ in events_in(answer.content.decode())] == ["Booked", "Out of service"]

    def test_of_a_hidden_venue_is_for_its_staff_while_they_are(self, venue, staff, rival):
        venue.is_listed = False
        venue.save()
        feed = operations.make_feed(by=staff, venue=venue)
        with pytest.raises(NotFound):
            operations.make_feed(by=rival, venue=venue)

        assert read(feed).status_code == 200
        Membership.objects.all().delete()
        assert read(feed).status_code == 404


class TestReadingAFeed:
    @pytest.fixture
    def feed(self, guest, venue):
        return operations.make_feed(by=guest, venue=venue)

    @pytest.mark.parametrize("whose", ["own", "venue", "room"])
    def test_unchanged_is_told_as_304_and_changed_is_sent_anew(self, venue, aurora, guest, whose):
        where = {"own": {}, "venue": {"venue": venue}, "room": {"venue": venue, "room": aurora}}[whose]
        feed = operations.make_feed(by=guest, **where)
        etag = read(feed)["ETag"]

        same = read(feed, if_none_match=f'"of another day", W/{etag}')
        booked(aurora, 1, guest)
        other = read(feed, if_none_match=etag)

        assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)
        assert (other.status_code, other["ETag"] != etag) == (200, True)
        assert "private" in other["Cache-Control"]

    def test_is_the_same_whatever_happens_in_a_room_that_its_reader_may_not_see(self, feed, birch, rival):
        rooms.give_rights(birch, rooms.Given("none", {rival.email: ["book"]}), by=None)
        etag = read(feed)["ETag"]

        booked(birch, 1, rival)
        assert read(feed, if_none_match=etag).status_code == 304

        rooms.give_rights(birch, rooms.Given(people={feed.owner.email: ["see"]}), by=None)
        assert read(feed, if_none_match=etag).status_code == 200

    def test_after_it_was_revoked_finds_nothing(self, feed, guest):
        operations.revoke_feed(feed.pk, by=guest)

        assert read(feed).status_code == 404
        assert operations.make_feed(by=guest, venue=feed.venue).uuid != feed.uuid

    def test_by_a_guessed_or_damaged_secret_finds_nothing(self, feed):
        token = token_of(feed.uuid)
        wrong = [
            f"{feed.uuid.hex}.{'A' * 43}",
            token[:-1],
            token[1:],
            feed.uuid.hex,
            f"{'0' * 32}.{token[33:]}",
        ]

        assert {Client().get(f"/calendar/{one}.ics").status_code for one in wrong} == {404}

    @pytest.mark.parametrize("whose", ["own", "venue"])
    def test_asks_as_many_questions_for_thirty_bookings_as_for_one(self, venue, aurora, staff, whose):
        feed = operations.make_feed(by=staff, **({} if whose == "own" else {"venue": venue}))
        counts = []
        for starts in (range(1), range(1, 30)):
            for start in starts:
                booked(aurora, start, staff)
            with CaptureQueriesContext(connection) as asked:
                assert len(events(feed)) == starts.stop
            counts.append(len(asked))

        assert counts[0] == counts[1] <= 8

    def test_leaves_out_what_is_long_past_or_far_ahead(self, feed, venue, aurora, guest):
        made = booked(aurora, 1, guest)
        for away in (timedelta(days=-40), timedelta(days=400)):
            move = {"starts_at": made.starts_at + away, "ends_at": made.ends_at + away}
            venue.bookings.update(**move)
            made.allocations.update(**move, blocks_from=move["starts_at"], blocks_until=move["ends_at"])

            assert events(feed) == []


class TestThePageOfFeeds:
    def test_makes_shows_and_revokes_an_address(self, venue, guest):
        browser = browser_of(guest)

        answer = browser.post(PAGE)
        page = browser.get(PAGE).content.decode()

        feed = CalendarFeed.objects.get()
        assert (answer.status_code, feed.owner, feed.venue) == (303, guest, None)
        [address] = re.findall(r'value="http://127\.0\.0\.1:\d+(/calendar/\S+\.ics)"', page)
        assert Client().get(address).status_code == 200
        assert browser.post(f"{PAGE}{feed.pk}/revoke/").status_code == 303
        assert Client().get(address).status_code == 404

    def test_offers_the_rooms_of_the_venue_that_was_chosen(self, venue, aurora, guest):
        browser = browser_of(guest)

        assert (
            f'<option value="{aurora.pk}">Aurora</option>'
            in browser.get(f"{PAGE}?venue=office").content.decode()
        )
        browser.post(PAGE, {"venue": "office", "room": aurora.pk})
        assert CalendarFeed.objects.get().room == aurora

    def test_hides_the_addresses_of_others_and_revokes_none_of_them(self, venue, guest, rival):
        feed = operations.make_feed(by=guest)

        assert token_of(feed.uuid) not in browser_of(rival).get(PAGE).content.decode()
        assert browser_of(rival).post(f"{PAGE}{feed.pk}/revoke/").status_code == 404
        assert read(feed).status_code == 200

    @pytest.mark.parametrize(
        "fields",
        [
            {"venue": "nowhere"},
            {"venue": "office", "room": "x"},
            {"venue": "office", "room": "9" * 19},
            {"venue": "\0"},
        ],
    )
    def test_refuses_what_is_not_there(self, venue, guest, fields):
        assert browser_of(guest).post(PAGE, fields).status_code in (400, 404)
        assert not CalendarFeed.objects.exists()

    def test_gives_the_same_address_again_and_no_more_than_twenty(self, venue, guest):
        first = operations.make_feed(by=guest)

        assert operations.make_feed(by=guest) == first
        for place in [room(venue, f"Room {number}") for number in range(19)]:
            operations.make_feed(by=guest, venue=venue, room=place)
        with pytest.raises(PolicyViolation):
            operations.make_feed(by=guest, venue=venue)


class TestWhatIsWritten:
    @pytest.mark.parametrize("name", ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"])
    def test_spells_a_zone_out_to_the_second(self, name):
        written = timezone(name, 2026, 2027).to_ical().decode()
        read_back = tzical(_lines(f"BEGIN:VCALENDAR\r\n{written}END:VCALENDAR\r\n")).get()

        first = datetime(2026, 1, 2, tzinfo=UTC)
        for step in range(2 * 364 * 24):
            instant = first + timedelta(hours=step)
            local = instant.astimezone(ZoneInfo(name))
            if not local.fold:
                assert local.replace(tzinfo=read_back).utcoffset() == local.utcoffset()

    def test_says_the_second_of_two_equal_hours_in_utc(self):
        zone = ZoneInfo("Europe/Berlin")
        second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 02:30 for the second time that night

        assert event_in(ics.published([_entry(second, zone)]).decode())[1].dtstart.value == second

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=120), st.text(max_size=60))
    def test_is_one_event_in_short_lines_whatever_it_is_called(self, summary, location):
        entry = _entry(datetime(2026, 12, 1, 9, tzinfo=UTC), ZoneInfo("UTC"), summary, location)
        written = ics.published([entry])

        _, event = event_in(written.decode())
        assert event.summary.value == ics.one_line(summary)
        assert max(map(len, written.split(b"\r\n"))) <= 75
        assert written.count(b"BEGIN:VEVENT") >= 1
        assert len(vobject.readOne(written.decode()).vevent_list) == 1


def _entry(start, zone, summary="x", location="y"):
    return ics.Entry("1@x", 0, start, start, start + timedelta(hours=1), zone, summary, location)


def _lines(text):
    return io.StringIO(text.replace("\r\n", "\n"))
