"""The page of a hotel: what it says, what it holds, and what becomes of a choice that came too late."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rooms import operations
from rooms.models import Amenity, Booking, Rate, RoomType
from rooms.queries.stays import stay_types
from tests.worlds import hotel, person, room, rooms, terms

TODAY = timezone.now().date()
ARRIVE, DEPART = TODAY + timedelta(days=10), TODAY + timedelta(days=14)
DATES = {"arrive": ARRIVE.isoformat(), "depart": DEPART.isoformat(), "guests": "2"}
PAGE, HOLD = "/venues/hotel/", "/venues/hotel/stays/"


@pytest.fixture
def house(venue):
    """A hotel of two double rooms at 100.00 a night."""
    house = hotel()
    Rate.objects.create(type=house.types.get(), unit="night", amount=10_000)
    rooms(house, 2, capacity=2)
    return house


@pytest.fixture
def double(house):
    return house.types.get()


def span(house):
    [kind, *_] = stay_types(terms(house))
    return kind.span(ARRIVE, DEPART)


def said(response, *sentences):
    text = response.content.decode()
    return [sentence for sentence in sentences if sentence not in text]


class TestTheHotel:
    def test_takes_an_arrival_alone_for_the_usual_two_nights(self, browsers, house):
        shown = browsers["anonymous"].get(PAGE, {"arrive": DATES["arrive"]})

        assert (shown.context["form"].errors, shown.context["arrive"]) == ({}, ARRIVE)
        assert shown.context["depart"] == ARRIVE + timedelta(days=2)

    @pytest.mark.parametrize("ahead", [-40, 40])
    def test_is_reached_from_its_rooms_with_dates_that_can_still_be_had(self, ahead, browsers, house):
        month = {"view": "month", "date": (TODAY + timedelta(days=ahead)).isoformat()}
        chart = browsers["anonymous"].get(PAGE, month).content.decode()
        [link] = re.findall(r'<a href="([^"]*)">Stays</a>', chart)

        shown = browsers["anonymous"].get(PAGE + html.unescape(link))

        assert (shown.context["form"].errors, shown.context["arrive"] >= TODAY) == ({}, True)

    def test_says_what_the_stay_costs_and_how_many_rooms_are_left(self, browsers, house):
        response = browsers["anonymous"].get(PAGE, DATES)

        assert response.status_code == 200
        assert (
            said(
                response,
                "4 nights, ",
                "€400.00",
                "€100.00 a night",
                "2 rooms for all 4 nights",
                "1 room, 4 nights",
            )
            == []
        )

    def test_says_when_the_last_room_might_be_free_again_but_not_to_who_holds_it(self, browsers, lena, house):
        first, second = house.rooms.all()
        operations.book(first, span(house), by=None)
        held = operations.hold(second, span(house), by=lena)

        others, own = browsers["other"].get(PAGE, DATES), browsers["guest"].get(PAGE, DATES)

        assert said(others, "On hold, frees in", f"{held.expires_at:%Y-%m-%dT%H:%M:%S}") == []
        assert said(own, "On hold for you", f"/bookings/{held.reference}/") == []
        assert held.reference not in others.content.decode()

    @pytest.mark.parametrize(
        "address",
        [
            {"arrive": "soon", "depart": "later", "guests": "many"},
            {"arrive": DEPART.isoformat(), "depart": ARRIVE.isoformat()},
            {"arrive": "0001-01-01", "depart": "9999-12-31"},
            {"arrive": ARRIVE.isoformat(), "depart": (ARRIVE + timedelta(days=400)).isoformat()},
            {"type_1": "x", "guests": "-3"},
        ],
    )
    def test_shows_usual_nights_where_the_address_makes_no_sense(self, browsers, house, address):
        response = browsers["anonymous"].get(PAGE, address)

        assert response.status_code == 200
        assert said(response, "a night") == []

    @pytest.mark.parametrize("view", ["week", "month", "list"])
    def test_has_a_chart_of_its_rooms(self, browsers, house, view):
        assert browsers["staff"].get(PAGE, {"view": view}).status_code == 200

    def test_lists_for_each_room_which_nights_it_has(self, browsers, house):
        first, _ = house.rooms.all()
        operations.book(first, span(house), by=None)
        day = ARRIVE - timedelta(days=2)

        page = browsers["staff"].get(PAGE, {"view": "list", "date": day.isoformat()}).content.decode()

        rows = page.split("data-list-room")[1:]
        assert f"2 nights, {day:%a} {day.day}" in rows[0]
        assert "13 nights, " in rows[1]
        assert "Double · 2 guests" in rows[1]

    @pytest.mark.parametrize("who", ["anonymous", "guest"])
    def test_asks_as_often_with_thirty_rooms_of_many_types_as_with_two_of_one(
        self, browsers, lena, house, double, who
    ):
        bath = Amenity.objects.create(slug="bath", name="Bath", icon="bath")

        def asked():
            browsers[who].get(PAGE, DATES)
            with CaptureQueriesContext(connection) as seen:
                assert browsers[who].get(PAGE, DATES).status_code == 200
            return len(seen)

        once = asked()
        for number in range(28):
            kind = RoomType.objects.create(
                venue=house, name=f"Type {number}", capacity=2, unit="night", policy=double.policy
            )
            one = room(house, f"Other {number}", type=kind)
            one.amenities.add(bath)
            operations.book(one, span(house), by=None)

        assert asked() == once


class TestToHold:
    def test_takes_any_so_many_rooms_of_a_type_and_leads_on(self, browser, lena, house, double):
        response = browser.post(HOLD, {**DATES, f"type_{double.pk}": "2"})

        made = Booking.objects.get()
        assert (response.status_code, made.state, made.guest, made.party) == (303, "held", lena, 2)
        assert made.price == 80_000
        assert made.reference in response.headers["Location"]

    def test_takes_rooms_of_several_types_at_once(self, browser, house, double):
        suite = RoomType.objects.create(
            venue=house, name="Suite", capacity=4, unit="night", policy=double.policy
        )
        room(house, "Suite 1", type=suite, capacity=4)

        browser.post(HOLD, {**DATES, "guests": "6", f"type_{double.pk}": "1", f"type_{suite.pk}": "1"})

        rows = Booking.objects.get().allocations.order_by("room__name")
        assert [row.room.type.name for row in rows] == ["Double", "Suite"]

    def test_that_comes_too_late_keeps_the_choice_and_offers_what_holds_at_a_press(
        self, browser, house, double
    ):
        suite = RoomType.objects.create(
            venue=house, name="Suite", capacity=4, unit="night", policy=double.policy
        )
        room(house, "Suite 1", type=suite, capacity=4)
        operations.book(list(house.rooms.filter(type=double)), span(house), by=None)

        response = browser.post(HOLD, {**DATES, f"type_{double.pk}": "1"})

        assert response.status_code == 409
        assert said(response, "None are free.", "Suite, 4 nights", f'value="{DATES["arrive"]}"') == []
        assert said(response, '<input type="hidden" name="party" value="2">') == []
        row = response.content.decode().split(f'name="type_{double.pk}"')[1]
        assert 'value="1"' in row[:60]

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"type_999999": "1"},
            {"arrive": ""},
            {"depart": ARRIVE.isoformat()},
            {"guests": "0"},
            {"guests": "\0"},
        ],
    )
    def test_what_makes_no_sense_is_refused_in_words(self, browser, house, double, fields):
        chosen = {f"type_{double.pk}": "1"} if fields and "type_999999" not in fields else {}

        response = browser.post(HOLD, {**DATES, **chosen, **fields})

        assert response.status_code == 400
        assert not Booking.objects.exists()

    def test_asks_who_is_not_logged_in_to_do_so(self, browsers, house, double):
        response = browsers["anonymous"].post(HOLD, {**DATES, f"type_{double.pk}": "1"})

        assert response.status_code == 302
        assert "/accounts/login/" in response.headers["Location"]

    def test_answers_programs_in_json(self, browser, house, double):
        response = browser.post(
            HOLD, {**DATES, f"type_{double.pk}": "1"}, headers={"accept": "application/json"}
        )

        assert (response.status_code, response.json()["state"]) == (201, "held")


def test_who_works_there_finds_the_chart_of_rooms(client, db):
    house = hotel()
    room(house)
    client.force_login(person("root", is_superuser=True, is_staff=True))

    assert said(client.get(PAGE), "Tape chart") == []
