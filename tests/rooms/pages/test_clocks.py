"""What clocks say on pages: the venue's own time, whoever looks and on whichever night the clocks change."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reservations import Span
from rooms import operations
from rooms.models import Booking
from tests.days import TUE
from tests.rooms.admin.desk import coming, edges_in
from tests.rooms.pages.conftest import JSON, act, create
from tests.worlds import office, room

BERLIN = ZoneInfo("Europe/Berlin")


def data_of(answer):
    """Return the page's data for its script."""
    return json.loads(
        re.search(r'id="page-data"[^>]*>(.*?)</script>', answer.content.decode(), re.S).group(1)
    )


@pytest.fixture
def istanbul(db):
    return office("istanbul", timezone="Europe/Istanbul", hours=None)


@pytest.fixture
def berlin(db):
    """A venue that takes bookings years ahead, so that a night on which clocks change is always to come."""
    return office("berlin", timezone="Europe/Berlin", hours=None, max_advance_days=3650)


class TestIstanbul:
    def test_a_page_shows_the_venues_clock_and_not_the_servers(self, browser, lena, istanbul):
        own = operations.book(room(istanbul), coming(10, 11), by=lena)

        for page in (f"/bookings/{own.reference}/", "/bookings/"):
            text = browser.get(page).content.decode()
            assert "13:00 to 14:00" in re.sub(r"\s+", " ", text)
            assert "10:00 to 11:00" not in text

    def test_a_time_that_is_typed_is_the_venues(self, browser, istanbul):
        own = room(istanbul)
        day = coming(10, 11).start.date()

        browser.post(create(istanbul), {"room": own.pk, "start": f"{day}T13:00", "end": f"{day}T14:00"})

        assert Booking.objects.get().starts_at == coming(10, 11).start

    def test_a_refusal_speaks_the_venues_time(self, browser, istanbul):
        own = room(istanbul)
        operations.book(own, coming(10, 11), by=None)

        answer = browser.post(
            create(istanbul),
            {
                "room": own.pk,
                "start": coming(10, 11).start.isoformat(),
                "end": coming(10, 11).end.isoformat(),
            },
            **JSON,
        )

        assert answer.json()["detail"].endswith("13:00 to 14:00.")

    def test_a_form_keeps_the_time_it_was_given(self, browser, istanbul):
        own = room(istanbul)

        form = browser.get(
            "/venues/istanbul/book/",
            {"room": own.pk, "start": "2027-03-01T22:30:00Z", "end": "2027-03-01T23:30:00Z"},
        ).context["form"]

        assert (form["start"].value(), form["end"].value()) == ("2027-03-02T01:30", "2027-03-02T02:30")

    def test_a_booking_after_midnight_is_on_the_board_of_the_venues_day(self, browser, istanbul):
        own = operations.book(room(istanbul), coming(22, 23), by=None)  # one in the morning there
        day = own.starts_at.astimezone(istanbul.zone).date()

        def shown(date):
            return len(data_of(browser.get(f"/venues/istanbul/?date={date}"))["snapshot"]["allocations"])

        assert day != own.starts_at.date()
        assert (shown(day - timedelta(days=1)), shown(day)) == (0, 1)


class TestDaylightSaving:
    @pytest.mark.parametrize(
        ("date", "hours"),
        [
            ("2027-03-27", 24),
            ("2027-03-28", 23),  # the clocks go forward
            ("2027-10-31", 25),  # and back
        ],
    )
    def test_a_day_on_the_board_is_as_long_as_it_is(self, browser, berlin, date, hours):
        room(berlin)

        data = data_of(browser.get(f"/venues/berlin/?date={date}"))

        start, end = (datetime.fromisoformat(data["window"][edge]) for edge in ("start", "end"))
        assert end - start == timedelta(hours=hours)
        assert start.astimezone(BERLIN).hour == end.astimezone(BERLIN).hour == 0

    @pytest.mark.parametrize(("date", "hours"), [("2027-03-24", 7 * 24 - 1), ("2027-10-27", 7 * 24 + 1)])
    def test_a_week_too(self, browser, berlin, date, hours):
        room(berlin)

        window = data_of(browser.get(f"/venues/berlin/?view=week&date={date}"))["window"]

        start, end = (datetime.fromisoformat(window[edge]) for edge in ("start", "end"))
        assert end - start == timedelta(hours=hours)

    @pytest.mark.parametrize("date", ["2027-03-28", "2027-10-31"])
    def test_opening_at_eight_is_at_eight(self, browser, berlin, date):
        room(berlin)
        berlin.opening_hours.create(weekday=6, opens="08:00", closes="18:00")

        data = data_of(browser.get(f"/venues/berlin/?date={date}"))

        opens, closes = (datetime.fromisoformat(edge).astimezone(BERLIN) for edge in data["open"][0])
        assert (opens.hour, closes.hour) == (8, 18)
        assert data["days"] == [{"start": data["open"][0][0], "end": data["open"][0][1]}]

    def test_the_list_names_the_hours_that_the_clock_shows(self, browser, berlin):
        own = room(berlin)
        operations.book(
            own, Span(datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 3, 28, 2, tzinfo=UTC)), by=None
        )

        text = browser.get("/venues/berlin/?view=list&date=2027-03-28").content.decode()

        assert re.findall(r"(\d\d:\d\d)\W(\d\d:\d\d)</a>", text) == [("00:00", "03:00"), ("04:00", "00:00")]

    def test_a_booking_over_the_night_shows_the_clock_of_both_ends(self, browser, lena, berlin):
        span = Span(datetime(2027, 3, 27, 22, tzinfo=UTC), datetime(2027, 3, 28, 6, tzinfo=UTC))
        own = operations.book(room(berlin), span, by=lena)

        text = browser.get(f"/bookings/{own.reference}/").content.decode()

        assert "Saturday 27 March 2027, 23:00 to Sunday 28 March, 08:00" in text

    def test_a_night_that_is_twice_as_long_is_booked_and_told_apart(self, browser, berlin):
        own = room(berlin)
        first = {"start": "2027-10-31T02:00:00+02:00", "end": "2027-10-31T03:00:00+02:00"}
        second = {"start": "2027-10-31T02:00:00+01:00", "end": "2027-10-31T03:00:00+01:00"}

        answers = [browser.post(create(berlin), {"room": own.pk, **span}, **JSON) for span in (first, second)]

        assert [answer.status_code for answer in answers] == [201, 201]


class TestAnHourThatTheClocksShowTwice:
    @pytest.fixture
    def second(self):
        """The second time that it is two o'clock."""
        return Span(datetime(2027, 10, 31, 1, tzinfo=UTC), datetime(2027, 10, 31, 2, tzinfo=UTC))

    def test_stays_the_second_when_only_the_room_is_changed(self, browser, lena, berlin, second):
        own, other = operations.book(room(berlin), second, by=lena), room(berlin, "Birch")

        browser.post(act(own, "move"), filled_in(browser, f"/bookings/{own.reference}/") | {"room": other.pk})

        own.refresh_from_db()
        assert (own.starts_at, own.ends_at) == (second.start, second.end)
        assert own.allocations.get(active=True).room == other

    def test_is_left_by_who_types_another(self, browser, lena, berlin, second):
        own = operations.book(room(berlin), second, by=lena)
        form = filled_in(browser, f"/bookings/{own.reference}/")

        browser.post(act(own, "move"), form | {"start": "2027-10-31T01:00"})

        own.refresh_from_db()
        assert own.starts_at == datetime(2027, 10, 30, 23, tzinfo=UTC)

    def test_is_booked_as_it_was_chosen(self, browser, berlin, second):
        own = room(berlin)
        chosen = f"room={own.pk}&start={second.start:%Y-%m-%dT%H:%MZ}&end={second.end:%Y-%m-%dT%H:%MZ}"
        form = filled_in(browser, f"/venues/berlin/book/?{chosen}")

        refused = browser.post(create(berlin), form | {"room": own.pk, "party": 0})
        browser.post(create(berlin), edges_in(refused) | {"room": own.pk, "party": 1})

        made = Booking.objects.get()
        assert (made.starts_at, made.ends_at) == (second.start, second.end)


def filled_in(browser, address):
    """Return what the form on the page says of when."""
    return edges_in(browser.get(address))


def test_a_guests_own_time_zone_changes_no_page(browser, lena, istanbul):
    lena.timezone = "Pacific/Auckland"
    lena.save()
    own = operations.book(room(istanbul), coming(10, 11), by=lena)

    assert "13:00 to 14:00" in browser.get(f"/bookings/{own.reference}/").content.decode()


class TestAClosedDay:
    @pytest.mark.parametrize("view", ["day", "list"])
    def test_says_so_and_shows_the_way_to_the_day_that_opens(self, browser, view):
        room(office("weekly"))
        saturday, monday = (date.fromisoformat(TUE) + timedelta(days=days) for days in (4, 6))

        page = browser.get(f"/venues/weekly/?date={saturday}&view={view}").content.decode()

        assert "closed on Saturday" in page
        assert re.search(rf'<a href="\?[^"]*date={monday}[^"]*">Show Monday</a>', page)
