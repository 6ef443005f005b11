"""The page on which a series is booked: what would become of each date, and all of it or nothing."""

import re
from datetime import UTC, datetime, time, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reservations import Span
from rooms import operations
from rooms.models import Booking, OpeningHours
from tests.worlds import car_park, office, person, rate, room

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
DAY = timedelta(days=1)
PAGE = "/venues/office/series/"


@pytest.fixture
def aurora(venue):
    return room(venue, "Aurora")


@pytest.fixture
def guest(client):
    made = person("guest")
    client.force_login(made)
    return made


def on(day, hour=0):
    start = TODAY + day * DAY + timedelta(hours=hour)
    return Span(start, start + timedelta(hours=1))


def said(where, **more):
    """What the form says: daily, five times, unless something else is said."""
    first = on(0)
    times = {"start": f"{first.start:%Y-%m-%dT%H:%M}", "end": f"{first.end:%Y-%m-%dT%H:%M}"}
    return {"room": where.pk, **times, "repeats": "daily", "times": "5", **more}


def problems(response):
    return [bool(date.problem) for date in response.context["preview"]]


class TestThePreview:
    def test_is_asked_for_first(self, client, guest, aurora):
        shown = client.get(PAGE)

        assert (shown.status_code, shown.context["preview"]) == (200, None)
        assert b"Say when and how often" in shown.content

    def test_says_of_every_date_whether_it_is_free_and_why_not(self, client, guest, aurora):
        operations.book(aurora, on(1), by=person("rival"))
        operations.block(aurora, on(3), by=None)

        shown = client.get(PAGE, said(aurora))

        assert problems(shown) == [False, True, False, True, False]
        taken = on(1).start
        assert (
            f"Aurora is booked: {taken:%A} {taken.day} {taken:%B}, 09:00 to 10:00." in shown.content.decode()
        )
        assert re.search(
            r'<button class="btn btn-primary btn-wide" form="book" disabled>', shown.content.decode()
        )

    def test_says_what_it_costs(self, client, guest, venue, aurora):
        rate(venue, 1200)

        shown = client.get(PAGE, said(aurora, out=f"{TODAY + DAY:%Y-%m-%d}"))

        assert "Book 4 dates for €48.00" in shown.content.decode()

    def test_offers_what_can_be_booked_as_it_is(self, client, guest, aurora, birch):
        operations.book(aurora, on(1), by=person("rival"))

        shown = client.get(PAGE, said(aurora)).content.decode()
        links = re.findall(r'class="btn alternative" href="([^"]*)"', shown)

        assert len(links) >= 3
        for link in links:
            assert client.get(PAGE + unescape(link)).context["may_book"], link

    @pytest.mark.parametrize(
        ("repeats", "dates"),
        [("daily", 3), ("weekly", 1), ("fortnightly", 1), ("weekdays", None), ("monthly", 1)],
    )
    def test_goes_on_until_a_date(self, client, guest, aurora, repeats, dates):
        shown = client.get(PAGE, said(aurora, repeats=repeats, until=f"{TODAY + 2 * DAY:%Y-%m-%d}"))

        if dates is not None:
            assert len(shown.context["preview"]) == dates
        assert shown.status_code == 200

    def test_asks_as_much_of_the_database_for_fifty_dates_as_for_two(self, client, guest, aurora):
        counts = []
        for times in ("2", "50"):
            client.get(PAGE, said(aurora, times=times))
            with CaptureQueriesContext(connection) as asked:
                client.get(PAGE, said(aurora, times=times))
            counts.append(len(asked))

        assert counts[0] == counts[1]

    @pytest.mark.parametrize(
        "odd",
        [
            {"room": "x"}, {"room": "0"}, {"start": "never"}, {"end": "2020-01-01T00:00"},
            {"repeats": "hourly"}, {"repeats": "\ud83d"}, {"start": "\x00"}, {"times": "0"}, {"times": "367"},
            {"times": "²"}, {"times": ""}, {"until": "soon"}, {"until": "9999-12-31"},
            {"until": "2020-01-01"}, {"out": "x"}, {"out": "2020-01-01"},
        ],
    )  # fmt: skip
    def test_of_what_makes_no_sense_says_so(self, client, guest, aurora, odd):
        for method in (client.get, client.post):
            answer = method(
                PAGE,
                said(
                    aurora, **{name: value.encode(errors="replace").decode() for name, value in odd.items()}
                ),
            )

            assert answer.status_code in (200, 303, 400, 404, 422)


class TestTheFirstDate:
    def test_is_the_next_hour_that_the_room_is_free(self, client, guest, venue, aurora, birch):
        coming = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        operations.book(aurora, Span(coming, coming + timedelta(hours=3)), by=person("rival"))

        starts = [
            client.get(PAGE, asked).context["form"]["start"].value()
            for asked in ({}, {"room": aurora.pk}, {"room": birch.pk}, {"room": "x"})
        ]

        later = coming + timedelta(hours=3)
        assert starts == [f"{one:%Y-%m-%dT%H:%M}" for one in (later, later, coming, later)]

    def test_is_on_the_next_day_that_is_open(self, client, guest):
        day = TODAY + 2 * DAY
        shut = office("shut", hours=None)
        room(shut, "Cedar")
        OpeningHours.objects.create(venue=shut, weekday=day.weekday(), opens=time(8), closes=time(18))

        form = client.get("/venues/shut/series/").context["form"]

        first = f"{day:%Y-%m-%d}"
        assert (form["start"].value(), form["end"].value()) == (f"{first}T08:00", f"{first}T09:00")

    def test_is_as_long_as_the_terms_want(self, client, guest):
        room(office("long", hours=None, min_minutes=120), "Cedar")

        form = client.get("/venues/long/series/").context["form"]

        start, end = (datetime.fromisoformat(form[edge].value()) for edge in ("start", "end"))
        assert end - start == timedelta(hours=2)

    @pytest.mark.parametrize(
        "typed",
        [
            {"start": "2020-01-01T09:00"},
            {"end": f"{TODAY - DAY:%Y-%m-%dT%H:%M}"},
            {"start": "never"},
            {"end": ""},
            {"times": "0"},
            {"until": "soon"},
            {"repeats": "hourly"},
        ],
    )
    def test_stays_as_it_was_typed_when_it_is_refused(self, client, guest, aurora, typed):
        values = said(aurora, **typed)

        for answer in (client.get(PAGE, values), client.post(PAGE, values)):
            form = answer.context["form"]
            assert {name: str(form[name].value()) for name in values} == {
                name: str(value) for name, value in values.items()
            }


class TestBooking:
    def test_takes_all_of_it(self, client, guest, aurora):
        out = f"{TODAY + DAY:%Y-%m-%d}"

        answer = client.post(PAGE, said(aurora, out=out, title="Choir", party="3", key="k"))

        made = Booking.objects.get()
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/bookings/{made.reference}/")
        assert (made.title, made.party, made.allocations.filter(active=True).count()) == ("Choir", 3, 4)

    def test_twice_by_one_form_is_once(self, client, guest, aurora):
        for _ in range(2):
            assert client.post(PAGE, said(aurora, key="k")).status_code == 303

        assert Booking.objects.count() == 1

    def test_of_what_was_taken_meanwhile_shows_what_and_keeps_what_was_typed(self, client, guest, aurora):
        operations.book(aurora, on(1), by=person("rival"))

        answer = client.post(PAGE, said(aurora, title="Choir", party="3"))

        shown = answer.content.decode()
        assert (answer.status_code, problems(answer)) == (409, [False, True, False, False, False])
        assert "Aurora is taken on 1 date" in shown
        assert 'value="Choir"' in shown
        assert Booking.objects.count() == 1

    def test_that_never_says_how_often_is_asked_that(self, client, guest, aurora):
        sent = {name: value for name, value in said(aurora).items() if name != "repeats"}

        for body in (sent, {}):
            answer = client.post(PAGE, body)

            assert answer.status_code == 400
            assert answer.context["form"].errors
        assert not Booking.objects.exists()

    def test_is_for_who_is_logged_in(self, client, aurora):
        assert client.get(PAGE).status_code == 302
        assert client.post(PAGE, said(aurora)).status_code in (302, 401)


def test_a_car_park_has_no_such_page(client, guest):
    car_park()

    assert client.get("/venues/parking/series/").status_code == 404


def test_the_form_of_a_single_booking_leads_there(client, guest, aurora):
    first = on(0)
    shown = client.get("/venues/office/book/", {"room": aurora.pk, "start": first.start, "end": first.end})

    link = unescape(re.search(r'href="(/venues/office/series/[^"]*)"', shown.content.decode())[1])
    form = client.get(link).context["form"]
    assert (str(form["room"].value()), form["start"].value()) == (
        str(aurora.pk),
        f"{first.start:%Y-%m-%dT%H:%M}",
    )
