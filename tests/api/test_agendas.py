"""Agendas for programs: a room and a time for each event, which can be booked as they are told."""

import pytest

from tests.api.programs import hour
from tests.worlds import room

pytestmark = pytest.mark.django_db


def wanted(*events, **more):
    return {"start": hour(0)["start"], "end": hour(7)["end"], "events": list(events), **more}


TALK, TABLE = {"title": "Talk", "minutes": 60, "party": 18}, {"title": "Table", "minutes": 90}


@pytest.fixture
def hall(aurora):
    return room(aurora.venue, "Hall", capacity=40)


def test_each_place_is_a_body_for_a_booking(guest, aurora, hall):
    found = guest.post("venues/office/agenda", wanted(TALK, TABLE)).told

    places = {one["event"]: one for one in found["places"]}
    assert (found["whole"], found["left"]) == (True, [])
    assert [places[number]["rooms"] for number in (0, 1)] == [[hall.pk], [aurora.pk]]
    for one in found["places"]:
        body = {name: one[name] for name in ("rooms", "start", "end", "title", "party")}
        assert guest.post("bookings", {"venue": "office", **body}).status_code == 201


def test_nothing_is_booked_and_what_has_no_place_says_why(guest, aurora, hall):
    found = guest.post("venues/office/agenda", wanted(TALK, {"minutes": 60, "party": 500})).told

    assert found["whole"] is False
    assert found["left"] == [{"event": 1, "sentence": "No room here holds 500 people."}]
    assert guest.get("bookings").told["items"] == []


def test_events_apart_do_not_share_time(guest, aurora, hall):
    found = guest.post("venues/office/agenda", wanted(TALK, TABLE, apart=True)).told

    first, second = found["places"]
    assert first["end"] <= second["start"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        wanted(),
        wanted(*[TALK] * 13),
        wanted({"minutes": 0}),
        wanted({"minutes": 60, "party": "many"}),
        wanted({"minutes": 60, "color": "red"}),
        wanted(TALK, start="2026-12-01T10:00"),
        wanted(TALK, end=hour(-1)["start"]),
        wanted(TALK, end="9999-12-31T00:00:00Z"),
        wanted(TALK, end=None),
    ],
)
def test_what_makes_no_sense_is_refused(guest, aurora, body):
    answer = guest.post("venues/office/agenda", body)

    assert (answer.status_code, answer.told["code"]) == (400, "invalid")
