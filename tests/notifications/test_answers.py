"""An answer is one letter to the guest, and a message to the webhooks of those who may know of it."""

import pytest
from django.core import mail

from notifications.mail import operations as letters
from notifications.messages import type_of
from notifications.models import Notice
from rooms import operations
from rooms.models import Change, Message
from tests.notifications.postal import deliver, states
from tests.worlds import NOW, at, office, person, room, span, works_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def guest():
    return person("guest")


@pytest.fixture
def booking(guest):
    made = operations.book(room(office()), span(9, 10), by=guest, now=NOW)
    operations.tick_off([made])
    return made


@pytest.fixture
def staff(booking):
    return works_at(person("carl"), booking.venue)


def ask(booking):
    operations.write_message(booking, "question", "Is there a projector?", by=booking.guest, now=NOW)


def answer(booking, staff, text="There is one.\n\nAsk at the desk."):
    return operations.write_message(booking, "answer", text, by=staff, now=NOW)


class TestAnAnswer:
    def test_is_one_letter_to_the_guest_however_often_it_is_told(self, booking, staff):
        ask(booking)
        answer(booking, staff)

        deliver()
        deliver()

        [letter] = mail.outbox
        assert letter.to == ["guest@example.com"]
        assert letter.subject.startswith("Answer: Aurora at Office, ")
        words = " ".join(letter.body.split())
        assert words.startswith("You have an answer")
        assert "Office writes: There is one. Ask at the desk. You can write back on the page" in words
        assert f"/bookings/{booking.reference}/" in words
        assert "Carl" not in words
        assert [kind for _, kind in letter.alternatives] == ["text/html"]  # nothing for a calendar

    def test_is_shown_with_the_others_about_that_booking_as_one_conversation(self, booking, staff):
        answer(booking, staff, "First.")
        deliver()
        operations.write_message(booking, "answer", "Second.", by=staff, now=NOW.replace(hour=7))
        deliver()

        first, second = mail.outbox
        assert first.subject == second.subject
        assert first.extra_headers["References"] == second.extra_headers["References"]
        assert first.extra_headers["Message-ID"] != second.extra_headers["Message-ID"]
        assert second.extra_headers["In-Reply-To"].startswith(f"<messages-{booking.reference}@")

    def test_is_not_sent_to_who_wants_no_letters_about_bookings(self, booking, staff, guest):
        letters.choose(by=guest, bookings=False, reminders=True)
        answer(booking, staff)

        deliver()

        assert (mail.outbox, states()) == ([], [("message", "skipped")])

    def test_that_nobody_asked_for_is_told_as_what_the_venue_has_written(self, booking, staff):
        answer(booking, staff, "The lift is out of order.")

        deliver()

        [letter] = mail.outbox
        assert letter.subject.startswith("Message: Aurora at Office, ")
        assert letter.body.startswith("The venue has written\n")

    def test_does_not_say_that_one_can_write_back_where_the_time_is_over(self, booking, staff):
        ask(booking)
        operations.write_message(booking, "answer", "We found your umbrella.", by=staff, now=at(10, day=14))

        deliver()

        [letter] = mail.outbox
        assert "umbrella" in letter.body
        assert "write back" not in letter.body

    def test_that_was_erased_is_not_sent_any_more(self, booking, staff):
        answer(booking, staff)
        operations.tell()
        Message.objects.update(text="")

        deliver()

        assert (mail.outbox, states()) == ([], [("message", "skipped")])


@pytest.mark.parametrize("act", [operations.close_thread, operations.reopen_thread])
def test_nothing_else_that_happens_to_a_thread_is_a_letter(booking, staff, act):
    ask(booking)
    if act is operations.reopen_thread:
        operations.close_thread(booking, by=staff)
    act(booking, by=staff)

    deliver()

    assert Notice.objects.count() == 0


def test_webhooks_of_those_who_know_the_booking_hear_of_messages_and_others_of_a_change(booking, staff):
    ask(booking)
    operations.close_thread(booking, by=staff)
    operations.reopen_thread(booking, by=staff)

    told = list(Change.objects.filter(booking=booking, kind__startswith="message").order_by("pk"))

    assert [type_of(one, knows=True) for one in told] == [
        *("booking.message", "booking.message_closed", "booking.message_reopened"),
    ]
    assert [type_of(one, knows=False) for one in told] == ["room.changed"] * 3
