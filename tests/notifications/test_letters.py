"""Letters: one for each thing that happens, in the venue's time, with an event for the calendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from accounts.models import User
from notifications.mail.console import EmailBackend
from notifications.models import Notice
from rooms import operations as rooms
from rooms.models import Change
from tests.notifications.conftest import booked, hour
from tests.notifications.mailserver import parts
from tests.notifications.postal import deliver, event_of, later, states
from tests.worlds import office, person, room, works_at


def kinds():
    return [kind for kind, _ in states()]


class TestWhatIsOwed:
    def test_is_one_letter_for_a_booking_of_three_rooms(self, venue, guest):
        places = [room(venue, name) for name in ("Cedar", "Delta", "Ember")]
        booked(places, 1, guest, title="Away day")

        deliver()

        [letter] = mail.outbox
        assert Change.objects.count() == 3
        assert letter.to == [guest.email]
        assert "Where: Cedar, Delta, Ember, Office" in letter.body

    def test_of_a_series_names_its_room_once(self, aurora, guest):
        rooms.book(aurora, rooms.Repeated(hour(1), "FREQ=DAILY;COUNT=3"), by=guest)

        deliver()

        [letter] = mail.outbox
        assert letter.subject.startswith("Booked: Aurora at Office, a series from ")
        assert "Where: Aurora, Office" in letter.body

    def test_of_a_booking_says_what_was_answered_and_no_later_letter_does(self, venue, aurora, guest):
        diet = venue.questions.create(text="Any diet?")
        booking = booked(aurora, 1, guest, answers={diet.pk: "No nuts"})
        deliver()
        rooms.cancel(booking, by=guest)
        deliver()

        assert ["Any diet?: No nuts" in letter.body for letter in mail.outbox] == [True, False]

    def test_is_written_once_however_often_it_is_told(self, aurora, guest):
        booked(aurora, 1, guest)
        deliver()
        Change.objects.update(told=False)

        deliver()

        assert (len(mail.outbox), states()) == (1, [("booked", "sent")])

    def test_is_nothing_while_a_booking_is_only_held(self, aurora, birch, guest):
        held = rooms.hold(aurora, hour(1), by=guest)
        rooms.move(held, rooms=birch, by=guest)
        rooms.renew(held, by=guest)
        rooms.cancel(held, by=guest)

        deliver()

        assert kinds() == []

    def test_is_a_letter_for_a_hold_that_one_waited_for_with_until_when_it_is_held(
        self, aurora, guest, django_capture_on_commit_callbacks
    ):
        taken = booked(aurora, 1, person("rival"))
        entry = rooms.wait(aurora, hour(1), by=guest)
        with django_capture_on_commit_callbacks(execute=True):
            rooms.cancel(taken, by=None)
        entry.refresh_from_db()

        deliver()

        [letter] = [one for one in mail.outbox if one.to == [guest.email]]
        assert letter.subject.startswith("It is yours: Aurora at Office")
        assert f"The hold ends at {entry.booking.expires_at:%H:%M}" in letter.body
        assert f"/bookings/{entry.booking.reference}/" in letter.body

    def test_is_a_letter_for_a_hold_that_ran_out_but_not_to_who_walked_away(self, aurora, birch, guest):
        waited, left = (rooms.hold(place, hour(1), by=guest) for place in (aurora, birch))
        rooms.leave(left, by=guest)
        later = datetime.now(UTC) + timedelta(hours=1)
        rooms.expire_holds(now=later)

        deliver()

        assert list(Notice.objects.values_list("booking", "kind")) == [(waited.pk, "held-expired")]
        method, event = event_of(mail.outbox[0])
        assert (method, event.status.value) == ("CANCEL", "CANCELLED")

    def test_follows_a_request_to_its_end(self, guest):
        venue = office("hall", hours=None, needs_approval=True)
        staff = works_at(person("staff"), venue)
        granted, refused = (booked(room(venue, name), 1, guest) for name in ("Cedar", "Delta"))
        rooms.approve(granted, by=staff)
        rooms.decline(refused, by=staff)

        deliver()

        assert sorted(kinds()) == ["approved", "declined", "requested", "requested"]
        told = {letter.subject.partition(":")[0]: event_of(letter) for letter in mail.outbox}
        assert [
            (said, method, event.status.value, event.sequence.value)
            for said, (method, event) in sorted(told.items())
        ] == [
            ("Approved", "REQUEST", "CONFIRMED", "1"),
            ("Asked for", "REQUEST", "TENTATIVE", "0"),
            ("Declined", "CANCEL", "CANCELLED", "1"),
        ]

    @pytest.mark.parametrize("reason", ["The <floor> is polished.", ""])
    def test_says_why_a_request_is_declined_where_the_staff_did(self, guest, reason):
        venue = office("hall", hours=None, needs_approval=True)
        asked = booked(room(venue, "Cedar"), 1, guest)
        rooms.decline(asked, by=works_at(person("staff"), venue), reason=reason)

        deliver()

        [letter] = [one for one in mail.outbox if one.subject.startswith("Declined")]
        html = str(letter.alternatives[0].content)
        assert (f"{venue.name} writes: The <floor> is polished." in letter.body) is bool(reason)
        assert ("writes: The &lt;floor&gt; is polished." in html) is bool(reason)
        assert ("writes:" in letter.body) is bool(reason)

    def test_tells_of_money_with_its_amount(self, aurora, guest):
        made = booked(aurora, 1, guest)
        for kind in ("paid", "refunded"):
            rooms.report(made, kind, after={"amount": 2450}, by=None)

        deliver()

        paid, refunded = mail.outbox[1:]
        assert ("Amount: €24.50" in paid.body, paid.subject[:5]) == (True, "Paid:")
        assert ("Amount: €24.50" in refunded.body, refunded.subject[:9]) == (True, "Refunded:")

    @pytest.mark.parametrize("told_apart", [False, True])
    def test_is_one_letter_where_a_payment_books_what_was_held(self, aurora, guest, told_apart):
        held = rooms.hold(aurora, hour(1), by=guest)
        rooms.report(held, "paid", after={"amount": 2450}, by=guest)
        if told_apart:
            deliver()
        rooms.confirm(held, by=None)

        deliver()

        [letter] = mail.outbox
        assert (letter.subject[:7], "Paid: €24.50" in letter.body) == ("Booked:", True)
        assert states() == [("paid", "skipped"), ("booked", "sent")]

    def test_tells_of_a_payment_that_books_nothing_a_moment_later(self, aurora, guest):
        rooms.report(rooms.hold(aurora, hour(1), by=guest), "paid", after={"amount": 2450}, by=guest)
        deliver()
        assert mail.outbox == []

        later()

        assert [letter.subject[:5] for letter in mail.outbox] == ["Paid:"]

    def test_goes_to_nobody_who_was_deactivated(self, aurora, guest):
        booked(aurora, 1, guest)
        guest.is_active = False
        guest.save()

        deliver()

        assert (mail.outbox, states()) == ([], [("booked", "skipped")])


class TestTheCalendarPart:
    def test_keeps_one_uid_while_its_sequence_rises_from_booking_to_cancellation(self, aurora, guest):
        made = booked(aurora, 1, guest, title="Design review")
        rooms.move(made, span=hour(3), by=guest)
        rooms.cancel(made, by=guest)

        deliver()

        told = [event_of(letter) for letter in mail.outbox]
        assert [method for method, _ in told] == ["REQUEST", "REQUEST", "CANCEL"]
        assert [event.sequence.value for _, event in told] == ["0", "1", "2"]
        assert {event.uid.value for _, event in told} == {f"{made.reference}@127.0.0.1"}
        assert [event.dtstart.value for _, event in told] == [hour(1).start, hour(3).start, hour(3).start]
        assert [event.status.value for _, event in told] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]

    def test_of_a_booking_that_was_moved_while_held_begins_at_zero(self, aurora, birch, guest):
        held = rooms.hold(aurora, hour(1), by=guest)
        rooms.confirm(rooms.move(held, rooms=birch, by=guest), by=guest)

        deliver()

        [letter] = mail.outbox
        assert event_of(letter)[1].sequence.value == "0"

    @pytest.mark.parametrize(
        ("zone", "told"),
        [
            ("Europe/Berlin", True),
            ("UTC", False),  # nobody said
            ("Europe/Istanbul", False),
            ("Europe/Minsk", False),  # as many hours from Greenwich
        ],
    )
    def test_is_in_the_readers_time_too_where_their_clock_differs(self, zone, told, guest):
        User.objects.filter(pk=guest.pk).update(timezone=zone)
        venue = office("kontor", timezone="Europe/Istanbul", hours=None)
        booked(room(venue, "Cedar"), 1, guest)

        deliver()

        assert ("For you: " in mail.outbox[0].body, "(Berlin time)" in mail.outbox[0].body) == (told, told)

    def test_is_in_the_venues_own_time_and_spells_its_zone_out(self, guest):
        venue = office("kontor", timezone="Europe/Istanbul", hours=None)
        booked(room(venue, "Aurora"), 6, guest)

        deliver()

        [letter] = mail.outbox
        start = event_of(letter)[1].dtstart
        assert start.value == hour(6).start
        assert start.value.astimezone(ZoneInfo("Europe/Istanbul")).hour == 9
        assert "09:00 to 10:00 (Istanbul time)" in letter.body
        [(content, kind)] = [part for part in letter.alternatives if "calendar" in part[1]]
        assert kind == "text/calendar; method=REQUEST"
        assert "\r\nTZID:Europe/Istanbul\r\n" in content

    def test_names_the_venue_and_its_guest_who_has_said_yes(self, venue, aurora, guest):
        booked(aurora, 1, guest)

        deliver()

        event = event_of(mail.outbox[0])[1]
        assert event.organizer.value == "mailto:reserve@localhost"
        assert (event.attendee.value, event.attendee.params["PARTSTAT"]) == (
            f"mailto:{guest.email}",
            ["ACCEPTED"],
        )

    def test_arrives_as_one_of_three_parts(self, aurora, guest):
        booked(aurora, 1, guest)

        deliver()

        told = parts(mail.outbox[0].message())
        assert list(told) == ["text/plain", "text/html", "text/calendar"]
        assert told["text/calendar"].get_param("method") == "REQUEST"


CANARIES = [
    '=HYPERLINK("http://evil.example","x")',
    "a;b,c\\d: BEGIN:VEVENT",
    "<script>alert(1)</script>",
    "Ünïcödé " * 14,
]


class TestWhatPeopleTyped:
    @pytest.mark.parametrize("title", CANARIES)
    def test_stays_text_wherever_it_is_told(self, aurora, guest, title):
        booked(aurora, 1, guest, title=title.strip())

        deliver()

        [letter] = mail.outbox
        assert event_of(letter)[1].summary.value == title.strip()
        assert "<script" not in letter.alternatives[0][0]
        assert title.strip() in letter.body

    @pytest.mark.parametrize("name", ["Evil\r\nBcc: all@example.com", 'A"\r\nBEGIN:VEVENT', "x\u2028y\x1b"])
    def test_forges_no_header_and_no_event_even_as_a_name_from_the_admin(self, venue, aurora, guest, name):
        type(venue).objects.update(name=name)
        type(aurora).objects.update(name=name)
        type(guest).objects.filter(pk=guest.pk).update(name=name)
        booked(aurora, 1, guest)

        deliver()

        [letter] = mail.outbox
        event = event_of(letter)[1]
        written = letter.message().as_bytes()
        assert (letter.recipients(), b"\nBcc:" in written) == ([guest.email], False)
        assert set(event.contents) <= {
            *("uid", "sequence", "dtstamp", "dtstart", "dtend", "summary", "status", "transp"),
            *("location", "description", "url", "organizer", "attendee"),
        }


def test_links_lead_to_this_site_and_nowhere_else(settings, aurora, guest):
    settings.BASE_URL = "https://reserve.example.com"
    made = booked(aurora, 1, guest)

    deliver()

    [letter] = mail.outbox
    assert f"Your booking: https://reserve.example.com/bookings/{made.reference}/" in letter.body
    assert "127.0.0.1" not in letter.message().as_string()


def test_the_console_shows_a_letter_so_that_a_person_can_read_it(capsys, aurora, guest, settings):
    settings.EMAIL_BACKEND = f"{EmailBackend.__module__}.EmailBackend"
    booked(aurora, 1, guest, title="Çay saati")

    deliver()

    shown = capsys.readouterr().out
    assert "Mail to guest@example.com: Booked: Aurora" in shown
    assert "  | What: Çay saati\n" in shown
    assert shown.endswith("(also as text/html, text/calendar; method=REQUEST)\n")
    assert "base64" not in shown
