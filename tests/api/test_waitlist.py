"""Waiting, for programs: rooms that are taken, by their ids or any of a type."""

import pytest

from rooms import operations
from tests.api.programs import hour
from tests.days import span
from tests.worlds import office, person, rooms

pytestmark = pytest.mark.django_db
TEN = {
    name: edge.isoformat()
    for name, edge in zip(("start", "end"), (span(10, 11).start, span(10, 11).end), strict=True)
}


@pytest.fixture
def taken(db):
    """Two rooms that somebody has from ten to eleven."""
    places = rooms(office("annex", hours=None), 2)
    rival = person("rival")
    return [(one, operations.book(one, span(10, 11), by=rival)) for one in places]


def test_what_is_taken_is_waited_for_and_held_once_it_is_free(
    guest, taken, django_capture_on_commit_callbacks
):
    (one, booking), _ = taken
    wanted = {"venue": "annex", "rooms": [one.pk], **TEN, "title": "Planning", "party": 3}

    made = guest.post("waitlist", wanted)
    after = guest.post("waitlist", {"venue": "annex", "room_type": "Meeting room", "count": 2, **TEN})
    with django_capture_on_commit_callbacks(execute=True):
        operations.cancel(booking, by=None)

    assert (made.status_code, made.told["state"], made.told["rooms"]) == (201, "waiting", [one.pk])
    assert (after.told["ahead"], after.told["count"]) == (1, 2)
    latest, first = guest.get("waitlist").told["items"]
    assert (latest["state"], first["state"], first["title"]) == ("waiting", "offered", "Planning")
    assert guest.get(f"bookings/{first['booking']}").told["state"] == "held"
    assert guest.delete(f"waitlist/{latest['id']}").status_code == 204


def test_what_is_free_is_refused_by_its_rule(guest, taken):
    answer = guest.post("waitlist", {"venue": "annex", "rooms": [taken[0][0].pk], **hour(0)})

    assert (answer.status_code, answer.told["rule"]) == (422, "free")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({**TEN, "rooms": [1]}, "venue"),
        ({"venue": "annex", "room_type": "Meeting room", "end": TEN["end"]}, "start"),
        ({"venue": "annex", "room_type": "Meeting room", "start": TEN["start"]}, "end"),
        ({"venue": "annex", **TEN}, "rooms"),
        ({"venue": "annex", "rooms": [1], "room_type": "Meeting room", **TEN}, "rooms"),
        ({"venue": "annex", "rooms": [1], "count": 2, **TEN}, "count"),
        ({"venue": "annex", "rooms": [1], "from_stop": 0, **TEN}, "from_stop"),
        ({"departure": 1, "room_type": "Second", "title": "x"}, "title"),
        ({"departure": 1}, "room_type"),
    ],
)
def test_what_lacks_something_or_contradicts_itself_is_refused(guest, taken, wanted, field):
    answer = guest.post("waitlist", wanted)

    assert (answer.status_code, list(answer.told["field_errors"])) == (400, [field])
