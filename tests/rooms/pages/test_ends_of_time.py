"""The first and the last instants a text can name: on every page that takes a time, they are none."""

import pytest

from rooms import operations
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import act, written
from tests.worlds import car_park, hotel, office, room

INSTANTS = [  # some are instants in UTC only, some only by the clocks of the venue
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-12:00",
    "9999-12-31T23:59",
]
HEADS = ({"accept": "application/json"}, {"accept": "text/html"})


@pytest.fixture(params=["Europe/Istanbul", "America/New_York"])
def offices(request, db):
    """A venue east or west of Greenwich, where the calendar ends earlier or later."""
    return office("far", timezone=request.param, hours=None)


@pytest.fixture
def sent(offices):
    span = coming(10, 11)
    return {"room": room(offices).pk, "start": span.start.isoformat(), "end": span.end.isoformat()}


def odd(sent):
    """Return what is sent with either edge, or both, at an end of time."""
    return [
        {**sent, **dict.fromkeys(edges, instant)}
        for edges in (("start",), ("end",), ("start", "end"))
        for instant in INSTANTS
    ]


@pytest.mark.parametrize("page", ["book", "series", "wait"])
def test_a_form_opens_all_the_same(browser, offices, sent, page):
    for asked in odd(sent):
        for more in ({}, {"repeats": "weekly", "times": "3"}):
            for head in HEADS:
                assert browser.get(f"/venues/far/{page}/", asked | more, headers=head).status_code == 200


@pytest.mark.parametrize("page", ["bookings", "series", "wait"])
def test_what_is_sent_from_it_is_refused(browser, offices, sent, page):
    for asked in odd({**sent, "repeats": "weekly", "times": "3"}):
        for head in HEADS:
            assert browser.post(f"/venues/far/{page}/", asked, headers=head).status_code == 400
    assert written() == [0, 0, 0, 0]


def test_a_series_says_which_edge_is_wrong(browser, offices, sent):
    answer = browser.post(
        "/venues/far/series/", {**sent, "end": INSTANTS[3], "repeats": "weekly", "times": "3"}
    )

    assert list(answer.context["form"].errors) == ["end"]
    assert answer.context["form"]["end"].value() == INSTANTS[3]


def test_nothing_is_moved_there(browser, lena, offices, sent):
    own = operations.book(room(offices, "Birch"), coming(10, 11), by=lena)
    before = written()

    for asked in odd(sent):
        for head in HEADS:
            assert browser.post(act(own, "move"), asked, headers=head).status_code == 400
    assert written() == before


def test_no_parked_car_stays_until_then(browser, lena):
    parking = car_park()
    own, other = operations.take(room(parking, "A1"), by=lena), room(parking, "A2")
    before = written()

    for instant in INSTANTS:
        for head in HEADS:
            answer = browser.post(act(own, "move"), {"to": f"{other.pk}@{instant}"}, headers=head)
            assert answer.status_code == 400
    assert written() == before


@pytest.mark.parametrize(("arrive", "depart"), [("0001-01-01", "0001-01-02"), ("9999-12-30", "9999-12-31")])
class TestTheNightsOfAHotel:
    @pytest.fixture(params=["Europe/Istanbul", "America/New_York"])
    def double(self, request, db):
        house = hotel()
        house.timezone = request.param
        house.save()
        return room(house)

    def test_show_the_page_all_the_same(self, browser, double, arrive, depart):
        for page in ("", "wait/", "book/"):
            for asked in ({"arrive": arrive}, {"depart": depart}, {"arrive": arrive, "depart": depart}):
                answer = browser.get(f"/venues/hotel/{page}", {"type": double.type_id, **asked})
                assert answer.status_code == 200

    def test_are_refused(self, browser, double, arrive, depart):
        for page in ("stays", "wait"):
            for head in HEADS:
                asked = {"type": double.type_id, "arrive": arrive, "depart": depart}
                assert browser.post(f"/venues/hotel/{page}/", asked, headers=head).status_code in (400, 422)
        assert written() == [0, 0, 0, 0]
