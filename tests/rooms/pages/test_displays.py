"""What screens show: a sign counts, a door tells of one room, and neither says whose it is."""

from datetime import datetime, timedelta

import pytest

from reservations import Span, doors, policies
from reservations.policies import floor_to_step
from rooms import operations
from rooms.models import Booking, Display, OpeningException
from rooms.operations import Details
from rooms.sql import database_now
from tests.rooms.pages.conftest import browser_of
from tests.worlds import car_park, person, rate, rooms, works_at


@pytest.fixture
def parking(db, people):
    venue = car_park("parking")
    rooms(venue, 3)
    works_at(people["staff"], venue)
    return venue


@pytest.fixture
def desk(browsers):
    return browsers["staff"]


@pytest.fixture
def sign(people, parking):
    return operations.hang(parking, by=people["staff"], name="Gate")


@pytest.fixture
def door(people, parking):
    return operations.hang(parking, by=people["staff"], name="Door of 1", room=parking.rooms.first())


def shown(display):
    return browser_of(None).get(f"/display/{display.token}/").context


def close(venue, days=0):
    """Close the venue all day, today or so many days ahead; on all others it never does."""
    date = database_now().date() + timedelta(days=days)
    OpeningException.objects.create(venue=venue, date=date)
    return date


class TestASign:
    def test_is_open_to_whoever_has_its_address(self, parking, sign):
        answer = browser_of(None).get(f"/display/{sign.token}/")

        assert (answer.status_code, answer.context["free"], answer.context["total"]) == (200, 3, 3)

    def test_tells_no_more_than_numbers(self, people, parking, sign):
        operations.take(parking, by=people["guest"], details=Details(plate="34 KZ 1978", title="Secret"))

        page = browser_of(None).get(f"/display/{sign.token}/")

        assert page.context["free"] == 2
        assert not any(word in page.content.decode() for word in ("1978", "Secret", "lena", "Room 1"))

    def test_counts_no_room_that_is_closed(self, parking, sign):
        close(parking)

        assert (shown(sign)["free"], shown(sign)["word"]) == (0, "closed")

    def test_that_is_off_shows_nothing(self, desk, parking, sign):
        desk.post(f"/desk/parking/displays/{sign.pk}/off/")

        assert browser_of(None).get(f"/display/{sign.token}/").status_code == 404
        assert desk.post(f"/desk/parking/displays/{sign.pk}/off/").status_code == 409

    @pytest.mark.parametrize("token", ["x", "%00", "é" * 10, "a" * 200])
    def test_is_not_guessed(self, parking, sign, token):
        assert browser_of(None).get(f"/display/{token}/").status_code == 404

    @pytest.mark.parametrize("sent", [{"name": ""}, {"name": "x" * 81}, {"name": "Gate", "floor": "none"}])
    def test_with_nonsense_is_not_hung(self, desk, parking, sent):
        assert desk.post("/desk/parking/displays/", sent).status_code == 400
        assert not Display.objects.exists()


class TestADoor:
    def test_is_hung_from_the_desk(self, desk, parking):
        spot = parking.rooms.first()

        desk.post("/desk/parking/displays/", {"name": "Door of 1", "room": spot.pk})
        display = Display.objects.get()

        assert (display.kind, display.room) == ("door", spot)

    def test_says_whether_its_room_is_free(self, parking, door):
        assert (shown(door)["state"], shown(door)["until"]) == ("Free", "")

        operations.take(door.room, by=person("driver"))

        assert shown(door)["state"] == "Taken"

    def test_says_that_it_is_closed_and_when_it_opens(self, parking, door):
        today = close(parking)

        assert shown(door)["state"] == "Closed"
        assert shown(door)["until"] == f"opens 00:00 on {today + timedelta(days=1):%A}"

    def test_says_until_when_it_is_open(self, parking, door):
        tomorrow = close(parking, days=1)

        assert (shown(door)["state"], shown(door)["until"]) == ("Free", f"until 00:00 on {tomorrow:%A}")

    def test_says_that_it_is_out_of_use(self, parking, door):
        operations.block(door.room, Span(database_now(), None), by=None)

        assert shown(door)["state"] == "Out of use"

    def test_of_a_room_that_is_let_no_more_is_closed(self, parking, door):
        operations.archive_room(door.room, by=None)

        assert shown(door)["standing"] == doors.Standing("closed")


class TestTheButtonsOfADoor:
    @pytest.fixture
    def panel(self, venue, aurora, people):
        return operations.hang(venue, by=people["staff"], name="Aurora", room=aurora, acts="own")

    def press(self, panel, act, **more):
        return browser_of(None).post(f"/display/{panel.token}/act/", {"act": act, **more})

    def offered(self, panel):
        return shown(panel)["offers"]

    def test_are_none_where_it_only_shows(self, venue, aurora):
        plain = operations.hang(venue, by=None, name="Aurora", room=aurora)

        assert "acts" not in shown(plain)
        assert self.press(plain, "end", taken="1").status_code == 403

    def test_book_stay_longer_and_end_without_a_script(self, panel):
        answer = self.press(panel, shown(panel)["book"][0]["value"])
        assert (answer.status_code, answer.url) == (303, f"/display/{panel.token}/")
        assert shown(panel)["state"] == "Taken"

        taken = self.offered(panel).taken
        self.press(panel, shown(panel)["longer"][0]["value"], taken=taken)
        assert Booking.objects.get().changes.filter(kind="moved").exists()

        self.press(panel, "end", taken=taken)
        assert shown(panel)["state"] == "Free"

    def test_check_in_where_somebody_has_to(self, panel, venue, aurora, lena):
        venue.policies.update(no_show_minutes=15)
        venue.save()
        now = database_now()
        start = floor_to_step(now, policies.Policy(), venue.zone)
        booking = operations.book(aurora, Span(start, start + timedelta(hours=1)), by=lena, now=now)
        assert self.offered(panel).check_in

        self.press(panel, "check-in", taken=self.offered(panel).taken)

        booking.refresh_from_db()
        assert booking.state == "checked_in"
        assert not self.offered(panel).check_in
        assert not self.offered(panel).end

    def test_say_why_there_are_none(self, panel, venue):
        rate(venue, 100)
        venue.save()

        assert self.offered(panel).why == "A booking here has a price. Book it on its page."
        assert shown(panel)["book"] == []

    def test_are_told_anew_once_the_step_that_runs_is_over(self, panel, venue):
        before = database_now()

        told = datetime.fromisoformat(shown(panel)["changes_at"])

        assert before < told <= before + timedelta(minutes=15, seconds=30)
        assert told == floor_to_step(told, policies.Policy(), venue.zone)

    def test_say_what_was_refused(self, panel, aurora, lena):
        press = shown(panel)["book"][-1]["value"]
        operations.block(aurora, Span(database_now(), None), by=None)

        answer = self.press(panel, press)

        assert answer.status_code == 409
        assert 'role="alert"' in answer.content.decode()

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"act": "book"},
            {"act": "book x/y"},
            {"act": "book 2026-01-01T10:00Z/2026-01-01T09:00Z"},
            {"act": "end"},
            {"act": "end", "taken": "x"},
            {"act": "longer", "taken": "9" * 30},
            {"act": "longer \x00", "taken": "1"},
            {"act": "dance", "taken": "1"},
        ],
    )
    def test_refuse_nonsense(self, panel, sent):
        answer = browser_of(None).post(f"/display/{panel.token}/act/", sent)

        assert 400 <= answer.status_code < 500

    def test_wear_out_when_they_are_hammered(self, panel):
        codes = {self.press(panel, "dance", taken="1").status_code for _ in range(25)}

        assert codes == {400, 429}

    def test_tell_nobody_whose_booking_it_is(self, panel, venue, aurora, lena):
        now = database_now()
        start = floor_to_step(now, policies.Policy(), venue.zone)
        details = Details(title="Secret merger")
        booking = operations.book(
            aurora, Span(start, start + timedelta(hours=1)), by=lena, details=details, now=now
        )

        page = browser_of(None).get(f"/display/{panel.token}/").content.decode()

        assert not any(word in page for word in ("Secret", "lena", "Lena", booking.reference))

    def test_are_for_doors_alone(self, desk, venue):
        answer = desk.post("/desk/office/displays/", {"name": "Gate", "acts": "any"})

        assert answer.status_code == 400
        assert not Display.objects.exists()

    def test_are_chosen_at_the_desk(self, desk, aurora):
        desk.post("/desk/office/displays/", {"name": "Door", "room": aurora.pk, "acts": "own"})

        assert Display.objects.get().acts == "own"

    def test_stand_in_the_history_with_the_name_of_the_display(self, panel, browsers):
        self.press(panel, shown(panel)["book"][0]["value"])

        [checked_in, booked] = browsers["manager"].get("/desk/office/history/").context["lines"]
        assert (booked["door"], checked_in["door"]) == ("the display Aurora", "the display Aurora")


class TestTheCodeBesideADoor:
    def where(self, browser, room):
        return browser.get(f"/venues/office/rooms/{room.pk}/here/").url

    def test_leads_to_booking_the_room(self, aurora, browsers):
        assert self.where(browsers["anonymous"], aurora) == f"/venues/office/book/?room={aurora.pk}"

    def test_leads_to_ones_own_booking_there_and_to_nobody_elses(self, aurora, lena, browsers):
        now = database_now()
        start = floor_to_step(now, policies.Policy(), aurora.venue.zone)
        booking = operations.book(aurora, Span(start, start + timedelta(hours=1)), by=lena, now=now)

        assert self.where(browsers["guest"], aurora) == f"/bookings/{booking.reference}/"
        assert self.where(browsers["other"], aurora) == f"/venues/office/book/?room={aurora.pk}"

    def test_leads_nowhere_from_a_room_that_one_may_not_see(self, aurora, browsers):
        operations.give_rights(aurora, operations.Given("none", {}), by=None)

        assert browsers["other"].get(f"/venues/office/rooms/{aurora.pk}/here/").status_code == 404
