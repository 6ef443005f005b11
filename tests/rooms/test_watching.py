"""Watching rooms: once each, not too many, only what one may see; and what is told of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import operations as accounts
from accounts.models import User
from reservations import Invalid, NotAuthenticated, NotFound, PolicyViolation
from rooms import operations, personal, wishes
from rooms.events import Changed
from rooms.models import Change, Room, Venue, Watch
from rooms.operations.watching import FULL, MOST
from rooms.queries.watching import news, watched, watches_of
from tests.days import span
from tests.worlds import hall, office, refused, rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def venue(db):
    return office(hours=None)


def told(room, reader, *, staff=False, since=None):
    """Return everything that was ever told of the room, as (what, first hour)."""
    room.refresh_from_db()
    found = news(
        {room.pk: (0, room.revision)}, reader=reader.pk, staff=[room.pk] if staff else (), since=since
    )
    return found[room.pk]


def said(room, reader):
    return [(one.what, one.start.hour) for one in told(room, reader)]


class TestAWatch:
    def test_is_one_however_often_it_is_asked_for_and_keeps_whether_mail_is_wanted(self, aurora, guest):
        first = operations.watch(aurora.pk, by=guest, by_mail=True)
        again = operations.watch(aurora.pk, by=guest)

        assert (again.pk, again.by_mail) == (first.pk, True)
        assert Watch.objects.count() == 1

    def test_ends_and_says_whether_there_was_one(self, aurora, guest):
        operations.watch(aurora.pk, by=guest)

        assert operations.unwatch(aurora.pk, by=guest) is True
        assert operations.unwatch(aurora.pk, by=guest) is False
        assert not Watch.objects.exists()

    def test_of_one_room_too_many_is_refused_with_a_sentence(self, venue, guest):
        for one in rooms(venue, MOST):
            operations.watch(one.pk, by=guest)
        more = Room.objects.create(venue=venue, type=venue.types.get(), name="More", capacity=1)

        with refused(PolicyViolation, rule="watches", sentence=FULL):
            operations.watch(more.pk, by=guest)

        assert operations.watch(venue.rooms.first().pk, by=guest, by_mail=True).by_mail  # that one is watched
        assert Watch.objects.count() == MOST

    def test_is_for_who_may_see_the_room(self, venue, aurora, guest, staff):
        Venue.objects.update(is_listed=False)

        with refused(NotFound):
            operations.watch(aurora.pk, by=guest)
        operations.watch(aurora.pk, by=staff)

        assert [one.person for one in Watch.objects.all()] == [staff]

    def test_of_an_archived_room_or_by_nobody_is_refused(self, aurora, guest):
        Room.objects.update(archived_at=timezone.now())
        with refused(NotFound):
            operations.watch(aurora.pk, by=guest)

        guest.is_active = False
        with refused(NotAuthenticated):
            operations.watch(aurora.pk, by=guest)

    def test_of_a_seat_is_refused(self, aurora, guest):
        Venue.objects.update(kind="vehicle")

        with refused(Invalid):
            operations.watch(aurora.pk, by=guest)

    def test_tells_open_pages_of_the_person_that_they_hear_of_other_rooms_now(
        self, aurora, guest, heard, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            operations.watch(aurora.pk, by=guest)
            operations.watch(aurora.pk, by=guest)  # nothing new
            operations.unwatch(aurora.pk, by=guest)

        assert heard == [Changed(guests=frozenset([guest.pk]))] * 2


class TestWhatIsTold:
    def test_is_what_others_book_move_and_cancel_and_not_what_they_hold(self, aurora, guest, rival):
        operations.hold(aurora, span(7, 8), by=rival)
        booking = operations.book(aurora, span(9, 10), by=rival)
        operations.move(booking, span=span(11, 12), by=rival)
        operations.cancel(booking, by=rival)

        assert said(aurora, guest) == [("booked", 9), ("moved", 11), ("cancelled", 11)]

    def test_begins_with_the_confirmation_of_a_hold(self, aurora, guest, rival):
        operations.confirm(operations.hold(aurora, span(7, 8), by=rival), by=rival)

        assert said(aurora, guest) == [("booked", 7)]

    def test_is_neither_ones_own_doing_nor_ones_own_booking(self, aurora, guest, staff):
        own = operations.book(aurora, span(9, 10), by=guest)
        operations.cancel(own, by=staff)

        assert said(aurora, guest) == []

    def test_is_where_a_booking_went_and_where_it_came_from(self, aurora, birch, guest, rival):
        booking = operations.book(aurora, span(9, 10), by=rival)
        operations.move(booking, rooms=[birch], by=rival)

        assert said(aurora, guest) == [("booked", 9), ("moved_away", 9)]
        assert said(birch, guest) == [("moved_here", 9)]

    def test_is_that_a_room_is_out_of_use_and_back(self, aurora, guest, staff):
        made = operations.block([aurora], span(9, 10), by=staff)
        operations.unblock(made, by=staff)

        assert said(aurora, guest) == [("closed", 9), ("reopened", 9)]

    def test_of_a_hall_is_what_happens_to_its_parts(self, venue, guest, rival):
        halls = hall(venue)
        operations.book(halls["Hall B"], span(9, 10), by=rival)
        operations.book(halls["Grand Hall"], span(12, 13), by=rival)

        assert said(halls["Grand Hall"], guest) == [("booked", 9), ("booked", 12)]
        assert said(halls["Hall A"], guest) == [("booked", 12)]

    def test_of_a_hall_is_what_a_move_between_its_parts_or_from_elsewhere_means_for_it(
        self, venue, aurora, guest, rival
    ):
        halls = hall(venue)
        grand, first, second = (halls[name] for name in ("Grand Hall", "Hall A", "Hall B"))
        booking = operations.book(aurora, span(9, 10), by=rival)
        for target in ({"rooms": [first]}, {"rooms": [second]}, {"rooms": [first], "span": span(11, 12)}):
            operations.move(booking, by=rival, **target)
        operations.move(booking, rooms=[aurora], by=rival)

        assert said(grand, guest) == [("moved_here", 9), ("moved", 11), ("moved_away", 11)]
        assert said(second, guest) == [("moved_here", 9), ("moved_away", 9)]

    def test_of_a_hall_is_not_what_the_same_booking_does_in_rooms_that_are_no_part_of_it(
        self, venue, aurora, guest, rival
    ):
        halls = hall(venue)
        booking = operations.book([aurora, halls["Hall A"]], span(9, 10), by=rival)
        operations.move(booking, rooms=[aurora], span=span(12, 13), by=rival)

        assert said(halls["Grand Hall"], guest) == [("booked", 9), ("moved_away", 9)]

    def test_of_a_hall_is_that_a_part_is_out_of_use(self, venue, guest, staff):
        halls = hall(venue)
        operations.unblock(operations.block([halls["Hall C"]], span(9, 10), by=staff), by=staff)

        assert said(halls["Grand Hall"], guest) == [("closed", 9), ("reopened", 9)]

    def test_of_a_series_in_a_part_is_one_piece_of_news_to_the_hall(self, venue, guest, rival):
        halls = hall(venue)
        operations.book(halls["Hall A"], wishes.Repeated(span(9, 10), "FREQ=DAILY;COUNT=3"), by=rival)

        [one] = told(halls["Grand Hall"], guest)
        assert (one.what, one.start, one.dates) == ("booked", span(9, 10).start, 3)

    def test_of_a_series_is_all_of_it_though_one_looks_at_its_last_changes_only(self, aurora, guest, rival):
        operations.book(aurora, span(7, 8), by=rival)
        operations.book(aurora, wishes.Repeated(span(9, 10), "FREQ=DAILY;COUNT=40"), by=rival)
        aurora.refresh_from_db()

        upto = aurora.revision
        [one] = news({aurora.pk: (upto - 30, upto)}, reader=guest.pk, since=None)[aurora.pk]

        assert (one.start, one.dates, one.revision) == (span(9, 10).start, 40, 41)

    def test_of_a_series_is_one_piece_of_news(self, aurora, guest, rival):
        series = wishes.Repeated(span(9, 10), "FREQ=DAILY;COUNT=3")
        operations.book(aurora, series, by=rival)

        [one] = told(aurora, guest)
        assert (one.what, one.start, one.dates, one.revision) == ("booked", span(9, 10).start, 3, 3)

    def test_says_whose_it_was_to_staff_only(self, aurora, guest, staff, rival):
        details = operations.Details(title="Secret merger")
        booking = operations.book(aurora, span(9, 10), by=rival, details=details)

        [to_guest], [to_staff] = told(aurora, guest), told(aurora, staff, staff=True)
        assert (to_guest.title, to_guest.guest, to_guest.reference) == ("", "", "")
        assert (to_staff.title, to_staff.guest, to_staff.reference) == (
            "Secret merger",
            "Rival",
            booking.reference,
        )

    def test_is_not_what_happened_before(self, aurora, guest, rival):
        operations.book(aurora, span(9, 10), by=rival)

        assert told(aurora, guest, since=timezone.now() + timedelta(minutes=1)) == []

    @pytest.mark.parametrize("number", [1, 8])
    def test_takes_as_many_questions_of_many_rooms_as_of_one(self, venue, guest, rival, number):
        found = rooms(venue, number)
        for one in found:
            operations.book(one, span(9, 10), by=rival)
            operations.watch(one.pk, by=guest)

        with CaptureQueriesContext(connection) as asked:
            seen = watched([guest.pk])[guest.pk]
            news({one: (0, room.revision) for one, room in seen.items()}, reader=guest.pk, since=None)

        assert len(seen) == number
        assert len(asked) == 2


def test_what_is_said_of_a_blocking_is_found_by_an_index(venue, staff):
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL says so.")
    made = operations.block([rooms(venue, 1)[0]], span(9, 10), by=staff)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    found = Change.objects.filter(Q(booking__in=[1]) | Q(blocking__in=[made.pk]))

    assert "changes_of_a_blocking" in found.explain()


class TestASilentWatch:
    def test_is_of_a_room_that_is_hidden_archived_or_no_longer_ones_work(self, venue, guest, staff):
        shown, gone = rooms(venue, 2)
        for who in (guest, staff):
            for one in (shown, gone):
                operations.watch(one.pk, by=who)
        Room.objects.filter(pk=gone.pk).update(archived_at=timezone.now())

        both = watched([guest.pk, staff.pk])
        Venue.objects.update(is_listed=False)
        hidden = watched([guest.pk, staff.pk])
        staff.memberships.all().delete()

        assert [list(both[who.pk]) for who in (guest, staff)] == [[shown.pk], [shown.pk]]
        assert [list(hidden[who.pk]) for who in (guest, staff)] == [[], [shown.pk]]
        assert watched([staff.pk]) == {staff.pk: {}}
        assert [one.is_heard for one in watches_of(guest)] == [False, False]


def test_an_account_that_is_closed_watches_nothing(aurora, guest):
    operations.watch(aurora.pk, by=guest)

    accounts.close(guest, by=guest)

    assert not Watch.objects.exists()


def test_an_account_that_is_closed_meanwhile_comes_to_watch_nothing(aurora, guest):
    User.objects.filter(pk=guest.pk).update(is_active=False)  # the object at hand does not know it

    with refused(NotAuthenticated):
        operations.watch(aurora.pk, by=guest)

    assert not Watch.objects.exists()


def test_a_copy_of_ones_data_names_no_room_that_is_hidden_by_now(venue, aurora, guest):
    operations.watch(aurora.pk, by=guest)
    [before] = dict(personal.told(guest))["watches"]
    Venue.objects.update(is_listed=False)
    [after] = dict(personal.told(guest))["watches"]

    assert [(one["venue"], one["room"]) for one in (before, after)] == [("Office", "Aurora"), (None, None)]
