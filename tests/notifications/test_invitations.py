"""Letters to who is invited: one for all that happened in a while, with a calendar part and two links."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from notifications.mail import operations as letters
from notifications.mail.outcome import Outcome
from notifications.models import Notice
from rooms import operations
from rooms.models import Participant
from rooms.queries.invitation_links import token_of
from tests.notifications.conftest import booked, hour
from tests.notifications.postal import LONG_AGO, deliver, event_of, later, states
from tests.worlds import person, rate

pytestmark = pytest.mark.django_db(transaction=True)
YESTERDAY = LONG_AGO - timedelta(days=1)
STRANGER = "stranger@example.org"


@pytest.fixture
def booking(aurora, guest):
    rate(aurora.venue, 1234)
    made = booked(aurora, 1, guest, title="Retro")
    operations.tick_off([made])
    return made


def invite(booking, *addresses):
    return operations.invite(booking, list(addresses or [STRANGER]), by=booking.guest)


def sent():
    """Send what is due to those who are invited, with every pause over, and return those letters."""
    mail.outbox.clear()
    deliver()
    Participant.objects.filter(told_at__isnull=False).update(told_at=LONG_AGO)
    later()
    return [letter for letter in mail.outbox if letter.to != ["guest@example.com"]]


def links(letter):
    return re.findall(r"http\S+/invited/\S+", letter.body)


class TestAnInvitation:
    def test_says_who_invites_to_what_and_when_and_no_price(self, booking):
        invite(booking)

        [letter] = sent()

        assert letter.to == [STRANGER]
        assert letter.subject.startswith("Invitation: Retro, ")
        words = " ".join(letter.body.split())
        for told in ("Guest invites you", "What: Retro", "Where: Aurora, ", "Invited by: Guest"):
            assert told in words
        for text in (letter.body, letter.alternatives[0][0]):
            assert "12.34" not in text
            assert "Price" not in text
        assert "Which mails you get" not in letter.body  # who has no account has no profile

    def test_carries_the_event_unanswered_and_a_request_to_note_it_down(self, booking):
        invite(booking)

        [letter] = sent()

        method, event = event_of(letter)
        assert (method, event.sequence.value, event.status.value) == ("REQUEST", "0", "CONFIRMED")
        assert event.attendee.value == f"mailto:{STRANGER}"
        assert event.attendee.params["PARTSTAT"] == ["NEEDS-ACTION"]
        assert (event.dtstart.value, event.dtend.value) == (hour(1).start, hour(1).end)

    def test_has_two_links_that_answer_only_when_a_button_is_pressed(self, booking):
        [invited] = invite(booking)
        [letter] = sent()
        yes, no, *_ = links(letter)
        assert (yes.rpartition("=")[2], no.rpartition("=")[2]) == ("accepted", "declined")
        browser, address = Client(), no.partition("//")[2].partition("/")[2]

        page = browser.get(f"/{address}")

        invited.refresh_from_db()
        assert (page.status_code, invited.answer) == (200, "invited")
        assert browser.post(f"/{address}", {"answer": "declined"}).status_code == 303
        invited.refresh_from_db()
        assert invited.answer == "declined"

    def test_goes_to_each_once_however_often_they_are_invited(self, booking):
        invite(booking, STRANGER, "other@example.org")
        invite(booking, STRANGER)

        assert sorted(letter.to[0] for letter in sent()) == ["other@example.org", STRANGER]
        assert sent() == []

    def test_is_not_sent_to_who_was_uninvited_before(self, booking):
        [invited] = invite(booking)
        deliver()
        operations.uninvite(booking, invited.pk, by=booking.guest)

        assert sent() == []
        assert states() == [("invited", "skipped")]

    def test_waits_half_a_minute_and_holds_no_other_letter_up(self, booking, aurora, guest):
        invite(booking)
        booked(aurora, 5, guest)

        deliver()

        assert [letter.to for letter in mail.outbox] == [["guest@example.com"]]
        waiting = Notice.objects.get(kind="invited")
        assert (waiting.state, (waiting.next_at - waiting.created_at).total_seconds()) == ("waiting", 30)

    def test_of_a_series_says_how_it_comes_again(self, aurora, guest):
        wish = operations.Repeated(hour(1), "FREQ=DAILY;COUNT=3", {})
        series = operations.book([aurora], wish, by=guest)
        invite(series)

        [letter] = sent()

        assert series.series_words in letter.body
        assert event_of(letter)[1].rrule.value == "FREQ=DAILY;COUNT=3"

    def test_leaves_the_link_out_of_the_event_for_calendars_are_shared(self, booking):
        [invited] = invite(booking, person("ben").email)

        [letter] = sent()

        [(content, _)] = [part for part in letter.alternatives if part[1].startswith("text/calendar")]
        assert token_of(invited) in letter.body
        assert "/invited/" not in str(content)
        assert not hasattr(event_of(letter)[1], "url")


class TestWhatHappensThen:
    def test_several_changes_are_one_letter_with_how_it_was_before(self, booking, guest):
        invite(booking)
        sent()
        operations.move(booking, by=guest, span=hour(3))
        operations.move(booking, by=guest, span=hour(4))

        [letter] = sent()

        assert letter.subject.startswith("Changed: Retro, ")
        assert "Before: " in letter.body
        method, event = event_of(letter)
        assert (method, event.sequence.value, event.dtstart.value) == ("REQUEST", "2", hour(4).start)

    def test_what_was_taken_back_is_no_letter(self, booking, guest):
        invite(booking)
        sent()
        operations.move(booking, by=guest, span=hour(3))
        operations.move(booking, by=guest, span=hour(1))

        assert sent() == []

    def test_a_cancellation_strikes_it_out(self, booking, guest):
        invite(booking)
        [first] = sent()
        operations.cancel(booking, by=guest)

        [letter] = sent()

        method, event = event_of(letter)
        assert (method, event.status.value) == ("CANCEL", "CANCELLED")
        assert event.uid.value == event_of(first)[1].uid.value
        assert int(event.sequence.value) > int(event_of(first)[1].sequence.value)
        assert letter.subject.startswith("Cancelled: ")
        assert links(letter)[:2] == links(letter)[-1:]  # to answer nothing, but to hear no more

    def test_who_is_uninvited_hears_so_and_again_when_they_are_invited_again(self, booking, guest):
        [invited] = invite(booking)
        first = sent()
        operations.uninvite(booking, invited.pk, by=guest)
        gone = sent()
        invite(booking)
        again = sent()

        subjects = [letter.subject.partition(":")[0] for [letter] in (first, gone, again)]
        assert subjects == ["Invitation", "No longer invited", "Invitation"]
        numbers = [int(event_of(letter)[1].sequence.value) for [letter] in (first, gone, again)]
        assert numbers == [0, 1, 2]
        assert [event_of(letter)[0] for [letter] in (first, gone, again)] == ["REQUEST", "CANCEL", "REQUEST"]

    @pytest.mark.parametrize("said", ["accepted", "declined"])
    def test_who_is_invited_again_is_asked_again_whatever_they_had_said(self, booking, guest, said):
        [invited] = invite(booking, person("ben").email)
        [first] = sent()
        operations.answer(booking, said, by=invited.person)
        operations.uninvite(booking, invited.pk, by=guest)
        invite(booking, invited.address)  # before anything was written to them of being uninvited

        [letter] = sent()

        assert letter.subject.startswith("Invitation: ")
        method, event = event_of(letter)
        assert (method, event.attendee.params["PARTSTAT"]) == ("REQUEST", ["NEEDS-ACTION"])
        assert int(event.sequence.value) > int(event_of(first)[1].sequence.value)
        assert sent() == []

    def test_who_said_no_and_was_uninvited_is_asked_again_later_too(self, booking, guest):
        [invited] = invite(booking, person("ben").email)
        sent()
        operations.answer(booking, "declined", by=invited.person)
        operations.uninvite(booking, invited.pk, by=guest)
        assert sent() == []

        invite(booking, invited.address)

        assert [letter.subject.partition(":")[0] for letter in sent()] == ["Invitation"]

    def test_what_was_refused_for_good_is_told_by_the_next_letter(self, booking, guest):
        invite(booking)
        while operations.tell():
            pass
        Notice.objects.filter(kind="invited").update(next_at=LONG_AGO)
        letters.prepare(claimed := letters.claim())
        letters.settle(claimed, Outcome("550 who?", is_final=True))
        assert Participant.objects.get().told is None
        operations.move(booking, by=guest, span=hour(3))

        [letter] = sent()

        assert letter.subject.startswith("Invitation: ")
        assert event_of(letter)[1].dtstart.value == hour(3).start

    def test_who_said_no_hears_nothing_more(self, booking, guest):
        [invited] = invite(booking, person("ben").email)
        sent()
        operations.answer(booking, "declined", by=invited.person)
        operations.move(booking, by=guest, span=hour(3))
        operations.cancel(booking, by=guest)

        assert sent() == []

    def test_who_said_no_and_comes_after_all_hears_what_they_missed(self, booking, guest):
        [invited] = invite(booking, person("ben").email)
        sent()
        operations.answer(booking, "declined", by=invited.person)
        operations.move(booking, by=guest, span=hour(3))
        assert sent() == []

        operations.answer(booking, "accepted", by=invited.person)

        [letter] = sent()
        assert letter.subject.startswith("Changed: ")
        assert event_of(letter)[1].dtstart.value == hour(3).start
        operations.answer(booking, "declined", by=invited.person)
        operations.answer(booking, "accepted", by=invited.person)
        assert sent() == []

    def test_the_guest_gets_no_letter_for_an_answer(self, booking):
        [invited] = invite(booking, person("ben").email)
        operations.answer(booking, "accepted", by=invited.person)

        deliver()

        assert mail.outbox == []

    def test_comes_five_minutes_after_the_last_at_the_earliest(self, booking, guest):
        invite(booking)
        deliver()
        later()
        operations.cancel(booking, by=guest)
        deliver()

        notice = Notice.objects.filter(kind="invited", state="waiting").get()
        invited = Participant.objects.get()
        assert (notice.next_at - invited.told_at).total_seconds() == 300

    def test_comes_ever_more_slowly_to_who_does_not_answer(self, booking, guest):
        [invited] = invite(booking, person("ben").email)
        deliver()
        later()
        pauses = []
        for number in range(10):
            operations.move(booking, by=guest, span=hour(3 + number % 2))
            deliver()
            invited.refresh_from_db()
            waiting = Notice.objects.get(kind="invited", state="waiting")
            pauses.append((waiting.next_at - invited.told_at).total_seconds() / 60)
            Participant.objects.update(told_at=YESTERDAY)
            later()

        assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440]
        operations.answer(booking, "accepted", by=invited.person)
        operations.move(booking, by=guest, span=hour(5))
        deliver()
        invited.refresh_from_db()
        waiting = Notice.objects.get(kind="invited", state="waiting")
        assert (waiting.next_at - invited.told_at).total_seconds() == 300

    def test_of_a_cancellation_waits_for_no_long_pause(self, booking, guest):
        [invited] = invite(booking)
        deliver()
        later()
        Participant.objects.update(told=Participant.objects.get().told | {"moves": 9})
        operations.move(booking, by=guest, span=hour(3))
        deliver()
        operations.cancel(booking, by=guest)

        deliver()

        waiting = Notice.objects.get(kind="invited", state="waiting")
        assert (waiting.next_at - waiting.created_at).total_seconds() < 60
        mail.outbox.clear()
        later()
        assert mail.outbox == []  # five minutes, all the same
        invited.refresh_from_db()
        waiting.refresh_from_db()
        assert (waiting.next_at - invited.told_at).total_seconds() == 300


class TestWhoWantsNone:
    def test_says_so_by_a_link_without_logging_in(self, booking, guest):
        invite(booking)
        [letter] = sent()
        unsubscribe = letter.extra_headers["List-Unsubscribe"][1:-1]
        assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        path = "/" + unsubscribe.partition("//")[2].partition("/")[2]
        browser = Client(enforce_csrf_checks=True)

        assert browser.get(path).status_code == 200
        assert Participant.objects.get().mails
        assert browser.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200

        operations.cancel(booking, by=guest)
        assert sent() == []

    def test_hears_nothing_either_of_what_the_same_person_invites_to_next(self, booking, aurora, guest):
        [invited] = invite(booking)
        sent()
        operations.mail_no_more_of(token_of(invited))
        by_another = booked(aurora, 7, person("ada"))

        invite(booked(aurora, 6, guest))
        invite(by_another)

        assert [letter.subject.partition(":")[0] for letter in sent() if letter.to == [STRANGER]] == [
            "Invitation"
        ]

    def test_says_so_in_the_profile(self, booking):
        ben = person("ben")
        letters.choose(by=ben, bookings=True, reminders=True, invitations=False)
        invite(booking, ben.email)

        assert sent() == []
        assert states() == [("invited", "skipped")]

    def test_is_told_where_to_choose_who_has_an_account(self, booking):
        invite(booking, person("ben").email)

        [letter] = sent()

        assert "Which mails you get: http" in letter.body


def test_what_nobody_is_invited_to_owes_nothing(booking, guest):
    operations.move(booking, by=guest, span=hour(3))

    deliver()

    assert states() == [("moved", "sent")]


def test_a_letter_goes_with_who_was_invited(booking):
    invite(booking)
    deliver()

    Participant.objects.all().delete()

    assert not Notice.objects.exists()
