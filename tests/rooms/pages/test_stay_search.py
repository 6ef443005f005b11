"""The search for stays on the front page: what it finds, and what it does with nonsense."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rooms.models import Amenity, Rate, Route, Venue
from rooms.views.home import card
from tests import travel
from tests.worlds import hotel, room, rooms, terms

ARRIVE = timezone.now().date() + timedelta(days=10)
DATES = {"arrive": ARRIVE.isoformat(), "depart": (ARRIVE + timedelta(days=4)).isoformat(), "guests": "2"}


def inn(number):
    """A hotel with two rooms, each dearer than the one before, in a city of its own."""
    house = hotel(f"inn-{number}")
    Venue.objects.filter(pk=house.pk).update(city=f"City {number}")
    Rate.objects.create(type=house.types.get(), unit="night", amount=10_000 + 100 * number)
    rooms(house, 2, capacity=2)
    return house


def search(browser, **fields):
    response = browser.get("/", {**DATES, **fields})
    assert response.status_code == 200
    return response.content.decode()


def test_the_front_page_asks_where_and_when_only_if_there_is_a_hotel(browser, aurora):
    before = browser.get("/").content.decode()
    inn(1)

    after = browser.get("/").content.decode()

    assert ('name="arrive"' in before, 'name="arrive"' in after) == (False, True)
    assert "Inn-1" in after
    assert "stays</h1>" not in after


def pictures_of_hotels(page):
    return re.findall(r'class="art (art-dusk tone-\d)"', page)


def test_hotels_look_as_different_on_the_front_page_as_among_what_was_found(browser):
    inn(1)
    inn(2)

    before = pictures_of_hotels(browser.get("/").content.decode())
    found = pictures_of_hotels(search(browser))

    assert before == found
    assert len({*found}) == 2


def test_a_train_a_bus_and_a_flight_have_a_picture_each(browser, aurora):
    for mode in ("train", "bus", "flight"):
        route = travel.line(mode)
        Route.objects.filter(pk=route.pk).update(mode=mode)
        travel.departure(travel.train(f"the-{mode}"), route=route)

    page = browser.get("/").content.decode()

    drawn = re.findall(r'<svg class="art.*?</svg>', page)
    assert len(drawn) == len({*drawn}) == 4  # these, and the office's


def test_a_vehicle_says_when_it_leaves_and_not_what_is_free_between_departures(browser, aurora):
    run = travel.soon()
    travel.train("museum")

    page = browser.get("/").content.decode()

    weekday = run.starts_at.strftime("%A")
    assert f"Leaves {run.starts_at:%H:%M} on {weekday}" in page
    assert page.count("Does not run") == 1
    assert page.count("free now</span>") == 1  # of the office


def test_a_vehicle_that_leaves_on_this_very_day_says_so(browser, aurora):
    run = travel.soon()
    morning, yesterday = run.starts_at - timedelta(minutes=5), run.starts_at - timedelta(days=1)

    run.vehicle.mode, run.vehicle.leaves_at = "train", run.starts_at

    told = [card(run.vehicle, terms(run.vehicle), set(), now)["opens"] for now in (morning, yesterday)]

    leaves = run.starts_at.astimezone(run.vehicle.zone)
    assert told == [f"Leaves {leaves:%H:%M} today", f"Leaves {leaves:%H:%M on %A}"]


def test_a_search_shows_price_nights_and_what_is_left_beside_the_other_kinds(browser, aurora):
    inn(1)

    found = search(browser)

    told = (
        "1 stay",
        "Inn-1",
        "€404.00",
        "€101.00 a night",
        "2 rooms for all 4 nights",
        "4 nights, ",
        "Office",
    )
    assert [words for words in told if words not in found] == []
    assert f'data-night="{DATES["arrive"]}"' in found


def test_a_search_can_be_narrowed_by_place_price_and_what_rooms_have(browser):
    cheap, dear = inn(1), inn(2)
    wifi = Amenity.objects.create(slug="wifi", name="Wi-Fi", icon="wifi")
    for one in dear.rooms.all():
        one.amenities.add(wifi)

    assert "1 stay" in search(browser, place="city 2")
    assert "1 stay" in search(browser, max_price="101")
    assert "1 stay" in search(browser, amenity="wifi")
    assert "No hotel has a room like that" in search(browser, amenity="wifi", max_price="101")
    assert "No hotel has a room like that" in search(browser, guests="3", place=cheap.name)


def test_results_come_in_pages(browser):
    for number in range(10):
        inn(number)

    first, second = search(browser), search(browser, page="2")

    assert (first.count("data-stay="), second.count("data-stay=")) == (8, 2)
    assert "page=2" in first


@pytest.mark.parametrize(
    "fields",
    [
        {"arrive": "never"},
        {"depart": DATES["arrive"]},
        {"guests": "\0"},
        {"guests": "9" * 30},
        {"place": "x" * 500},
        {"place": "\0"},
        {"max_price": "NaN"},
        {"max_price": "-1"},
        {"amenity": "\0"},
        {"page": "-7"},
        {"depart": "9999-12-31"},
    ],
)
def test_nonsense_shows_the_form_again(browser, fields):
    inn(1)

    assert 'name="arrive"' in search(browser, **fields)


@pytest.mark.parametrize("who", ["anonymous", "guest"])
def test_thirty_hotels_ask_as_often_as_one(browsers, venue, who):
    inn(0)

    def asked():
        search(browsers[who])
        with CaptureQueriesContext(connection) as seen:
            search(browsers[who])
        return len(seen)

    once = asked()
    for number in range(1, 30):
        room(inn(number), "More", capacity=2)

    assert asked() == once
