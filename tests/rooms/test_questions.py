"""Questions of a venue's own: asked of what becomes a booking, kept as they were asked, and erased."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import operations as people
from reservations import IdempotencyMismatch, Invalid
from rooms import operations
from rooms.models import Booking, Change, Question
from rooms.operations import Details
from tests.rooms.dates import THREE
from tests.worlds import NOW, at, car_park, office, refused, room, span, works_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_well")]
NEEDED = ["This needs an answer."]


@pytest.fixture
def chairs(venue):
    return Question.objects.create(venue=venue, text="How many chairs?", kind="number", required=True)


@pytest.fixture
def diet(venue):
    return Question.objects.create(venue=venue, text="Any diet?", order=1)


def saying(answers, **more):
    return Details(answers=answers, **more)


def kept(booking):
    booking.refresh_from_db()
    return [(one.text, one.answer) for one in booking.answered]


class TestABooking:
    def test_keeps_what_was_answered_in_the_words_of_the_question(self, aurora, guest, chairs, diet):
        booking = operations.book(
            aurora, span(9, 10), by=guest, details=saying({diet.pk: " No nuts ", chairs.pk: "12"}), now=NOW
        )
        chairs.text, chairs.is_asked = "Chairs, please?", False
        chairs.save()
        diet.delete()

        assert kept(booking) == [("How many chairs?", 12), ("Any diet?", "No nuts")]

    def test_is_refused_while_something_that_has_to_be_answered_is_not(self, aurora, guest, chairs, diet):
        lacking = {f"answers.{chairs.pk}": NEEDED}

        with refused(Invalid, field_errors=lacking, sentence="“How many chairs?”: this needs an answer."):
            operations.book(aurora, span(9, 10), by=guest, details=saying({diet.pk: "No"}), now=NOW)

    @pytest.mark.parametrize(
        ("odd", "field", "sentence"),
        [
            ({"12345": "?"}, "answers.12345", "There is no such question here."),
            ({"one": "?"}, "answers", "Name each question by its number."),
            (
                ["?"],
                "answers",
                "Answers are an object of at most 40: the number of a question, and the answer.",
            ),
            (dict.fromkeys(range(1, 42), "?"), "answers", None),
        ],
    )
    def test_takes_no_answer_to_what_nobody_asked(self, odd, field, sentence, aurora, guest, chairs):
        with refused(Invalid) as caught:
            operations.book(aurora, span(9, 10), by=guest, details=saying(odd), now=NOW)

        assert field in caught.value.field_errors
        assert sentence is None or caught.value.field_errors[field] == [sentence]

    @pytest.mark.parametrize("text", ["\x00", "a\x07b", "\ud800", "\u202eabc", ["?"], {"a": 1}, float("nan")])
    def test_takes_no_answer_that_cannot_be_shown(self, text, aurora, guest, diet):
        with refused(Invalid) as caught:
            operations.book(aurora, span(9, 10), by=guest, details=saying({diet.pk: text}), now=NOW)

        assert list(caught.value.field_errors) == [f"answers.{diet.pk}"]

    def test_of_another_type_is_not_asked(self, venue, aurora, guest, chairs):
        suite = venue.types.create(name="Suite", capacity=2, policy=venue.policies.get())
        chairs.type = suite
        chairs.save()

        booking = operations.book(aurora, span(9, 10), by=guest, details=saying({chairs.pk: "2"}), now=NOW)

        assert kept(booking) == []
        place = room(venue, "Suite", type=suite)
        with refused(Invalid, field_errors={f"answers.{chairs.pk}": NEEDED}):
            operations.book(place, span(9, 10), by=guest, now=NOW)

    def test_of_several_dates_is_asked_once(self, aurora, guest, chairs):
        with refused(Invalid):
            operations.book(aurora, THREE, by=guest, now=NOW)

        booking = operations.book(aurora, THREE, by=guest, details=saying({chairs.pk: 3}), now=NOW)

        assert kept(booking) == [("How many chairs?", 3)]

    def test_that_the_staff_make_may_leave_it_open(self, aurora, guest, staff, chairs):
        booking = operations.book(aurora, span(9, 10), by=staff, details=Details(guest=guest), now=NOW)

        assert (booking.state, kept(booking)) == ("confirmed", [])

    def test_is_the_same_only_with_the_same_answers(self, aurora, guest, chairs):
        def asked(answer):
            details = saying({chairs.pk: answer})
            return operations.book(aurora, span(9, 10), by=guest, details=details, key="once", now=NOW)

        assert asked("12") == asked("12")
        with refused(IdempotencyMismatch):
            asked("13")

    def test_costs_no_statement_more_where_nothing_is_asked_nor_where_something_is(
        self, venue, aurora, birch, guest
    ):
        def statements(place, details):
            with CaptureQueriesContext(connection) as seen:
                operations.book(place, span(9, 10), by=guest, details=details, now=NOW)
            return len(seen)

        operations.book(aurora, span(11, 12), by=guest, now=NOW)
        before = statements(aurora, Details())
        asked = Question.objects.create(venue=venue, text="Why?", required=True)
        operations.book(birch, span(11, 12), by=guest, details=saying({asked.pk: "So"}), now=NOW)

        assert statements(birch, saying({asked.pk: "So"})) == before


class TestAHold:
    def test_is_asked_when_it_becomes_a_booking(self, aurora, guest, chairs):
        held = operations.hold(aurora, span(9, 10), by=guest, now=NOW)

        with refused(Invalid, field_errors={f"answers.{chairs.pk}": NEEDED}):
            operations.confirm(held, by=guest, now=NOW)
        assert (
            operations.confirm(held, by=guest, details=saying({chairs.pk: "4"}), now=NOW).state == "confirmed"
        )
        assert kept(held) == [("How many chairs?", 4)]

    def test_keeps_what_it_said_already(self, aurora, guest, chairs, diet):
        said = saying({chairs.pk: 4, diet.pk: "No nuts"})
        held = operations.hold(aurora, span(9, 10), by=guest, details=said, now=NOW)
        operations.describe(held, saying({diet.pk: ""}), by=guest, now=NOW)

        operations.confirm(held, by=guest, now=NOW)

        assert kept(held) == [("How many chairs?", 4)]

    def test_given_to_who_waited_asks_when_it_is_confirmed(self, venue, aurora, guest, rival, chairs):
        taken = operations.book(aurora, span(9, 10), by=rival, details=saying({chairs.pk: 1}), now=NOW)
        entry = operations.wait(aurora, span(9, 10), by=guest, now=NOW)
        operations.cancel(taken, by=rival, now=NOW)
        operations.serve_waitlist(now=NOW + timedelta(seconds=1))
        entry.refresh_from_db()

        with refused(Invalid):
            operations.confirm(entry.booking, by=guest, now=NOW + timedelta(seconds=2))
        details = saying({chairs.pk: 2})
        operations.confirm(entry.booking, by=guest, details=details, now=NOW + timedelta(seconds=2))
        assert kept(entry.booking) == [("How many chairs?", 2)]

    def test_says_its_answers_again_of_what_is_offered_instead(self, venue, aurora, birch, guest, chairs):
        held = operations.hold(aurora, span(9, 10), by=guest, details=saying({chairs.pk: 4}), now=NOW)

        with refused(Exception) as caught:
            operations.confirm(held, by=guest, now=NOW + timedelta(hours=1))

        assert {str(one["answers"]) for one in caught.value.alternatives} == {str({str(chairs.pk): 4})}


class TestASpotThatIsTakenNow:
    def test_asks_its_guest_and_nobody_at_the_gate(self, guest, staff):
        lot = car_park()
        [spot, _] = [room(lot, name, capacity=1) for name in ("A1", "A2")]
        company = Question.objects.create(venue=lot, text="Which company?", required=True)
        works_at(staff, lot)

        with refused(Invalid, field_errors={f"answers.{company.pk}": NEEDED}):
            operations.take(spot, by=guest, now=NOW)
        assert kept(operations.take(spot, by=guest, details=saying({company.pk: "Acme"}), now=NOW)) == [
            ("Which company?", "Acme")
        ]
        assert operations.walk_in(lot, by=staff, now=NOW).state == "checked_in"


class TestWhatWasAnswered:
    def test_is_in_no_change_and_goes_with_the_account(self, aurora, guest, diet):
        booking = operations.book(aurora, span(9, 10), by=guest, details=saying({diet.pk: "Secret"}), now=NOW)
        operations.complete_past(now=at(11))
        people.close(guest, by=guest)
        assert operations.erase_closed() == 1

        assert kept(booking) == []
        assert not [one for one in Change.objects.filter(booking=booking) if "Secret" in str(vars(one))]


class TestAQuestion:
    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"text": " "}, "text"),
            ({"text": "a\u202eb"}, "text"),
            ({"help": "a\nb"}, "help"),
            ({"kind": "choice", "choices": ["Only one", "Only one"]}, "choices"),
            ({"kind": "choice", "choices": [str(n) for n in range(21)]}, "choices"),
            ({"kind": "choice", "choices": ["x" * 81, "y"]}, "choices"),
        ],
    )
    def test_that_cannot_be_asked_is_refused(self, fields, field, venue):
        with pytest.raises(ValidationError) as caught:
            Question(**{"venue": venue, "text": "Why?", **fields}).full_clean()

        assert list(caught.value.message_dict) == [field]

    def test_is_of_a_type_of_its_venue(self, venue):
        with pytest.raises(ValidationError) as caught:
            Question(venue=venue, text="Why?", type=office("elsewhere").types.get()).full_clean()

        assert caught.value.message_dict == {"type": ["That type belongs to another venue."]}

    def test_is_one_of_twenty_at_most_of_those_that_are_asked(self, venue):
        Question.objects.bulk_create(Question(venue=venue, text=f"Question {n}?") for n in range(20))

        with pytest.raises(ValidationError) as caught:
            Question(venue=venue, text="One more?").full_clean()
        Question(venue=venue, text="One for later?", is_asked=False).full_clean()

        assert caught.value.message_dict == {"is_asked": ["A venue asks at most 20 questions."]}

    def test_that_changes_is_asked_as_it_is_now(self, venue, aurora, guest):
        operations.book(aurora, span(9, 10), by=guest, now=NOW)

        Question.objects.create(venue=venue, text="Why?", required=True)

        with refused(Invalid):
            operations.book(aurora, span(11, 12), by=guest, now=NOW)
        Question.objects.update(is_asked=False)
        venue.questions.get().save()
        assert operations.book(aurora, span(11, 12), by=guest, now=NOW).answers is None
        assert Booking.objects.filter(answers__isnull=True).count() == 2
