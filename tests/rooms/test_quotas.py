"""How much one guest may have: told before, refused at every way to more, and no bar to the staff."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from reservations import PolicyViolation, Span, Unavailable, recurrence
from rooms import operations, queries
from rooms.models import Quota, WaitlistEntry
from rooms.operations import AnyOf, Details, Repeated
from rooms.queries.previewing import preview
from rooms.queries.quotas import standings
from tests.rooms.dates import on
from tests.worlds import NOW, at, car_park, hall, hotel, office, refused, room, rooms, span, terms, works_at

pytestmark = pytest.mark.django_db
WEEK_IS_FULL = (
    "Your limit of 2 bookings a week here is reached (2 of 2): "
    "the next week begins on Monday 30 November 2026."
)


@pytest.fixture
def quota(venue):
    return Quota.objects.create(venue=venue, most=2)


@pytest.fixture
def many(venue):
    return rooms(venue, 4)


@pytest.fixture
def two(quota, many, guest):
    """Two bookings of this week."""
    return [operations.book(one, span(9, 10), by=guest, now=NOW) for one in many[:2]]


class TestAQuota:
    def test_leaves_so_many_and_no_more_in_its_week(self, two, many, guest, rival):
        with refused(PolicyViolation, rule="quota", sentence=WEEK_IS_FULL, until=at(0, day=7)):
            operations.book(many[2], span(9, 10, day=4), by=guest, now=NOW)

        operations.book(many[2], span(9, 10, day=7), by=guest, now=NOW)
        operations.book(many[2], span(9, 10), by=rival, now=NOW)

    @pytest.mark.parametrize("take", [operations.book, operations.hold])
    def test_counts_holds_and_requests_however_many_rooms_they_have(self, take, quota, many, guest):
        operations.hold(many[:3], span(9, 10), by=guest, now=NOW)
        many[0].type.policy.needs_approval = True
        many[0].type.policy.save()
        operations.book(many[0], span(11, 12), by=guest, now=NOW)

        with refused(PolicyViolation, rule="quota"):
            take(AnyOf(many[0].type), span(14, 15), by=guest, now=NOW)

    def test_counts_nothing_that_was_given_back_or_ran_out(self, quota, many, guest):
        operations.cancel(operations.book(many[0], span(9, 10), by=guest, now=NOW), by=guest, now=NOW)
        operations.hold(many[1], span(9, 10), by=guest, now=NOW)
        operations.book(many[0], span(11, 12), by=guest, now=NOW)
        later = NOW + timedelta(minutes=10)

        operations.book(many[2], span(9, 10), by=guest, now=later)

        with refused(PolicyViolation, rule="quota"):
            operations.book(many[3], span(9, 10), by=guest, now=later)

    def test_counts_what_is_over_in_its_week_but_not_among_what_lies_ahead(
        self, venue, quota, two, many, guest
    ):
        Quota.objects.create(venue=venue, most=1, per="ahead")
        afterwards = at(11)
        operations.complete_past(now=afterwards)

        with refused(PolicyViolation, sentence=WEEK_IS_FULL):
            operations.book(many[0], span(12, 13), by=guest, now=afterwards)
        quota.delete()
        operations.book(many[0], span(12, 13), by=guest, now=afterwards)
        with refused(PolicyViolation, rule="quota", until=at(13)):
            operations.book(many[0], span(14, 15), by=guest, now=afterwards)

    def test_of_a_type_is_about_its_rooms_alone(self, venue, many, guest):
        studio = venue.types.create(name="Studio", capacity=4, policy=venue.policies.get())
        Quota.objects.create(venue=venue, type=studio, most=1, measure="hours", per="day")
        place = room(venue, "Studio", type=studio)
        operations.book(place, span(9, 9.5), by=guest, now=NOW)
        operations.book(many[0], span(9, 12), by=guest, now=NOW)

        with refused(PolicyViolation, rule="quota") as refusal:
            operations.book(place, span(10, 11), by=guest, now=NOW)

        assert refusal.value.sentence == (
            "Your limit of 1 hour a day for Studio leaves 0.5 (0.5 of 1), and this takes 1."
        )

    def test_counts_a_hall_and_not_its_parts_too(self, venue, guest):
        Quota.objects.create(venue=venue, most=2, measure="hours", per="day")

        operations.book(hall(venue)["Grand Hall"], span(9, 11), by=guest, now=NOW)

    def test_counts_nights_of_a_hotel_by_its_calendar(self, guest):
        inn = hotel()
        Quota.objects.create(venue=inn, most=3, measure="nights", per="month")
        double, other = rooms(inn, 2)
        operations.book(double, Span(at(15, day=6), at(11, day=9)), by=guest, now=NOW)  # two of November

        with refused(PolicyViolation, rule="quota", until=at(0, day=8)):
            operations.book([double, other], Span(at(15), at(11, day=1)), by=guest, now=NOW)
        operations.book(double, Span(at(15), at(11, day=1)), by=guest, now=NOW)

    def test_keeps_a_guest_to_one_car_but_nobody_who_walks_in(self, guest, staff):
        lot = car_park()
        Quota.objects.create(venue=lot, most=1, per="ahead")
        rooms(lot, 4)
        works_at(staff, lot)
        parked = operations.take(lot, by=guest, now=NOW)

        with refused(PolicyViolation, rule="quota", until=None):
            operations.take(lot, by=guest, now=NOW)
        operations.release(parked, by=guest, now=at(9))
        operations.take(lot, by=guest, now=at(9))
        for _ in range(2):
            operations.walk_in(lot, by=staff, now=at(9))


class TestASeries:
    def test_counts_each_date_in_its_own_week(self, quota, two, many, guest):
        quota.most = 3
        quota.save()
        daily = Repeated(span(12, 13), "FREQ=DAILY;COUNT=3")

        with refused(PolicyViolation, rule="quota") as refusal:
            operations.book(many[0], daily, by=guest, now=NOW)

        assert refusal.value.sentence.startswith(
            "Tuesday 24 November 2026: Your limit of 3 bookings a week here is reached (3 of 3)"
        )
        operations.book(many[0], Repeated(span(12, 13), "FREQ=WEEKLY;COUNT=3"), by=guest, now=NOW)

    def test_shows_before_which_dates_are_too_many_and_no_room_that_would_not_help(
        self, venue, quota, two, many, guest
    ):
        one = terms(venue).rooms[many[0].pk]
        series = recurrence.series("FREQ=WEEKLY;COUNT=2", span(12, 13), terms(venue).zone)

        dates = preview(series, one, terms(venue), {}, now=NOW, reader=guest)

        assert [(date.problem, date.choices) for date in dates] == [(WEEK_IS_FULL, ()), ("", ())]

    def test_of_which_a_date_is_taken_back_counts_it_again(self, quota, many, guest):
        series = operations.book(many[0], Repeated(span(12, 13), "FREQ=WEEKLY;COUNT=2"), by=guest, now=NOW)
        operations.skip(series, 2, by=guest, now=NOW)
        for one in many[1:3]:
            operations.book(one, on(1), by=guest, now=NOW)

        with refused(PolicyViolation, rule="quota"):
            operations.move_date(series, 2, by=guest, now=NOW)
        operations.move_date(series, 1, by=guest, span=span(14, 15), now=NOW)

    def test_whose_date_is_moved_to_taken_time_is_told_that_first(self, two, many, guest, rival):
        series = operations.book(many[0], Repeated(on(1), "FREQ=WEEKLY;COUNT=2"), by=guest, now=NOW)
        operations.book(many[0], span(12, 13), by=rival, now=NOW)

        with refused(Unavailable):
            operations.move_date(series, 1, by=guest, span=span(12, 13), now=NOW)


class TestAMove:
    def test_to_taken_time_is_told_that_before_how_much_one_may_have(self, two, many, guest, rival):
        later = operations.book(many[0], on(1), by=guest, now=NOW)
        operations.book(many[0], span(12, 13), by=rival, now=NOW)

        with refused(Unavailable) as refusal:
            operations.move(later, by=guest, span=span(12, 13), now=NOW)

        assert len(refusal.value.alternatives) >= 3

    def test_is_counted_without_what_moves(self, two, many, guest):
        later = operations.book(many[0], on(1), by=guest, now=NOW)

        with refused(PolicyViolation, rule="quota"):
            operations.move(later, by=guest, span=span(11, 12), now=NOW)
        operations.move(two[0], by=guest, span=span(11, 12, day=1), now=NOW)

    def test_that_takes_no_more_than_before_is_free_though_the_quota_was_exceeded(
        self, quota, two, many, guest
    ):
        quota.most = 1
        quota.save()

        operations.move(two[0], by=guest, span=span(11, 12, day=1), now=NOW)
        operations.book(many[0], on(1), by=guest, now=NOW)
        with refused(PolicyViolation, rule="quota"):
            operations.move(two[0], by=guest, span=on(1, 14), now=NOW)


class TestTheStaff:
    def test_may_exceed_it_for_a_guest_whose_bookings_these_are(self, two, many, guest, staff):
        operations.book(many[2], span(9, 10), by=staff, details=Details(guest=guest), now=NOW)

        assert standings_of(many[0].venue, many[0], guest) == ["3 of 2 bookings this week"]

    def test_are_bound_by_it_only_where_they_are_guests(self, quota, two, many, staff):
        elsewhere = office("elsewhere")
        Quota.objects.create(venue=elsewhere, most=1)
        place, other = rooms(elsewhere, 2)
        for one in many[:3]:
            operations.book(one, span(12, 13), by=staff, now=NOW)
        operations.book(place, span(12, 13), by=staff, now=NOW)

        with refused(PolicyViolation, rule="quota"):
            operations.book(other, span(12, 13), by=staff, now=NOW)


def standings_of(venue, place, reader):
    known = terms(venue)
    return [one.words for one in standings([known.rooms[place.pk]], known, span(9, 10), reader, now=NOW)]


class TestItIsToldBefore:
    def test_to_a_guest_who_has_used_it_up(self, venue, two, many, guest):
        known = terms(venue)
        [reason] = queries.why(known.rooms[many[2].pk], known, span(11, 12), now=NOW, reader=guest)

        assert reason == {
            "code": "policy_violation", "rule": "quota", "sentence": WEEK_IS_FULL, "until": at(0, day=7),
        }  # fmt: skip
        assert queries.free_rooms(known, span(11, 12), now=NOW, reader=guest) == []

    def test_and_nothing_is_offered_instead_that_it_would_refuse(self, venue, many, guest, rival):
        Quota.objects.create(venue=venue, most=1, per="day")
        operations.book(many[3], span(9, 10, day=1), by=guest, now=NOW)
        operations.book(many, span(9, 10), by=rival, now=NOW)

        with refused(Unavailable) as refusal:
            operations.book(many[0], span(9, 10), by=guest, now=NOW)

        days = {offer["start"][:10] for offer in refusal.value.alternatives}
        assert days == {"2026-11-23"}

    def test_and_not_to_visitors_the_staff_or_others(self, venue, two, many, rival, staff):
        known = terms(venue)
        for reader in (None, staff, rival):
            assert queries.why(known.rooms[many[2].pk], known, span(11, 12), now=NOW, reader=reader) == []
            assert len(queries.free_rooms(known, span(11, 12), now=NOW, reader=reader)) == 4
        assert standings_of(venue, many[0], rival) == ["0 of 2 bookings this week"]
        assert standings_of(venue, many[0], staff) == standings_of(venue, many[0], None) == []


class TestWhatItCosts:
    def test_is_no_statement_where_there_is_no_quota_and_as_many_for_thirty_bookings_as_for_one(
        self, venue, guest
    ):
        place, *others = rooms(venue, 31)
        seen = {}
        for name in ("without", "with one", "with thirty"):
            if name == "with one":
                Quota.objects.create(venue=venue, most=99)
                operations.book(others.pop(), span(9, 10), by=guest, now=NOW)
            while name == "with thirty" and others:
                operations.book(others.pop(), span(9, 10), by=guest, now=NOW)
            terms(venue)
            with CaptureQueriesContext(connection) as statements:
                operations.book(place, on(1, 8 + len(seen)), by=guest, now=NOW)
            seen[name] = [one["sql"] for one in statements if "SAVEPOINT" not in one["sql"]]

        assert not [one for one in seen["without"] if "accounts_user" in one]
        assert len(seen["with one"]) == len(seen["with thirty"])


class TestTheTable:
    def test_keeps_one_quota_of_a_kind_with_a_number_and_known_words(self, quota, venue):
        kind = venue.types.get()
        Quota.objects.create(venue=venue, type=kind, most=2)
        odd = [{"per": "day", "most": 0}, {"per": "year"}, {"per": "day", "measure": "seats"}]
        for wrong in ({}, {"type": kind}, *odd):
            with pytest.raises(IntegrityError), transaction.atomic():
                Quota.objects.create(**{"venue": venue, "most": 2, **wrong})

    def test_refuses_what_counts_nothing_or_is_of_another_venue(self, venue):
        for kind, measure in ((venue.types.get(), "nights"), (hotel().types.get(), "nights")):
            with pytest.raises(ValidationError):
                Quota(venue=venue, type=kind, most=1, measure=measure).clean()

    def test_is_known_at_once_wherever_terms_are_read_by_their_stamp(self, venue, many, guest, heard):
        known = terms(venue)

        Quota.objects.create(venue=venue, most=1)

        assert terms(venue).stamp != known.stamp
        operations.book(many[0], span(9, 10), by=guest, now=NOW)
        with refused(PolicyViolation, rule="quota"):
            operations.book(many[1], span(9, 10), by=guest, now=NOW)


class TestAnOffer:
    def test_is_made_to_who_waits_as_soon_as_the_quota_leaves_something(self, venue, many, guest, rival):
        Quota.objects.create(venue=venue, most=1)
        theirs = operations.book(many[0], span(9, 10), by=rival, now=NOW)
        entry = operations.wait(many[0], span(9, 10), by=guest, now=NOW)
        own = operations.book(many[1], span(9, 10), by=guest, now=NOW)
        operations.cancel(theirs, by=rival, now=NOW)

        for state in ("waiting", "offered"):
            WaitlistEntry.objects.update(look_at=NOW)
            operations.serve_waitlist(now=NOW)
            entry.refresh_from_db()
            assert entry.state == state
            if state == "waiting":
                operations.cancel(own, by=guest, now=NOW)
