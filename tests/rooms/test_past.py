"""The demo's past: weeks that were over before anybody looked, and by every rule of the operations."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db.models import Min
from django.test import TestCase

from rooms.demo import days, past, people, stays, worlds
from rooms.models import Allocation, Booking, Change, Departure, Passenger, Refusal, Venue
from rooms.queries import verify

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
WEEKS = 2


def seed(now):
    everybody = people.settle()
    venues = worlds.build()
    people.employ(everybody, venues)
    past.live(venues, everybody, now=now)
    return venues, everybody


def used():
    """Return each room's time in use, by whoever came, from the first to the last."""
    taken = Allocation.objects.exclude(state__in=["cancelled", "no_show"]).order_by("room", "starts_at")
    return taken.values_list("room", "starts_at", "ends_at")


class TestWhatIsWritten(TestCase):
    """The demo's worlds with two weeks behind them, and nothing after; built once, for it takes its time."""

    @classmethod
    def setUpTestData(cls):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(past, "WEEKS", WEEKS)
            cls.venues, cls.everybody = seed(NOW)

    def test_breaks_no_invariant(self):
        assert Booking.objects.count() > 2000
        assert verify.violations() == {}

    def test_leaves_no_room_to_two_at_once_whatever_became_of_them(self):
        clashes = [(one, two) for one, two in pairwise(used()) if one[0] == two[0] and two[1] < one[2]]

        assert clashes == []

    def test_is_over_at_every_venue_before_the_days_that_the_demo_fills_itself(self):
        today = date(2026, 11, 24)
        after = {"building": days.PAST, "hotel": stays.PAST}
        for venue in Venue.objects.all():
            last = max(
                one.ends_at.astimezone(venue.zone).date() for one in Booking.objects.filter(venue=venue)
            )
            assert last <= today - timedelta(days=after.get(venue.kind, 0)), venue.slug
        assert Booking.objects.filter(ends_at__gt=NOW).count() == 0

    def test_has_every_end_there_is_and_nothing_that_lasts(self):
        states = Counter(Booking.objects.values_list("state", flat=True))

        assert set(states) == {"completed", "cancelled", "no_show"}
        assert states["completed"] > 10 * states["no_show"] > 0
        assert 0.04 < states["cancelled"] / Booking.objects.count() < 0.12

    def test_is_priced_by_the_terms_and_keeps_of_a_price_what_they_say(self):
        hotel = Booking.objects.filter(venue__slug="lantern-house")
        late = hotel.filter(state="no_show", price__gt=0)

        assert not hotel.filter(price=0).exists()
        assert late.exists()
        assert all(one.kept == one.price for one in late)
        assert not Booking.objects.filter(
            venue__slug="pier-parking", state="completed", metered=False
        ).exists()

    def test_is_told_in_the_order_in_which_it_happened_and_to_nobody(self):
        told = Change.objects.order_by("room", "revision").values_list("room", "at")

        assert all(one[1] <= two[1] for one, two in pairwise(told) if one[0] == two[0])
        assert not Change.objects.filter(told=False).exists()

    def test_seats_everybody_on_departures_that_have_arrived(self):
        gone = Departure.objects.filter(journeys__isnull=False).distinct()

        assert gone.count() == WEEKS * 7 * 6
        assert not gone.filter(ends_at__gt=NOW).exists()
        seats = Passenger.objects.values_list("allocation", "price", "allocation__booking__party")
        assert len(seats) == Allocation.objects.filter(room__type__unit="leg").count()
        assert all(price > 0 and 1 <= party <= 4 for _, price, party in seats)

    def test_is_busier_in_the_week_than_on_its_edges(self):
        office = Booking.objects.filter(venue__slug="harbour-office")
        weekdays = Counter(one.weekday() for one in office.values_list("starts_at", flat=True))

        assert set(weekdays) == {0, 1, 2, 3, 4}
        assert weekdays[4] < weekdays[1]

    def test_turned_somebody_away_on_most_days(self):
        assert Refusal.objects.values("day").distinct().count() >= WEEKS * 7
        assert set(Refusal.objects.values_list("code", flat=True)) == {"unavailable", "policy_violation"}

    def test_it_is_written_once(self):
        assert past.live(self.venues, self.everybody, now=NOW + timedelta(days=1)) == 0

    def test_the_days_after_it_go_on_from_it(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(days, "AHEAD", 1)
            patch.setattr(stays, "AHEAD", 1)
            lived = {
                venue.slug: days.live_in(venue, self.everybody, now=NOW)
                for venue in self.venues
                if venue.kind != "vehicle"
            }
        assert all(lived.values()), lived

        open_ended = [(room, start, end or NOW) for room, start, end in used()]
        assert [(one, two) for one, two in pairwise(open_ended) if one[0] == two[0] and two[1] < one[2]] == []
        assert verify.violations() == {}


def test_a_world_in_which_something_happened_keeps_its_own_past(monkeypatch):
    monkeypatch.setattr(past, "WEEKS", 1)
    everybody, venues = people.settle(), worlds.build()
    office = next(venue for venue in venues if venue.slug == "harbour-office")
    days.live_in(office, everybody, now=NOW)
    before = office.bookings.aggregate(Min("starts_at"), Min("created_at"))

    past.live(venues, everybody, now=NOW)

    assert office.bookings.aggregate(Min("starts_at"), Min("created_at")) == before
    assert Booking.objects.filter(venue__slug="pier-hall").exists()
