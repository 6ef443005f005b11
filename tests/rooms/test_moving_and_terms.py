"""A move spares nobody what cancelling would cost: it stays owed, whatever follows."""

from datetime import timedelta

import pytest

from reservations import Span
from reservations.recurring import parse
from rooms import operations
from rooms.models import Booking, Policy
from rooms.queries.cancelling import cancelling
from rooms.queries.terms import terms_of
from rooms.wishes import Repeated
from tests.worlds import NOW, at, hotel, office, person, rate, room, works_at

pytestmark = pytest.mark.django_db

NIGHT = 10_000
STAY = Span(at(15, day=7), at(11, day=10))  # three nights
FAR = Span(at(15, day=27), at(11, day=30))
LATE = STAY.start - timedelta(hours=30)  # half of it would come back
TOO_LATE = STAY.start - timedelta(hours=2)  # nothing would


@pytest.fixture
def venue():
    found = hotel(cancellation_steps=[[48, 100], [24, 50]])
    rate(found, NIGHT, unit="night")
    return found


@pytest.fixture
def guest():
    return person("lena")


@pytest.fixture
def staff(venue):
    return works_at(person("carl"), venue)


@pytest.fixture
def stay(venue, guest):
    return operations.book(room(venue, "101", capacity=2), STAY, by=guest, now=NOW)


def cancelled(booking, by, now):
    """Return what is kept of the booking once it is cancelled, as was said before."""
    fresh = Booking.objects.get(pk=booking.pk)
    terms = terms_of(fresh.venue_id)
    rooms = list(fresh.allocations.filter(active=True).values_list("room_id", flat=True))
    said = cancelling(fresh, terms, rooms, staff=by != fresh.guest, now=now).kept
    assert operations.cancel(fresh, by=by, now=now).kept == said
    return said


class TestAStay:
    @pytest.mark.parametrize(("when", "kept"), [(NOW, 0), (LATE, 3 * NIGHT // 2), (TOO_LATE, 3 * NIGHT)])
    def test_that_is_moved_far_ahead_owes_what_cancelling_it_would_have(self, stay, guest, when, kept):
        moved = operations.move(stay, by=guest, span=FAR, now=when)

        assert (moved.price, cancelled(stay, guest, when)) == (3 * NIGHT, kept)

    def test_says_how_much_of_it_comes_back(self, stay, guest):
        operations.move(stay, by=guest, span=FAR, now=LATE)
        fresh = Booking.objects.get(pk=stay.pk)
        place = [fresh.allocations.get(active=True).room_id]

        quoted = cancelling(fresh, terms_of(fresh.venue_id), place, staff=False, now=LATE)

        assert (quoted.percent, [back for _, back in quoted.steps]) == (50, [50, 50, 0])

    def test_that_is_made_shorter_is_asked_for_no_less(self, stay, guest):
        moved = operations.move(stay, by=guest, span=Span(STAY.start, at(11, day=8)), now=TOO_LATE)

        assert [line["amount"] for line in moved.lines] == [NIGHT, 2 * NIGHT]
        assert "terms of cancellation" in moved.lines[1]["text"]
        assert moved.price == 3 * NIGHT

    def test_that_is_made_shorter_once_it_has_begun_is_asked_for_no_less(self, stay, guest, staff):
        operations.check_in(stay, by=staff, now=STAY.start)

        moved = operations.move(
            stay, by=guest, span=Span(STAY.start, at(11, day=8)), now=STAY.start + timedelta(hours=1)
        )

        assert moved.price == 3 * NIGHT

    def test_owes_it_through_any_number_of_moves(self, stay, guest, staff):
        operations.move(stay, by=guest, span=FAR, now=LATE)
        operations.move(stay, by=guest, span=Span(at(15, day=21), at(11, day=22)), now=LATE)
        operations.move(stay, by=staff, span=FAR, now=LATE)

        assert cancelled(stay, guest, LATE) == 3 * NIGHT // 2

    def test_is_made_longer_for_what_that_costs(self, stay, guest):
        moved = operations.move(stay, by=guest, span=Span(STAY.start, at(11, day=11)), now=TOO_LATE)

        assert moved.price == 4 * NIGHT

    def test_moves_for_the_staff_as_they_see_fit(self, stay, guest, staff):
        moved = operations.move(stay, by=staff, span=Span(at(15, day=27), at(11, day=28)), now=TOO_LATE)

        assert (moved.price, cancelled(stay, guest, TOO_LATE)) == (NIGHT, 0)

    def test_that_costs_nothing_where_it_goes_owes_it_all_the_same(self, venue, stay, guest):
        venue.types.get().rates.update(amount=0)
        venue.save()

        moved = operations.move(stay, by=guest, span=FAR, now=LATE)

        assert (moved.price, cancelled(stay, guest, LATE)) == (3 * NIGHT // 2, 3 * NIGHT // 2)


class TestADateOfASeries:
    @pytest.fixture
    def weekly(self, guest):
        found = office(hours=None, cancellation_steps=[[48, 100]])
        rate(found, 2_400)
        every = Repeated(Span(at(10, day=9), at(11, day=9)), str(parse("FREQ=WEEKLY;COUNT=3")))
        return operations.book(room(found), every, by=guest, now=NOW)

    def test_that_is_moved_far_ahead_owes_what_leaving_it_out_would_have(self, weekly, guest):
        late = at(9, day=9)
        operations.move_date(weekly, 1, by=guest, span=Span(at(10, day=20), at(11, day=20)), now=late)

        skipped = operations.skip(weekly, 1, by=guest, now=late)

        assert skipped.price == 3 * 2_400

    def test_that_was_left_out_and_is_taken_back_owes_what_it_did(self, weekly, guest):
        late = at(9, day=9)
        operations.skip(weekly, 1, by=guest, now=late)
        operations.move_date(weekly, 1, by=guest, span=Span(at(10, day=20), at(11, day=20)), now=late)

        assert operations.skip(weekly, 1, by=guest, now=late).price == 3 * 2_400

    def test_that_runs_may_end_earlier_for_less_where_cancelling_has_no_steps(self, weekly, guest):
        Policy.objects.update(cancellation_steps=[])
        weekly.venue.save()

        moved = operations.move_date(
            weekly, 1, by=guest, span=Span(at(10, day=9), at(10, 30, day=9)), now=at(10, 5, day=9)
        )

        assert moved.price == 2 * 2_400 + 1_200

    def test_that_is_moved_in_time_owes_nothing_more(self, weekly, guest):
        operations.move_date(weekly, 1, by=guest, span=Span(at(10, day=20), at(11, day=20)), now=NOW)

        assert operations.skip(weekly, 1, by=guest, now=NOW).price == 2 * 2_400
