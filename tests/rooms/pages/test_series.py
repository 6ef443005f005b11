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
    """Return when the running quarter of an hour began: it is of today, and not past yet."""
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


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

    def test_lists_its_dates_each_with_what_can_be_done(self, client, weekly):
        shown = page(client, weekly.guest, f"/bookings/{weekly.reference}/")

        assert [part in shown for part in ("Dates", "Leave out", "?date=3", "Take back")] == [
            True,
            True,
            True,
            False,
        ]
        assert shown.count('class="date"') == 3

    def test_leaves_a_date_out_and_takes_it_back(self, client, weekly):
        client.force_login(weekly.guest)

        left = client.post(f"/bookings/{weekly.reference}/skip/", {"date": 2}, follow=True).content.decode()
        assert ("left out" in left, "Take back" in left) == (True, True)

        back = client.post(
            f"/bookings/{weekly.reference}/move-date/", {"date": 2}, follow=True
        ).content.decode()
        assert "Take back" not in back
        assert weekly.allocations.filter(active=True).count() == 3

    def test_moves_a_date_by_its_own_form(self, client, weekly):
        birch = room(weekly.venue, "Birch")
        client.force_login(weekly.guest)
        form = client.get(f"/bookings/{weekly.reference}/?date=2").content.decode()
        assert form.count("Move this date") == 1

        to = TODAY + WEEK + timedelta(hours=2)
        client.post(
            f"/bookings/{weekly.reference}/move-date/",
            {"date": 2, "room": birch.pk, "start": f"{to:%Y-%m-%dT%H:%M}", "end": f"{to:%Y-%m-%dT%H}:45"},
        )

        moved = weekly.allocations.get(occurrence=2, active=True)
        assert (moved.room, moved.starts_at) == (birch, to)

    def test_shows_a_refusal_beside_the_form_that_was_sent(self, client, weekly):
        rival, at = (
            person("rival"),
            Span(TODAY + WEEK + timedelta(hours=2), TODAY + WEEK + timedelta(hours=3)),
        )
        operations.book(weekly.allocations.first().room, at, by=rival)
        client.force_login(weekly.guest)

        times = {"start": f"{at.start:%Y-%m-%dT%H:%M}", "end": f"{at.end:%Y-%m-%dT%H:%M}"}
        answer = client.post(f"/bookings/{weekly.reference}/move-date/", {"date": 2, **times})

        assert answer.status_code == 409
        assert "Move this date" in answer.content.decode()

    @pytest.mark.parametrize("number", ["", "0", "x", "400", "²"])
    def test_of_a_date_that_makes_no_sense_says_so(self, client, weekly, number):
        client.force_login(weekly.guest)

        assert client.post(f"/bookings/{weekly.reference}/skip/", {"date": number}).status_code == 400

    def test_pages_its_dates_from_the_next_one_on(self, client, weekly):
        span = Span(TODAY + timedelta(hours=3), TODAY + timedelta(hours=4))
        series = operations.Repeated(span, "FREQ=DAILY;COUNT=25")
        booking = operations.book(weekly.allocations.first().room, series, by=weekly.guest)
        client.force_login(weekly.guest)

        def numbers(address=""):
            return [
                date["number"]
                for date in client.get(f"/bookings/{booking.reference}/{address}").context["dates"]
            ]

        assert (numbers()[0], numbers("?page=3"), numbers("?date=17")[0]) == (1, [21, 22, 23, 24, 25], 11)

    def test_prices_dates_that_are_alike_in_one_line(self, client, weekly):
        operations.skip(weekly, 2, by=weekly.guest)

        shown = page(client, weekly.guest, f"/bookings/{weekly.reference}/")

        assert "2 \u00d7 Standard, 1 hour" in shown
        assert "€24.00" in shown

    def test_is_no_list_where_there_is_one_date(self, client, weekly):
        once = operations.book(room(weekly.venue, "Birch"), Span(TODAY, TODAY + WEEK), by=weekly.guest)

        assert 'id="dates"' not in page(client, weekly.guest, f"/bookings/{once.reference}/")

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
