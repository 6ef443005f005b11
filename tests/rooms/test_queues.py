"""Queues: who waits for rooms or seats is given a hold of them, in turn, once they come free."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reservations import Invalid, NotFound, PolicyViolation, Unavailable
from reservations.spans import Span
from rooms import operations
from rooms.models import Booking, Change, WaitlistEntry
from rooms.operations import AnyOf, Details
from rooms.queries.waiting import ahead_of
from rooms.sql import database_now
from tests.rooms.dates import THREE
from tests.rooms.waits import LATER, serve, states
from tests.travel import train
from tests.worlds import NOW, at, car_park, hall, hotel, office, person, refused, room, rooms, span, works_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_well")]
TEN = span(10, 11)


def book(what, by, during=TEN):
    return operations.book(what, during, by=by, now=NOW)


def wait(what, by, during=TEN, **details):
    return operations.wait(what, during, by=by, details=Details(**details), now=NOW)


class TestWhoWaits:
    def test_is_given_a_hold_of_what_came_free_before_anybody_else(self, aurora, guest, rival, third):
        taken = book(aurora, rival)
        first, second = wait(aurora, guest, title="Planning", party=4), wait(aurora, third)

        operations.cancel(taken, by=rival, now=NOW)
        serve()

        assert states(first, second) == ["offered", "waiting"]
        hold = first.booking
        assert (hold.state, hold.guest, hold.title, hold.party) == ("held", guest, "Planning", 4)
        with refused(Unavailable):
            operations.hold(aurora, TEN, by=rival, now=LATER)

    def test_leaves_it_to_the_next_who_lets_it_run_out(self, aurora, guest, rival, third):
        operations.cancel(book(aurora, rival), by=rival, now=NOW)
        book(aurora, rival)
        first, second = wait(aurora, guest), wait(aurora, third)
        operations.cancel(Booking.objects.get(state="confirmed"), by=rival, now=NOW)
        serve()
        first.refresh_from_db()

        serve(first.booking.expires_at)

        assert states(first, second) == ["offered", "offered"]
        assert second.booking.guest == third

    def test_for_more_rooms_than_are_free_keeps_nobody_behind_waiting(self, venue, guest, rival, third):
        kind, taken = venue.types.get(), [book(one, rival) for one in rooms(venue, 3)]
        many, one = wait(AnyOf(kind, 3), guest), wait(AnyOf(kind, 1), third)

        operations.cancel(taken[0], by=rival, now=NOW)
        serve()

        assert states(many, one) == ["waiting", "offered"]

    def test_for_more_people_than_fit_keeps_nobody_behind_waiting(self, venue, guest, rival, third):
        small, large = room(venue, "Small", capacity=2), room(venue, "Large")
        taken = [book(one, rival) for one in (small, large)]
        kind = venue.types.get()
        many, few = wait(AnyOf(kind), guest, party=8), wait(AnyOf(kind), third, party=2)

        operations.cancel(taken[0], by=rival, now=NOW)
        serve()

        assert states(many, few) == ["waiting", "offered"]

    def test_behind_more_than_are_read_at_once_is_looked_at_as_well(self, aurora, birch, guest, rival, third):
        taken = book(aurora, rival)
        WaitlistEntry.objects.bulk_create(
            WaitlistEntry(
                guest=third,
                venue=birch.venue,
                rooms=[birch.pk],
                starts_at=TEN.start + timedelta(seconds=number),
                ends_at=TEN.end,
                created_at=NOW,
                look_at=TEN.end,
            )
            for number in range(1000)
        )
        entry = wait(aurora, guest)

        operations.cancel(taken, by=rival, now=NOW)
        serve()

        assert states(entry) == ["offered"]

    def test_for_a_hall_is_given_it_once_the_last_of_its_parts_is_free(self, venue, guest, rival):
        parts = hall(venue)
        taken = [book(parts[f"Hall {letter}"], rival) for letter in "AB"]
        entry = wait(parts["Grand Hall"], guest)

        operations.cancel(taken[0], by=rival, now=NOW)
        serve()
        assert states(entry) == ["waiting"]
        operations.cancel(taken[1], by=rival, now=NOW)
        serve(LATER + timedelta(minutes=11))

        assert states(entry) == ["offered"]

    def test_for_nights_is_given_any_room_of_the_type(self, guest, rival):
        inn = hotel()
        double, [one] = inn.types.get(), rooms(inn, 1, capacity=2)
        nights = Span(at(15), at(11, day=2))
        taken = book(one, rival, nights)
        entry = wait(AnyOf(double), guest, nights, party=2)

        operations.cancel(taken, by=rival, now=NOW)
        serve()

        assert states(entry) == ["offered"]
        assert entry.booking.allocations.get().room == one

    def test_has_longer_for_an_offer_of_what_is_far_ahead(self, aurora, guest, rival):
        found = []
        for during in (TEN, span(10, 11, day=7)):
            taken = book(aurora, rival, during)
            entry = wait(aurora, guest, during)
            operations.cancel(taken, by=rival, now=NOW)
            serve()
            entry.refresh_from_db()
            found.append(entry.booking.expires_at - entry.offered_at)

        assert found == [timedelta(minutes=10), timedelta(hours=2)]

    def test_who_renews_an_offer_is_not_given_less_time(self, aurora, guest, rival):
        far = span(10, 11, day=7)
        taken = book(aurora, rival, far)
        entry = wait(aurora, guest, far)
        operations.cancel(taken, by=rival, now=NOW)
        serve()
        entry.refresh_from_db()
        ends = entry.booking.expires_at

        renewed = operations.renew(entry.booking, by=guest, now=LATER)

        assert renewed.expires_at == ends

    def test_who_looks_at_an_offer_and_goes_away_keeps_it(self, aurora, guest, rival):
        taken = book(aurora, rival)
        entry = wait(aurora, guest)
        operations.cancel(taken, by=rival, now=NOW)
        serve()
        entry.refresh_from_db()
        ends = entry.booking.expires_at

        assert operations.leave(entry.booking, by=guest, now=LATER).expires_at == ends

    def test_who_holds_as_much_as_one_may_keeps_their_place(self, guest, rival):
        venue = office("strict", max_holds=1)
        one, other = rooms(venue, 2)
        taken = book(one, rival)
        entry = wait(one, guest)
        held = operations.hold(other, TEN, by=guest, now=LATER)
        operations.cancel(taken, by=rival, now=NOW)

        serve()
        assert states(entry) == ["waiting"]
        operations.cancel(held, by=guest, now=LATER)
        serve(LATER + timedelta(minutes=11))

        assert states(entry) == ["offered"]

    def test_ends_with_a_word_once_it_can_not_be_booked_any_more(self, venue, aurora, birch, guest, rival):
        for one in (aurora, birch):
            book(one, rival)
        begun, archived = wait(aurora, guest), wait(birch, guest)
        birch.archived_at = NOW
        birch.save()

        serve()
        assert states(begun, archived) == ["waiting", "ended"]
        serve(at(10, 20))

        assert states(begun) == ["ended"]
        assert [begun.word, archived.word] == [
            "It began, and nothing came free.",
            "There is no such room here.",
        ]

    def test_can_leave_and_nobody_else_can_for_them(self, aurora, guest, rival):
        book(aurora, rival)
        entry = wait(aurora, guest)

        with refused(NotFound):
            operations.leave_waitlist(entry, by=rival)
        assert operations.leave_waitlist(entry, by=guest).state == "left"

    def test_is_told_how_many_wait_before_them_for_the_same(self, venue, aurora, birch, guest, rival, third):
        for one in (aurora, birch):
            book(one, rival)
        wait(aurora, third)
        wait(birch, third)

        mine = [
            wait(aurora, guest),
            wait(birch, guest, span(10.5, 11)),
            wait(AnyOf(venue.types.get()), guest),
        ]

        assert list(ahead_of(mine).values()) == [1, 1, 4]


class TestWhatCannotBeWaitedFor:
    def test_is_what_is_free(self, aurora, guest):
        with refused(PolicyViolation, rule="free"):
            wait(aurora, guest)

    def test_is_what_one_holds_or_what_is_held_with_it(self, venue, guest):
        parts = hall(venue)
        held = operations.hold(parts["Hall A"], TEN, by=guest, now=NOW)

        for what in (parts["Hall A"], parts["Grand Hall"]):
            with refused(PolicyViolation, rule="waitlist"):
                wait(what, guest, span(10.5, 12))
        book(parts["Hall A"], guest, span(11, 12))
        assert wait(parts["Hall A"], guest, span(11, 12)).state == "waiting"
        operations.confirm(held, by=guest, now=NOW)
        assert wait(parts["Hall A"], guest).state == "waiting"

    def test_is_what_the_terms_do_not_allow(self, aurora, guest, rival):
        book(aurora, rival)

        with refused(PolicyViolation, rule="opening_hours"):
            wait(aurora, guest, span(21, 22))
        with refused(PolicyViolation, rule="capacity"):
            wait(aurora, guest, party=9)

    def test_is_more_than_there_is(self, venue, aurora, guest, rival):
        book(aurora, rival)

        with refused(Invalid, field_errors={"count": ["Office has only 1 room of this type."]}):
            wait(AnyOf(venue.types.get(), 2), guest)

    def test_is_a_spot_a_seat_by_the_hour_a_series_or_what_has_no_end(self, aurora, guest, rival):
        [spot], seat = rooms(car_park(), 1), train().rooms.first()
        book(aurora, rival)

        with refused(PolicyViolation, sentence="A spot goes to whoever comes first: nobody waits for one."):
            wait(spot, guest)
        with refused(PolicyViolation, rule="waitlist"):
            wait(seat, guest)
        with refused(Invalid):
            wait(aurora, guest, THREE)
        with refused(Invalid, field_errors={"end": ["Say until when."]}):
            wait(aurora, guest, Span(at(10), None))

    def test_is_what_one_waits_for_already_however_it_is_asked(self, venue, aurora, birch, guest, rival):
        for one in (aurora, birch):
            book(one, rival)
        kind = venue.types.get()

        for what in ([aurora, birch], AnyOf(kind, 2)):
            wait(what, guest)
            with refused(PolicyViolation, sentence="You wait for that already."):
                wait(what, guest)

    def test_is_an_eleventh_thing(self, aurora, guest, rival):
        book(aurora, rival, span(8, 20))
        for hour in range(8, 18):
            wait(aurora, guest, span(hour, hour + 1))

        with refused(PolicyViolation, rule="waitlist"):
            wait(aurora, guest, span(18, 19))
        assert WaitlistEntry.objects.count() == 10


DAY = timedelta(days=1)
WAYS = {
    "cancelled": lambda one, staff: operations.cancel(one, by=staff),
    "declined": lambda one, staff: operations.decline(one, by=staff),
    "moved": lambda one, staff: operations.move(one, by=staff, span=soon_span(20, 21)),
    "run out": lambda one, staff: operations.expire_holds(now=one.expires_at),
    "not decided": lambda one, staff: operations.expire_requests(now=one.starts_at),
}


def soon_span(start, end):
    """Return the span between two hours of the day after tomorrow: for what goes by the real clock."""
    midnight = database_now().replace(hour=0, minute=0, second=0, microsecond=0) + 2 * DAY
    return Span(midnight + timedelta(hours=start), midnight + timedelta(hours=end))


class TestTheMomentTimeComesFree:
    """Whatever frees it, the offer is there when the call returns: nobody waits for the clock."""

    @pytest.fixture
    def studio(self, guest):
        return room(office("studio", hours=None, needs_approval=True, max_holds=99), "Studio")

    @pytest.mark.parametrize("way", WAYS)
    def test_it_is_offered(self, way, studio, guest, rival, django_capture_on_commit_callbacks):
        staff, during = works_at(person("staff"), studio.venue), soon_span(10, 11)
        take = operations.hold if way == "run out" else operations.book
        taken = take(studio, during, by=rival)
        entry = operations.wait(studio, during, by=guest)

        with django_capture_on_commit_callbacks(execute=True):
            WAYS[way](taken, staff)

        assert states(entry) == ["offered"]
        offer = Change.objects.filter(booking=entry.booking).get()
        assert (offer.kind, offer.by, offer.guest, offer.origin) == ("offered", None, guest, "")

    def test_it_is_offered_when_rooms_are_put_back_into_use(
        self, studio, guest, django_capture_on_commit_callbacks
    ):
        blocking = operations.block(studio, soon_span(9, 12), by=None)
        entry = operations.wait(studio, soon_span(10, 11), by=guest)

        with django_capture_on_commit_callbacks(execute=True):
            operations.unblock(blocking, by=None)

        assert states(entry) == ["offered"]

    def test_nobody_asks_who_waits_where_a_room_is_taken(
        self, studio, rival, django_capture_on_commit_callbacks
    ):
        with CaptureQueriesContext(connection) as asked, django_capture_on_commit_callbacks(execute=True):
            operations.book(studio, soon_span(10, 11), by=rival)

        assert [one for one in asked.captured_queries if "waitlist" in one["sql"]] == []

    def test_what_it_missed_the_clock_finds_because_it_is_told(self, studio, guest, rival):
        during = soon_span(10, 11)
        taken = operations.book(studio, during, by=rival)
        entry = operations.wait(studio, during, by=guest)
        operations.serve_waitlist()
        operations.cancel(taken, by=None)
        assert operations.serve_waitlist() == 0

        operations.tell()
        operations.serve_waitlist()

        assert states(entry) == ["offered"]

    def test_the_clock_asks_as_little_for_thirty_who_want_the_same_as_for_one(self, studio, rival):
        during = soon_span(10, 11)
        operations.book(studio, during, by=rival)
        asked = []
        for number in (1, 29):
            WaitlistEntry.objects.bulk_create(
                WaitlistEntry(
                    guest=person(f"{number}-{one}"),
                    venue=studio.venue,
                    rooms=[studio.pk],
                    starts_at=during.start,
                    ends_at=during.end,
                    created_at=database_now(),
                    look_at=database_now(),
                )
                for one in range(number)
            )
            with CaptureQueriesContext(connection) as queries:
                operations.serve_waitlist()
            asked.append(len(queries))

        assert asked[0] == asked[1]
