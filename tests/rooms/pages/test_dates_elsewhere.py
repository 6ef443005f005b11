"""On the page of a series: a date that cannot be had in its room is put into another before it is booked."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reservations import Span
from rooms import operations
from rooms.models import Booking, Policy
from tests.worlds import person, rate, room

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
DAY = timedelta(days=1)
PAGE = "/venues/office/series/"


def on(day):
    return Span(TODAY + day * DAY, TODAY + day * DAY + timedelta(hours=1))


def choice(day, where):
    return f"{TODAY + day * DAY:%Y-%m-%d}:{where.pk}"


def said(where, **more):
    first = on(0)
    times = {"start": f"{first.start:%Y-%m-%dT%H:%M}", "end": f"{first.end:%Y-%m-%dT%H:%M}"}
    return {"room": where.pk, **times, "repeats": "daily", "times": "5", **more}


@pytest.fixture
def aurora(venue):
    return room(venue, "Aurora")


@pytest.fixture
def rival():
    return person("rival")


@pytest.fixture
def guest(client):
    made = person("guest")
    client.force_login(made)
    return made


@pytest.fixture
def taken(aurora, guest, rival):
    """Aurora is somebody else's on the second of five days."""
    operations.book(aurora, on(1), by=rival)
    return aurora


def choices(response):
    return [[one.name for one in date.choices] for date in response.context["preview"]]


def links(response):
    found = re.findall(r'class="btn alternative" href="([^"]*)"[^>]*>([^<]*)<', response.content.decode())
    return {sentence: unescape(link) for link, sentence in found}


class TestThePreview:
    def test_offers_the_rooms_that_are_free_where_a_date_is_taken(self, client, taken, venue, birch, rival):
        cedar, small = room(venue, "Cedar"), room(venue, "Small", capacity=2)
        operations.book(cedar, on(1), by=rival)

        shown = client.get(PAGE, said(taken))

        assert choices(shown) == [[], [birch.name, small.name], [], [], []]
        day = f"{on(1).start:%A} {on(1).start.day} {on(1).start:%B %Y}"
        assert f"Room on {day}" in shown.content.decode()

    def test_shows_a_date_that_is_elsewhere_as_free_with_its_price(self, client, taken, venue, birch):
        rate(venue, 1000)

        shown = client.get(PAGE, said(taken, elsewhere=choice(1, birch)))

        page = shown.content.decode()
        assert (shown.context["may_book"], shown.context["wrong"]) == (True, 0)
        assert "free in Birch" in page
        assert f'<option value="{choice(1, birch)}" selected>' in page
        assert f'<input type="hidden" form="book" name="elsewhere" value="{choice(1, birch)}">' in page
        assert "Book 5 dates for €50.00" in page

    def test_says_why_if_the_other_room_is_lost_too(self, client, taken, venue, birch, rival):
        cedar = room(venue, "Cedar")
        operations.book(birch, on(1), by=rival)

        shown = client.get(PAGE, said(taken, elsewhere=choice(1, birch)))

        assert shown.context["preview"][1].problem.startswith("Birch is booked: ")
        assert choices(shown)[1] == ["Birch", "Cedar"]
        assert client.get(PAGE + links(shown)["That date in Cedar"]).context["may_book"]
        assert cedar.allocations.count() == 0

    def test_puts_all_of_them_elsewhere_at_one_press(self, client, taken, birch, rival):
        operations.book(taken, on(3), by=rival)

        shown = client.get(PAGE, said(taken))

        answer = client.get(PAGE + links(shown)["Those 2 dates in Birch"])
        assert [date.room.name for date in answer.context["preview"]] == [
            "Aurora", "Birch", "Aurora", "Birch", "Aurora",
        ]  # fmt: skip
        assert answer.context["may_book"]

    def test_keeps_what_is_elsewhere_when_others_are_left_out(self, client, taken, birch, rival):
        operations.book(taken, on(3), by=rival)

        shown = client.get(PAGE, said(taken, elsewhere=choice(1, birch)))
        answer = client.get(PAGE + links(shown)["Leave out what cannot be had"])

        seen = [(date.is_out, date.is_elsewhere) for date in answer.context["preview"]]
        assert seen == [(False, False), (False, True), (False, False), (True, False), (False, False)]

    def test_says_that_the_other_room_needs_approval(self, client, taken, venue):
        asks = Policy.objects.create(venue=venue, name="Asks", needs_approval=True)
        board = room(venue, "Board", type=venue.types.create(name="Board", capacity=8, policy=asks))

        shown = client.get(PAGE, said(taken, elsewhere=choice(1, board)))

        assert b"Ask for 5 dates" in shown.content

    @pytest.mark.parametrize("left", ["out", "other day", "own room", "empty"])
    def test_forgets_a_choice_that_means_nothing_any_more(self, client, taken, birch, left):
        sent = {
            "out": {"elsewhere": choice(1, birch), "out": f"{TODAY + DAY:%Y-%m-%d}"},
            "other day": {"elsewhere": choice(9, birch)},
            "own room": {"elsewhere": choice(1, taken)},
            "empty": {"elsewhere": ""},
        }[left]

        shown = client.get(PAGE, said(taken, **sent))

        assert not any(date.is_elsewhere for date in shown.context["preview"])

    def test_asks_as_much_of_the_database_for_thirty_dates_as_for_two(
        self, client, guest, aurora, rival, birch
    ):
        for day in range(30):
            operations.book(aurora, on(day), by=rival)
        counts = []
        for times in ("2", "30"):
            client.get(PAGE, said(aurora, times=times))
            with CaptureQueriesContext(connection) as asked:
                client.get(PAGE, said(aurora, times=times))
            counts.append(len(asked))

        assert counts[0] == counts[1]

    @pytest.mark.parametrize(
        "odd", ["x", "2026-11-24", "x:1", ":", "2026-11-24:x", "2026-11-24:0", "²:²", "\ud83d:1"]
    )
    def test_of_what_makes_no_sense_says_so(self, client, guest, aurora, odd):
        for method in (client.get, client.post):
            answer = method(PAGE, said(aurora, elsewhere=odd.encode(errors="replace").decode()))

            assert answer.context["preview"] is None
            assert answer.context["wrong_sentence"]
        assert Booking.objects.count() == 0


class TestBooking:
    def test_takes_each_date_where_it_was_put(self, client, taken, birch):
        answer = client.post(PAGE, said(taken, elsewhere=choice(1, birch), key="k"))

        made = Booking.objects.latest("pk")
        assert answer.headers["Location"] == f"/bookings/{made.reference}/"
        rows = made.allocations.order_by("starts_at").values_list("room__name", flat=True)
        assert list(rows) == ["Aurora", "Birch", "Aurora", "Aurora", "Aurora"]

    def test_of_a_room_that_was_lost_meanwhile_books_nothing_and_keeps_the_rest(
        self, client, taken, venue, birch, rival
    ):
        cedar = room(venue, "Cedar")
        operations.book(birch, on(1), by=rival)
        sent = said(taken, title="Choir", elsewhere=[choice(1, birch), choice(3, cedar)])

        answer = client.post(PAGE, sent)

        assert (answer.status_code, Booking.objects.filter(title="Choir").count()) == (409, 0)
        seen = [(date.room.name, bool(date.problem)) for date in answer.context["preview"]]
        assert seen == [
            ("Aurora", False), ("Birch", True), ("Aurora", False), ("Cedar", False), ("Aurora", False),
        ]  # fmt: skip
        assert 'value="Choir"' in answer.content.decode()
