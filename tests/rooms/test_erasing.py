"""Guests who closed their accounts: what bookings said of them goes, what was booked and paid stays."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import operations as people
from accounts.models import User
from payments.operations import take_at_desk
from reservations.journeys import Traveler
from rooms import operations, wishes
from rooms.models import Booking, Change, IdempotencyKey, WaitlistEntry
from rooms.operations import remembering
from rooms.queries import verify
from rooms.rides import Ride
from tests.travel import departure, full, line, seat, soon, together, train
from tests.worlds import NOW, at, car_park, room, span

pytestmark = pytest.mark.django_db
SAID = operations.Details(title="Interview with Ada", note="She is allergic to nuts.", plate="34 AB 1234")
LATER = timedelta(minutes=3)


@pytest.fixture
def met(aurora, guest):
    """A booking that is over."""
    booking = operations.book(aurora, span(9, 10), by=guest, details=SAID, key="once", now=NOW)
    operations.complete_past(now=at(11))
    return booking


def closed(who):
    return people.close(who, by=who)


def kept(booking):
    """Return everything of a booking and its allocations that is nobody's secret."""
    private = ("title", "note", "plate_sealed", "plate_digest")
    row = Booking.objects.filter(pk=booking.pk).values().get()
    return {name: value for name, value in row.items() if name not in private}, list(
        booking.allocations.order_by("pk").values()
    )


class TestErasing:
    def test_leaves_what_was_booked_and_nothing_that_its_guest_wrote(self, met, guest):
        before = kept(met)
        closed(guest)

        assert [operations.erase_closed(), operations.erase_closed()] == [1, 0]

        met.refresh_from_db()
        assert (met.title, met.note, met.plate, met.plate_digest) == ("", "", "", "")
        assert kept(met) == before
        assert (met.guest.name, met.guest.shown_email) == ("Closed account", "")

    def test_is_a_change_of_every_room_that_tells_no_more_than_before(self, met, aurora, guest):
        closed(guest)

        operations.erase_closed(now=at(12))

        last = Change.objects.order_by("pk").last()
        aurora.refresh_from_db()
        assert (last.kind, last.room, last.revision, last.by) == ("erased", aurora, aurora.revision, None)
        assert last.after["state"] == "completed"
        assert "Ada" not in str(list(Change.objects.values_list("before", "after")))
        assert verify.violations() == {}

    def test_reaches_what_was_cancelled(self, aurora, guest):
        booking = operations.book(aurora, span(9, 10), by=guest, details=SAID, now=NOW)
        operations.cancel(booking, by=guest, now=NOW)
        closed(guest)

        assert operations.erase_closed() == 1

        booking.refresh_from_db()
        assert booking.title == ""

    def test_takes_travelers_their_names_and_their_places_in_queues(self, guest):
        run, other = departure(), full(soon(train("other"), line("other")))
        names = (Traveler("Ada Lovelace", "adult"),)
        trip = operations.book_seats(Ride(run.pk, 0, 3, [seat(run, "1A")], names), by=guest, now=NOW)
        take_at_desk(trip, "cash", by=None)
        operations.complete_past(now=at(23, day=1))
        waits = Ride(other.pk, 0, 3, together(other, 1).seats, names)
        entry = operations.join_waitlist(waits, by=guest)
        closed(guest)

        operations.erase_closed()

        entry.refresh_from_db()
        assert [one.name for one in trip.journey.passengers.all()] == [""]
        assert (entry.state, entry.travelers) == (WaitlistEntry.State.LEFT, [])

    def test_forgets_what_programs_were_answered(self, met, aurora, guest, staff):
        theirs = operations.Details(guest=guest)
        other = operations.book(aurora, span(12, 13), by=staff, details=theirs, key="for guest", now=NOW)
        IdempotencyKey.objects.update(status=201, answer=b'{"guest": {"name": "Guest"}}')
        operations.cancel(other, by=staff, now=NOW)
        closed(guest)

        [left] = IdempotencyKey.objects.values_list("key", "status", "answer")
        assert left == ("for guest", None, None)

    def test_forgets_what_programs_were_refused_for_them(self, aurora, guest, rival, staff):
        for who in (guest, rival):
            details = operations.Details(guest=who, note="At the window")
            asked = wishes.wish(aurora, span(9, 10), by=staff, details=details, key=who.name)
            answer = remembering.Remembered(409, b'{"alternatives": [{"note": "At the window"}]}')
            remembering.remember_refusal(asked, answer, now=NOW)
        closed(guest)

        assert [kept.guest for kept in IdempotencyKey.objects.all()] == [rival]

    def test_is_finished_by_the_clock_however_much_there_is(self, aurora, guest):
        for start in range(9, 14):
            operations.book(aurora, span(start, start + 1), by=guest, details=SAID, now=NOW)
        operations.complete_past(now=at(15))
        closed(guest)

        assert [operations.erase_closed(limit=2) for _ in range(4)] == [2, 2, 1, 0]

    def test_lets_go_of_what_slipped_in_while_the_account_was_closed(self, aurora, guest):
        closed(guest)  # and `guest` is as a request knows them that began before
        late = operations.book(aurora, span(9, 10), by=guest, now=NOW)
        car = operations.take(room(car_park(), "14", capacity=1), by=guest, now=NOW)

        operations.erase_closed(now=at(6, 30))

        assert [Booking.objects.get(pk=one.pk).state for one in (late, car)] == ["cancelled", "completed"]

    def test_counts_as_done_only_when_no_request_of_then_can_still_be_under_way(self, met, guest):
        closed(guest)
        now = datetime.now(UTC)

        operations.erase_closed(now=now)
        early = User.objects.get(pk=guest.pk).erased_at
        operations.erase_closed(now=now + LATER)

        assert (early, User.objects.get(pk=guest.pk).erased_at) == (None, now + LATER)

    def test_touches_nobody_elses(self, met, aurora, guest, rival):
        other = operations.book(aurora, span(12, 13), by=rival, details=SAID, now=NOW)
        before = kept(other), Booking.objects.get(pk=other.pk).title
        closed(guest)

        operations.erase_closed()

        assert (kept(other), Booking.objects.get(pk=other.pk).title) == before
