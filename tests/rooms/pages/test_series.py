"""A series on pages that show bookings: as what it is, and on the days of its dates."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from payments import operations as payments
from payments.models import Refund
from reports.queries.hours import hour_by_hour
from reports.queries.today import days
from reservations import Span
from reservations.hours import day_span
from rooms import operations
from rooms.queries import desks
from tests.worlds import office, person, rate, room, terms, works_at

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
WEEK, UTC_ZONE = timedelta(days=7), ZoneInfo("UTC")


@pytest.fixture
def weekly():
    """Three dates a week apart at 12.00 each, the first of them tomorrow."""
    venue = office(hours=None)
    rate(venue, 1200)
    span = Span(TODAY, TODAY + timedelta(hours=1))
    series = operations.Repeated(span, "FREQ=WEEKLY;COUNT=3")
    return operations.book(room(venue, "Aurora"), series, by=person("guest"))


@pytest.fixture
def staff(weekly):
    return works_at(person("staff"), weekly.venue, "manager")


def day_of(moment):
    return day_span(moment.date(), UTC_ZONE)


def page(client, user, address):
    client.force_login(user)
    return client.get(address).content.decode()


def _quarter(moment):
    """Return the next quarter of an hour."""
    start = moment.replace(second=0, microsecond=0)
    return start + timedelta(minutes=15 - start.minute % 15)


class TestItsPage:
    def test_says_from_when_to_when_it_is(self, client, weekly):
        shown = page(client, weekly.guest, f"/bookings/{weekly.reference}/")

        assert weekly.series_words in shown
        assert weekly.series_words.startswith("A series from ")

    def test_offers_no_move_of_the_whole(self, client, weekly):
        shown = page(client, weekly.guest, f"/bookings/{weekly.reference}/")

        assert "/cancel/" in shown
        assert "/move/" not in shown

    def test_tells_what_happened_to_which_date(self, client, weekly):
        operations.skip(weekly, 2, by=weekly.guest)

        shown = page(client, weekly.guest, f"/bookings/{weekly.reference}/")

        left = TODAY + WEEK
        assert f"Left out on {left:%A} {left.day} {left:%B %Y}" in shown

    def test_is_listed_in_words(self, client, weekly):
        assert weekly.series_words in page(client, weekly.guest, "/bookings/")


class TestTheDesk:
    def test_expects_it_on_the_days_of_its_dates_alone(self, weekly, staff):
        def expected(day):
            now = TODAY + day * timedelta(days=1) - timedelta(hours=1)
            return list(desks.arrivals(weekly.venue_id, day_of(now), now=now))

        assert [day for day in range(-3, 20) if expected(day)] == [0, 7, 14]

    def test_shows_the_time_of_today_and_nothing_to_press(self, client, weekly, staff):
        now = datetime.now(UTC)
        operations.move_date(
            weekly, 1, by=None, span=Span(_quarter(now), _quarter(now) + timedelta(minutes=15))
        )

        shown = page(client, staff, "/desk/office/")

        assert "a series" in shown
        assert f"/bookings/{weekly.reference}/check-in/" not in shown

    def test_calls_nobody_late_for_it(self, weekly):
        later = TODAY + timedelta(days=2)

        [day] = days([terms(weekly.venue)], now=later).values()

        assert day.alerts == ()


def test_a_later_date_is_counted_in_its_hour(weekly):
    known, day = terms(weekly.venue), TODAY + 2 * WEEK

    shares = [hour.share for hour in hour_by_hour(known, day_of(day), now=day)]

    assert (shares[9], sum(shares)) == (100, 100)


def test_what_a_left_out_date_cost_is_given_back(weekly):
    payments.take_at_desk(weekly, "cash", by=None)

    operations.skip(weekly, 2, by=weekly.guest)
    while operations.tell():
        pass

    assert list(Refund.objects.values_list("amount", flat=True)) == [1200]
