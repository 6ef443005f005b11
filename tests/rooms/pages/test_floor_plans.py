"""The plan of a building: what is drawn from the address, with what is free lit, and the same in words."""

from urllib.parse import urlencode

import pytest

from reservations import iso
from reservations.rights import NOBODY
from rooms import operations
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import browser_of
from tests.rooms.pages.test_bad_input import ODD_QUERIES
from tests.worlds import hotel, office, room

pytestmark = pytest.mark.django_db
SPAN = coming(10, 11)


@pytest.fixture
def rooms(venue):
    """Three rooms side by side on the first floor, and one above them."""
    told = (("Aurora", "1", 0, 4), ("Birch", "1", 200, 8), ("Cedar", "1", 400, 12), ("Delta", "2", 0, 8))
    return {
        name: room(venue, name, floor=floor, x=x, y=0, width=160, depth=100, capacity=seats, order=number)
        for number, (name, floor, x, seats) in enumerate(told)
    }


def asked(browser, venue, **query):
    """Return what the plan is drawn from at ten."""
    told = {"view": "plan", "date": SPAN.start.date(), "from": "10:00", "to": "11:00", **query}
    return browser.get(f"/venues/{venue.slug}/?{urlencode(told, doseq=True)}")


def drawn(answer):
    return {one["name"]: one for floor in answer.context["plans"] for one in floor["rooms"]}


def lit(answer):
    return [name for name, one in drawn(answer).items() if one["lit"]]


class TestTheRooms:
    def test_that_are_free_are_lit_and_lead_to_the_form(self, browser, venue, rooms):
        answer = asked(browser, venue)

        assert lit(answer) == ["Aurora", "Birch", "Cedar", "Delta"]
        assert answer.context["count"] == "4 of 4 rooms are free and fit."
        text = answer.content.decode()
        assert f"/venues/office/book/?room={rooms['Aurora'].pk}&amp;start=" in text
        assert "Aurora, 4 seats, floor 1, free" in text

    def test_that_are_taken_say_how_and_until_when(self, browser, venue, rooms, people):
        operations.book(rooms["Aurora"], coming(10, 12), by=people["guest"])
        operations.book(rooms["Birch"], coming(9, 12), by=people["other"])
        operations.hold(rooms["Cedar"], coming(10, 11), by=people["other"])

        answer = asked(browser, venue)

        found = {name: one["state"] for name, one in drawn(answer).items()}
        assert found == {
            "Aurora": "yours until 12:00",
            "Birch": "booked until 12:00",
            "Cedar": "on hold until 11:00",
            "Delta": "free",
        }
        assert lit(answer) == ["Delta"]

    def test_that_are_taken_before_and_after_are_free(self, browser, venue, rooms, people):
        for start, end in ((9, 10), (11, 12)):
            operations.book(rooms["Aurora"], coming(start, end), by=people["other"])

        assert "Aurora" in lit(asked(browser, venue))

    def test_that_keep_time_clear_are_taken_as_long_as_that(self, browser, people):
        tidy = office("tidy", hours=None, buffer_after_minutes=30)
        salon = room(tidy, "Salon")
        operations.book(salon, coming(9, 10), by=people["other"])

        assert lit(asked(browser, tidy)) == []
        assert lit(asked(browser, tidy, **{"from": "10:30"})) == ["Salon"]

    def test_that_nobody_lets_then_are_not_free(self, browser):
        bank = office("bank", hours=(12, 17))
        room(bank, "Vault")

        answer = asked(browser, bank)

        assert drawn(answer)["Vault"]["state"] == "closed"
        assert answer.context["count"] == "0 of 1 room is free and fit."

    def test_of_a_time_that_has_passed_are_not_free(self, browser, venue, rooms):
        assert {one["kind"] for one in drawn(asked(browser, venue, date="2020-01-06")).values()} == {"past"}

    def test_are_lit_exactly_if_they_can_be_booked(self, browser, venue, rooms, people):
        operations.book(rooms["Aurora"], coming(10, 11), by=people["other"])
        operations.book(rooms["Delta"], coming(11, 12), by=people["other"])

        for name in lit(asked(browser, venue)):
            operations.book(rooms[name], SPAN, by=people["guest"])

        assert lit(asked(browser, venue)) == []


class TestWhatIsAsked:
    def test_dims_what_is_too_small_or_on_another_floor(self, browser, venue, rooms):
        assert lit(asked(browser, venue, capacity=8)) == ["Birch", "Cedar", "Delta"]
        assert lit(asked(browser, venue, capacity=8, floor="1")) == ["Birch", "Cedar"]

    def test_lights_only_what_lies_in_the_rectangle_of_its_floor(self, browser, venue, rooms):
        answer = asked(browser, venue, within="300,120,-10,-10", on="1")

        assert lit(answer) == ["Aurora", "Birch"]
        assert answer.context["count"] == "2 of 2 rooms in the area are free and fit."
        assert lit(asked(browser, venue, within="-10,-10,300,120", on="2")) == ["Delta"]
        assert lit(asked(browser, venue, within="-10,-10,300,120", on="Roof")) == []

    def test_of_a_rectangle_and_a_size_is_both(self, browser, venue, rooms):
        answer = asked(browser, venue, within="-10,-10,300,120", on="1", capacity=8)

        assert lit(answer) == ["Birch"]
        assert answer.context["count"] == "1 of 2 rooms in the area is free and fit."

    def test_is_now_if_no_time_is_chosen(self, browser, venue, rooms):
        answer = browser.get(f"/venues/{venue.slug}/?view=plan")

        chosen, told = answer.context["chosen"], answer.context["data"]
        assert chosen.is_now
        assert chosen.span.contains(answer.context["data"]["now"] and chosen.span.start)
        assert told["plan"]["start"] == iso(chosen.span.start) <= told["now"] < told["plan"]["end"]

    def test_ends_on_the_next_day_if_it_ends_before_it_begins(self, browser, venue, rooms):
        span = asked(browser, venue, **{"from": "22:00", "to": "01:30"}).context["chosen"].span

        assert (span.end - span.start).total_seconds() == 3.5 * 3600

    def test_why_is_answered_without_a_script(self, browser, venue, rooms, people):
        operations.book(rooms["Birch"], coming(10, 12), by=people["other"])

        answer = asked(browser, venue, room=rooms["Birch"].pk)

        [reason] = answer.context["why"]["reasons"]
        assert reason["sentence"] in answer.content.decode()

    @pytest.mark.parametrize("name", ["date", "from", "to", "within", "on", "room"])
    def test_that_makes_no_sense_draws_it_all_the_same(self, browser, venue, rooms, name):
        for value in ODD_QUERIES:
            answer = asked(browser, venue, **{"within": "0,0,9,9", "on": "1", name: value})
            assert (answer.status_code, value) == (200, value)

    def test_is_kept_in_my_views_without_its_date(self, browser, venue, rooms):
        kept = asked(browser, venue, within="0,0,9,9", on="1").context["kept_query"]

        assert kept == "view=plan&from=10%3A00&to=11%3A00&within=0%2C0%2C9%2C9&on=1"


def test_hotels_and_car_parks_have_no_such_view(browser):
    inn = hotel("inn")
    room(inn, "101")

    assert "plans" not in browser.get("/venues/inn/?view=plan").context


def test_rooms_that_one_may_not_see_are_not_drawn(venue, rooms, people):
    rooms["Delta"].everybody = NOBODY
    rooms["Delta"].save()
    venue.save()

    assert "Delta" not in drawn(asked(browser_of(people["other"]), venue))
