"""The staff's desk: the gate of a car park, and the day of an office or a hotel."""

import re
from datetime import timedelta

import pytest

from accounts.models import User
from reservations import Span
from rooms import operations
from rooms.models import Blocking, Booking, Policy
from rooms.sql import database_now
from tests.rooms.pages.conftest import JSON
from tests.worlds import car_park, hotel, person, rooms, works_at

HOUR = timedelta(hours=1)


@pytest.fixture
def parking(db, people):
    venue = car_park("parking")
    rooms(venue, 3)
    works_at(people["staff"], venue)
    return venue


@pytest.fixture
def desk(browsers):
    return browsers["staff"]


def lines(browser, name, slug="parking"):
    return [line["reference"] for line in browser.get(f"/desk/{slug}/").context[name]]


class TestWhoMayOpenIt:
    def test_is_the_staff_of_the_venue(self, browsers, parking):
        found = {name: browser.get("/desk/parking/").status_code for name, browser in browsers.items()}

        assert found == {"anonymous": 302, "guest": 403, "other": 403, "staff": 200, "manager": 403}

    @pytest.mark.parametrize(
        "act", ["walk-in/", "plates/", "move/NONE/", "close/", "open/1/", "displays/", "displays/1/off/"]
    )
    def test_and_nobody_else_presses_its_buttons(self, browsers, parking, act):
        assert browsers["guest"].post(f"/desk/parking/{act}", {"plate": "34 KZ 1978"}).status_code == 403
        assert browsers["anonymous"].post(f"/desk/parking/{act}").status_code == 302
        assert not Booking.objects.exists()


class TestTheGate:
    def test_lets_a_car_in_with_one_press(self, desk, parking):
        answer = desk.post("/desk/parking/walk-in/", {"plate": "34 kz 1978", "key": "press"})

        assert (answer.status_code, answer.url) == (303, "/desk/parking/")
        assert Booking.objects.get().plate == "34 KZ 1978"
        assert "Room 1 is theirs until it is released." in desk.get("/desk/parking/").content.decode()

    def test_says_when_none_is_free(self, desk, parking):
        answers = [desk.post("/desk/parking/walk-in/") for _ in range(4)]

        assert [answer.status_code for answer in answers] == [303, 303, 303, 409]
        assert "None are free." in answers[3].content.decode()

    def test_answers_programs_too(self, desk, parking):
        assert desk.post("/desk/parking/walk-in/", **JSON).status_code == 201

    def test_finds_a_car_by_any_spelling_of_its_plate(self, desk, parking):
        booking = operations.walk_in(parking, by=None, plate="34 KZ 1978")
        operations.walk_in(parking, by=None, plate="06 AB 11")

        answer = desk.post("/desk/parking/plates/", {"plate": "34kz1978"})

        assert [line["reference"] for line in answer.context["of_car"]] == [booking.reference]

    def test_does_not_find_cars_of_other_venues(self, desk, parking):
        elsewhere = car_park("elsewhere")
        rooms(elsewhere, 1)
        operations.walk_in(elsewhere, by=None, plate="34 KZ 1978")

        assert desk.post("/desk/parking/plates/", {"plate": "34 KZ 1978"}).context["of_car"] == []

    def test_refuses_what_is_no_plate(self, desk, parking):
        assert desk.post("/desk/parking/plates/", {"plate": "<b>"}).status_code == 400

    def test_releases_and_moves_and_comes_back_to_the_desk(self, desk, parking):
        booking = operations.walk_in(parking, by=None)
        third = parking.rooms.get(name="Room 3")

        moved = desk.post(f"/bookings/{booking.reference}/move/", {"room": third.pk, "back": "desk"})
        released = desk.post(f"/bookings/{booking.reference}/release/", {"back": "desk"})

        assert moved.url == released.url == "/desk/parking/"
        assert booking.allocations.get().room == third
        assert lines(desk, "inside") == []

    def test_moves_a_car_to_a_spot_that_is_booked_later_until_then_and_says_so_before(self, desk, parking):
        now = database_now().replace(second=0, microsecond=0)
        later = Span(now + 3 * HOUR, now + 4 * HOUR)
        third = parking.rooms.get(name="Room 3")
        operations.book(third, later, by=person("early"))
        parked = operations.walk_in(parking, by=None)

        page = f"/desk/parking/move/{parked.reference}/"

        lasts, ends = desk.get(page).context["spots"]
        desk.post(page, {"to": ends["value"]})

        parked.refresh_from_db()
        assert (lasts["name"], lasts["until"], ends["name"]) == ("Room 2", "", "Room 3")
        assert ends["until"].startswith("until ")
        assert (parked.ends_at, parked.metered, parked.price) == (later.start, True, 0)
        assert parked.allocations.get(active=True).room == third

        desk.post(page, {"to": lasts["value"]})

        parked.refresh_from_db()
        assert parked.ends_at is None

    @pytest.mark.parametrize("to", ["", "x", "999999", "@", "1@soon", "\0"])
    def test_moves_no_car_to_where_there_is_nothing_and_asks_again(self, desk, parking, to):
        parked = operations.walk_in(parking, by=None)

        answer = desk.post(f"/desk/parking/move/{parked.reference}/", {"to": to})

        assert answer.status_code in (400, 404)
        assert [spot["name"] for spot in answer.context["spots"]] == ["Room 2", "Room 3"]

    def test_moves_no_car_of_another_venue(self, desk, parking, people):
        elsewhere = car_park("elsewhere")
        rooms(elsewhere, 1)
        works_at(people["staff"], elsewhere)
        parked = operations.walk_in(elsewhere, by=None)

        assert desk.get(f"/desk/parking/move/{parked.reference}/").status_code == 404

    def test_closes_a_free_spot_and_opens_it_again(self, desk, parking):
        spot = parking.rooms.first()

        desk.post("/desk/parking/close/", {"room": spot.pk, "note": "Oil"})
        closed = desk.get("/desk/parking/").context["closed"]
        desk.post(f"/desk/parking/open/{Blocking.objects.get().pk}/")

        assert [one["rooms"] for one in closed] == ["Room 1"]
        assert desk.get("/desk/parking/").context["closed"] == []

    def test_closes_no_spot_that_is_taken(self, desk, parking):
        booking = operations.walk_in(parking, by=None)
        spot = booking.allocations.get().room

        assert desk.post("/desk/parking/close/", {"room": spot.pk}).status_code == 409


class TestTheDay:
    @pytest.fixture
    def office_desk(self, desk, aurora):
        return desk

    def test_lists_who_is_expected_and_who_is_there(self, office_desk, aurora, lena):
        now = database_now()
        running = Span(now - now.minute % 15 * timedelta(minutes=1), now + HOUR)
        start = running.start.replace(second=0, microsecond=0)
        booking = operations.book(aurora, Span(start, start + HOUR), by=lena, now=start)

        expected = lines(office_desk, "arrivals", "office")
        office_desk.post(f"/bookings/{booking.reference}/check-in/", {"back": "desk"})

        assert expected == [booking.reference]
        assert lines(office_desk, "arrivals", "office") == []
        assert lines(office_desk, "inside", "office") == [booking.reference]

    def test_lists_what_waits_for_approval(self, office_desk, aurora, lena):
        Policy.objects.update(needs_approval=True)
        aurora.venue.save()
        start = database_now().replace(minute=0, second=0, microsecond=0) + 2 * HOUR
        booking = operations.book(aurora, Span(start, start + HOUR), by=lena)

        waiting = lines(office_desk, "requests", "office")
        office_desk.post(f"/bookings/{booking.reference}/approve/", {"back": "desk"})

        assert waiting == [booking.reference]
        assert lines(office_desk, "requests", "office") == []

    @pytest.fixture
    def due(self, aurora, lena):
        """A booking that began a little while ago."""
        now = database_now()
        start = now.replace(second=0, microsecond=0) - now.minute % 15 * timedelta(minutes=1)
        return operations.book(aurora, Span(start, start + HOUR), by=lena, now=start)

    def test_says_since_when_they_are_in_and_not_since_it_was_booked(self, office_desk, due):
        operations.check_in(due, by=None, now=due.starts_at + timedelta(minutes=10))

        page = office_desk.get("/desk/office/")

        [line] = page.context["inside"]
        assert line["since"].startswith(f"{due.starts_at + timedelta(minutes=10):%H:%M}")
        assert f"in since {line['since']}" in page.content.decode()

    def test_takes_a_check_in_back_and_says_who_did_not_come(self, office_desk, due):
        operations.check_in(due, by=None)

        office_desk.post(f"/bookings/{due.reference}/undo-check-in/", {"back": "desk"})
        expected = lines(office_desk, "arrivals", "office")
        answer = office_desk.post(f"/bookings/{due.reference}/no-show/", {"back": "desk"})

        due.refresh_from_db()
        assert (expected, answer.url, due.state) == ([due.reference], "/desk/office/", "no_show")
        assert lines(office_desk, "arrivals", "office") == []

    def test_shows_a_refusal_at_the_desk(self, office_desk, due):
        answer = office_desk.post(f"/bookings/{due.reference}/undo-check-in/", {"back": "desk"})

        assert (answer.status_code, answer.context["refusal"].code) == (409, "illegal_transition")
        assert b'id="desk"' in answer.content

    def test_offers_both_on_the_page_of_the_booking_to_the_staff_alone(self, office_desk, browser, due):
        def offered(one):
            can = one.get(f"/bookings/{due.reference}/").context["can"]
            return can["no_show"], can["undo_check_in"]

        expected = offered(office_desk), offered(browser)
        operations.check_in(due, by=None)

        assert expected == ((True, False), (False, False))
        assert (offered(office_desk), offered(browser)) == ((False, True), (False, False))

    def test_sends_a_page_only_the_parts_that_changed(self, desk, parking):
        def ask(have=""):
            page = desk.get("/desk/parking/", {"have": have} if have else {}).content.decode()
            return dict(re.findall(r'id="desk-(\w+)" class="desk-slot" data-part="(\w+)"', page))

        have = ",".join(f"{name}.{mark}" for name, mark in ask().items())
        nothing = ask(have)
        operations.walk_in(parking, by=None)

        assert nothing == {}
        assert set(ask(have)) == {"counts", "inside", "closed"}

    @pytest.mark.parametrize("have", ["", "x", "\0", "counts." * 200, ",,,"])
    def test_sends_everything_to_whoever_says_nonsense(self, desk, parking, have):
        answer = desk.get("/desk/parking/", {"have": have})

        assert answer.status_code == 200
        assert answer.content.count(b"data-part=") == 9

    @pytest.mark.parametrize("cars", [1, 3])
    def test_asks_as_often_for_many_as_for_one(self, desk, parking, cars, django_assert_max_num_queries):
        for _ in range(cars):
            operations.walk_in(parking, by=None)
        desk.get("/desk/parking/")

        with django_assert_max_num_queries(24):
            desk.get("/desk/parking/")


class TestTheWayToTheDesk:
    def test_is_straight_where_one_works_at_one_venue(self, desk, venue):
        answer = desk.get("/desk/")

        assert (answer.status_code, answer.url) == (302, "/desk/office/")

    def test_lists_the_venues_where_one_works_and_no_others(self, desk, parking):
        car_park("elsewhere")

        listed = [found.slug for found in desk.get("/desk/").context["page"]]

        assert sorted(listed) == ["office", "parking"]

    def test_is_closed_to_whoever_works_nowhere(self, browsers, parking):
        assert browsers["guest"].get("/desk/").status_code == 403
        assert browsers["anonymous"].get("/desk/").url == "/accounts/login/?next=/desk/"

    @pytest.mark.parametrize("address", ["/venues/office/", "/venues/parking/", "/venues/inn/"])
    def test_is_on_the_pages_of_the_venue_for_its_staff_alone(self, address, browsers, parking, people):
        house = hotel("inn")
        works_at(people["staff"], house)
        link = f'href="{address.replace("venues", "desk")}"'

        found = {name: link in browsers[name].get(address).content.decode() for name in ("guest", "staff")}

        assert found == {"guest": False, "staff": True}

    def test_is_in_the_menu_of_those_who_work_somewhere(self, browsers, people, venue):
        User.objects.filter(pk=people["staff"].pk).update(is_staff=True)

        found = {
            name: 'href="/desk/"' in browsers[name].get("/").content.decode() for name in ("guest", "staff")
        }

        assert found == {"guest": False, "staff": True}


def test_a_request_is_told_with_its_date_however_far_ahead(desk, venue, people, browsers):
    Policy.objects.update(needs_approval=True)
    start = database_now().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=20)
    [place] = rooms(venue, 1)
    operations.book(place, Span(start, start + HOUR), by=people["guest"])

    page = desk.get("/desk/office/").content.decode()

    assert f"{start:%a} {start.day} {start:%b}, 10:00 to 11:00" in page
