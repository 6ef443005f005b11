"""What a booking says of itself may be said otherwise until it is over; nothing else changes by that."""

import pytest

from reservations import HoldExpired, IllegalTransition, Invalid, NotFound, PolicyViolation
from rooms import operations
from rooms.models import Booking, Change, Question
from rooms.operations import Details
from tests.rooms.dates import THREE
from tests.travel import departure, ride
from tests.worlds import NOW, at, refused, room, span, traces

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_well")]
NEEDED = ["This needs an answer."]
REVIEW = Details("Review", 3, "Tea, please")


@pytest.fixture
def booking(aurora, guest):
    return operations.book(aurora, span(9, 10), by=guest, details=Details("Retor", 2), now=NOW)


def said(booking):
    booking.refresh_from_db()
    return booking.title, booking.party, booking.note


class TestABooking:
    @pytest.mark.parametrize("who", ["guest", "staff"])
    def test_says_what_its_guest_or_the_staff_say(self, who, booking, request):
        before = (booking.starts_at, booking.ends_at, booking.price, booking.state, booking.reference)

        operations.describe(booking, REVIEW, by=request.getfixturevalue(who), now=NOW)

        assert said(booking) == ("Review", 3, "Tea, please")
        assert before == (
            booking.starts_at, booking.ends_at, booking.price, booking.state, booking.reference,
        )  # fmt: skip

    def test_is_heard_of_with_its_room(
        self, booking, aurora, guest, heard, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            operations.describe(booking, REVIEW, by=guest, now=NOW)

        assert [change.rooms for change in heard] == [{aurora.pk: 2}]
        told = Change.objects.latest("pk")
        assert (told.kind, told.by, told.after["state"]) == ("described", guest, "confirmed")
        assert "Review" not in str(told.before) + str(told.after)  # a title is not for everybody

    def test_that_says_the_same_is_no_change(self, booking, guest):
        before = traces()

        operations.describe(booking, Details("Retor", 2), by=guest, now=NOW)

        assert traces() == before

    def test_is_nothing_that_others_may_say(self, booking, rival):
        with refused(NotFound):
            operations.describe(booking, REVIEW, by=rival, now=NOW)

    def test_of_more_people_than_its_rooms_hold_is_refused(self, booking, guest, aurora):
        before = traces()

        with refused(PolicyViolation, rule="capacity", sentence="That holds 8 people, and not 9."):
            operations.describe(booking, Details("Review", 9), by=guest, now=NOW)

        assert traces() == before

    def test_whose_time_is_over_says_what_it_said(self, booking, guest):
        with refused(PolicyViolation, rule="ended"):
            operations.describe(booking, REVIEW, by=guest, now=at(10))
        operations.complete_past(now=at(10))
        with refused(IllegalTransition, sentence="This booking is over, so it cannot be changed."):
            operations.describe(booking, REVIEW, by=guest, now=at(10))

    @pytest.mark.parametrize(
        "odd", [{"title": "x" * 121}, {"title": "a\u202eb"}, {"party": 0}, {"note": "\0"}]
    )
    def test_takes_no_text_and_no_number_that_could_not_be_booked_with(self, odd, booking, guest):
        before = traces()

        with refused(Invalid):
            operations.describe(booking, Details(**odd), by=guest, now=NOW)

        assert traces() == before


def test_a_request_is_described_too_and_still_waits(venue, guest):
    asks = venue.policies.create(name="On request", needs_approval=True)
    hall = room(venue, "Hall", type=venue.types.create(name="Hall", capacity=8, policy=asks))
    request = operations.book(hall, span(9, 10), by=guest, now=NOW)

    assert operations.describe(request, REVIEW, by=guest, now=NOW).state == "pending"
    assert said(request) == ("Review", 3, "Tea, please")


def test_a_hold_that_ran_out_is_not(aurora, guest):
    held = operations.hold(aurora, span(9, 10), by=guest, now=NOW)

    with refused(HoldExpired):
        operations.describe(held, REVIEW, by=guest, now=held.expires_at)


def test_a_series_is_described_on_all_its_dates_until_the_last_is_over(weekly, guest):
    operations.describe(weekly, REVIEW, by=guest, now=THREE.span.end)

    assert said(weekly) == ("Review", 3, "Tea, please")
    with refused(PolicyViolation, rule="ended"):
        operations.describe(weekly, Details("Late"), by=guest, now=weekly.ends_at)


class TestQuestions:
    @pytest.fixture
    def chairs(self, venue):
        return Question.objects.create(venue=venue, text="How many chairs?", kind="number", required=True)

    @pytest.fixture
    def diet(self, venue):
        return Question.objects.create(venue=venue, text="Any diet?", order=1)

    def test_are_answered_otherwise(self, aurora, guest, chairs, diet):
        answers = {chairs.pk: 4, diet.pk: "No nuts"}
        booking = operations.book(aurora, span(9, 10), by=guest, details=Details(answers=answers), now=NOW)

        operations.describe(booking, Details(answers={chairs.pk: 6}), by=guest, now=NOW)

        booking.refresh_from_db()
        assert [(one.question, one.answer) for one in booking.answered] == [
            (chairs.pk, 6),
            (diet.pk, "No nuts"),
        ]

    def test_that_have_to_be_answered_stay_so(self, aurora, guest, chairs, diet):
        booking = operations.book(
            aurora, span(9, 10), by=guest, details=Details(answers={chairs.pk: 4}), now=NOW
        )

        with refused(Invalid, field_errors={f"answers.{chairs.pk}": NEEDED}):
            operations.describe(booking, Details(answers={chairs.pk: ""}), by=guest, now=NOW)

    def test_of_later_keep_nobody_from_another_title(self, booking, guest, chairs):
        operations.describe(booking, Details("Review"), by=guest, now=NOW)

        assert said(booking)[0] == "Review"


def test_who_travels_is_on_the_tickets(guest):
    booked = operations.book_seats(ride(departure(), "1A", "1B"), by=guest, now=NOW)
    sentence = "Who travels is on the tickets: give seats back, or book others."

    with refused(Invalid, field_errors={"party": [sentence]}):
        operations.describe(booked, Details("Family", 3), by=guest, now=NOW)
    operations.describe(booked, Details("Family", booked.party), by=guest, now=NOW)

    assert Booking.objects.get().title == "Family"
