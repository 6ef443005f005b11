"""What is hidden stays so: a form that was open for long, and every question that could tell of a room."""

import re

import pytest

from rooms import operations
from rooms.models import Amenity, Room, RoomRight
from rooms.operations import Given
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import JSON, create, wanted
from tests.worlds import car_park, hotel, room

NOBODYS = 99_999
FIELD = re.compile(r"<(?:input|option)([^>]*)>")
SAVE = "/desk/office/rights/{}/"


def let(one, everybody=None, **people):
    given = {f"{name}@example.com": verbs.split() for name, verbs in people.items()}
    return operations.give_rights(one, Given(everybody, given), by=None)


@pytest.fixture
def hidden(venue, aurora):
    """A room beside Aurora that nobody sees."""
    return let(room(venue, "Board Room", order=2), "none")


def filled(page):
    """Return what the first form of the page sends as it is: hidden fields, ticks and what is selected."""
    sent = {}
    form = page.content.decode().split("Save</button>")[0]
    for tag in re.findall(r"<input([^>]*)>", form):
        told = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        ticked = told.get("type") != "checkbox" or tag.rstrip().endswith("checked")
        if ticked and told.get("name") not in (None, "csrfmiddlewaretoken", "may"):
            sent.setdefault(told["name"], []).append(told["value"])
    sent["everybody"] = re.findall(r'<option value="([^"]*)" selected', form)
    return sent


class TestAFormThatWasOpenForLong:
    def test_does_not_show_a_room_that_was_hidden_meanwhile(self, browsers, aurora, lena):
        stale = filled(browsers["manager"].get(SAVE.format(aurora.pk)))
        let(aurora, "none")

        sent = {**stale, "people": "lena@example.com", "may": "book"}
        assert browsers["manager"].post(SAVE.format(aurora.pk), sent).status_code == 303

        assert Room.objects.get(pk=aurora.pk).everybody == "none"
        assert RoomRight.objects.get().person == lena

    def test_gives_nobody_back_what_was_taken_away_meanwhile(self, browsers, aurora):
        let(aurora, "see", lena="repeat edit", omar="book")
        stale = filled(browsers["manager"].get(SAVE.format(aurora.pk)))
        let(aurora, lena="see", omar="")

        browsers["manager"].post(SAVE.format(aurora.pk), {**stale, "everybody": "book"})

        assert [(one.person.email, one.take, one.change) for one in RoomRight.objects.all()] == [
            ("lena@example.com", "see", "")
        ]
        assert Room.objects.get(pk=aurora.pk).everybody == "book"

    def test_shows_again_what_was_chosen_if_it_is_refused(self, browsers, aurora):
        stale = filled(browsers["manager"].get(SAVE.format(aurora.pk)))
        again = browsers["manager"].post(
            SAVE.format(aurora.pk),
            {**stale, "everybody": "see", "people": "nobody@example.com", "may": "book"},
        )
        assert again.status_code == 400
        browsers["manager"].post(SAVE.format(aurora.pk), filled(again))
        assert Room.objects.get(pk=aurora.pk).everybody == "see"

    def test_takes_rights_from_who_may_not_log_in_any_more(self, browsers, aurora, lena):
        let(aurora, "see", lena="book")
        lena.is_active = False
        lena.save()
        sent = filled(browsers["manager"].get(SAVE.format(aurora.pk)))

        browsers["manager"].post(SAVE.format(aurora.pk), {**sent, "right": []})

        assert not RoomRight.objects.exists()


class TestAHiddenRoomAnswersLikeNone:
    """The same bytes for a room that is hidden and one that never was, whatever else is wrong."""

    def answers(self, browser, address, sent, hidden, name="room"):
        return [browser.post(address, {**sent, name: number}, **JSON) for number in (hidden, NOBODYS)]

    @pytest.mark.parametrize(
        "more",
        [
            {},
            {"start": "never"},
            {"end": "1999-01-01T10:00"},
            {"party": 0},
            {"guest": "omar@example.com"},
            {"title": "x" * 500},
            {"key": "x" * 500},
            {"hold": "1"},
        ],
    )
    def test_to_who_books(self, browser, venue, hidden, more):
        answers = self.answers(browser, create(venue), {**wanted(hidden), **more}, hidden.pk)

        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].content == answers[1].content

    @pytest.mark.parametrize("more", [{}, {"start": "never"}, {"end": "1999-01-01T10:00"}])
    @pytest.mark.parametrize("to", ["room", "to"])
    def test_to_who_moves(self, browser, aurora, hidden, lena, more, to):
        own = operations.book(aurora, coming(10, 11), by=lena)

        answers = self.answers(browser, f"/bookings/{own.reference}/move/", more, hidden.pk, name=to)

        assert answers[0].content == answers[1].content
        if not more:
            assert [one.status_code for one in answers] == [404, 404]

    def test_as_a_type_whose_rooms_are_all_hidden(self, browser, venue, hidden):
        kind = venue.types.create(name="Vault", policy=hidden.type.policy, capacity=2)
        let(room(venue, "Vault", type=kind), "none")
        sent = {name: value for name, value in wanted(hidden).items() if name != "room"} | {"end": "never"}

        answers = self.answers(browser, create(venue), sent, kind.pk, name="type")

        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].content == answers[1].content

    def test_as_a_spot_to_take(self, browser):
        lot = car_park()
        spot = let(room(lot, "A"), "none")

        answers = self.answers(browser, "/venues/parking/take/", {"plate": "x" * 90}, spot.pk)

        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].content == answers[1].content

    def test_but_what_was_booked_with_a_key_is_told_for_ever(self, browser, venue, aurora):
        sent = {**wanted(aurora), "key": "once"}
        first = browser.post(create(venue), sent, **JSON)
        let(aurora, "none")

        again = browser.post(create(venue), sent, **JSON)
        other = browser.post(create(venue), {**sent, "room": NOBODYS}, **JSON)

        assert (first.status_code, again.status_code, other.status_code) == (201, 201, 404)
        assert first.json()["reference"] == again.json()["reference"]


class TestACountThatIsOfWhatOneSees:
    def test_no_amenity_is_named_that_only_hidden_rooms_have(self, browsers, venue):
        house = hotel()
        suite = room(house, "1")
        suite.amenities.add(Amenity.objects.create(slug="harp", name="Harp", icon="music"))
        assert "Harp" in browsers["guest"].get("/").content.decode()

        let(suite, "none", omar="see")

        told = {who: "Harp" in one.get("/").content.decode() for who, one in browsers.items()}
        assert told == {"anonymous": False, "guest": False, "other": True, "staff": False, "manager": False}

    def test_the_peak_of_a_car_park_counts_the_spots_that_one_sees(self, browsers, people):
        lot = car_park()
        for order, (name, who) in enumerate((("A", "guest"), ("B", "other"))):
            operations.take(room(lot, name, order=order), by=people[who])
        let(lot.rooms.get(name="B"), "none", omar="book")

        found = {who: browsers[who].get("/venues/parking/").context["peak"] for who in ("guest", "other")}

        assert found == {"guest": 1, "other": 2}
