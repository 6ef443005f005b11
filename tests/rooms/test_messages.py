"""Messages on a booking: who may write when, what becomes of the thread, and what the history says."""

from datetime import timedelta

import pytest

from accounts import operations as people
from reservations import Forbidden, IllegalTransition, Invalid, NotFound, PolicyViolation, Throttled
from rooms import operations
from rooms.models import Change, Message, Thread
from rooms.queries import messages, verify
from tests.travel import departure, ride, train
from tests.worlds import NOW, at, car_park, hotel, office, person, room, span, works_at

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def staff(aurora):
    return works_at(person("carl"), aurora.venue)


@pytest.fixture
def booking(aurora, guest):
    return operations.book(aurora, span(9, 10), by=guest, now=NOW)


def ask(booking, text="Is there a projector?", *, now=NOW, kind="question"):
    return operations.write_message(booking, kind, text, by=booking.guest, now=now)


def answer(booking, staff, text="There is one.", *, now=NOW):
    return operations.write_message(booking, "answer", text, by=staff, now=now)


def thread(booking):
    return Thread.objects.get(pk=booking.pk)


class TestAMessage:
    def test_is_kept_as_it_was_typed_with_who_wrote_it_and_when(self, booking, guest):
        ask(booking, "  The screen is black.\r\nWe tried both cables: <b>nothing</b>. ", kind="problem")

        made = Message.objects.get()
        assert made.text == "The screen is black.\nWe tried both cables: <b>nothing</b>."
        assert (made.kind, made.author, made.at) == ("problem", guest, NOW)

    def test_is_a_change_of_a_room_that_tells_of_it_and_not_what_it_says(self, booking, aurora, guest):
        made = ask(booking)

        change = Change.objects.filter(booking=booking).latest("pk")
        aurora.refresh_from_db()
        assert (change.kind, change.by, change.guest, change.room) == ("message", guest, guest, aurora)
        assert change.after == {"message": made.pk, "kind": "question"}
        assert change.revision == aurora.revision
        assert verify.violations() == {}

    @pytest.mark.parametrize(
        "text", ["", "  \n ", "\u200b", None, 7, [], "a\0b", "a\x1b[2J", "\u202eabc", "\ud800"]
    )
    def test_that_says_nothing_or_hides_something_is_refused_and_leaves_no_trace(self, booking, text):
        with pytest.raises(Invalid) as refused:
            ask(booking, text)

        assert list(refused.value.field_errors) == ["text"]
        assert (Message.objects.count(), Thread.objects.count()) == (0, 0)

    def test_has_at_most_2000_characters(self, booking):
        with pytest.raises(Invalid, match="At most 2000 characters; this has 2001"):
            ask(booking, "x" * 2001)

        assert ask(booking, "x" * 2000).pk

    @pytest.mark.parametrize("kind", ["", "praise", None, 1, ["question"]])
    def test_of_a_guest_is_a_question_or_a_problem(self, booking, kind):
        with pytest.raises(Invalid, match="question, problem"):
            ask(booking, kind=kind)

    def test_sent_twice_within_a_minute_is_one(self, booking):
        first = ask(booking)

        assert ask(booking, now=NOW + MINUTE / 2) == first
        assert ask(booking, now=NOW + MINUTE) != first
        assert thread(booking).messages_count == 2

    def test_sent_again_after_somebody_closed_it_is_another_one(self, booking, staff):
        first = ask(booking)
        operations.close_thread(booking, by=staff, now=NOW)

        assert ask(booking, now=NOW + MINUTE / 2) != first
        assert thread(booking).state == "open"

    @pytest.mark.parametrize("kind", ["hotel", "car park", "journey", "office"])
    def test_can_be_written_about_a_booking_of_any_kind(self, kind, guest):
        made = {
            "hotel": lambda: operations.book(room(hotel()), span(15, 35), by=guest, now=NOW),
            "car park": lambda: operations.take(room(car_park()), by=guest, now=NOW),
            "journey": lambda: operations.book_seats(ride(departure(), "1A", "1B"), by=guest, now=NOW),
            "office": lambda: operations.hold(room(office("other")), span(9, 10), by=guest, now=NOW),
        }[kind]()

        ask(made)

        assert [one.booking for one in messages.threads_at(made.venue_id, "open")] == [made]
        assert verify.violations() == {}


class TestWhoMayWrite:
    def test_is_the_guest_and_the_staff_and_for_others_there_is_no_such_booking(self, booking, staff):
        elsewhere = works_at(person("mona"), office("elsewhere"), "manager")

        ask(booking)
        answer(booking, staff)
        for stranger in (person("omar"), elsewhere):
            with pytest.raises(NotFound):
                operations.write_message(booking, "question", "Who is there?", by=stranger, now=NOW)

    def test_of_an_answer_is_the_staff_alone(self, booking, guest):
        with pytest.raises(Forbidden, match="Only the venue's staff may answer"):
            operations.write_message(booking, "answer", "There is one.", by=guest, now=NOW)

    def test_is_nobody_where_no_guest_would_read_it(self, aurora, staff):
        walked_in = operations.book(aurora, span(9, 10), by=None, now=NOW)

        with pytest.raises(PolicyViolation, match="no guest who could read it"):
            answer(walked_in, staff)

    def test_ends_for_the_guest_14_days_after_the_booking_and_for_the_staff_never(self, booking, staff):
        ask(booking, now=at(10, day=14) - MINUTE)

        with pytest.raises(PolicyViolation, match="until 10:00 on Monday"):
            ask(booking, "And now?", now=at(10, day=14))
        answer(booking, staff, now=at(10, day=14))

    def test_goes_on_after_a_booking_was_cancelled(self, booking, guest):
        operations.cancel(booking, by=guest, now=NOW)

        assert ask(booking, "When does the money come back?").pk

    def test_may_ten_times_an_hour_and_each_by_themselves(self, booking, staff):
        for number in range(10):
            ask(booking, f"Number {number}", now=NOW + number * MINUTE)

        with pytest.raises(Throttled) as refused:
            ask(booking, "Number 10", now=NOW + 10 * MINUTE)
        assert refused.value.retry_after == 50 * 60
        answer(booking, staff, now=NOW + 10 * MINUTE)
        assert ask(booking, "Number 10", now=NOW + 60 * MINUTE).pk

    def test_is_a_guest_thirty_times_an_hour_about_all_their_bookings_together(self, aurora, guest, staff):
        made = [operations.book(aurora, span(hour, hour + 1), by=guest, now=NOW) for hour in range(9, 13)]
        for number in range(30):
            ask(made[number // 10], f"Number {number}", now=NOW + number * MINUTE)

        with pytest.raises(Throttled, match="30 messages an hour about all your bookings") as refused:
            ask(made[3], "Number 30", now=NOW + 30 * MINUTE)
        assert refused.value.retry_after == 30 * 60
        answer(made[3], staff, now=NOW + 30 * MINUTE)
        assert ask(made[3], "Number 30", now=NOW + 60 * MINUTE).pk

    def test_is_the_venue_where_its_guest_has_written_all_that_a_guest_may(self, booking, staff):
        ask(booking)
        Thread.objects.update(messages_count=180)

        with pytest.raises(PolicyViolation, match="180 messages"):
            ask(booking, "And another one.")
        assert answer(booking, staff).pk


class TestAThread:
    def test_is_open_from_the_first_message_nobody_answered_and_answered_from_the_answer(
        self, booking, staff
    ):
        ask(booking)
        ask(booking, "Hello?", now=at(7))
        waiting = thread(booking)
        answer(booking, staff, now=at(8))

        answered = thread(booking)
        assert (waiting.state, waiting.since, waiting.messages_count) == ("open", NOW, 2)
        assert (answered.state, answered.since, answered.messages_count) == ("answered", at(8), 3)

    def test_that_is_closed_is_taken_up_again_by_the_guest_or_by_the_staff(self, booking, staff):
        ask(booking)
        operations.close_thread(booking, by=staff, now=at(7))
        closed = thread(booking).state
        operations.reopen_thread(booking, by=staff, now=at(8))
        reopened = thread(booking).state
        operations.close_thread(booking, by=staff, now=at(9))
        ask(booking, "One more thing.", now=at(9, 30))

        assert [closed, reopened, thread(booking).state] == ["closed", "open", "open"]
        assert thread(booking).since == at(9, 30)
        kinds = Change.objects.filter(booking=booking, kind__startswith="message").order_by("pk")
        assert list(kinds.values_list("kind", flat=True)) == [
            *("message", "message_closed", "message_reopened", "message_closed", "message"),
        ]
        assert verify.violations() == {}

    def test_is_closed_by_the_staff_and_once(self, booking, staff, guest):
        with pytest.raises(IllegalTransition, match="Nobody has written"):
            operations.close_thread(booking, by=staff)
        ask(booking)
        with pytest.raises(Forbidden):
            operations.close_thread(booking, by=guest)
        operations.close_thread(booking, by=staff)
        with pytest.raises(IllegalTransition, match="closed already"):
            operations.close_thread(booking, by=staff)

    def test_is_not_closed_by_who_has_not_seen_what_the_guest_wrote_last(self, booking, staff):
        seen = ask(booking)
        newer = ask(booking, "And a flip chart?")

        with pytest.raises(IllegalTransition, match="written meanwhile"):
            operations.close_thread(booking, by=staff, seen=seen.pk)
        answered = answer(booking, staff)
        assert operations.close_thread(booking, by=staff, seen=newer.pk).state == "closed"
        assert answered.pk > newer.pk  # a colleague's answer is nothing that has to be answered

    def test_waits_in_the_order_in_which_guests_began_to_wait(self, aurora, guest, staff):
        early, late, heard = (
            operations.book(aurora, span(hour, hour + 1), by=guest, now=NOW) for hour in (9, 11, 13)
        )
        ask(late, now=at(7))
        ask(heard, now=at(6, 30))
        ask(early, now=at(8))
        answer(heard, staff, now=at(8))
        ask(late, "Hello?", now=at(8, 30))

        venue = aurora.venue_id
        assert [one.booking for one in messages.threads_at(venue, "open")] == [late, early]
        assert [one.booking for one in messages.threads_at(venue, "answered")] == [heard]
        assert messages.counts_at(venue) == {"open": 2, "answered": 1, "closed": 0}

    def test_goes_with_its_departure_into_another_vehicle(self, guest):
        run, spare = departure(), train("spare")
        booking = operations.book_seats(ride(run, "1A", "1B"), by=guest, now=NOW)
        ask(booking)

        operations.replan(run, vehicle=spare, by=None, now=NOW)

        assert thread(booking).venue == spare
        assert verify.violations() == {}


class TestAClosedAccount:
    def test_takes_the_texts_of_both_sides_along_and_leaves_that_there_were_some(self, booking, staff, guest):
        ask(booking, "I am ill and cannot come.")
        answer(booking, staff, "Get well, Ada.")
        operations.complete_past(now=at(11))
        people.close(guest, by=guest)

        operations.erase_closed()

        assert list(Message.objects.values_list("text", "kind")) == [("", "question"), ("", "answer")]
        assert thread(booking).state == "closed"
        assert verify.violations() == {}

    def test_is_written_to_no_more(self, booking, staff, guest):
        ask(booking)
        operations.complete_past(now=at(11))
        people.close(guest, by=guest)

        with pytest.raises(PolicyViolation, match="no guest"):
            answer(booking, staff)
        operations.close_thread(booking, by=staff)
        with pytest.raises(PolicyViolation, match="no guest"):
            operations.reopen_thread(booking, by=staff)
